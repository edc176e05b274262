"""Every line of the log has a fixed word, and the manual tells each of them with its fields (docs/log.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
ROW = re.compile(r"^\| `([^`]+)` \| ([a-z, ]+) \| ([a-z_, ]*) \| (.+) \|$", re.MULTILINE)


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in {"log", "_log"}:
                    yield str(path.relative_to(ROOT)), node, node.func.attr


def told() -> dict[str, tuple[set[str], set[str], str]]:
    text = (ROOT / "docs/log.md").read_text("utf-8")
    return {
        word: (set(levels.split(", ")), set(fields.split(", ")) - {""}, words) for word, levels, fields, words in ROW.findall(text)
    }


def test_every_word_is_fixed() -> None:
    for place, call, _ in calls():
        assert len(call.args) == 1, place
        assert isinstance(call.args[0], ast.Constant), f"{place}: a word that is made up at run time cannot be searched for"


def test_the_manual_tells_every_word_its_level_and_its_fields() -> None:
    known: dict[str, tuple[set[str], set[str]]] = {}
    for _, call, level in calls():
        assert isinstance(call.args[0], ast.Constant)
        levels, fields = known.setdefault(str(call.args[0].value), (set(), set()))
        levels.add("error" if level == "exception" else level)
        fields.update(keyword.arg for keyword in call.keywords if keyword.arg and keyword.arg != "exc_info")
    manual = told()
    assert manual.keys() == known.keys()
    for word, (levels, fields) in known.items():
        assert (manual[word][0], manual[word][1]) == (levels, fields), word
        assert manual[word][2].endswith("."), word
