"""Every rule file shown in the manuals is read and tested as it stands; every setting is told in the example."""

import re
from pathlib import Path

import pytest

from bot.config import Alerts, Bot, Channel, Control, Reports, Service, Store
from bot.engine.gate import gate
from bot.rulefiles import load, presets
from bot.ruleset.parse import parse

ROOT = Path(__file__).parents[1]
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in sorted((ROOT / "docs").glob("*.md"))
    if page.name in {"moderators.md", "producers.md"}
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.S), 1)
]


@pytest.mark.parametrize("block", BLOCKS)
def test_examples_are_whole_and_pass_their_own_tests(block: str) -> None:
    parsed = parse({"example.yaml": block}, {}, presets())
    assert [problem.render() for problem in parsed.errors] == []
    assert parsed.ruleset is not None
    assert [problem.render() for problem in gate(parsed.ruleset).failures] == []


def test_the_shipped_rules_have_no_problem_and_pass_their_own_tests() -> None:
    loaded = load(ROOT / "rules")
    assert [problem.render() for problem in loaded.parsed.problems] == []
    assert loaded.parsed.ruleset is not None
    assert [problem.render() for problem in gate(loaded.parsed.ruleset).failures] == []


@pytest.mark.parametrize("section", [Bot, Channel, Service, Store, Control, Alerts, Reports])
def test_every_setting_is_in_the_example(section: type) -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    missing = [name for name in section.model_fields if not re.search(rf"\b{name}\b", text)]  # type: ignore[attr-defined] # all are models
    assert missing == []


def test_every_page_named_in_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all((ROOT / path).exists() for path in re.findall(r"\]\((docs/[^)]+)\)", text))
