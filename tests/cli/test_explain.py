"""`usher explain`: for people with the words marked, for programs as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import explain
from bot.domain.errors import UsageError

RULES = """
people: { team: ["*@team.example.test"] }
rules:
  - { id: swearing, reason: profanity, severity: 4, if: { word: heck }, do: [ hide, { strike: { n: 1, for: 1h } } ] }
  - { id: shouting, mode: shadow, if: { caps: 70% }, do: [ flag ] }
  - { id: links, if: { surface: qa, link: true }, do: [ hold ] }
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "chat.yaml").write_text(RULES, encoding="utf-8")
    return tmp_path


def run(rules: Path, *arguments: str) -> Result:
    app = typer.Typer()
    explain.register(app)
    return CliRunner().invoke(app, [*arguments, "--rules", str(rules)])


def test_what_fires_with_the_words_marked(rules: Path) -> None:
    done = run(rules, "oh heck no")
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[:3] == ["hide (profanity)", "  oh heck no", "     ^^^^"]
    assert "Rule swearing: hide, strike (n 1 for 3600); reason profanity; severity 4" in lines
    assert "  “heck” at 3 to 7" in lines


def test_marks_stand_under_wide_and_broken_characters(rules: Path) -> None:
    lines = run(rules, "日本 heck\n[bold]").output.splitlines()
    assert lines[1:3] == ["  日本 heck␤[bold]", "       ^^^^"]


def test_nothing_fires(rules: Path) -> None:
    assert run(rules, "hello").output.splitlines() == ["none", "  hello", "", "No rule fires."]


def test_surface_author_and_mail_count(rules: Path) -> None:
    assert run(rules, "see www.example.org", "--surface", "qa").output.startswith("hold")
    assert run(rules, "see www.example.org").output.startswith("none")
    assert "team" in run(rules, "oh heck", "--email", "anna@team.example.test").output.splitlines()[0]


def test_for_programs(rules: Path) -> None:
    told = json.loads(run(rules, "OH HECK NO, NOT AGAIN PLEASE, IT IS ENOUGH", "--json").output)
    assert (told["decision"], told["actions"], told["rules"], told["shadow"]) == (
        "hide",
        ["hide", "strike"],
        ["swearing"],
        ["shouting"],
    )
    assert [one["rule"] for one in told["fired"]] == ["swearing", "shouting"]
    assert told["matches"] == [{"rule": "swearing", "text": "HECK", "span": [3, 7]}]
    assert told["trust"] == "new"


def test_rules_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "chat.yaml").write_text("rules: [ { id: x } ]", encoding="utf-8")
    done = run(tmp_path, "hello")
    assert isinstance(done.exception, UsageError)
    assert f"{tmp_path}/chat.yaml:1:" in str(done.exception)


def test_why_a_rule_does_not_fire_part_by_part(rules: Path) -> None:
    lines = run(rules, "see shop.example.test", "--why-not", "links").output.splitlines()
    assert lines[-4].startswith("Rule links: its condition did not hold")
    assert lines[-2] == "  no    written in chat (wanted qa)"
    assert lines[-1].startswith("  yes   ")
    told = json.loads(run(rules, "heck", "--why-not", "swearing", "--json").output)["why"]
    assert (told["fired"], told["why"][0]) == (True, "it fired, in mode act")
    assert "have no rule 'nobody'" in run(rules, "heck", "--why-not", "nobody").output
