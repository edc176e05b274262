"""The driver: whole transactions, one writer of a channel, what breaks and comes back, and what it refuses."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from bot.domain.errors import StoreBroken, StoreError, StoreFull, UsageError
from bot.ports import FeedCursor
from bot.store import Store, dialect, open_for_reading, open_store
from bot.store.database import CommitLost, Tx, Work
from bot.store.postgres import PostgresDatabase
from bot.store.postgres_tx import own_queries, told
from tests.postgres import Server, server, wheel_binaries
from tests.store.making import BOT, CHANNEL, EVENT, HandClock, look, message, post, read_page, state_of, step


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    fresh = postgres.new_database("fresh")
    yield fresh
    postgres.drop(fresh)


@pytest.fixture
async def other(url: str, clock: HandClock) -> AsyncIterator[Store]:
    """Another process's store on the same database."""
    opened = await open_store(url, clock)
    yield opened
    await opened.close()


def database(store: Store) -> PostgresDatabase:
    assert isinstance(store.db, PostgresDatabase)
    return store.db


async def test_server_understands_every_query(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for text in own_queries().values():
            types = dict.fromkeys(re.findall(r"(?<!:):([a-z_]+)", text), "") | {"at": "float8"}
            await connection.prepare(dialect.positional(text, types).text)
    finally:
        await connection.close()


async def test_failed_transaction_leaves_nothing(store: Store) -> None:
    async def work(tx: Tx) -> None:
        await tx.run("follow_event", channel="main", event="half", body="{}", at=1.0)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.db.write(work, "main")
    assert await store.events("main") == []


@pytest.mark.parametrize("steps", range(0, 24, 4))
async def test_cancelling_the_caller_never_leaves_half(store: Store, steps: int) -> None:
    task = asyncio.create_task(read_page(store, message("a"), message("b"), n=7))
    for _ in range(steps):
        await asyncio.sleep(0.0005)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await read_page(store, message("c"), n=8)
    refs = {row.message.ref for row in await store.messages("main")}
    waiting = len(await store.next_signals("main", 10))
    assert (refs, waiting) in [({"a", "b", "c"}, 3), ({"c"}, 1)]
    assert await store.load_cursor("main", EVENT, "chat") == {"n": 8}


async def test_writers_of_one_channel_wait_for_each_other_in_two_processes(store: Store, other: Store) -> None:
    inside, go, order = asyncio.Event(), asyncio.Event(), list[str]()

    async def first(tx: Tx) -> None:
        inside.set()
        await go.wait()
        order.append("first")

    async def second(tx: Tx) -> None:
        order.append("second")

    one = asyncio.create_task(store.db.write(first, "main"))
    await inside.wait()
    two = asyncio.create_task(other.db.write(second, "main"))
    everybody = asyncio.create_task(other.db.write(second, ""))
    await asyncio.sleep(0.1)
    assert order == []
    go.set()
    await asyncio.gather(one, two, everybody)
    assert order == ["first", "second", "second"]


async def test_writers_of_other_channels_go_on(store: Store, other: Store) -> None:
    inside, go = asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx) -> None:
        inside.set()
        await go.wait()

    writing = asyncio.create_task(store.db.write(slow, "main"))
    await inside.wait()
    async with asyncio.timeout(5):
        await other.put_event_state("elsewhere", "e", 1.0)
        assert [state.event for state in await store.events("elsewhere")] == ["e"]
    go.set()
    await writing


async def test_a_view_does_not_change_while_one_looks(store: Store, other: Store) -> None:
    async def work(tx: Tx) -> tuple[int, int]:
        before = await tx.all("all_events", channel="main")
        await other.put_event_state("main", "new", 1.0)
        return len(before), len(await tx.all("all_events", channel="main"))

    assert await store.db.read(work) == (0, 0)
    assert len(await store.events("main")) == 1


async def test_the_bot_does_not_wait_for_those_who_read_much(store: Store) -> None:
    inside, go = asyncio.Event(), asyncio.Event()

    async def work(tx: Tx) -> None:
        await tx.all("all_events", channel=CHANNEL)
        inside.set()
        await go.wait()

    reading = [asyncio.create_task(store.db.read(work)) for _ in range(20)]
    async with asyncio.timeout(10):
        await inside.wait()
        assert await store.waiting(CHANNEL, 1.0, 10) == ()
        await read_page(store, message("m1"))
    go.set()
    await asyncio.gather(*reading)


async def test_server_restarted_everything_goes_on(clock: HandClock) -> None:
    """As a crash, with nobody told: what was committed is there, callers are told to come again, then it works by itself."""
    with server(settings=()) as running:
        store = await open_store(running.url, clock)
        await read_page(store, message("a"), n=1)
        await asyncio.to_thread(running.stop, signal.SIGQUIT)
        with pytest.raises(StoreFull, match="goes on by itself"):
            await read_page(store, message("b"), n=2)
        with pytest.raises(StoreFull):
            await store.messages("main")
        running.start()  # not in a thread: the server ends with the thread that started it
        await read_page(store, message("b"), n=2)
        assert [row.message.ref for row in await store.messages("main")] == ["b", "a"]
        await store.close()


async def test_connection_lost_in_the_moment_of_commit_is_told_apart(store: Store) -> None:
    async def work(tx: Tx) -> None:
        await tx.run("follow_event", channel="main", event="perhaps", body="{}", at=1.0)
        await look(store, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'")

    with pytest.raises(CommitLost, match="may have been kept"):
        await store.db.write(work, "main")
    assert await store.events("main") == []


async def test_claim_that_was_kept_against_all_signs_is_given_back(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit took, its answer was lost: nothing was sent, so the entry waits again, with all its tries."""
    await step(store, entries=[post("p")])
    write = database(store).write

    async def lost(work: Work[bool], channel: str = "") -> bool:
        await write(work, channel)
        raise CommitLost("the answer was lost")

    monkeypatch.setattr(PostgresDatabase, "write", lambda _self, work, channel="": lost(work, channel))
    with pytest.raises(CommitLost):
        await store.claim(CHANNEL, "p", clock.now())
    monkeypatch.undo()
    assert await state_of(store, "p") == "sending"
    (row,) = await store.waiting(CHANNEL, clock.now(), 10)
    assert (row.state, row.attempts) == ("pending", 0)
    assert await store.claim(CHANNEL, "p", clock.now())


async def test_stopped_in_a_transaction_loses_it_to_who_waits(postgres: Server, clock: HandClock) -> None:
    """SIGSTOP there must not keep a channel's lock for ever: the server ends the session."""
    fresh = postgres.new_database("fresh")
    store = await open_store(fresh, clock)
    seconds = await look(store, "SHOW idle_in_transaction_session_timeout")
    assert seconds == [("4s",)]
    await store.close()
    postgres.drop(fresh)


async def test_replicas_that_start_together_migrate_once(postgres: Server, clock: HandClock) -> None:
    fresh = postgres.new_database()
    stores = await asyncio.gather(*(open_store(fresh, clock) for _ in range(4)))
    steps = await look(stores[0], "SELECT count(*), count(DISTINCT number) FROM migration")
    for store in stores:
        await store.close()
    postgres.drop(fresh)
    assert steps[0][0] == steps[0][1] > 2


async def test_newer_schema_is_refused(store: Store, url: str, clock: HandClock) -> None:
    await look(store, "INSERT INTO migration VALUES (9999, 'tomorrow', 0)")
    with pytest.raises(UsageError, match=r"newer Usher .schema 9999"):
        await open_store(url, clock)
    with pytest.raises(UsageError, match="newer"):
        await open_for_reading(url, clock)


async def test_empty_database_has_no_report(postgres: Server, clock: HandClock) -> None:
    fresh = postgres.new_database()
    with pytest.raises(UsageError, match="no state of Usher"):
        await open_for_reading(fresh, clock)
    postgres.drop(fresh)


@pytest.mark.parametrize(
    ("change", "kind", "told_as"),
    [("/none", UsageError, "none"), ("127.0.0.1:1/x", StoreFull, "cannot be reached")],
)
async def test_what_cannot_be_opened(url: str, clock: HandClock, change: str, kind: type[Exception], told_as: str) -> None:
    wrong = url.rpartition("/")[0] + change if change.startswith("/") else f"postgresql://bo:planted-pw@{change}"
    with pytest.raises(kind, match=told_as) as caught:
        await open_store(wrong, clock)
    assert "planted-pw" not in str(caught.value)


async def test_nul_in_a_text_is_replaced(store: Store) -> None:
    await read_page(store, message("a", "before\x00after"))
    assert [row.message.text for row in await store.messages("main")] == ["before\ufffdafter"]


async def test_long_page_is_few_statements(store: Store) -> None:
    """A page of 500 rows: as many ways to the server as one of 2."""
    await read_page(store, *(message(f"m{n}") for n in range(500)))
    assert [item.signal.message.ref for item in await store.next_signals(CHANNEL, 3)] == ["m0", "m1", "m2"]  # type: ignore[union-attr]  # all are messages


async def test_old_rows_go_in_batches(store: Store, clock: HandClock) -> None:
    for page in range(5):
        await store.save_page(CHANNEL, _cursor(page), [message(f"{page}-{n}", read=1.0) for n in range(1000)], clock.now(), BOT)
    gone = await store.delete_before(clock.now())
    assert (gone, await store.messages(CHANNEL)) == (5000, [])


def _cursor(page: int) -> FeedCursor:
    return FeedCursor(EVENT, "chat", {"n": page})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (asyncpg.ConnectionDoesNotExistError("x"), StoreFull),
        (asyncpg.CannotConnectNowError("x"), StoreFull),
        (asyncpg.AdminShutdownError("x"), StoreFull),
        (asyncpg.DiskFullError("x"), StoreFull),
        (asyncpg.ReadOnlySQLTransactionError("x"), StoreFull),
        (asyncpg.LockNotAvailableError("x"), StoreFull),
        (asyncpg.InterfaceError("x"), StoreFull),
        (ConnectionRefusedError("x"), StoreFull),
        (asyncpg.DataCorruptedError("x"), StoreBroken),
        (asyncpg.UniqueViolationError("x"), StoreError),
    ],
)
def test_what_errors_mean(error: Exception, kind: type[StoreError]) -> None:
    assert type(told(error)) is kind


def test_serialization_asks_for_another_try() -> None:
    assert isinstance(told(asyncpg.DeadlockDetectedError("x")), StoreFull)


async def test_wheel_brings_a_server_where_the_system_has_none(clock: HandClock) -> None:
    """What a fresh machine uses: it is tried on every machine."""
    with server(binaries=wheel_binaries()[0]) as running:
        store = await open_store(running.url, clock)
        await read_page(store, message("a"))
        assert [row.message.ref for row in await store.messages("main")] == ["a"]
        await store.close()
