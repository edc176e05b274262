"""The real clock: what it counts, and how it rests."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.clock import Clock


@pytest.mark.parametrize("speed", [1.0, 100.0])
async def test_it_rests_as_long_as_it_was_told_by_its_own_time(speed: float) -> None:
    clock, began = Clock(speed=speed), time.monotonic()
    await clock.rest(0.2 * speed, asyncio.Event())
    assert time.monotonic() - began >= 0.19


async def test_a_bell_ends_the_rest_at_once() -> None:
    clock, bell, began = Clock(), asyncio.Event(), time.monotonic()
    asyncio.get_running_loop().call_later(0.01, bell.set)
    await clock.rest(60.0, bell)
    assert time.monotonic() - began < 30.0
    await clock.rest(60.0, bell)  # it is still ringing
    assert time.monotonic() - began < 30.0


async def test_no_time_at_all_lets_others_come_all_the_same() -> None:
    turns: list[str] = []
    asyncio.get_running_loop().call_soon(turns.append, "other")
    await Clock().rest(-1.0, asyncio.Event())
    assert turns == ["other"]


async def test_who_is_cancelled_while_resting_is_cancelled() -> None:
    resting = asyncio.create_task(Clock().rest(60.0, asyncio.Event()))
    await asyncio.sleep(0)
    resting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await resting
