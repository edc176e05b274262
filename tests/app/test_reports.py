"""The whole bot: the end of an event writes its report, with what the stage knows to be true in it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from bot.app import App
from bot.clock import Clock
from bot.config import Config, Reports
from bot.reports.tables import TABLES
from tests.app.house import a_stage, settings, settled, until, write_rules

RULES = """
rules:
  - { id: swearing, reason: profanity, if: { word: [heck] }, do: [ hide ] }
reports: { on: done, names: named }
"""


async def test_the_end_of_an_event_writes_its_report(tmp_path: Path) -> None:
    async with a_stage() as stage:
        write_rules(tmp_path / "rules", RULES)
        out = tmp_path / "reports"
        config = Config(**dict(settings(stage.url, tmp_path)) | {"reports": Reports(out=str(out))})
        app = App(config, Clock())
        await app.start()
        try:
            for number in range(6):
                text = "oh heck" if number == 3 else f"line {number}"
                stage.door.say("show", text, f"Guest {number}", f"guest{number}@example.test")
            await settled(app, 6)
            stage.door.set_event("show", status="done")
            await until((out / "show" / "timeseries.json").exists, 60)  # the last of them
            handed = await app.channels["main"].report("show", format="json", table="attendees")
        finally:
            await app.stop()
    names = {file.name for file in (out / "show").iterdir()}
    assert {f"{name}.csv" for name in TABLES} | {f"{name}.json" for name in TABLES} | {"report.html"} == names
    summary = json.loads((out / "show" / "summary.json").read_text("utf-8"))
    assert (summary["messages"], summary["hidden"], summary["attendees"], summary["acts"]) == (6, 1, 6, 1)
    assert summary["acts_by_rule"] == {"swearing": {"acts": 1, "undone": 0}}
    assert summary["exposure_count"] == 1
    with (out / "show" / "chat.csv").open(encoding="utf-8", newline="") as file:
        hidden = [row for row in csv.DictReader(file) if row["status"] == "hidden"]
    assert [(row["text"], row["rules"], row["person"]) for row in hidden] == [("oh heck", "swearing", "guest3@example.test")]
    assert len(json.loads(handed.body)) == 6
