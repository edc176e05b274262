"""The alarm clock: at the due moment, and never more than a second late whatever the clocks do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.clock import Clock
from bot.domain.errors import StoreFull
from bot.intake.timers import JUMP, Timers
from tests.stills import watched


class Schedule:
    """Due moments of events by the wall clock, and when each was rung."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.due: dict[str, list[float]] = {}
        self.fired: list[tuple[str, float]] = []
        self.rung: dict[str, int] = {}

    async def tick(self, event: str) -> None:
        self.rung[event] = self.rung.get(event, 0) + 1
        now = self.clock.now()
        for moment in [moment for moment in self.due.get(event, []) if moment <= now]:
            self.due[event].remove(moment)
            self.fired.append((event, now - moment))

    async def next_due(self, event: str) -> float | None:
        return min(self.due.get(event, []), default=None)


@asynccontextmanager
async def ringing(schedule: Schedule, *events: str, tick: Callable[[str], Awaitable[None]] | None = None) -> AsyncIterator[Timers]:
    clock = schedule.clock
    timers = Timers(clock, lambda: events, tick or schedule.tick, schedule.next_due, clock.speed)
    task = asyncio.create_task(timers.run())
    try:
        yield timers
    finally:
        await timers.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def fired(schedule: Schedule, times: int) -> None:
    """Until it has fired so often, and whatever more comes in a tenth of a second."""
    async with asyncio.timeout(10):
        while len(schedule.fired) < times:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)


async def test_it_rings_at_the_moment_and_not_at_the_next_tick() -> None:
    schedule = Schedule(Clock())
    now = schedule.clock.now()
    schedule.due = {"a": [now + 0.21, now + 0.43], "b": [now + 0.3]}
    with watched() as stills:
        async with ringing(schedule, "a", "b"):
            await fired(schedule, 3)
    assert [event for event, _ in schedule.fired] == ["a", "b", "a"]
    assert all(late < 0.12 + stills.longest for _, late in schedule.fired)


async def test_a_fast_clock_rings_by_its_own_time() -> None:
    schedule = Schedule(Clock(speed=20.0))
    schedule.due = {"a": [schedule.clock.now() + 6.5]}
    with watched() as stills:
        async with ringing(schedule, "a"):
            await fired(schedule, 1)
    assert len(schedule.fired) == 1
    assert schedule.fired[0][1] < 1.5 + 20.0 * stills.longest


async def test_what_was_missed_is_rung_at_once() -> None:
    schedule = Schedule(Clock())
    schedule.due = {"a": [schedule.clock.now() - 3600.0]}
    async with ringing(schedule, "a"):
        await asyncio.sleep(0.1)
    assert len(schedule.fired) == 1


@pytest.mark.parametrize("error", [RuntimeError("a bug"), StoreFull("the disk is full")])
async def test_one_events_trouble_does_not_stop_the_others(error: Exception) -> None:
    schedule = Schedule(Clock(speed=20.0))

    async def tick(event: str) -> None:
        if event == "bad":
            raise error
        await schedule.tick(event)

    with capture_logs() as lines:
        async with ringing(schedule, "bad", "good", tick=tick):
            await asyncio.sleep(0.2)
    assert schedule.rung["good"] >= 2
    assert any(line["event_ref"] == "bad" for line in lines if "event_ref" in line)


class JumpingClock(Clock):
    """A clock whose wall time is set by somebody."""

    def __init__(self) -> None:
        super().__init__(speed=20.0)
        self.step = 0.0

    def now(self) -> float:
        return super().now() + self.step


@pytest.mark.parametrize("step", [30 * 86400.0, -3600.0])
async def test_a_jump_of_the_wall_clock_is_told_and_costs_no_tick(step: float) -> None:
    clock = JumpingClock()
    schedule = Schedule(clock)
    with capture_logs() as lines:
        async with ringing(schedule, "a"):
            await asyncio.sleep(0.1)
            before = schedule.rung["a"]
            clock.step = step
            await asyncio.sleep(0.2)
            assert schedule.rung["a"] >= before + 2
    jumps = [line for line in lines if line["event"] == "timers.clock_jumped"]
    assert len(jumps) == 1
    assert jumps[0]["seconds"] == pytest.approx(step, abs=JUMP)
