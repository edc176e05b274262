"""The alarm clock: APScheduler wakes at the next due moment, and a tick of at most a second stands behind it.

What is due is computed from the rule files and the ledger; this only says "look now" (reliability 6). Memory job store, one-shot
jobs, explicit zone, no grace: the scheduler can neither repeat nor forget anything, because it knows nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.errors import StoreFull
from bot.ports import Clock

log = structlog.get_logger("intake.timers")

TICK = 1.0
TURN = 50
JUMP = 60.0
"""Seconds by which wall and monotonic clock may part between two ticks before it is said."""


class Alarms(Protocol):
    """Rings once each, soon."""

    def start(self) -> None:
        """Alarms may ring from now on."""
        ...

    def set(self, name: str, seconds: float, ring: Callable[[str], Awaitable[None]]) -> None:
        """In so many real seconds `ring(name)`; takes the place of an older alarm of that name."""
        ...

    def stop(self) -> None:
        """None rings any more."""
        ...


class ScheduledAlarms:
    """By APScheduler, with nothing stored."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})

    def start(self) -> None:
        """Begins."""
        self._scheduler.start()

    def set(self, name: str, seconds: float, ring: Callable[[str], Awaitable[None]]) -> None:
        """A one-shot job."""
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        self._scheduler.add_job(ring, "date", run_date=at, args=[name], id=name, replace_existing=True)

    def stop(self) -> None:
        """Ends."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


class Timers:
    """`tick` is told an event's ref; `next_due` answers with wall time; `speed` is how fast the given clock runs."""

    def __init__(
        self,
        clock: Clock,
        events: Callable[[], Sequence[str]],
        tick: Callable[[str], Awaitable[None]],
        next_due: Callable[[str], Awaitable[float | None]],
        speed: float = 1.0,
        alarms: Alarms | None = None,
    ) -> None:
        self._clock = clock
        self._events = events
        self._tick = tick
        self._next_due = next_due
        self._speed = speed
        self._alarms = alarms or ScheduledAlarms()
        self._stopping = False

    async def run(self) -> None:
        """Until `stop`."""
        self._alarms.start()
        gap = self._clock.now() - self._clock.monotonic()
        while not self._stopping:
            gap = self._watch_jump(gap)
            for number, event in enumerate(self._events(), 1):
                await self._ring(event)
                if number % TURN == 0:
                    await asyncio.sleep(0)  # hundreds of events must not hold the loop
            await self._clock.sleep(TICK)

    async def stop(self) -> None:
        """No more alarms."""
        self._stopping = True
        self._alarms.stop()

    async def _ring(self, event: str) -> None:
        try:
            await self._tick(event)
            due = await self._next_due(event)
        except StoreFull as error:
            log.warning("timers.store_full", event_ref=event, error=str(error))
            return
        except Exception:
            # One event's trouble must not stop the others' time; the next tick tries again.
            log.exception("timers.tick_failed", event_ref=event)
            return
        if due is not None:
            self._set_alarm(event, due)

    def _set_alarm(self, event: str, due: float) -> None:
        wait = (due - self._clock.now()) / self._speed
        if 0.0 < wait < TICK and not self._stopping:
            self._alarms.set(event, wait, self._ring)

    def _watch_jump(self, gap: float) -> float:
        now = self._clock.now() - self._clock.monotonic()
        if abs(now - gap) > JUMP:
            log.warning("timers.clock_jumped", seconds=round(now - gap, 1))
        return now
