"""length, words, lines, run, emoji, zalgo, caps, symbols."""

from __future__ import annotations

import pytest

from tests.ruleset.asking import ask, holds, problems_of


@pytest.mark.parametrize(
    ("condition", "caught", "left"),
    [
        ('{ length: "15..300" }', ["a question of some length"], ["too short", "x" * 301]),
        ("{ length: 5 }", ["hello"], ["  hi  "]),
        ("{ words: 3 }", ["one two three"], ["one two"]),
        ('{ words: "< 2" }', ["one"], ["one two"]),
        ("{ lines: 3 }", ["a\nb\nc"], ["a\nb"]),
        ("{ run: 5 }", ["noooooo", "!!!!!"], ["noooo", "ababab"]),
        ("{ run: true }", ["a" * 20], ["a" * 19]),
        ("{ emoji: 3 }", ["🎉🎉🎉", "👍🏽 🇩🇪 👩‍👩‍👧‍👦"], ["🎉🎉", "👩‍👩‍👧‍👦", "1 2 3 #"]),
        ("{ zalgo: true }", ["h\u0300\u0301\u0302\u0303\u0304e"], ["Việt Nam", "สวัสดี", "שָׁלוֹם", "plain"]),
        ("{ caps: { share: 70%, min_length: 8 } }", ["THIS IS LOUD"], ["this is not", "LOL", "ÄRGER gibt es nicht"]),
        ("{ caps: true }", ["WHY IS NOBODY ANSWERING MY QUESTION HERE"], ["WHY IS NOBODY"]),
        ("{ symbols: { share: 0.6, min_length: 5 } }", ["!!!###$$$ a"], ["what? no!", "!!"]),
        ("{ symbols: 60% }", ["=-=-=-=-=-=-=-=-=-=-=-="], ["🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉"]),
    ],
)
def test_counts_and_shares(condition: str, caught: list[str], left: list[str]) -> None:
    assert holds(condition, caught) == [True] * len(caught)
    assert holds(condition, left) == [False] * len(left)


def test_notes_and_near_misses_name_the_figures() -> None:
    condition = "{ caps: { share: 70%, min_length: 8 } }"
    assert ask(condition, "AAAAAAAAaa").note == "caps 80 % (limit 70 %)"
    assert ask(condition, "AAAAAAAAAAAAAAAAAaaaaaaaa").near == "caps 68 % of 70 %"
    assert ask(condition, "AAAAAaaaaa").near == ""
    assert ask("{ emoji: 10 }", "🎉" * 9).near == "emoji 9 of 10"


def test_a_very_long_message_is_counted_as_far_as_needed() -> None:
    assert ask("{ length: '> 900000' }", "x" * 1_000_000).holds
    assert ask("{ run: 4000 }", "x" * 1_000_000).holds


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("{ length: long }", "is no comparison"),
        ('{ length: "300..15" }', "is empty"),
        ("{ caps: 70 }", "write 70%"),
        ("{ caps: { share: 0.7, min: 3 } }", "unknown key 'min'"),
        ("{ emoji: false }", "a comparison is meant here"),
        ("{ symbols: { min_length: 0 } }", "has to be at least 1"),
    ],
)
def test_broken_input(condition: str, says: str) -> None:
    assert any(says in told for told in problems_of(condition)), problems_of(condition)
