"""YAML without traps, with places."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ruleset.yaml_places import Place, read_tree


def data(text: str) -> object:
    tree = read_tree("a.yaml", text)
    assert not tree.problems, [problem.render() for problem in tree.problems]
    return tree.data


def problem(text: str) -> str:
    tree = read_tree("a.yaml", text)
    assert tree.data is None
    return "\n".join(found.render() for found in tree.problems)


def test_words_stay_words() -> None:
    text = "on: no\nat: 12:30\nport: 0123\nversion: 1.10\nyes: off\nbig: 1e5\nnot: .nan\nthing: True"
    assert data(text) == {
        "on": "no",
        "at": "12:30",
        "port": "0123",
        "version": "1.10",
        "yes": "off",
        "big": "1e5",
        "not": ".nan",
        "thing": "True",
    }


def test_plain_values_are_values() -> None:
    assert data("a: 1\nb: -2.5\nc: true\nd: null\ne: ~\nf:\ng: '1'\nh: |\n  x\n") == {
        "a": 1,
        "b": -2.5,
        "c": True,
        "d": None,
        "e": None,
        "f": None,
        "g": "1",
        "h": "x\n",
    }


def test_places_of_keys_and_values() -> None:
    tree = read_tree("a.yaml", "rules:\n  - id: x\n    if: { word: heck }\n")
    assert tree.place(("rules", 0, "if", "word")) == Place(3, 17, 4)
    assert tree.place(("rules", 0, "if", "word"), key=True).column == 11
    assert tree.place(("rules", 0, "nothing", "here")).line == 2
    assert tree.known(("rules", 0, "full", "if", "word", "text")) == ("rules", 0, "if", "word")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\na: 2", "the key 'a' stands here twice"),
        ("a: &x 1\nb: *x", "aliases"),
        ("a: *cat*", "put it in quotes"),
        ("a: !agenda", "tags (!agenda)"),
        ("a\n---\nb", "a second document"),
        ("? [a]\n: b", "a key has to be a plain text"),
        ("a: [1", "closing ]"),
        ("a: 'x", "a closing quote is missing"),
        ("\ta: 1", "indent with spaces"),
        ("a: b: c", "put a text that contains ': ' in quotes"),
        ("a: @x", "put the text in quotes"),
        ("a: \x01", "U+0001"),
        ("a: \ud800", "U+D800"),
        ("- a\nb: c", "check the indentation"),
    ],
)
def test_what_is_wrong_is_told_with_a_caret(text: str, says: str) -> None:
    told = problem(text)
    assert says in told
    assert "^" in told


def test_several_problems_of_form_come_at_once() -> None:
    assert len(read_tree("a.yaml", "a: 1\na: 2\nb: *x\nc: !y z").problems) == 3


@pytest.mark.parametrize(
    "text", ["[" * 3000, "- " * 3000, "{a: " * 3000, "a: &a [x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(500))]
)
def test_bombs_are_refused_at_once(text: str) -> None:
    began = time.process_time()
    assert problem(text)
    assert time.process_time() - began < 2


def test_a_byte_order_mark_and_line_ends_do_not_matter() -> None:
    assert data("\ufeffa: 1\r\nb: 2\r\n") == {"a": 1, "b": 2}
    assert data("") is None
    assert data("# nothing\n") is None


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    tree = read_tree("a.yaml", text)
    assert all(found.line >= 1 and found.column >= 1 for found in tree.problems)
