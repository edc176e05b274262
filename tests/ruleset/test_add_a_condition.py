"""docs/add-a-condition.md, followed word for word: its file is run, put into a table, used and tested as the page says."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot.domain.history import History
from bot.domain.signals import Message
from bot.ruleset.conditions import TABLE, Kind
from bot.ruleset.facts import Facts, Finding
from bot.ruleset.schema import rules_schema
from tests.ruleset.asking import LIVE, NOW, if_text, parse_one, rules_of

PAGE = Path(__file__).parents[2] / "docs" / "add-a-condition.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> dict[str, Kind]:
    module = ModuleType("rhymes_of_the_page")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(blocks("python")[0], str(PAGE), "exec"), module.__dict__)  # noqa: S102 - the page's own example
    return {**TABLE, **{kind.key: kind for kind in module.KINDS}}


def test_the_page_works(table: dict[str, Kind]) -> None:
    ruleset = rules_of(blocks("yaml")[0], kinds=table)

    def ask(condition: str, text: str) -> Finding:
        one = rules_of(if_text(condition), kinds=table)
        message = Message("ev", "m", "chat", text)
        return one.rules[0].condition.check(Facts(message, LIVE, NOW, History(), one.matcher.scan(text)))

    def problems_of(condition: str) -> list[str]:
        return [f"{problem.text} | {problem.hint}" for problem in parse_one(if_text(condition), kinds=table).problems]

    assert [rule.id for rule in ruleset.rules] == ["poets"]
    exec(blocks("python")[1], {"ask": ask, "problems_of": problems_of})  # noqa: S102 - the page's own tests


def test_an_unknown_key_of_it_is_told_and_the_schema_knows_it(table: dict[str, Kind]) -> None:
    problems = parse_one(if_text("{ rhymes: { word: blue, leters: 3 } }"), kinds=table).problems
    assert problems[0].hint == "did you mean 'letters'?"
    assert "rhymes" in str(rules_schema(table))
    assert "rhymes" not in str(rules_schema())
