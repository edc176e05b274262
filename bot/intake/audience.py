"""Reads how many watch, whether the livestream is online, and how many have signed up, of events that are on air (signups also
before). Few calls: one each minute an event, one each fifteen seconds where rules ask for it; signups, a call for each hundred of
them, every ten minutes, or every two where rules ask. The figures lag on the platform; they are advisory (B-16, B-23).

What is read goes to the runner (what triggers and conditions see) and to the store (the curve of the report). The state of the
livestream is told only when two reads agree: one wrong answer must not say "stream lost".
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.domain.errors import PlatformError, StoreBroken, StoreError, Superseded
from bot.domain.signals import EventState
from bot.ports import Clock, OutageStore, ReadsAudience

log = structlog.get_logger("intake.audience")

ASKED, UNASKED = 15.0, 60.0
"""Seconds between two reads of the viewers, where a rule asks for them and where only the report does."""
SIGNUPS_ASKED, SIGNUPS_UNASKED = 120.0, 600.0
PER_SIGNUP = 0.1
"""Seconds more between two counts of the signups for each of them: a long list is counted less often."""
STEP = 1.0
AFTER_FAILURE, LONGEST = 15.0, 300.0
"""What cannot be read waits twice as long each time, from and up to so many seconds."""


class Hears(Protocol):
    """The runner's ear."""

    def __call__(self, event: str, *, viewers: int | None = None, signups: int | None = None, stream: str | None = None) -> None:
        """None: not read this time."""
        ...


@dataclass(slots=True)
class _Due:
    """When an event's figures are read next, on the monotonic clock."""

    watching: float = 0.0
    signups: float = 0.0
    failures: int = 0
    stream: str = ""


class AudienceFeed:
    """One channel's figures. `asks_for` tells which of viewers, signups and stream the rules in force ask about."""

    def __init__(
        self,
        channel: str,
        reader: ReadsAudience,
        store: OutageStore,
        clock: Clock,
        hears: Hears,
        states: Callable[[], Mapping[str, EventState]],
        asks_for: Callable[[], frozenset[str]],
    ) -> None:
        self._channel = channel
        self._reader = reader
        self._store = store
        self._clock = clock
        self._hears = hears
        self._states = states
        self._asks_for = asks_for
        self._due: dict[str, _Due] = {}
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`. Raises StoreBroken or Superseded when there is no going on."""
        while not self._stopping.is_set():
            await self.look()
            await self._clock.rest(STEP, self._stopping)

    async def stop(self) -> None:
        """Ends after the read in hand."""
        self._stopping.set()

    async def look(self) -> None:
        """Everything that is due now."""
        asked, states = self._asks_for(), self._states()
        for event in [ref for ref in self._due if ref not in states]:
            del self._due[event]
        for event, state in states.items():
            due, now = self._due.setdefault(event, _Due()), self._clock.monotonic()
            if state.phase in ("on_air", "playback") and now >= due.watching:
                due.watching = now + (ASKED if asked & {"viewers", "stream"} else UNASKED)
                await self._guarded(event, due, self._watching)
            before = "signups" in asked and state.phase == "before"
            if (before or state.phase in ("on_air", "playback")) and now >= due.signups:
                due.signups = now + (SIGNUPS_ASKED if "signups" in asked else SIGNUPS_UNASKED)
                await self._guarded(event, due, self._signups)

    async def _guarded(self, event: str, due: _Due, read: Callable[[str, _Due], Awaitable[None]]) -> None:
        """Figures that cannot be read now are read later; only a store that can no longer be trusted ends it."""
        try:
            await read(event, due)
        except (StoreBroken, Superseded):
            raise
        except (PlatformError, StoreError) as error:
            due.failures += 1
            wait = min(AFTER_FAILURE * 2.0 ** min(due.failures, 10), LONGEST)
            due.watching, due.signups = (max(at, self._clock.monotonic() + wait) for at in (due.watching, due.signups))
            if due.failures == 1:
                log.warning("audience.unread", channel=self._channel, event_ref=event, error=str(error))
        else:
            due.failures = 0

    async def _watching(self, event: str, due: _Due) -> None:
        seen = await self._reader.read_watching(event)
        agreed, due.stream = seen.stream == due.stream, seen.stream
        self._hears(event, viewers=seen.viewers, stream=seen.stream if agreed and seen.stream else None)
        if seen.viewers is not None:
            await self._store.note_audience(self._channel, event, self._clock.now(), viewers=seen.viewers, signups=None)

    async def _signups(self, event: str, due: _Due) -> None:
        count = await self._reader.count_signups(event)
        due.signups += PER_SIGNUP * count
        self._hears(event, signups=count)
        await self._store.note_audience(self._channel, event, self._clock.now(), viewers=None, signups=count)
