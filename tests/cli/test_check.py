"""`usher check`: all problems at once, and the exit code says which kind of answer it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import check
from bot.domain.errors import UsageError

GOOD = """
rules:
  - id: swearing
    if: { word: heck }
    do: [ hide ]
    tests: { hide: ["oh heck"], keep: ["check"] }
announcements:
  - { id: ask, every: 10m, messages: ["Ask in the Q&A tab."] }
"""
FAILING = """
rules:
  - id: swearing
    if: { word: heck }
    do: [ hide ]
    tests:
      keep: ["oh heck"]
"""


def run(*arguments: str) -> Result:
    app = typer.Typer()
    check.register(app)
    return CliRunner().invoke(app, [*arguments])


def folder(path: Path, text: str) -> str:
    (path / "chat.yaml").write_text(text, encoding="utf-8")
    return str(path)


def test_a_clean_folder(tmp_path: Path) -> None:
    done = run("--rules", folder(tmp_path, GOOD))
    assert done.exit_code == 0, done.output
    assert "1 rule with 2 tests" in done.output
    assert "lines of the bot" in done.output
    assert done.output.strip().endswith("0 errors, 0 warnings")


def test_every_problem_with_its_place_and_a_caret(tmp_path: Path) -> None:
    text = GOOD.replace("do: [ hide ]", "do: [ hied ]").replace("every: 10m", "evry: 10m")
    done = run("--rules", folder(tmp_path, text))
    assert done.exit_code == 1
    assert f"{tmp_path}/chat.yaml:5:11: error: " in done.output
    assert f"{tmp_path}/chat.yaml:8:" in done.output
    assert done.output.count("^^^^") == 2
    assert "did you mean 'hide'?" in done.output


def test_a_rule_whose_own_test_fails(tmp_path: Path) -> None:
    done = run("--rules", folder(tmp_path, FAILING))
    assert done.exit_code == 1
    assert "chat.yaml:7:15: error: rule 'swearing': “oh heck” should keep, but the rule does hide" in done.output
    assert "1 error, 0 warnings" in done.output


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = run("--rules", str(tmp_path / "none"))
    assert isinstance(done.exception, UsageError)
    assert "there is no folder" in str(done.exception)


def test_a_configuration_and_the_rules_of_its_channels(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[[channel]]\nname = "main"\nrules = "{folder(tmp_path, FAILING)}"\n', encoding="utf-8")
    done = run("--config", str(config))
    assert done.exit_code == 1
    assert "config.toml: nothing wrong" in done.output
    assert "rule 'swearing'" in done.output


@pytest.mark.parametrize(("text", "told"), [("[bott]\n", "unknown key"), ("[bot]\n", "no [[channel]]"), ("[", "TOML")])
def test_a_configuration_that_cannot_be_used(tmp_path: Path, text: str, told: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text, encoding="utf-8")
    done = run("--config", str(config))
    assert isinstance(done.exception, UsageError)
    assert told in str(done.exception)
