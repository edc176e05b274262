"""docs/faults.md: no row of the catalogue is missing, each test it names exists, each row without one is in docs/limits.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = {"A": 20, "B": 13, "C": 12, "D": 7, "E": 11, "F": 13, "G": 12, "H": 15, "I": 10}
"""How many faults each chapter of the catalogue has."""
TABLE = re.findall(r"^\| ([A-I]\d+) \| (.*?) \| (.*?) \| (.*?) \|$", (ROOT / "docs" / "faults.md").read_text("utf-8"), re.M)


def test_no_row_is_missing_and_none_is_there_twice() -> None:
    assert [row[0] for row in TABLE] == [f"{letter}{number}" for letter, most in ROWS.items() for number in range(1, most + 1)]


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_each_named_test_exists(row: tuple[str, str, str, str]) -> None:
    name, _, what, tests = row
    named = re.findall(r"`([\w/.]+)::(test_\w+)`", tests)
    assert named or "limits" in what
    for path, test in named:
        assert re.search(rf"def {test}\(", (ROOT / "tests" / path).read_text("utf-8")), f"{name}: {path}::{test}"


@pytest.mark.parametrize("row", [row for row in TABLE if "limits" in row[2]], ids=[row[0] for row in TABLE if "limits" in row[2]])
def test_what_is_not_handled_is_told_with_its_reason(row: tuple[str, str, str, str]) -> None:
    assert f"({row[0]})" in (ROOT / "docs" / "limits.md").read_text("utf-8")
