"""The matching rules of other tools, written in ours: the table in docs/matching.md, row by row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain.history import History
from bot.domain.signals import Author, EventState, Message, MessageRead
from bot.engine.situation import Situation
from bot.engine.step import step
from bot.ruleset.parse import parse

DOCS = Path(__file__).parents[2] / "docs" / "matching.md"
ROW = re.compile(r"^\| (?P<tool>[^|]+) \| (?P<theirs>[^|]+) \| `(?P<ours>.+?)` \| (?P<hits>[^|]+) \| (?P<passes>[^|]+) \|$")


def table() -> list[tuple[str, str, str, str]]:
    """(tool and rule, our condition, a text that is hit, one that is not) of every row."""
    text = DOCS.read_text(encoding="utf-8").partition("<!-- dialects -->")[2].partition("<!-- end -->")[0]
    rows = [found for line in text.splitlines() if (found := ROW.match(line.replace("\\|", "¦")))]
    return [
        (f"{row['tool'].strip()}: {row['theirs'].strip()}", _cell(row["ours"]), _cell(row["hits"]), _cell(row["passes"]))
        for row in rows
    ]


def _cell(text: str) -> str:
    return text.strip().strip("`").replace("¦", "|")


def hidden(condition: str, text: str) -> bool:
    parsed = parse({"rules.yaml": f"rules:\n  - id: r\n    if: {condition}\n    do: [ hide ]\n"}, {}, {})
    assert parsed.ruleset is not None, [problem.render() for problem in parsed.problems]
    message = Message("show", "m", "chat", text, Author("Ann", "ann@example.test"), "public", created=1.0, read=1.0)
    done = step(MessageRead(message), parsed.ruleset, History(), Situation(EventState("show")), 1.0)
    return done.decisions[0].outcome == "hide"


@pytest.mark.parametrize(("name", "ours", "hit", "passes"), table(), ids=lambda value: str(value)[:60])
def test_row(name: str, ours: str, hit: str, passes: str) -> None:
    assert hidden(ours, hit), name
    assert not hidden(ours, passes), name


def test_every_tool_has_its_rows() -> None:
    names = " ".join(row[0] for row in table())
    for tool in ("Discord AutoMod", "AutoModerator", "Twitch", "Nightbot", "Warden", "obscenity"):
        assert tool in names
