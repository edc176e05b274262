"""The machine's clock is set while the whole bot runs: it goes on within seconds, nothing is said twice (D1, D2)."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bot.app import App
from bot.clock import Clock
from bot.stage import truth
from tests.app.house import EVENT, RULES, a_stage, people, settings, until, write_rules

SHOW = """
speech: { min_gap: 1s, max_share: null, quiet_above: null }
announcements:
  - { id: tip, every: 1h, only_when: [live], messages: ["Tip one.", "Tip two.", "Tip three."] }
cues:
  - { id: hello, when: { status: live }, do: [ { post: "Welcome!" } ] }
"""


class SetClock(Clock):
    """A wall clock that somebody sets; the monotonic one goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.jumped = 0.0

    def now(self) -> float:
        return super().now() + self.jumped


@pytest.mark.parametrize("jump", [3_600.0, 30 * 86_400.0, -30.0, -86_400.0])
async def test_the_bot_goes_on_and_repeats_nothing(tmp_path: Path, jump: float) -> None:
    write_rules(tmp_path / "rules", RULES)
    write_rules(tmp_path / "rules", SHOW, "show.yaml")
    clock = SetClock()
    async with a_stage() as stage:
        app = App(settings(stage.url, tmp_path), clock)
        await app.start()
        try:
            stage.door.say(EVENT, "heck before", "Ann")
            await until(lambda: hidden(stage) == {"heck before"}, within=20.0)
            clock.jumped = jump
            began = asyncio.get_running_loop().time()
            stage.door.say(EVENT, "heck after", "Bo")
            await until(lambda: hidden(stage) == {"heck before", "heck after"}, within=20.0)
            assert asyncio.get_running_loop().time() - began < 15.0
            await asyncio.sleep(3.0)
        finally:
            await app.stop()
        posts = Counter(one["text"] for one in truth.messages(stage.world) if one["by_api"])
    assert max(posts.values(), default=0) <= 1, posts
    assert sum(text.startswith("Tip") for text in posts) <= 2


def hidden(stage: object) -> set[str]:
    return {one["text"] for one in people(stage) if one["status"] == "hidden"}  # type: ignore[arg-type]  # a Stage
