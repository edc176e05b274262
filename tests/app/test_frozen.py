"""SIGSTOP: a process that stands still for seconds, and goes on as if nothing had been (B6, D3). Real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from tests.app.house import EVENT
from tests.app.test_killed import Processes

STILL = 4.0


async def test_a_bot_that_stood_still_catches_up_and_doubles_nothing(tmp_path: Path) -> None:
    house = Processes(tmp_path)
    await house.start_stage()
    house.write()
    try:
        await house.ask("POST", f"events/{EVENT}", {"status": "live"})
        await house.start_bot()
        await _until(house, lambda texts: "Welcome!" in texts, within=60.0)
        assert house.bot is not None
        for number in range(40):
            await house.say(number)
            if number in {8, 22}:
                house.bot.send_signal(signal.SIGSTOP)
            if number in {8, 22}:
                await asyncio.sleep(STILL)
                house.bot.send_signal(signal.SIGCONT)
        await _until(house, lambda _: True, hidden=8, within=60.0)
        messages, truth = await house.messages(), await house.ask("GET", "truth")
    finally:
        await house.end()
    assert {one["text"] for one in messages if one["status"] == "hidden"} == {
        one["text"] for one in messages if "heck" in one["text"]
    }
    assert max(Counter(one["text"] for one in messages if one["by_api"]).values()) == 1
    assert len(truth["polls"]) <= 1


async def test_a_second_copy_beside_one_that_stands_still_is_turned_away(tmp_path: Path) -> None:
    house = Processes(tmp_path)
    await house.start_stage()
    house.write()
    try:
        await house.ask("POST", f"events/{EVENT}", {"status": "live"})
        await house.start_bot()
        await _until(house, lambda texts: "Welcome!" in texts, within=60.0)
        assert house.bot is not None
        house.bot.send_signal(signal.SIGSTOP)
        arguments = ["-m", "bot", "run", "--config", str(tmp_path / "config.toml")]
        second = await asyncio.create_subprocess_exec(sys.executable, *arguments, stderr=asyncio.subprocess.PIPE, env=os.environ)
        _, told = await asyncio.wait_for(second.communicate(), 60.0)
        house.bot.send_signal(signal.SIGCONT)
        assert second.returncode == 75
        assert b"Traceback" not in told
        await house.say(5)
        await _until(house, lambda _: True, hidden=1, within=60.0)
    finally:
        await house.end()


async def _until(house: Processes, holds: object, *, hidden: int = 0, within: float) -> None:
    """Until the bot's posts satisfy `holds` and so many messages are hidden."""
    assert callable(holds)
    deadline = asyncio.get_running_loop().time() + within
    while asyncio.get_running_loop().time() < deadline:
        messages = await house.messages()
        texts = [one["text"] for one in messages if one["by_api"]]
        if holds(texts) and sum(one["status"] == "hidden" for one in messages) >= hidden:
            return
        await asyncio.sleep(0.2)
    raise AssertionError("it did not come true in time")
