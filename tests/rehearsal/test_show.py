"""`usher rehearse` as a process: what a producer types, and what it leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RULES = """
rules:
  - { id: swearing, reason: profanity, if: { word: heck }, do: [ hide ] }
  - { id: repeating, if: { similar_to_own: { like: 1.0, last: 60s, times: 2 } }, do: [ hide ] }
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "chat.yaml").write_text(RULES, encoding="utf-8")
    return folder


def rehearse(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "bot",
        "rehearse",
        "--headless",
        "--port",
        "0",
        "--out",
        str(folder / "out"),
        *map(str, arguments),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own command


def summary(out: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return read


def test_the_made_up_audience_and_the_shipped_rules(tmp_path: Path) -> None:
    done = rehearse(tmp_path, "--minutes", 1, "--speed", 15)
    assert (done.returncode, done.stderr) == (0, "")
    figures = summary(tmp_path / "out")
    assert figures["judged"] == figures["read"] >= figures["messages"] > 50
    assert (figures["missed"], figures["wrong"], figures["doubled"]) == ([], [], 0)
    assert "exposure" in done.stdout
    assert "HIDE" in done.stdout
    report = tmp_path / "out" / "reports" / "rehearsal"
    assert (report / "report.html").exists()
    assert json.loads((report / "summary.json").read_text("utf-8"))["messages"] > 50


def test_recorded_rooms_keep_their_true_times(tmp_path: Path, rules: Path) -> None:
    # The same line twice in 60 s is hidden, twice in two hours is not: leaving out silence must not change that.
    said = [
        {"t": 0, "room": "a", "name": "Ann", "text": "hello there everybody"},
        {"t": 7200, "room": "a", "name": "Ann", "text": "hello there everybody"},
        {"t": 7210, "room": "a", "name": "Ann", "text": "hello there everybody"},
        {"t": 7215, "room": "b", "name": "Ann", "text": "hello there everybody"},
        {"t": 9000, "room": "b", "name": "Bo", "text": "oh heck"},
    ]
    chat = tmp_path / "chat.jsonl"
    chat.write_text("\n".join(map(json.dumps, said)), encoding="utf-8")
    done = rehearse(tmp_path, "--chat", chat, "--rules", rules, "--speed", 20)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 rooms" in done.stdout
    figures = summary(tmp_path / "out")
    assert (figures["messages"], figures["judged"], figures["hidden"]) == (5, 5, 2)
    assert figures["by_rule"] == {"repeating": 1, "swearing": 1}


def test_what_comes_before_the_start_is_rehearsed_too(tmp_path: Path, rules: Path) -> None:
    order = 'cues: [{id: doors, when: {at: start-5m}, misfire_grace: 4m, do: [{post: "Welcome!"}]}]'
    (rules / "order.yaml").write_text(order, encoding="utf-8")
    done = rehearse(tmp_path, "--minutes", 1, "--speed", 40, "--rules", rules)
    assert (done.returncode, done.stderr) == (0, "")
    told = (tmp_path / "out" / "timeline.txt").read_text(encoding="utf-8")
    assert told == "-0:05:00  cue:doors  (at start-5m)\n            says “Welcome!”\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--chat", "nowhere.jsonl"), "cannot read the recording nowhere.jsonl"),
        (("--rules", "nowhere"), "nowhere"),
        (("--speed", "0"), "--speed"),
    ],
)
def test_what_cannot_be_played_is_told_in_a_line(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = rehearse(tmp_path, *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
