"""The manual of reports: every column is told in it, and its recount is run as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.reports.names import SMALLEST
from bot.reports.score import FORMULA
from bot.reports.tables import TABLES
from bot.rulefiles import presets
from bot.ruleset.parse import parse
from tests.reports.conftest import Write
from tests.reports.making import Making

PAGE = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_told_and_no_other(name: str) -> None:
    section = re.search(rf"^### {name}\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
    assert section
    assert f"A row for each {TABLES[name].one_row_per}." in section[1]
    assert re.findall(r"^\| `(\w+)` \| (.*) \|$", section[1], re.MULTILINE) == [
        (one.name, one.means) for one in TABLES[name].columns
    ]


def test_the_formula_is_the_one_that_is_used() -> None:
    assert all(f"- {line}\n" in PAGE for line in FORMULA)
    assert f"fewer than {SMALLEST} people" in PAGE


def test_the_rules_shown_can_be_read() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert [problem.render() for problem in parse({"example.yaml": block}, {}, presets()).errors] == []


@pytest.mark.parametrize("names", ["named", "hashed"])
async def test_the_recount_shown_agrees_and_sees_a_changed_vote(making: Making, write: Write, names: str) -> None:
    await making.everything()
    folder = await write(names, formats=("csv",))
    (script,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    told = _run(script, folder)
    assert len(told) == 10
    assert all(line.endswith(" agrees") for line in told)
    file = folder / "polls.csv"
    file.write_bytes(file.read_bytes().replace(b"role#1,7,", b"role#1,8,", 1))
    assert [line for line in _run(script, folder) if line.endswith("DIFFERS")] == [
        line.replace("agrees", "DIFFERS") for line in told if line.startswith("role#1")
    ]


def _run(script: str, folder: Path) -> list[str]:
    command = [sys.executable, "-X", "utf8", "-c", script]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True).stdout.splitlines()  # noqa: S603 - the manual's own
