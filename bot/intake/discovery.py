"""Which events are followed, and in what state they are. `follow = ["live"]` finds events that go live; a ref is followed always.

Assumes that events are few or their list is short; states of live events are read every few seconds, of others at `idle_read`. A
webhook makes it look at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.config import Channel
from bot.domain.errors import PlatformError, Refused, StoreFull, Throttled
from bot.domain.signals import EventState
from bot.intake.feeds import Feeds
from bot.ports import Bell, Clock, IntakeStore, ReadsEvents

log = structlog.get_logger("intake")

LIVE = "live"
LIVE_STATE = 5.0
"""Seconds between two looks at the state of a live event."""
LIVE_LIST = 5.0
"""Seconds between two looks for events that went live."""
WHOLE_LIST = 60.0
"""`force_live` is no filter value (2.2), so now and then the whole list is read."""
_STEP = 1.0
_LONGEST_WAIT = 60.0


@dataclass(slots=True)
class Followed:
    """One event that is followed. `due` on the monotonic clock."""

    state: EventState | None = None
    due: float = 0.0
    failures: int = 0
    error: str = ""


class Discovery:
    """One channel's events."""

    def __init__(self, channel: Channel, reader: ReadsEvents, store: IntakeStore, clock: Clock, feeds: Feeds, wake: Bell) -> None:
        self._channel = channel
        self._reader = reader
        self._store = store
        self._clock = clock
        self._feeds = feeds
        self._wake = wake
        self._kick = asyncio.Event()
        self._followed: dict[str, Followed] = {ref: Followed() for ref in channel.follow if ref != LIVE}
        self._list_due = 0.0
        self._whole_due = 0.0
        self._stopping = False
        self.error = ""

    async def begin(self) -> Sequence[EventState]:
        """Takes up what the store knows: explicit refs, and events that were live when we stopped. Returns all states known."""
        known = await self._store.events(self._channel.name)
        for state in known:
            if state.event in self._followed or (self._follows_live and state.phase in {"on_air", "playback"}):
                self._follow(state)
        return known

    @property
    def _follows_live(self) -> bool:
        return LIVE in self._channel.follow

    @property
    def states(self) -> dict[str, EventState]:
        """Events followed, by ref."""
        return {ref: one.state for ref, one in self._followed.items() if one.state is not None}

    def unknown(self) -> list[str]:
        """Explicit refs that could not be read, with why."""
        return [f"event '{ref}': {one.error}" for ref, one in self._followed.items() if one.state is None and one.error]

    def look_now(self, event: str = "") -> None:
        """Reads the state of an event (all for "") at once, and looks for new ones."""
        for ref, one in self._followed.items():
            if not event or ref == event:
                one.due = 0.0
        if not event or event not in self._followed:
            self._list_due = 0.0
        self._kick.set()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping:
            self._kick.clear()
            await self.look()
            await self._rest()

    async def stop(self) -> None:
        """Ends after the look in hand."""
        self._stopping = True
        self._kick.set()

    async def look(self) -> None:
        """Everything that is due now."""
        now = self._clock.monotonic()
        if self._follows_live and now >= self._list_due:
            self._list_due = now + LIVE_LIST
            await self._find(now)
        for ref, one in list(self._followed.items()):
            if now >= one.due:
                await self._read(ref, one)

    async def _find(self, now: float) -> None:
        whole = now >= self._whole_due
        try:
            states = await self._reader.list_events(None if whole else "live")
        except PlatformError as error:
            self._tell_list(str(error))
            self._list_due = now + max(LIVE_LIST, getattr(error, "retry_after", None) or 0.0)
            return
        self._tell_list("")
        if whole:
            self._whole_due = now + WHOLE_LIST
        for state in states:
            if state.phase == "on_air" and state.event not in self._followed:
                log.info("event.found", event_ref=state.event, title=state.title)
                self._followed[state.event] = Followed()

    def _tell_list(self, error: str) -> None:
        if error and error != self.error:
            log.warning("events.list_failed", channel=self._channel.name, error=error)
        self.error = error

    async def _read(self, ref: str, one: Followed) -> None:
        try:
            state = await self._reader.read_event(ref)
            differs = await self._store.save_event(self._channel.name, state, self._clock.now())
        except (PlatformError, StoreFull) as error:
            self._failed(ref, one, error)
            return
        one.failures, one.error = 0, ""
        live = state.phase in {"on_air", "playback"}
        one.due = self._clock.monotonic() + (LIVE_STATE if live else self._channel.idle_read)
        before, one.state = one.state, state
        if differs:
            self._wake.set()
        if before is None or before.phase != state.phase:
            self._follow(state)
            log.info("event.state", event_ref=ref, status=state.status, phase=state.phase)
        if self._is_past(ref, state):
            self._let_go(ref)

    def _is_past(self, ref: str, state: EventState) -> bool:
        return ref not in self._channel.follow and state.phase in {"over", "before"}

    def _let_go(self, ref: str) -> None:
        """An event that was found live and is over: what it wrote last is still read once, then no more."""
        self._feeds.look_now(ref)
        self._followed.pop(ref, None)
        self._feeds.unfollow(ref)
        log.info("event.left", event_ref=ref)

    def _follow(self, state: EventState) -> None:
        one = self._followed.setdefault(state.event, Followed())
        one.state = state
        self._feeds.follow(state)

    def _failed(self, ref: str, one: Followed, error: Exception) -> None:
        one.failures += 1
        wait = min(2.0**one.failures, _LONGEST_WAIT)
        if isinstance(error, Throttled):
            wait = max(wait, error.retry_after or 0.0)
        if isinstance(error, Refused) and error.status == 404:
            told = "there is no such event on this account (yet); it is looked for again and again"
        else:
            told = str(error)
        if told != one.error:
            log.warning("event.read_failed", event_ref=ref, error=told)
        one.error = told
        one.due = self._clock.monotonic() + wait

    async def _rest(self) -> None:
        sleep = asyncio.ensure_future(self._clock.sleep(_STEP))
        kick = asyncio.ensure_future(self._kick.wait())
        try:
            await asyncio.wait({sleep, kick}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            kick.cancel()

    def health(self) -> dict[str, Any]:
        """For status."""
        return {"following": sorted(self._followed), "unknown": self.unknown(), "list_error": self.error}
