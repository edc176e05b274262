"""The simulated loop: what it borrows from asyncio is still there, time jumps, order is seeded."""

from __future__ import annotations

import asyncio

import pytest

from tests.simulation.loop import virtually


def test_the_private_names_it_knows_are_still_there() -> None:
    loop = asyncio.new_event_loop()
    try:
        assert hasattr(loop, "_ready")
        assert hasattr(loop, "_stopping")
        assert callable(loop._run_once)  # type: ignore[attr-defined]  # what this test is about
    finally:
        loop.close()


def test_an_hour_passes_in_no_time() -> None:
    async def main() -> float:
        await asyncio.sleep(3600.0)
        return asyncio.get_running_loop().time()

    passed, wrongs = virtually(1, main)
    assert 3600.0 <= passed < 3600.1
    assert wrongs == []


def order(seed: int) -> list[int]:
    told: list[int] = []

    async def one(number: int) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
            told.append(number)

    async def main() -> None:
        await asyncio.gather(*(one(number) for number in range(6)))

    virtually(seed, main)
    return told


def test_a_seed_is_an_order() -> None:
    assert order(1) == order(1)
    assert len({tuple(order(seed)) for seed in range(20)}) > 10


def test_waiting_for_each_other_is_noticed() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="every task waits"):
        virtually(1, main)


def test_waiting_in_vain_beside_a_clock_that_ticks_is_noticed() -> None:
    async def tick() -> None:
        while True:
            await asyncio.sleep(1.0)

    async def main() -> None:
        ticking = asyncio.create_task(tick())
        await asyncio.Queue[int]().get()
        ticking.cancel()

    with pytest.raises(RuntimeError, match="not over after"):
        virtually(1, main)


def test_what_nobody_asked_a_task_for_is_told() -> None:
    async def wrong() -> None:
        raise ValueError("lost")

    async def main() -> None:
        task = asyncio.create_task(wrong())
        await asyncio.sleep(1.0)
        del task

    assert any("ValueError: lost" in told for told in virtually(1, main)[1])


def test_sets_of_tasks_keep_their_order() -> None:
    def names() -> list[str]:
        async def main() -> list[str]:
            tasks = {asyncio.create_task(asyncio.sleep(0), name=str(number)) for number in range(50)}
            told = [task.get_name() for task in tasks]
            await asyncio.gather(*tasks)
            return told

        return virtually(1, main)[0]

    assert names() == names()
