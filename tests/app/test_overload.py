"""A raid that the calls cannot clear: the chat is locked with one call, what waits is worked off, and it opens again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bot.app.overload import crowded
from bot.stage import Stage
from tests.app.house import EVENT, a_bot, a_stage, people, until, writes


def switched(stage: Stage) -> list[Any]:
    return [call["fields"]["chat"] for call in writes(stage) if call["path"].endswith(EVENT) and "chat" in (call["fields"] or {})]


def test_who_is_told_of() -> None:
    assert crowded({"a": 500, "b": 30, "c": 3}, 35.0, 10.0).keys() == {"a"}
    assert crowded({"a": 300}, 35.0, 10.0) == {}
    assert crowded({"a": 500}, 35.0, 0.0) == {}
    assert crowded({"a": 15}, 0.5, 10.0) == {}
    assert crowded({}, 0.0, 10.0) == {}


async def test_a_raid_locks_the_chat_until_it_is_cleared(tmp_path: Path) -> None:
    async with a_stage(speed=4.0) as stage, a_bot(stage, tmp_path, speed=4.0, requests_per_minute=600, lock_when_behind=8.0):
        stage.door.say(EVENT, "good evening", "Host")
        await until(lambda: any(row["text"] == "good evening" for row in people(stage)))
        await asyncio.sleep(0.5)
        for number in range(120):
            stage.door.say(EVENT, f"what the heck {number}", f"Raider {number}")
        await until(lambda: switched(stage) == [False], within=15.0)
        hidden = sum(row["status"] == "hidden" for row in people(stage))
        assert hidden < 120, "the lock came before the last hide"
        await until(lambda: switched(stage) == [False, True], within=40.0)
        assert all(row["status"] == "hidden" for row in people(stage) if "heck" in row["text"])
