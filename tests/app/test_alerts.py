"""The whole bot tells a chat tool what rules ask for and what goes wrong with the bot itself, over real HTTP."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from bot.app import App
from bot.clock import Clock
from bot.config import Alerts
from tests.alerts.test_alerts import Ear
from tests.app.house import EVENT, a_stage, settings, until, write_rules

RULES = """
rules:
  - id: emergency
    if: { word: [fire] }
    do: [ { alert: { text: "{author} speaks of fire", urgent: true } } ]
"""


async def test_a_rules_alert_and_rule_files_that_broke_reach_the_chat_tool_and_status(tmp_path: Path) -> None:
    speed = 20.0
    async with Ear() as ear, a_stage(speed=speed) as stage:
        write_rules(tmp_path / "rules", RULES)
        url = SecretStr(f"json://127.0.0.1:{ear.server.port}/hook")
        config = settings(stage.url, tmp_path).model_copy(update={"alerts": Alerts(urls=(url,))})
        app = App(config, Clock(speed))
        await app.start()
        try:
            stage.door.say(EVENT, "there is fire in the hall", "Ann")
            await until(lambda: any("Ann speaks of fire" in one["message"] for one in ear.heard), within=60)
            assert next(one["type"] for one in ear.heard if "Ann speaks of fire" in one["message"]) == "failure"
            write_rules(tmp_path / "rules", "rules: [ { id: broken", "more.yaml")
            await until(lambda: any("rule files have problems" in one["message"] for one in ear.heard), within=60)
            (tmp_path / "rules" / "more.yaml").unlink()
            await until(lambda: any("works again" in one["message"] for one in ear.heard), within=60)
            assert app.channels["main"].ruleset.rule("emergency") is not None
        finally:
            await app.stop()
