"""Which events are followed, and in what state they are. `follow = ["live"]` finds events that go live; a ref is followed always.

One or a few refs are read one by one. Otherwise the account's lists tell the states of all events at once, so that hundreds of
silent events cost a call or two: the list of live ones every few seconds, the whole list (which alone shows `force_live`) at
`idle_read`; only what a list does not show is read by itself. A webhook makes it look at once.

Leaves to the engine what a changed state means, and that an event is over only when two reads agree (B-16).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.config import Channel
from bot.domain.errors import PlatformError, Refused, StoreFull, Throttled, UsherError
from bot.domain.signals import EventState
from bot.intake.feeds import Feeds
from bot.ports import Bell, Clock, IntakeStore, ReadsEvents

log = structlog.get_logger("intake.discovery")

LIVE = "live"
LIVE_STATE = 5.0
"""Seconds between two looks at the state of a live event."""
LIVE_LIST = 7.5
"""Seconds between two looks at a list; its end is one call more (B-11), and a silent event shall cost under 2 calls a second."""
ONE_BY_ONE = 3
"""So many refs at most are read one by one."""
ONE_PAGE = 100
"""A whole list of so many events is one call: then it is read instead of the list of live ones."""
LINGER = 600.0
"""An event that was found live is followed so long after its end: what was sent is still verified by reading."""
AGAIN = 0.5
"""However many webhooks come, one event's state is not read more often than this."""
_STEP = 1.0
_LONGEST_WAIT = 60.0


@dataclass(slots=True)
class Followed:
    """One event that is followed. Moments on the monotonic clock."""

    state: EventState | None = None
    due: float = 0.0
    read_at: float = -_LONGEST_WAIT
    over_since: float | None = None
    failures: int = 0
    error: str = ""

    @property
    def live(self) -> bool:
        """Whether something is shown there."""
        return self.state is not None and self.state.phase in ("on_air", "playback")


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
        self._listed = 0
        self._stopping = False
        self.error = ""

    async def begin(self) -> Sequence[EventState]:
        """Takes up what the store knows: explicit refs, and events that were live when we stopped. Returns all states known."""
        known = await self._store.events(self._channel.name)
        for state in known:
            if state.event in self._followed or (self._follows_live and state.phase in ("on_air", "playback")):
                self._followed.setdefault(state.event, Followed()).state = state
                self._feeds.follow(state)
        return known

    @property
    def _follows_live(self) -> bool:
        return LIVE in self._channel.follow

    @property
    def _by_lists(self) -> bool:
        return self._follows_live or len(self._followed) > ONE_BY_ONE

    @property
    def states(self) -> dict[str, EventState]:
        """Events followed, by ref."""
        return {ref: one.state for ref, one in self._followed.items() if one.state is not None}

    def unknown(self) -> list[str]:
        """Explicit refs that could not be read, with why."""
        return [f"event '{ref}': {one.error}" for ref, one in self._followed.items() if one.state is None and one.error]

    def follow(self, ref: str) -> None:
        """Follows one more event from now on, until the end of this run."""
        self._followed.setdefault(ref, Followed())
        self._kick.set()

    def look_now(self, event: str = "") -> None:
        """Reads the state of an event (all for "") at once, and looks for new ones."""
        for ref, one in self._followed.items():
            if event in ("", ref):
                one.due = min(one.due, one.read_at + AGAIN)
        if event not in self._followed:
            self._list_due = 0.0
        self._kick.set()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping:
            self._kick.clear()
            try:
                await self.look()
            except UsherError:
                raise
            except Exception:  # a fault of ours must not end the watch over all events
                log.exception("discovery.failed", channel=self._channel.name)
            await self._clock.rest(_STEP, self._kick)

    async def stop(self) -> None:
        """Ends after the look in hand."""
        self._stopping = True
        self._kick.set()

    async def look(self) -> None:
        """Everything that is due now."""
        if self._by_lists:
            await self._look_at_lists()
        for ref, one in list(self._followed.items()):
            if self._clock.monotonic() >= one.due:
                await self._read(ref, one)

    def health(self) -> dict[str, Any]:
        """For status."""
        return {"following": sorted(self._followed), "unknown": self.unknown(), "list_error": self.error}

    # ── lists ──

    async def _look_at_lists(self) -> None:
        now = self._clock.monotonic()
        if now < self._list_due:
            return
        whole = now >= self._whole_due or self._listed <= ONE_PAGE
        self._list_due = now + LIVE_LIST
        try:
            states = await self._reader.list_events(None if whole else LIVE)
        except PlatformError as error:
            self._tell_list(str(error))
            self._list_due = now + max(LIVE_LIST, getattr(error, "retry_after", None) or 0.0)
            return
        self._tell_list("")
        if whole:
            self._listed = len(states)
            # A long list costs a call for each hundred events: not more than one call a second is spent on it.
            self._whole_due = now + max(self._channel.idle_read, len(states) / ONE_PAGE)
        await self._take_list(states, whole)

    async def _take_list(self, states: Sequence[EventState], whole: bool) -> None:
        for state in states:
            if state.event not in self._followed and state.phase == "on_air" and self._follows_live:
                log.info("event.found", event_ref=state.event, title=state.title)
                self._followed[state.event] = Followed()
            one = self._followed.get(state.event)
            if one is not None:
                await self._take(state.event, one, state)
        shown = {state.event for state in states}
        for ref, one in self._followed.items():
            if ref not in shown and (whole or one.live) and not one.failures:
                one.due = 0.0

    def _tell_list(self, error: str) -> None:
        if error and error != self.error:
            log.warning("events.list_failed", channel=self._channel.name, error=error)
        self.error = error

    # ── one event ──

    async def _read(self, ref: str, one: Followed) -> None:
        one.read_at = self._clock.monotonic()
        try:
            state = await self._reader.read_event(ref)
        except PlatformError as error:
            self._failed(ref, one, error)
            return
        await self._take(ref, one, state)

    async def _take(self, ref: str, one: Followed, state: EventState) -> None:
        if state.phase == "unknown" and one.state is not None:
            state = replace(state, phase=one.state.phase)  # a word nobody knows: what was, still is (B-16)
        try:
            differs = await self._store.save_event(self._channel.name, state, self._clock.now())
        except StoreFull as error:
            self._failed(ref, one, error)
            return
        before, one.state = one.state, state
        one.failures, one.error = 0, ""
        one.due = self._clock.monotonic() + self._interval(one)
        if differs:
            self._wake.set()
        if before is None or before.phase != state.phase:
            log.info("event.state", event_ref=ref, status=state.status, phase=state.phase)
        if before is None or (before.phase, before.chat) != (state.phase, state.chat):
            self._feeds.follow(state)
        self._leave_if_past(ref, one)

    def _interval(self, one: Followed) -> float:
        """Where lists tell the states, an event by itself is read only if they fail to."""
        if self._by_lists:
            return max(2 * self._channel.idle_read, 2 * LIVE_LIST, 2.0 * self._listed / ONE_PAGE)
        return LIVE_STATE if one.live else self._channel.idle_read

    def _leave_if_past(self, ref: str, one: Followed) -> None:
        if one.live or ref in self._channel.follow:
            one.over_since = None
            return
        now = self._clock.monotonic()
        one.over_since = now if one.over_since is None else one.over_since
        if now - one.over_since >= LINGER:
            del self._followed[ref]
            self._feeds.unfollow(ref)
            log.info("event.left", event_ref=ref)

    def _failed(self, ref: str, one: Followed, error: UsherError) -> None:
        one.failures += 1
        wait = min(2.0 ** min(one.failures, 10), _LONGEST_WAIT)
        told = str(error)
        if isinstance(error, Throttled):
            wait = max(wait, error.retry_after or 0.0)
        if isinstance(error, Refused) and error.status == 404:
            wait = _LONGEST_WAIT
            told = f"the account has no event '{ref}' (yet); check follow in config.toml; it is looked for again every minute"
        if told != one.error:
            log.warning("event.read_failed", event_ref=ref, error=told)
        one.error = told
        one.due = self._clock.monotonic() + wait
