"""The livestreams' watchdog: reads each one's status, notices when the picture drops and when it comes back, keeps its figures.

Nothing is concluded from one read: two must agree (B-16), and the second follows quickly. A picture that goes unasked is a drop;
after an ordered stop, or when the event is over, it is the end. What is concluded goes to the runner (rules alert and post by it),
to the store (the report, and a restart) and to whoever asks `told`. A platform that cannot be read concludes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import structlog

from bot.domain.errors import PlatformError, StoreBroken, StoreError, Superseded
from bot.domain.signals import EventState
from bot.ports import Clock, Livestream, StreamRecord, StreamState, StreamStatus, StreamStore

log = structlog.get_logger("intake.livestreams")

STEP = 0.25
CONFIRM = 1.0
"""Seconds until a read that said something new is repeated."""
IDLE = 30.0
"""Seconds between two reads while no event of the livestream is on air."""
FIGURES = 60.0
LONGEST = 60.0
ON = ("on_air", "playback")


class Hears(Protocol):
    """The runner's ear."""

    def __call__(self, event: str, *, stream: str | None = None) -> None:
        """online, offline, or "" where neither is to be told."""
        ...


@dataclass(frozen=True, slots=True)
class Watched:
    """A livestream, the event that it belongs to ("": each of the channel's), and how often it is read (0: never)."""

    live: Livestream
    event: str
    every: float


@dataclass(slots=True)
class _Place:
    """A livestream at an event. `event` "": one livestream for whichever events of the channel are on air."""

    live: Livestream
    event: str
    record: StreamRecord
    kept: StreamRecord | None = None
    """As the store has it."""
    last: StreamStatus | None = None
    """What the newest read said; it takes two to conclude."""
    state: StreamState = field(default_factory=lambda: StreamState("unknown"))
    since: float | None = None
    read_at: float | None = None
    error: str = ""
    failures: int = 0
    due: float = 0.0
    figures_due: float = 0.0
    last_counts: int = 0
    """So often the figures are asked for after the end: they come late."""
    events: set[str] = field(default_factory=set)
    """Those that it belongs to now."""

    @property
    def is_open(self) -> bool:
        """It was on air and has not ended."""
        return self.record.started is not None and self.record.ended is None

    def put(self, **changes: Any) -> None:
        """Changes the record."""
        self.record = replace(self.record, **changes)


class StreamWatch:
    """One channel's livestreams."""

    def __init__(
        self,
        channel: str,
        streams: Sequence[Watched],
        store: StreamStore,
        clock: Clock,
        hears: Hears,
        states: Callable[[], Mapping[str, EventState]],
    ) -> None:
        self._channel = channel
        self._streams = {one.live.name: one for one in streams}
        self._store = store
        self._clock = clock
        self._hears = hears
        self._states = states
        self._places: dict[tuple[str, str], _Place] = {}
        self._stopping = asyncio.Event()

    async def begin(self) -> None:
        """What was on air, and what was asked for, before a restart."""
        for record in await self._store.all_streams(self._channel):
            watched = self._streams.get(record.name)
            if watched is None or watched.live.platform != record.platform or watched.event not in ("", record.event):
                continue
            place = self._place(watched, record.event)
            place.record = replace(record, event=place.event)
            place.since = record.dropped or record.started
            place.events = {record.event} if record.ended is None else set()

    async def run(self) -> None:
        """Until `stop`. Raises StoreBroken or Superseded when there is no going on."""
        await self._guarded(self.begin)
        await asyncio.gather(*(self._follow(name) for name in self._streams))

    async def stop(self) -> None:
        """Ends after the reads in hand."""
        self._stopping.set()

    async def _follow(self, name: str) -> None:
        """Each livestream by itself: a platform that does not answer delays no other."""
        while not self._stopping.is_set():
            await self.look(name)
            await self._clock.rest(STEP, self._stopping)

    def decides(self, event: str) -> bool:
        """Whether the event's livestream is told from here, and not by the platform of its chat."""
        return self._deciding(event) is not None

    def expect(self, name: str, on: bool, event: str) -> None:
        """A start or stop is on its way: what follows is no accident."""
        watched = self._streams.get(name)
        if watched is None:
            return
        place = self._place(watched, event)
        place.put(wanted=on)
        place.events.add(watched.event or event)
        place.due = 0.0

    def dropped(self) -> Iterator[tuple[str, str, float]]:
        """(name, event, since) of what has no picture, unasked."""
        for place in self._places.values():
            if place.record.dropped is not None:
                for event in place.events:
                    yield place.live.name, event, place.record.dropped

    def told(self) -> list[dict[str, Any]]:
        """Every configured livestream as plain JSON values; none of them is secret."""
        found = []
        for name, watched in self._streams.items():
            places = [place for (of, _), place in self._places.items() if of == name] or [_fresh(watched.live, watched.event)]
            found += [_told(place) for place in places]
        return found

    async def look(self, name: str) -> None:
        """Whatever of this livestream is due now."""
        watched, now = self._streams[name], self._clock.monotonic()
        if watched.every <= 0:
            return
        for event in self._events_of(watched):
            self._place(watched, event).events.add(event)
        for place in [place for (of, _), place in self._places.items() if of == name]:
            if now >= place.due:
                await self._guarded(partial(self._read, watched, place))
            await self._guarded(partial(self._let_go, place))

    def _events_of(self, watched: Watched) -> list[str]:
        states = self._states()
        on_air = [ref for ref, state in states.items() if state.phase in ON]
        return [ref for ref in on_air if watched.event in ("", ref)]

    def _place(self, watched: Watched, event: str) -> _Place:
        """BeeStreamed's livestreams are an event's; one of another platform is the same whatever event asks."""
        of = watched.event or (event if watched.live.platform == "beestreamed" else "")
        return self._places.setdefault((watched.live.name, of), _fresh(watched.live, of))

    def _deciding(self, event: str) -> str | None:
        """The first livestream of the configuration that names the event, else the first that names none."""
        can = [one for one in self._streams.values() if one.every > 0 and "status" not in one.live.cannot]
        named = next((one for one in can if one.event == event), None)
        found = named or next((one for one in can if not one.event), None)
        return found.live.name if found is not None else None

    async def _guarded(self, step: Callable[[], Any]) -> None:
        try:
            await step()
        except (StoreBroken, Superseded):
            raise
        except StoreError as error:
            log.warning("livestreams.not_written", channel=self._channel, error=str(error))

    async def _read(self, watched: Watched, place: _Place) -> None:
        now = self._clock.monotonic()
        active = place.record.wanted or any(self._phase(event) in ON for event in place.events)
        place.due = now + (watched.every if active else max(watched.every, IDLE))
        try:
            state = await place.live.status(place.event)
        except PlatformError as error:
            self._unread(watched, place, error)
            return
        place.error, place.failures = "", 0
        agreed, place.last = place.last == state.status, state.status
        place.read_at = self._clock.now()
        if not agreed:
            place.due = now + min(watched.every, CONFIRM)
            return
        await self._confirmed(place, state)

    def _unread(self, watched: Watched, place: _Place, error: PlatformError) -> None:
        place.error = str(error)
        place.failures += 1
        place.due = self._clock.monotonic() + min(watched.every * 2.0 ** min(place.failures, 10), LONGEST)
        if place.failures == 1:
            log.warning("livestream.unread", channel=self._channel, stream=place.live.name, error=place.error)

    async def _confirmed(self, place: _Place, state: StreamState) -> None:
        changed = state.status != place.state.status
        place.state = state
        if changed:
            place.since = place.read_at
        self._conclude(place, state.status)
        if place.record != place.kept:
            await self._keep(place)
        self._tell(place)
        if (place.is_open or place.last_counts) and self._clock.monotonic() >= place.figures_due:
            await self._count(place)
            await self._keep(place)

    def _conclude(self, place: _Place, status: StreamStatus) -> None:
        now = self._clock.now()
        place.put(status=status, note=place.state.note)
        if status == "on_air":
            self._is_on(place, now)
        elif status not in ("unknown", "starting") and place.is_open:
            if place.record.wanted is False or not place.events:
                self._end(place, now)
            elif place.record.dropped is None:
                place.put(dropped=now, drops=place.record.drops + 1)
                log.warning("livestream.dropped", channel=self._channel, stream=place.live.name, status=status)

    def _is_on(self, place: _Place, now: float) -> None:
        record = place.record
        if record.dropped is not None:
            log.info("livestream.returned", channel=self._channel, stream=place.live.name, after=round(now - record.dropped, 1))
            place.put(dropped=None, lost=record.lost + now - record.dropped)
        place.put(started=record.started if record.started is not None else now, ended=None)

    def _end(self, place: _Place, now: float) -> None:
        record = place.record
        lost = record.lost + (now - record.dropped if record.dropped is not None else 0.0)
        place.put(ended=now, dropped=None, lost=lost, wanted=None)
        place.figures_due, place.last_counts = 0.0, 2

    def _tell(self, place: _Place) -> None:
        word = "offline" if place.record.dropped is not None else "online" if place.is_open else ""
        for event in place.events:
            if self._deciding(event) == place.live.name:
                self._hears(event, stream=word)

    async def _let_go(self, place: _Place) -> None:
        """Events that are over take the last figures with them."""
        over = {event for event in place.events if self._phase(event) == "over"}
        if not over:
            return
        if over == place.events and place.is_open:
            self._end(place, self._clock.now())
        if place.record.started is not None:
            await self._count(place)
        await self._keep(place)
        if over == place.events:
            place.put(wanted=None)  # the next event asks anew; what is kept still says that this one asked
            place.kept = place.record
        place.events -= over
        for event in over:
            if self._deciding(event) == place.live.name:
                self._hears(event, stream="")

    async def _count(self, place: _Place) -> None:
        """Asks for the figures since it was first on air; they come late on every platform, so the newest replace the older."""
        if "analytics" in place.live.cannot:
            return
        now = self._clock.now()
        place.figures_due = self._clock.monotonic() + FIGURES
        place.last_counts = max(0, place.last_counts - (not place.is_open))
        try:
            figures = await place.live.analytics((place.record.started or now) - FIGURES, now, place.event)
        except PlatformError as error:
            log.warning("livestream.uncounted", channel=self._channel, stream=place.live.name, error=str(error))
            return
        viewers = [one for one in (place.record.figures.most_viewers, place.state.viewers) if one is not None]
        place.put(figures=replace(figures, most_viewers=figures.most_viewers or max(viewers, default=None)))

    async def _keep(self, place: _Place) -> None:
        for event in sorted(place.events):
            await self._store.keep_stream(self._channel, replace(place.record, event=event), self._clock.now())
        place.kept = place.record

    def _phase(self, event: str) -> str:
        state = self._states().get(event)
        return state.phase if state is not None else "unknown"


def _fresh(live: Livestream, event: str) -> _Place:
    return _Place(live, event, StreamRecord(event, live.name, live.platform))


def _told(place: _Place) -> dict[str, Any]:
    live, state, record = place.live, place.state, place.record
    return {
        "name": live.name,
        "platform": live.platform,
        "event": place.event,
        "status": state.status,
        "word": state.word,
        "note": state.note,
        "viewers": state.viewers,
        "since": place.since,
        "read_at": place.read_at,
        "wanted": record.wanted,
        "dropped": record.dropped,
        "drops": record.drops,
        "cannot": dict(live.cannot),
        "error": place.error,
    }
