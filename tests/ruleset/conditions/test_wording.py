"""word, contains, starts_with, ends_with, exact, exact_text, wildcard, regex, preset, fold, allow, at_least."""

from __future__ import annotations

import pytest

from tests.ruleset.asking import Asked, ask, holds, if_text, parse_one, problems_of, rules_of


@pytest.mark.parametrize(
    ("condition", "caught", "left"),
    [
        ("{ word: heck }", ["what the heck", "HECK!"], ["check", "hi there"]),
        ("{ word: [heck, darn it] }", ["darn it", "oh heck"], ["darning", "it"]),
        ("{ contains: eck, fold: basic }", ["check"], ["each"]),
        ("{ starts_with: hello }", ["Hello all"], ["oh hello"]),
        ("{ ends_with: bye }", ["good bye  "], ["bye all"]),
        ("{ exact: yes }", ["yes", "YES"], ["yes please"]),
        ("{ exact_text: yes }", ["yes!", "...yes"], ["yes please"]),
        ("{ wildcard: 'ca?s*' }", ["cats", "carsten"], ["cas", "scar"]),
        ("{ regex: 'b+[aeiou]ng' }", ["bbbang", "BONG"], ["bng"]),
        ("{ preset: profanity }", ["heck no", "darn"], ["no"]),
    ],
)
def test_each_kind_finds_its_text_and_nothing_else(condition: str, caught: list[str], left: list[str]) -> None:
    assert holds(condition, caught) == [True] * len(caught)
    assert holds(condition, left) == [False] * len(left)


def test_spans_and_notes_tell_what_was_seen() -> None:
    finding = ask("{ word: heck }", "oh heck, what the heck")
    assert finding.spans == ((3, 7), (18, 22))
    assert finding.note == "word 'heck', 'heck'"


def test_lists_by_name_from_the_file_and_inline() -> None:
    before = "lists:\n  mine: { file: lists/mine.txt }\n  more: [frell]"
    asked = Asked(
        "{ word: [ { list: mine }, { list: more }, smeg ] }", before, {"lists/mine.txt": "\ufeffheck # mild\n\n# nothing\nc#\n"}
    )
    assert [asked.say(text).holds for text in ("heck", "I write c#", "frell", "smeg", "mild", "nothing")] == [True] * 4 + [
        False
    ] * 2


def test_fold_holds_for_everything_further_in() -> None:
    assert holds("{ word: heck }", ["h3ck", "hèck"]) == [True, True]
    assert holds("{ fold: basic, any: [ { word: heck } ] }", ["h3ck", "hèck", "HECK"]) == [False, False, True]


def test_allow_rescues_only_what_it_covers_fully() -> None:
    condition = "{ word: heck, allow: [heck point] }"
    assert holds(condition, ["at the heck point", "heck", "heck point, heck"]) == [False, True, True]
    assert ask(condition, "heck point, heck").spans == ((12, 16),)
    assert "allowed" in ask(condition, "at the heck point").near


def test_at_least_counts_each_pattern_once() -> None:
    condition = "{ at_least: { n: 2, of: [free, coins, { link: true }] } }"
    assert holds(condition, ["free free free", "free coins", "coins at x.test"]) == [False, True, True]
    assert "2 of 3 patterns" in ask(condition, "free coins").note


def test_empty_texts_lists_and_lines_match_nothing() -> None:
    before = "lists:\n  none: []\n  blank: { file: lists/blank.txt }"
    for condition in ('{ word: ["", " ", "\\ufeff"] }', "{ word: [] }", "{ word: { list: none } }", "{ word: { list: blank } }"):
        parsed = parse_one(if_text(condition, before), {"lists/blank.txt": "\ufeff\n  \n#\n"})
        assert parsed.ruleset is not None
        assert parsed.problems, condition
        assert all(problem.level == "warning" for problem in parsed.problems)
        matcher = parsed.ruleset.matcher
        assert [list(matcher.scan(text).found) for text in ("", " ", "hello", "\ufeff")] == [[], [], [], []]


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("{ word: { list: nope } }", "there is no list 'nope'"),
        ("{ preset: profanty }", "did you mean 'profanity'?"),
        ("{ regex: '(a' }", "cannot be compiled"),
        ("{ regex: '(?<=a)b' }", "look"),
        ("{ word: true }", 'put it in quotes: "true"'),
        ("{ word: }", "nothing stands here"),
        ("{ word: { lst: x } }", "did you mean 'list'?"),
        ("{ fold: srtong, word: a }", "did you mean 'strong'?"),
        ("{ at_least: { n: 0, of: [a] } }", "has to be at least 1"),
        ("{ at_least: { n: 3, of: [a] } }", "can never hold"),
    ],
)
def test_broken_input_is_refused_with_a_hint(condition: str, says: str) -> None:
    assert any(says in told for told in problems_of(condition)), problems_of(condition)


def test_a_broken_line_of_a_list_file_is_shown_in_that_file() -> None:
    parsed = parse_one(
        if_text("{ regex: { list: mine } }", "lists: { mine: { file: lists/mine.txt } }"), {"lists/mine.txt": "ok\n\n  (a\n"}
    )
    problem = parsed.problems[0]
    assert (problem.file, problem.line, problem.column, problem.source) == ("lists/mine.txt", 3, 3, "  (a")


def test_a_rule_knows_the_terms_without_which_it_cannot_hold() -> None:
    text = """
rules:
  - { id: a, if: { word: heck, link: true }, do: hide }
  - { id: b, if: { any: [ { word: heck }, { link: true } ] }, do: hide }
  - { id: c, if: { none: [ { word: heck } ], all: [ { regex: 'x+y' } ] }, do: hide }
  - { id: d, if: { at_least: { n: 1, of: [one, two] } }, do: hide }
"""
    rules = rules_of(text).rules
    assert [rule.needs_terms for rule in rules] == [True, False, True, True]
    assert [len(rule.terms) for rule in rules] == [1, 1, 1, 2]
