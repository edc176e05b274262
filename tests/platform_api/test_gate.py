"""Waiting for a turn: order, cancelling, patience, silence. Real asyncio, a clock that runs as fast as it is told."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import Clock
from bot.domain.errors import NotSent, Throttled
from bot.platform_api.budget import Budget, Kind
from bot.platform_api.gate import Gate

READ: tuple[Kind, ...] = ("read",)


def spent(per_minute: int, clock: Clock) -> Budget:
    """A budget whose burst is used up."""
    budget = Budget(per_minute)
    while budget.grant(READ, clock.monotonic()):
        pass
    return budget


async def test_who_comes_first_goes_first_but_a_smaller_priority_before() -> None:
    clock = Clock(speed=20)
    gate = Gate(spent(600, clock), clock)
    order: list[str] = []

    async def call(name: str, kind: Kind, priority: int) -> None:
        await gate.slot(kind, priority)
        order.append(name)

    calls: list[tuple[str, Kind, int]] = [("late", "act", 3), ("later", "act", 3), ("hide", "act", 0), ("read", "read", 0)]
    async with asyncio.TaskGroup() as group:
        for name, kind, priority in calls:
            group.create_task(call(name, kind, priority))
    assert order in (["hide", "late", "later", "read"], ["hide", "late", "read", "later"])
    await gate.close()


async def test_events_take_turns_so_that_a_raid_on_one_holds_up_no_other() -> None:
    clock = Clock(speed=20)
    gate = Gate(spent(600, clock), clock)
    order: list[str] = []

    async def call(event: str) -> None:
        await gate.slot("act", 0, event)
        order.append(event)

    raided = [asyncio.create_task(call("raided")) for _ in range(6)]
    await raided[1]
    others = [asyncio.create_task(call(event)) for event in ("one", "one", "two")]
    raided += [asyncio.create_task(call("raided")) for _ in range(6)]
    await asyncio.gather(*raided, *others)
    assert set(order[2:5]) == {"raided", "one", "two"}
    assert order.index("one", order.index("one") + 1) <= 7
    assert order[-5:] == ["raided"] * 5
    await gate.close()


async def test_a_cancelled_wait_costs_nothing() -> None:
    clock = Clock(speed=20)
    gate = Gate(spent(60, clock), clock)
    used = gate.usage().total
    waiting = [asyncio.create_task(gate.slot("act")) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    waiting[1].cancel()
    await waiting[2]
    assert gate.usage().total == used + 1
    assert waiting[0].cancelled()
    await gate.close()


async def test_a_turn_given_to_somebody_just_cancelled_goes_back() -> None:
    clock = Clock()
    budget = spent(6000, clock)
    gate = Gate(budget, clock)
    task = asyncio.create_task(gate.slot("act"))
    used = gate.usage().total
    while gate.usage().total == used:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert gate.usage().total == (used if task.cancelled() else used + 1)
    await gate.close()


async def test_nobody_waits_for_ever() -> None:
    clock = Clock()
    gate = Gate(spent(1, clock), clock, {"act": 0.02, "read": 0.02, "control": 0.02})
    with pytest.raises(NotSent, match="budget"):
        await gate.slot("act")
    await gate.close()


async def test_a_silence_is_told_at_once_to_those_who_wait_and_to_newcomers() -> None:
    clock = Clock()
    gate = Gate(spent(60, clock), clock)
    waiting = asyncio.create_task(gate.slot("read"))
    await asyncio.sleep(0)
    gate.refused(clock.monotonic(), 30.0)
    with pytest.raises(Throttled) as told:
        await waiting
    assert told.value.retry_after == pytest.approx(30.0, abs=0.5)
    with pytest.raises(Throttled):
        await gate.slot("act", 0)
    await gate.close()


async def test_a_short_silence_is_waited_out() -> None:
    clock = Clock(speed=20)
    gate = Gate(Budget(6000), clock)
    gate.refused(clock.monotonic(), 1.0)
    began = clock.monotonic()
    await gate.slot("act")
    assert clock.monotonic() - began >= 0.9
    await gate.close()


async def test_the_budget_counts_in_the_clock_handed_in() -> None:
    clock = Clock(speed=50)
    gate = Gate(Budget(600), clock)
    began = clock.monotonic()
    for _ in range(60):
        await gate.slot("read")
    assert clock.monotonic() - began >= 4.5  # 60 calls at 10 a second, a burst of 10 first
    await gate.close()


async def test_closing_tells_those_who_wait() -> None:
    clock = Clock()
    gate = Gate(spent(1, clock), clock)
    waiting = asyncio.create_task(gate.slot("read"))
    await asyncio.sleep(0)
    await gate.close()
    with pytest.raises(NotSent, match="closed"):
        await waiting
