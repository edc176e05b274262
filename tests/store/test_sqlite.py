"""The driver: durable settings, whole transactions, and what it refuses."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from bot.domain.errors import StateInUse, StoreBroken, StoreError, StoreFull, UsageError
from bot.domain.signals import EventState
from bot.store import Store, open_store
from bot.store.database import Tx
from bot.store.rows import event_json
from bot.store.sqlite import SqliteDatabase, told
from tests.store.making import HandClock, message, read_page


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'usher.db'}"


def database(store: Store) -> SqliteDatabase:
    assert isinstance(store.db, SqliteDatabase)
    return store.db


async def pragma(store: Store, name: str) -> object:
    rows = await database(store)._writer.run(f"PRAGMA {name}")
    return next(iter(rows))[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("busy_timeout", 5000),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("mmap_size", 0),
        ("secure_delete", 1),
        ("cache_size", -16_000),
        ("journal_size_limit", 64 * 1024 * 1024),
    ],
)
async def test_pragmas(store: Store, name: str, value: object) -> None:
    assert await pragma(store, name) == value


async def test_readers_cannot_write(store: Store) -> None:
    async def work(tx: Tx) -> None:
        await tx.run("add_audit", at=1.0, channel="", who="x", action="y", target="z", data="{}", prev="", mac="")

    with pytest.raises(StoreFull, match="readonly"):
        await store.db.read(work)


async def test_failed_transaction_leaves_nothing(store: Store) -> None:
    async def work(tx: Tx) -> None:
        await tx.run("follow_event", channel="main", event="half", body="{}", at=1.0)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.db.write(work)
    assert await store.events("main") == []


@pytest.mark.parametrize("steps", range(0, 24, 2))
async def test_cancelling_the_caller_never_leaves_half(store: Store, steps: int) -> None:
    """B8: cancelled after so many turns of the loop, the page is there whole, or not at all, and the next one goes through."""
    task = asyncio.create_task(read_page(store, message("a"), message("b"), n=7))
    for _ in range(steps):
        await asyncio.sleep(0.0002)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await read_page(store, message("c"), n=8)
    refs = {row.message.ref for row in await store.messages("main")}
    waiting = len(await store.next_signals("main", 10))
    assert (refs, waiting) in [({"a", "b", "c"}, 3), ({"c"}, 1)]
    assert await store.load_cursor("main", "ev1", "chat") == {"n": 8}


async def test_cancelled_inside_its_own_task_it_still_runs_whole(store: Store) -> None:
    """What asyncio.run does at its end: every task is cancelled, the inner one too. The thread goes on to the end."""
    inside, go = threading.Event(), threading.Event()

    async def work(tx: Tx) -> None:
        await tx.run("follow_event", channel="main", event="first", body=event_json(EventState("first")), at=1.0)
        inside.set()
        go.wait(10)
        await tx.run("follow_event", channel="main", event="second", body=event_json(EventState("second")), at=1.0)

    caller = asyncio.create_task(store.db.write(work))
    await asyncio.to_thread(inside.wait, 10)
    for task in database(store)._whole.running:
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go.set()
    await store.put_event_state("main", "third", 1.0)
    assert {state.event for state in await store.events("main")} == {"first", "second", "third"}


async def test_reading_does_not_wait_for_a_writer(store: Store) -> None:
    inside, go = threading.Event(), threading.Event()

    async def work(tx: Tx) -> None:
        await tx.run("follow_event", channel="main", event="new", body="{}", at=1.0)
        inside.set()
        go.wait(10)

    writing = asyncio.create_task(store.db.write(work))
    await asyncio.to_thread(inside.wait, 10)
    async with asyncio.timeout(5):
        assert await store.events("main") == []
    go.set()
    await writing


async def test_the_bot_does_not_wait_for_those_who_read_much(store: Store) -> None:
    inside, go = threading.Semaphore(0), threading.Event()

    async def work(tx: Tx) -> None:
        inside.release()
        await tx.all("all_events", channel="main")
        go.wait(10)

    reading = [asyncio.create_task(store.db.read(work)) for _ in range(4)]
    for _ in range(2):
        await asyncio.to_thread(inside.acquire, timeout=10)
    async with asyncio.timeout(5):
        assert await store.waiting("main", 1.0, 10) == ()
        assert await store.hides_waiting("main", 1.0) == {}
        assert await store.load_cursor("main", "show", "chat") is None
    go.set()
    await asyncio.gather(*reading)


async def test_second_copy_is_refused(store: Store, tmp_path: Path, clock: HandClock) -> None:
    with pytest.raises(StateInUse, match=str(os.getpid())):
        await open_store(f"sqlite:{tmp_path / 'usher.db'}", clock)


async def test_reopened_state_is_the_same(tmp_path: Path, clock: HandClock) -> None:
    url = f"sqlite:{tmp_path / 'odd ?#% name.db'}"
    first = await open_store(url, clock)
    await read_page(first, message("a"))
    await first.close()
    assert not any(name.endswith("-wal") for name in os.listdir(tmp_path))  # noqa: PTH208 - in an async test Path would be refused
    second = await open_store(url, clock)
    assert [row.message.ref for row in await second.messages("main")] == ["a"]
    await second.close()


async def test_newer_schema_is_refused_untouched(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "usher.db"
    await (await open_store(f"sqlite:{path}", clock)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO migration VALUES (9999, 'tomorrow', 0)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"newer Usher .schema 9999"):
        await open_store(f"sqlite:{path}", clock)
    assert path.read_bytes() == before


async def test_damaged_file_is_refused(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "usher.db"
    opened = await open_store(f"sqlite:{path}", clock)
    await read_page(opened, *(message(f"m{n}", "x" * 500) for n in range(200)))
    await opened.close()
    data = bytearray(path.read_bytes())
    for start in range(5 * 4096, len(data), 4096):
        data[start : start + 64] = b"\xa5" * 64
    path.write_bytes(data)
    with pytest.raises(StoreBroken, match="restore"):
        await open_store(f"sqlite:{path}", clock)


async def test_what_is_no_database_is_refused(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "usher.db"
    path.write_text("this is a text file, and a long one\n" * 200)
    with pytest.raises(StoreError):
        await open_store(f"sqlite:{path}", clock)
    assert path.read_text().startswith("this is a text file")


@pytest.mark.parametrize("url", ["", "sqlite:", "mysql://u:planted-pw@h/x", "sqlite://x"])
async def test_unusable_url_is_told_without_its_secret(url: str, clock: HandClock) -> None:
    with pytest.raises(UsageError, match=r"write it like sqlite:usher\.db") as caught:
        await open_store(url, clock)
    assert "planted-pw" not in str(caught.value)


async def test_missing_folder_is_told(tmp_path: Path, clock: HandClock) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        await open_store(f"sqlite:{tmp_path / 'none' / 'usher.db'}", clock)


async def test_full_disk_is_told_and_over_when_there_is_room(store: Store) -> None:
    """C2, by SQLite's own limit of pages: nothing half, reading goes on, writing resumes by itself."""
    writer = database(store)._writer
    await writer.run("PRAGMA max_page_count = 1")
    limit = await pragma(store, "max_page_count")
    assert isinstance(limit, int)
    await writer.run(f"PRAGMA max_page_count = {limit}")
    with pytest.raises(StoreFull, match="free disk space"):
        await read_page(store, *(message(f"m{n}", "x" * 4000) for n in range(50)), n=1)
    assert await store.messages("main") == []
    assert await store.load_cursor("main", "ev1", "chat") is None
    await writer.run("PRAGMA max_page_count = 100000")
    await read_page(store, message("a"), n=2)
    assert len(await store.messages("main")) == 1


async def test_state_removed_while_running_is_noticed(store: Store, tmp_path: Path, clock: HandClock) -> None:
    (tmp_path / "usher.db").unlink()
    clock.time += 6
    with pytest.raises(StoreBroken, match="removed or replaced"):
        await read_page(store, message("a"))
    with pytest.raises(StoreBroken):
        await store.messages("main")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_BUSY, StoreFull),
        (sqlite3.SQLITE_READONLY, StoreFull),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreBroken),
        (sqlite3.SQLITE_IOERR_WRITE, StoreBroken),
        (sqlite3.SQLITE_CORRUPT, StoreBroken),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, StoreError),
    ],
)
def test_what_errors_mean(code: int, kind: type[StoreError]) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    assert type(told(error)) is kind
