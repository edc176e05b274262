"""A rehearsal whose running order starts a livestream on every platform: on air, dropped in the middle, back, stopped, reported."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.rehearsal.audience import plan
from bot.rehearsal.livestreams import forget, sections
from bot.rehearsal.show import Show, rehearse

NAMES = ("main", "realtimekit", "dyte", "accelevents", "golive")
STARTS = ", ".join(f"{{ start_stream: {name} }}" for name in NAMES)
STOPS = ", ".join(f"{{ stop_stream: {name} }}" for name in NAMES[:3])
RULES = f"""
speech: {{ min_gap: 0s, max_share: null, quiet_above: null }}
cues:
  - {{ id: on-air, when: {{ status: live }}, do: [ {STARTS} ] }}
  - {{ id: dropout, when: {{ stream: offline }}, do: [ {{ alert: "Stream lost" }}, {{ post: "We'll be right back." }} ] }}
  - {{ id: back, when: {{ stream: online }}, only_if: {{ after: "cue:dropout done" }}, do: [ {{ post: "The picture is back." }} ] }}
  - {{ id: wrap, when: {{ status: done }}, do: [ {STOPS}, {{ report: true }} ] }}
"""


async def test_every_platform_in_one_show(tmp_path: Path) -> None:
    rules, out = tmp_path / "rules", tmp_path / "out"
    rules.mkdir()
    (rules / "cues.yaml").write_text(RULES, encoding="utf-8")
    show = Show(plan(3, 120.0), rules, speed=8.0, port=0, headless=True, out=out)
    await rehearse(show, Console(file=io.StringIO()))
    text = (out / "timeline.txt").read_text("utf-8")
    assert text.count("says “We'll be right back.”") == 1
    assert text.count("says “The picture is back.”") == 1
    assert "alerts “Stream lost”" in text
    table = (out / "reports" / "rehearsal" / "streams.csv").read_text("utf-8-sig")
    rows = {row["stream"]: row for row in csv.DictReader(table.splitlines())}
    assert set(rows) == set(NAMES)
    for name in ("main", "realtimekit", "dyte"):
        assert rows[name]["drops"] == "1"
        assert 0 < float(rows[name]["seconds_lost"]) < 60
        assert rows[name]["ended"]
    assert float(rows["realtimekit"]["seconds_on_air"]) > 30
    assert rows["main"]["views"]
    written = "".join(file.read_text("utf-8") for file in (out / "reports" / "rehearsal").iterdir()) + text
    assert "fake-stream-key" not in written


@pytest.mark.parametrize(
    ("text", "watched"), [("", set()), ("do: [ { start_stream: dyte } ]", {"dyte"}), ("stop_stream: 'main'", {"main"})]
)
def test_only_what_the_rules_speak_of_is_watched(tmp_path: Path, text: str, watched: set[str]) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    found = sections("http://127.0.0.1:9", tmp_path)
    assert {one.name for one in found if one.watch} == watched
    assert len(found) == 6


def test_keys_of_an_earlier_rehearsal_go(tmp_path: Path) -> None:
    (tmp_path / "usher-stream-golive.json").write_text("{}")
    forget(tmp_path)
    assert list(tmp_path.iterdir()) == []
