"""Who watches, who signed up and whether the stream is up: read from the stage, seen by the running order, kept for the report."""

from __future__ import annotations

from pathlib import Path

from bot.stage import truth
from tests.app.house import EVENT, a_bot, a_stage, until

RULES = """
speech: { min_gap: 0s, max_share: null, quiet_above: null }
cues:
  - { id: full, when: { viewers: ">= 40" }, do: [ { post: "We are many!" } ] }
  - { id: leaving, when: { viewers: drop 50% in 10m }, do: [ { post: "Stay a little!" } ] }
  - { id: asked-for, when: { signups: ">= 3" }, do: [ { post: "Three of you signed up." } ] }
  - { id: dropout, when: { stream: offline }, do: [ { post: "We will be right back." } ] }
"""


async def test_the_running_order_sees_the_audience(tmp_path: Path) -> None:
    async with a_stage(speed=60.0) as stage:
        stage.door.viewers(EVENT, 12)
        stage.door.stream(EVENT, "active")
        async with a_bot(stage, tmp_path, rules=RULES, speed=60.0) as app:

            def said() -> list[str]:
                return [one["text"] for one in truth.messages(stage.world) if one["by_api"]]

            await until(lambda: app.channels["main"].runner.situation(EVENT).stream == "online")
            assert said() == []
            stage.door.viewers(EVENT, 44)
            for number in range(3):
                stage.door.sign_up(EVENT, name=f"p{number}", email=f"p{number}@example.test")
            await until(lambda: len(said()) == 2)
            stage.door.viewers(EVENT, 20)
            stage.door.stream(EVENT, "idle")
            await until(lambda: len(said()) == 4)
            samples = await app.store.report_audience("main", EVENT)
    assert set(said()[:2]) == {"We are many!", "Three of you signed up."}
    assert set(said()[2:]) == {"Stay a little!", "We will be right back."}
    assert max(sample.viewers or 0 for sample in samples) == 44
    assert max(sample.signups or 0 for sample in samples) == 3
