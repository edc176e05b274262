"""The watchdog of livestreams: two agreeing reads, drops and returns, ordered stops, restarts, platforms that do not answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.domain.errors import NotSent, Refused
from bot.domain.signals import EventState, Phase
from bot.intake.livestreams import IDLE, StreamWatch, Watched
from bot.ports import Ingest, StreamFigures, StreamState, StreamStatus, StreamVerb, Switched
from bot.store import Store, open_store
from tests.store.making import CHANNEL, HandClock


@dataclass
class Scripted:
    """A livestream on a platform that says what the test wants."""

    name: str = "main"
    platform: str = "realtimekit"
    says: StreamStatus = "off"
    viewers: int | None = None
    broken: bool = False
    cannot: Mapping[StreamVerb, str] = field(default_factory=dict)
    reads: int = 0
    counted: list[tuple[float, float]] = field(default_factory=list)

    async def start(self, event: str = "") -> Switched:
        raise Refused("the test starts it")

    async def stop(self, event: str = "") -> Switched:
        raise Refused("the test stops it")

    async def status(self, event: str = "") -> StreamState:
        self.reads += 1
        if self.broken:
            raise NotSent("no connection")
        return StreamState(self.says, self.says.upper(), "", self.viewers)

    async def ingest(self, event: str = "", *, regenerate: bool = False) -> Ingest:
        return Ingest("rtmps://in.example.test", "planted")

    async def analytics(self, since: float, until: float, event: str = "") -> StreamFigures:
        self.counted.append((since, until))
        return StreamFigures(runs=len(self.counted), ingest_seconds=until - since)

    async def settled(self, on: bool, since: float, event: str = "") -> bool:
        return False

    async def close(self) -> None:
        """Nothing is open."""


class Rig:
    """A watch over one or more livestreams, an event `show`, and what was heard of it."""

    def __init__(self, store: Store, clock: HandClock) -> None:
        self.store = store
        self.clock = clock
        self.states: dict[str, EventState] = {}
        self.heard: list[tuple[str, str]] = []
        self.event("show", "on_air")

    def event(self, ref: str, phase: Phase) -> None:
        self.states[ref] = EventState(ref, phase=phase)

    def watch(self, *streams: Scripted, event: str = "", every: float = 5.0) -> StreamWatch:
        watched = [Watched(one, event, every) for one in streams]
        return StreamWatch(CHANNEL, watched, self.store, self.clock, self.hear, lambda: self.states)

    def hear(self, event: str, *, stream: str | None = None) -> None:
        if stream is not None and self.heard[-1:] != [(event, stream)]:
            self.heard.append((event, stream))

    async def pass_(self, watch: StreamWatch, seconds: float) -> None:
        end = self.clock.time + seconds
        while self.clock.time < end:
            for one in watch.told():
                await watch.look(one["name"])
            self.clock.time += 0.25


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    clock = HandClock(100_000.0)
    store = await open_store(f"sqlite:{tmp_path / 'usher.db'}", clock)
    await store.begin(CHANNEL, clock.now())
    yield Rig(store, clock)
    await store.close()


async def test_a_drop_and_a_return_take_two_reads_each(rig: Rig) -> None:
    live = Scripted(says="on_air", viewers=12)
    watch = rig.watch(live)
    await rig.pass_(watch, 0.25)
    assert rig.heard == []
    await rig.pass_(watch, 2)
    assert rig.heard == [("show", "online")]
    live.says = "off"
    await rig.pass_(watch, 4.25)
    live.says = "on_air"
    await rig.pass_(watch, 10)
    assert rig.heard == [("show", "online")], "one odd read is no drop"
    live.says = "failed"
    await rig.pass_(watch, 8)
    [(name, event, since)] = watch.dropped()
    assert (name, event) == ("main", "show")
    assert rig.heard[-1] == ("show", "offline")
    await rig.pass_(watch, 20)
    live.says = "on_air"
    await rig.pass_(watch, 8)
    assert rig.heard[-1] == ("show", "online")
    assert list(watch.dropped()) == []
    [kept] = await rig.store.streams_of(CHANNEL, "show")
    assert (kept.drops, kept.dropped, kept.platform, kept.status) == (1, None, "realtimekit", "on_air")
    assert kept.lost == pytest.approx(rig.clock.time - since, abs=9)


async def test_what_never_was_on_air_cannot_drop(rig: Rig) -> None:
    live = Scripted(says="before")
    watch = rig.watch(live)
    statuses: list[StreamStatus] = ["before", "off", "starting", "unknown", "failed"]
    for live.says in statuses:
        await rig.pass_(watch, 10)
    assert all(word == "" for _, word in rig.heard)
    assert await rig.store.streams_of(CHANNEL, "show") != []
    assert list(watch.dropped()) == []


async def test_an_ordered_stop_is_no_drop(rig: Rig) -> None:
    live = Scripted(says="on_air")
    watch = rig.watch(live)
    watch.expect("main", True, "show")
    await rig.pass_(watch, 10)
    watch.expect("main", False, "show")
    live.says = "off"
    await rig.pass_(watch, 100)
    assert rig.heard == [("show", "online"), ("show", "")]
    [kept] = await rig.store.streams_of(CHANNEL, "show")
    assert (kept.drops, kept.wanted) == (0, None)
    assert kept.ended is not None
    assert kept.figures.runs == len(live.counted) >= 2, "figures come late: they are asked for again after the end"
    counted = len(live.counted)
    await rig.pass_(watch, 300)
    assert len(live.counted) == counted


async def test_the_end_of_the_event_is_no_drop_and_takes_the_figures(rig: Rig) -> None:
    live = Scripted(says="on_air")
    watch = rig.watch(live)
    await rig.pass_(watch, 10)
    counted = len(live.counted)
    rig.event("show", "over")
    live.says = "off"
    await rig.pass_(watch, 60)
    assert rig.heard == [("show", "online"), ("show", "")]
    [kept] = await rig.store.streams_of(CHANNEL, "show")
    assert kept.ended is not None
    assert (kept.drops, kept.figures.runs) == (0, counted + 1)


async def test_a_restart_remembers_what_was_on_air(rig: Rig) -> None:
    live = Scripted(says="on_air")
    before = rig.watch(live)
    before.expect("main", True, "show")
    await rig.pass_(before, 10)
    live.says = "off"
    after = rig.watch(live)
    await after.begin()
    await rig.pass_(after, 10)
    assert rig.heard == [("show", "online"), ("show", "offline")]
    [kept] = await rig.store.streams_of(CHANNEL, "show")
    assert (kept.drops, kept.wanted) == (1, True)


async def test_a_platform_that_does_not_answer_concludes_nothing(rig: Rig) -> None:
    live = Scripted(says="on_air")
    watch = rig.watch(live)
    await rig.pass_(watch, 10)
    live.broken = True
    reads = live.reads
    await rig.pass_(watch, 120)
    assert rig.heard == [("show", "online")]
    assert live.reads - reads < 8, "asked less and less often"
    [told] = watch.told()
    assert told["error"] == "no connection"
    live.broken = False
    await rig.pass_(watch, 70)
    assert watch.told()[0]["error"] == ""


async def test_it_is_read_often_only_while_something_is_on_air(rig: Rig) -> None:
    rig.event("show", "before")
    live = Scripted(says="before")
    watch = rig.watch(live)
    await rig.pass_(watch, 10 * IDLE)
    assert live.reads <= 12
    watch.expect("main", True, "show")
    reads = live.reads
    await rig.pass_(watch, 50)
    assert live.reads - reads >= 9


async def test_never_means_never(rig: Rig) -> None:
    live = Scripted(says="on_air")
    watch = rig.watch(live, every=0.0)
    await rig.pass_(watch, 60)
    assert (live.reads, rig.heard, watch.decides("show")) == (0, [], False)


async def test_the_first_livestream_that_names_the_event_decides(rig: Rig) -> None:
    main, other = Scripted("main", says="on_air"), Scripted("other", platform="beestreamed", says="on_air")
    watch = StreamWatch(
        CHANNEL, [Watched(main, "", 5.0), Watched(other, "show", 5.0)], rig.store, rig.clock, rig.hear, lambda: rig.states
    )
    await rig.pass_(watch, 10)
    main.says = "off"
    await rig.pass_(watch, 10)
    assert rig.heard == [("show", "online")]
    other.says = "off"
    await rig.pass_(watch, 10)
    assert rig.heard[-1] == ("show", "offline")
    assert sorted(name for name, _, _ in watch.dropped()) == ["main", "other"]


async def test_one_of_another_platform_serves_every_event_on_air(rig: Rig) -> None:
    rig.event("second", "on_air")
    live = Scripted(says="on_air")
    watch = rig.watch(live)
    await rig.pass_(watch, 10)
    assert set(rig.heard) == {("show", "online"), ("second", "online")}
    assert len(watch.told()) == 1
    rig.event("show", "over")
    await rig.pass_(watch, 10)
    live.says = "off"
    await rig.pass_(watch, 10)
    assert rig.heard[-1] == ("second", "offline")
    assert [(kept.event, kept.drops) for kept in await rig.store.all_streams(CHANNEL)] == [("show", 0), ("second", 1)]


async def test_what_has_no_status_does_not_decide(rig: Rig) -> None:
    live = Scripted(platform="golive", says="unknown", cannot={"status": "it has no such call", "analytics": "nor this"})
    watch = rig.watch(live)
    await rig.pass_(watch, 20)
    assert not watch.decides("show")
    [told] = watch.told()
    assert told["cannot"]["status"] == "it has no such call"
    assert live.counted == []


async def test_no_secret_is_told(rig: Rig) -> None:
    watch = rig.watch(Scripted(says="on_air"))
    await rig.pass_(watch, 10)
    assert "planted" not in repr(watch.told()) + repr(await rig.store.all_streams(CHANNEL))
