"""`usher replay`: files and streams, for people and for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import replay
from bot.domain.errors import UsageError

RULES = """
rules:
  - { id: swearing, reason: profanity, if: { word: heck }, do: [ hide ] }
  - { id: quiet, mode: shadow, if: { word: darn }, do: [ hide ] }
"""
STRICTER = RULES.replace("word: heck", "word: [heck, hello]")
LINES = '{"t": 1, "name": "Ann", "text": "oh heck"}\n\n{"text": "hello"}\n{"text": "darn"}'


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return folder(tmp_path / "rules", RULES)


def folder(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "chat.yaml").write_text(text, encoding="utf-8")
    return path


def run(*arguments: object, given: str | bytes | None = None) -> Result:
    app = typer.Typer()
    replay.register(app)
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=given)


def test_one_line_for_each_record_in_order(rules: Path, tmp_path: Path) -> None:
    file = tmp_path / "chat.jsonl"
    file.write_text(LINES, encoding="utf-8")
    done = run(file, "--rules", rules, "--jsonl")
    assert done.exit_code == 0
    got = [json.loads(line) for line in done.output.splitlines()]
    assert [(one["i"], one["decision"], one["rules"], one["shadow"]) for one in got] == [
        (0, "hide", ["swearing"], []),
        (1, "none", [], []),
        (2, "none", [], ["quiet"]),
    ]


def test_standard_input_and_a_bad_line(rules: Path) -> None:
    done = run("-", "--rules", rules, "--jsonl", given=b'{"text": "heck"}\nnonsense\n{"text": "\xff"}\n{"text": "heck"}\n')
    assert done.exit_code == 1
    got = [json.loads(line) for line in done.output.splitlines()]
    assert ["error" in one for one in got] == [False, True, True, False]
    assert [one["i"] for one in got] == [0, 1, 2, 3]


def test_for_people(rules: Path) -> None:
    done = run("-", "--rules", rules, given=LINES + "\n{\n")
    assert done.exit_code == 1
    assert "      1.0s Ann: oh heck  → hide by swearing" in done.output
    assert "somebody: darn  → nothing by quiet (shadow)" in done.output
    assert "line 4: cannot be read: not JSON" in done.output
    assert "3 messages (" in done.output
    assert "By rule: swearing 1" in done.output


def test_against_other_rules_only_what_would_change(rules: Path, tmp_path: Path) -> None:
    stricter = folder(tmp_path / "stricter", STRICTER)
    done = run("-", "--rules", stricter, "--against", rules, "--jsonl", given=LINES)
    (change,) = [json.loads(line) for line in done.output.splitlines()]
    assert (change["i"], change["before"]["decision"], change["after"]["decision"]) == (1, "none", "hide")
    shown = run("-", "--rules", stricter, "--against", rules, given=LINES)
    assert "somebody: hello  nothing → hide by swearing" in shown.output
    assert "1 messages would be decided otherwise." in shown.output


def test_what_cannot_be_read_at_all(rules: Path, tmp_path: Path) -> None:
    for file in (tmp_path / "none.jsonl", tmp_path):
        done = run(file, "--rules", rules)
        assert isinstance(done.exception, UsageError)
    assert isinstance(run("-", "--rules", tmp_path / "none", given="").exception, UsageError)


def test_answers_come_while_the_stream_is_open(rules: Path) -> None:
    """A second process, because only there a pipe has an end that stays open."""
    code = (
        f"import sys; from bot.cli import main; sys.argv = ['usher', 'replay', '-', '--jsonl', '--rules', {str(rules)!r}]; main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:  # noqa: S603 - our own command
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"text": "heck"}\n{"te')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["decision"] == "hide"
        process.stdin.write(b'xt": "hello"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == {
            "i": 1,
            "decision": "none",
            "actions": [],
            "rules": [],
            "matches": [],
            "shadow": [],
            "reason": "",
        }
        process.stdin.close()
        assert process.wait(30) == 0
