"""RFC 4180, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.csv_file import CsvFile, flat, harmless, iso, written
from bot.reports.tables import Column, Table

FIELD = r'(?:"(?:[^"]|"")*"|[^",\r\n]*)'
RFC_4180 = re.compile(rf"(?:{FIELD}(?:,{FIELD})*\r\n)+")
TEXTS = Table("texts", "row", (Column("number", "", "number"), Column("text", "", "text"), Column("other", "", "text")))
SIGNS = "=+-@＝＋－＠\t\r"
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
formulas = st.builds(
    lambda space, sign, rest: space + sign + rest, st.text(" '\u00a0\u200b\n\ufeff"), st.sampled_from(SIGNS), anything
)
cells = anything | formulas | st.sampled_from(['"', ",", "\r\n", '""', '",\n"', "", " ", "'"])


def made(rows: list[tuple[int, str, str]]) -> str:
    file = io.StringIO(newline="")
    CsvFile(file, TEXTS).rows(rows)
    return file.getvalue()


def given_back(text: str) -> str:
    """What the manual says: one apostrophe away where the rest would run."""
    return text[1:] if text.startswith("'") and would_run(text) else text


def would_run(text: str) -> bool:
    for char in text:
        if char in SIGNS:
            return True
        if char != "'" and unicodedata.category(char)[0] not in "ZC":
            return False
    return False


@given(st.lists(st.tuples(st.integers(), cells, cells), max_size=5))
def test_python_reads_back_every_text(rows: list[tuple[int, str, str]]) -> None:
    head, *found = csv.reader(io.StringIO(made(rows), newline=""), strict=True)
    assert head == ["number", "text", "other"]
    assert [(int(number), given_back(text), given_back(other)) for number, text, other in found] == rows


@given(st.lists(st.tuples(st.integers(), cells, cells), max_size=5))
def test_every_byte_is_of_the_grammar(rows: list[tuple[int, str, str]]) -> None:
    assert RFC_4180.fullmatch(made(rows))


@given(cells)
def test_no_cell_begins_with_a_sign_that_runs(text: str) -> None:
    first = next((char for char in harmless(text) if unicodedata.category(char)[0] not in "ZC" or char in "\t\r"), "a")
    assert first not in SIGNS


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_stops_the_writer(text: str) -> None:
    made([(1, text, text)]).encode("utf-8")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "\u00a0@x", "＝1", "'=1", "\u200b=1", "\ufeff-1"],
)
def test_formulas_are_only_text(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["1-1", "a=b", "", "hello", "'tis", "€ -5", "(=1)"])
def test_other_texts_stay(text: str) -> None:
    assert harmless(text) == text


def test_numbers_stay_numbers() -> None:
    number, time = Column("n", "", "number"), Column("t", "", "time")
    assert [written(cell, number) for cell in (-5, 2.5, None, True)] == ["-5", "2.5", "", "yes"]
    assert written(0.25, time) == "1970-01-01T00:00:00.250Z"
    assert iso(1e300) == ""


def test_values_with_parts() -> None:
    assert flat({"swearing": {"acts": 12, "undone": 1}, "links": {"acts": 3, "undone": 0}}) == "swearing 12 (1 undone); links 3"
    assert flat({"new": 2}) == "new 2"
    assert flat([1, None, 3]) == "1 - 3"
    assert flat(["a", "b"]) == "a; b"
