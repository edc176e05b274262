"""One owner for each channel: taking, losing, giving back, failing; over real leases in a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg
import pytest

from bot.app import shards
from bot.app.lease import Lease
from bot.app.shards import Shards
from bot.clock import Clock
from bot.domain.errors import StoreFull, Superseded
from bot.store import Line, Store, open_store
from bot.store import line as line_module
from bot.store.postgres import channel_lock
from tests.postgres import Server, server

CHANNELS = tuple(f"c{number}" for number in range(7))
LEASE = 3.0


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    fresh = postgres.new_database()
    yield fresh
    postgres.drop(fresh)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "RENEW", 0.1)
    monkeypatch.setattr(shards, "AGAIN", 0.1)


@dataclass
class Parts:
    """A channel's parts that write down what becomes of them."""

    channel: str
    diary: list[str]
    fails: Callable[[], Exception | None]
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    breaks: asyncio.Event = field(default_factory=asyncio.Event)

    async def prepare(self) -> None:
        error = self.fails()
        if error is not None:
            raise error

    def run(self) -> list[asyncio.Task[None]]:
        self.diary.append(f"run {self.channel}")
        self.tasks = [asyncio.create_task(self._work()), asyncio.create_task(asyncio.sleep(0))]
        return self.tasks

    async def _work(self) -> None:
        await self.breaks.wait()
        raise RuntimeError("planted")

    async def stop(self) -> None:
        ended = all(task.done() for task in self.tasks)
        self.diary.append(f"{'cut' if ended else 'stop'} {self.channel}")


@dataclass
class Replica:
    """One, with all that it did."""

    store: Store
    line: Line
    shards: Shards[Parts]
    diary: list[str]
    lease: Lease
    task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.create_task(self.shards.run())

    async def freeze(self) -> None:
        """As if it had died, or could not reach the database: nothing is renewed any more."""
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def close(self) -> None:
        if self.task is not None:
            await self.freeze()
        await self.shards.stop()
        await self.line.close()
        await self.store.close()


Make = Callable[..., "asyncio.Future[Replica]"]


class House:
    """Makes replicas on one database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.made: list[Replica] = []

    async def replica(self, name: str, fails: Callable[[str], Exception | None] = lambda _channel: None) -> Replica:
        clock, diary = Clock(), list[str]()
        store = await open_store(self.url, clock, replica=name)
        lease = Lease(clock, LEASE)
        line = Line(self.url, name, clock)
        found: Shards[Parts] = Shards(
            CHANNELS,
            line,
            lease,
            clock,
            begin=lambda channel: store.begin(channel, clock.now()),
            make=lambda channel: Parts(channel, diary, lambda: fails(channel)),
        )
        made = Replica(store, line, found, diary, lease)
        self.made.append(made)
        made.start()
        return made


@pytest.fixture
async def house(url: str) -> AsyncIterator[House]:
    found = House(url)
    yield found
    for replica in found.made:
        await replica.close()


async def until(holds: Callable[[], bool], within: float = 40.0) -> None:
    async with asyncio.timeout(within):
        while not holds():
            await asyncio.sleep(0.02)


def shares(*replicas: Replica) -> list[int]:
    return [len(replica.shards.running) for replica in replicas]


async def test_alone_it_takes_all(house: House) -> None:
    one = await house.replica("one")
    await until(lambda: shares(one) == [7])
    assert one.lease.holds()
    await until(lambda: not one.shards.land.orphans)
    assert one.shards.land.share_of("one") == 7


async def test_a_second_one_gets_its_share_in_order(house: House) -> None:
    one = await house.replica("one")
    await until(lambda: shares(one) == [7])
    two = await house.replica("two")
    await until(lambda: shares(one, two) == [4, 3])
    assert set(one.shards.running) | set(two.shards.running) == set(CHANNELS)
    given = [line for line in one.diary if not line.startswith("run")]
    assert sorted(given) == sorted(f"stop {channel}" for channel in two.shards.running), "given back in order, not cut off"


async def test_three_start_together_and_nothing_has_two_owners(house: House) -> None:
    replicas = [await house.replica(name) for name in ("one", "two", "three")]
    await until(lambda: sorted(shares(*replicas)) == [2, 2, 3])
    running = [channel for replica in replicas for channel in replica.shards.running]
    assert sorted(running) == sorted(CHANNELS)


async def test_who_is_not_heard_of_loses_all_and_knows_it_first(house: House) -> None:
    one, two = await house.replica("one"), await house.replica("two")
    await until(lambda: sum(shares(one, two)) == 7 and min(shares(one, two)) >= 3)
    await one.freeze()
    await until(lambda: not one.lease.holds() or len(two.shards.running) > 4)
    assert len(two.shards.running) <= 4, "taken over while the other could still act"
    await until(lambda: len(two.shards.running) == 7)
    one.start()
    await until(lambda: any(line.startswith("cut") for line in one.diary))
    await until(lambda: shares(one, two) in ([3, 4], [4, 3]))


async def test_what_was_lost_writes_nothing_more(house: House) -> None:
    one = await house.replica("one")
    await until(lambda: shares(one) == [7])
    await one.freeze()
    two = await house.replica("two")
    await until(lambda: len(two.shards.running) == 7)
    with pytest.raises(Superseded):
        await one.store.settle("c0", "key", "done", at=1.0)
    with pytest.raises(Superseded):
        await one.store.claim("c0", "key", 1.0)
    with pytest.raises(Superseded):
        await one.store.begin("c0", 1.0)


async def test_leaving_gives_back_at_once(house: House) -> None:
    one, two = await house.replica("one"), await house.replica("two")
    await until(lambda: sum(shares(one, two)) == 7 and min(shares(one, two)) >= 3)
    await one.freeze()
    await one.shards.stop()
    async with asyncio.timeout(LEASE - 0.5):
        await until(lambda: len(two.shards.running) == 7)
    assert not one.lease.holds()
    assert not [line for line in one.diary if line.startswith("cut")]


async def test_a_channel_that_fails_is_tried_again_and_the_others_run(house: House) -> None:
    failures = iter([RuntimeError("planted"), RuntimeError("planted")])
    one = await house.replica("one", lambda channel: next(failures, None) if channel == "c3" else None)
    await until(lambda: "c3" in one.shards.failing)
    assert "planted" in one.shards.failing["c3"]
    await until(lambda: shares(one) == [7])
    assert one.shards.failing == {}


async def test_a_part_that_dies_starts_its_channel_anew(house: House) -> None:
    one = await house.replica("one")
    await until(lambda: shares(one) == [7])
    one.shards.running["c1"].breaks.set()
    await until(lambda: one.diary.count("run c1") == 2)
    assert sum(line.startswith("run") for line in one.diary) == 8, "the others were not touched"


async def test_a_word_reaches_the_others(url: str) -> None:
    heard: list[str] = []
    clock = Clock()
    await (await open_store(url, clock)).close()
    one, two = Line(url, "one", clock), Line(url, "two", clock, heard.append)
    await two.renew(LEASE, url="")
    await one.tell("ring c1")
    await until(lambda: "ring c1" in heard)
    await one.close()
    await two.close()


async def test_a_broken_line_is_mended_and_said(url: str, postgres: Server) -> None:
    heard: list[str] = []
    clock = Clock()
    await (await open_store(url, clock)).close()
    line = Line(url, "one", clock, heard.append)
    await line.renew(LEASE, url="")
    assert heard == [""]
    name = url.rpartition("/")[2]
    postgres.end_sessions(name)
    with suppress(StoreFull):  # the first question after the break may still meet it
        await line.renew(LEASE, url="")
    await line.renew(LEASE, url="")
    assert heard == ["", ""]
    await line.close()


async def test_new_channels_become_known_and_dead_replicas_are_seen(url: str) -> None:
    clock = Clock()
    await (await open_store(url, clock)).close()
    line = Line(url, "one", clock)
    assert await line.take(["c1"], 5) == [], "without a lease nothing is taken"
    await line.renew(LEASE, url="http://one")
    land = await line.look(["c1", "c2"])
    assert (land.orphans, [one.url for one in land.replicas]) == (["c1", "c2"], ["http://one"])
    assert await line.take(["c1", "c2"], 1) == ["c1"]
    land = await line.look(["c1", "c2"])
    owner = land.owner("c1")
    assert owner is not None
    assert (owner.name, list(land.orphans), set(land.of("one"))) == ("one", ["c2"], {"c1"})
    await line.leave()
    assert (await line.look(["c1", "c2"])).orphans == ["c1", "c2"]
    await line.close()


async def test_a_dead_process_is_known_by_its_line_before_its_lease_ends(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "SILENT", 0.3)
    monkeypatch.setattr(line_module, "YOUNG", 0.0)
    clock = Clock()
    await (await open_store(url, clock)).close()
    one, two = Line(url, "one", clock), Line(url, "two", clock)
    await one.renew(60.0, url="")
    await two.renew(60.0, url="")
    assert await two.bury() == []
    await one.close()
    buried = await two.bury()
    assert list(buried) == [], "a line may break: the living have a new one soon"
    await asyncio.sleep(0.35)
    assert list(await two.bury()) == ["one"]
    assert [each.name for each in (await two.look(["c1"])).replicas] == ["two"]
    await two.close()


async def test_a_new_line_in_time_keeps_the_lease(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "SILENT", 0.3)
    monkeypatch.setattr(line_module, "YOUNG", 0.0)
    clock = Clock()
    await (await open_store(url, clock)).close()
    one, two = Line(url, "one", clock), Line(url, "two", clock)
    await one.renew(60.0, url="")
    await two.renew(60.0, url="")
    await one.close()
    assert list(await two.bury()) == []
    await one.renew(60.0, url="")
    await asyncio.sleep(0.35)
    assert list(await two.bury()) == []
    await one.close()
    await two.close()


async def test_what_keeps_a_channel_for_seconds_is_ended_and_nothing_else(url: str) -> None:
    """A process that was stopped in a transaction: its session is at work for the server, so no limit for idle ones ends it."""
    clock = Clock()
    await (await open_store(url, clock)).close()
    line, stopped = Line(url, "one", clock), await asyncpg.connect(url)
    try:
        space, lock = channel_lock("c1")
        await stopped.execute(f"BEGIN; SELECT pg_advisory_xact_lock({space}, {lock})")
        at_work = asyncio.create_task(stopped.execute("SELECT pg_sleep(60)"))
        assert await line.free("c1") == 0, "young: a transaction lasts a moment"
        await asyncio.sleep(3.2)
        assert await line.free("c2") == 0
        assert await line.free("c1") == 1
        with pytest.raises(asyncpg.PostgresError, match="terminating connection"):
            await at_work
        assert await line.free("c1") == 0
    finally:
        stopped.terminate()
        await line.close()


async def test_nobody_is_judged_from_a_young_line(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restart of the database everybody's lock is free."""
    monkeypatch.setattr(line_module, "SILENT", 0.0)
    clock = Clock()
    await (await open_store(url, clock)).close()
    one, two = Line(url, "one", clock), Line(url, "two", clock)
    await one.renew(60.0, url="")
    await two.renew(60.0, url="")
    await one.close()
    assert list(await two.bury()) == []
    await two.close()
