"""A running order of two hours, played twice at once: by `usher rehearse`, and with kill -9 at twenty random moments.

Both must tell the timeline that stands beside this file, to the byte. `make running-order` plays it at speed 60 (two minutes).
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from random import Random

from tests.rehearsal.two_hours import chat
from tests.rehearsal.two_hours.house import EXPECTED, RULES, House, a_house

SPEED = float(os.environ.get("SPEED", "120"))
KILLS = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("SEED", "7"))


async def rehearse(folder: Path, speed: float) -> tuple[int, str]:
    """What a producer types; exit code and the timeline."""
    script = chat.write(folder / "chat.jsonl")
    options = [
        "--headless",
        "--port",
        "0",
        "--speed",
        f"{speed:g}",
        "--minutes",
        "130",
        "--chat",
        str(script),
        "--rules",
        str(RULES),
    ]
    command = [sys.executable, "-m", "bot", "rehearse", *options, "--out", str(folder / "out")]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    code = await process.wait()
    return code, (folder / "out" / "timeline.txt").read_text(encoding="utf-8")


async def kill_now_and_then(house: House) -> None:
    """At random moments of the show; some come before the bot is up again."""
    dice = Random(SEED)
    moments = sorted(dice.uniform(30.0, chat.LENGTH - 60.0) for _ in range(KILLS))
    begun = house.clock.monotonic()
    for moment in moments:
        await house.clock.sleep(max(60.0, begun + moment - house.clock.monotonic()))
        await house.kill()
        house.start_bot()


async def play(folder: Path, speed: float, expected: str) -> tuple[str, str]:
    """Both at once; the timelines. Whatever the machine is good for, nothing may be on the platform but what is told."""
    async with a_house(folder, speed) as house, asyncio.TaskGroup() as group:
        rehearsed = group.create_task(rehearse(folder, speed))
        house.start_bot()
        await house.ready()
        killing = group.create_task(kill_now_and_then(house))
        await house.play()
        await killing
        told = await house.finished(expected)
        posts, polls, kills, (said, asked) = house.posts, house.polls, house.kills, await house.told()
        code, timeline = await rehearsed
    assert (code, kills) == (0, KILLS)
    assert posts == said
    assert sorted(poll["question"] for poll in polls) == asked
    assert len(set(asked)) == len(asked)
    assert not any(poll["active"] for poll in polls)
    return told, timeline


async def test_the_same_to_the_byte_and_killed_twenty_times(tmp_path: Path) -> None:
    """On a machine that is too busy for this speed a second is minutes of the show: then half the speed must do."""
    expected = EXPECTED.read_text(encoding="utf-8")
    for speed in (SPEED, SPEED / 2, SPEED / 4):
        told, timeline = await play(tmp_path / f"{speed:g}", speed, expected)
        if told == timeline == expected:
            break
    assert timeline == expected
    assert told == expected


def test_it_is_the_running_order_that_was_asked_for() -> None:
    text = (RULES / "show.yaml").read_text(encoding="utf-8")
    sections = {part.split(":")[0]: part for part in text.split("\n\n")}
    assert {name: sections[name].count("\n  - {") for name in ("polls", "announcements", "commands", "cues")} == {
        "polls": 8,
        "announcements": 5,
        "commands": 6,
        "cues": 10,
    }
    assert sections["quizzes"].count("\n      - {") == 6
