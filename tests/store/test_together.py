"""Changes that are asked for while another one runs become one transaction; none bears the blame of another."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import StoreBroken, StoreError, StoreFull
from bot.domain.signals import EventState
from bot.store import Store
from bot.store.database import Tx, Work
from bot.store.rows import event_json
from bot.store.sqlite import SqliteDatabase
from bot.store.sqlite_tx import NotRolledBack
from tests.store.making import CHANNEL, HandClock, message, read_page


def follows(event: str) -> Work[str]:
    async def work(tx: Tx) -> str:
        await tx.run("follow_event", channel=CHANNEL, event=event, body=event_json(EventState(event)), at=1.0)
        return event

    return work


def fails(error: Exception, event: str = "half") -> Work[str]:
    async def work(tx: Tx) -> str:
        await tx.run("follow_event", channel=CHANNEL, event=event, body=event_json(EventState(event)), at=1.0)
        raise error

    return work


async def wrong(tx: Tx) -> str:
    await tx.run("follow_event", channel=CHANNEL, event=None, body="{}", at=1.0)
    return ""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'usher.db'}"


@asynccontextmanager
async def commits(database: SqliteDatabase) -> AsyncIterator[list[str]]:
    """Every COMMIT from now on."""
    seen: list[str] = []

    async def trace(connection: Any) -> None:
        connection._raw.set_trace_callback(lambda statement: seen.append(statement) if statement == "COMMIT" else None)

    async def stop(connection: Any) -> None:
        connection._raw.set_trace_callback(None)

    await database._writer.whole(trace)
    yield seen
    await database._writer.whole(stop)


async def at_once(store: Store, works: Sequence[Work[Any]]) -> tuple[list[Any], int]:
    """Asks for all of them while another change runs; what came of each, and how many commits that took."""
    database = store.db
    assert isinstance(database, SqliteDatabase)
    inside, go = threading.Event(), threading.Event()

    async def first(_tx: Tx) -> None:
        inside.set()
        go.wait(10)

    async with commits(database) as seen:
        holder = asyncio.create_task(database.write(first))
        await asyncio.to_thread(inside.wait, 10)
        asked = [asyncio.create_task(database.write(work)) for work in works]
        for _ in range(5):
            await asyncio.sleep(0)  # all of them have asked
        go.set()
        await holder
        found = await asyncio.gather(*asked, return_exceptions=True)
    return found, len(seen) - 1  # the first one's


async def followed(store: Store) -> set[str]:
    return {state.event for state in await store.events(CHANNEL)}


async def test_several_changes_are_one_commit_and_each_gets_its_own_answer(store: Store) -> None:
    found, commits = await at_once(store, [follows(name) for name in "abcde"])
    assert found == list("abcde")
    assert commits == 1


async def test_a_change_alone_is_one_commit(store: Store) -> None:
    found, commits = await at_once(store, [follows("a")])
    assert (found, commits) == (["a"], 1)


@pytest.mark.parametrize("work", [fails(ValueError("no")), fails(StoreError("no")), wrong])
async def test_one_that_fails_is_told_so_and_the_others_are_kept(store: Store, work: Work[Any]) -> None:
    found, commits = await at_once(store, [follows("a"), work, follows("b")])
    assert (found[0], found[2], commits) == ("a", "b", 2)
    assert isinstance(found[1], (ValueError, StoreError))
    assert await followed(store) == {"a", "b"}


async def test_when_the_disk_is_full_everybody_is_told_and_nothing_is_half(store: Store) -> None:
    database = store.db
    assert isinstance(database, SqliteDatabase)
    await database._writer.run("PRAGMA max_page_count = 1")
    rows = [message(f"m{number}", "x" * 4000) for number in range(200)]

    async def page(number: int) -> Any:
        return await read_page(store, *rows[number : number + 50], n=number)

    found = await asyncio.gather(*(page(number) for number in (0, 50, 100)), return_exceptions=True)
    assert [type(one) for one in found] == [StoreFull] * 3
    assert await store.messages(CHANNEL) == []
    await database._writer.run("PRAGMA max_page_count = 100000")
    await read_page(store, message("a"), n=2)
    assert len(await store.messages(CHANNEL)) == 1


@pytest.mark.parametrize("alone", [False, True])
async def test_after_a_broken_disk_nothing_is_tried_again(store: Store, tmp_path: Path, alone: bool) -> None:
    """A write that follows a failed flush may seem to succeed: everybody is told, and nothing is written any more."""
    broken = sqlite3.OperationalError("disk I/O error")
    broken.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    works = [fails(broken)] if alone else [follows("a"), fails(broken), follows("b")]
    found, _ = await at_once(store, works)
    assert {type(one) for one in found} == {StoreBroken}
    with closing(sqlite3.connect(tmp_path / "usher.db")) as rows:
        assert rows.execute("SELECT count(*) FROM event").fetchone() == (0,)
    with pytest.raises(StoreBroken):
        await store.db.write(follows("c"))


async def test_what_cannot_be_rolled_back_ends_it_for_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_group: object, _queries: object) -> Callable[[object], Any]:
        async def job(_connection: object) -> None:
            raise NotRolledBack("rolling back failed")

        return job

    monkeypatch.setattr("bot.store.sqlite.together", broken)
    found = await asyncio.gather(*(store.db.write(follows(name)) for name in "abc"), return_exceptions=True)
    assert {type(one) for one in found} <= {StoreBroken, NotRolledBack}
    monkeypatch.undo()
    with pytest.raises(StoreBroken):
        await store.db.write(follows("d"))


async def test_a_removed_file_refuses_all_who_wait(store: Store, tmp_path: Any, clock: HandClock) -> None:
    (tmp_path / "usher.db").unlink()
    clock.time += 6
    found = await asyncio.gather(*(store.db.write(follows(name)) for name in "abc"), return_exceptions=True)
    assert {type(one) for one in found} == {StoreBroken}
