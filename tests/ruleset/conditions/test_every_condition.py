"""Every condition of the table, each with a message for which it holds, one for which it does not, and a mistake that is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.history import Remembered
from bot.domain.signals import Author
from bot.ruleset.conditions import TABLE
from tests.ruleset.asking import LIVE, NOW, Asked, ask, if_text, parse_one, problems_of

Case = tuple[str, tuple[str, dict[str, Any]], tuple[str, dict[str, Any]], str]
"""Condition; text and facts for which it holds; those for which it does not; the condition written wrongly."""
BEFORE = "lists: { ours: [example.com] }"


def plain(condition: str, holds: str, fails: str, broken: str) -> Case:
    return condition, (holds, {}), (fails, {}), broken


ONE_MESSAGE: dict[str, Case] = {
    "surface": ("{ surface: qa }", ("x", {"surface": "qa"}), ("x", {}), "{ surface: wall }"),
    "event": (
        "{ event: { phase: over } }",
        ("x", {"event": replace(LIVE, phase="over")}),
        ("x", {}),
        "{ event: { phase: early } }",
    ),
    "poll": ("{ poll: open }", ("x", {"poll_open": True}), ("x", {}), "{ poll: maybe }"),
    "raid": ("{ raid: true }", ("x", {"raid": True}), ("x", {}), "{ raid: 3 }"),
    "between": (
        "{ between: [live, live+10m] }",
        ("x", {}),
        ("x", {"event": replace(LIVE, live_since=1.0)}),
        "{ between: whenever }",
    ),
    "word": plain("{ word: heck }", "oh heck", "checkers", "{ word: {} }"),
    "contains": plain("{ contains: heck }", "xheckx", "oh", "{ contains: {} }"),
    "starts_with": plain("{ starts_with: heck }", "heck yes", "oh heck", "{ starts_with: {} }"),
    "ends_with": plain("{ ends_with: heck }", "oh heck", "heck yes", "{ ends_with: {} }"),
    "exact": plain("{ exact: heck }", "HECK", "heck!", "{ exact: {} }"),
    "exact_text": plain("{ exact_text: heck }", "heck!", "oh heck", "{ exact_text: {} }"),
    "wildcard": plain('{ wildcard: "h?ck" }', "hack", "hoock", "{ wildcard: {} }"),
    "regex": plain('{ regex: "h[ae]ck" }', "hack", "hock", '{ regex: "h(?=e)ck" }'),
    "preset": plain("{ preset: profanity }", "darn", "dear", "{ preset: profanty }"),
    "link": plain("{ link: true }", "see https://x.test", "see x", "{ link: often }"),
    "links": plain('{ links: ">= 2" }', "https://x.test https://y.test", "https://x.test", "{ links: many }"),
    "domain_in": plain("{ domain_in: ours }", "www.example.com/a", "example.org", "{ domain_in: theirs }"),
    "domain_not_in": plain("{ domain_not_in: ours }", "https://example.org", "https://example.com", "{ domain_not_in: theirs }"),
    "link_mismatch": plain("{ link_mismatch: true }", "https://example.com@evil.test/", "https://x.test", "{ link_mismatch: odd }"),
    "length": plain('{ length: "3..5" }', "four", "a", "{ length: long }"),
    "words": plain('{ words: ">= 3" }', "one two three", "one", "{ words: many }"),
    "lines": plain('{ lines: ">= 3" }', "a\nb\nc", "a", "{ lines: many }"),
    "run": plain('{ run: ">= 5" }', "nooooo", "noo", "{ run: long }"),
    "emoji": plain('{ emoji: ">= 3" }', "🙂🙂🙂", "🙂", "{ emoji: lots }"),
    "zalgo": plain("{ zalgo: true }", "h\u0301\u0301\u0301\u0301\u0301i", "hí", "{ zalgo: very }"),
    "caps": plain("{ caps: { share: 80%, min_length: 5 } }", "HELLO THERE", "Hello there", "{ caps: 800% }"),
    "symbols": plain("{ symbols: { share: 60%, min_length: 5 } }", "!!!###???", "hello!", "{ symbols: 800% }"),
    "script": plain("{ script: cyrillic }", "привет", "hello", "{ script: klingon }"),
    "personal_data": plain("{ personal_data: email }", "ann@example.test", "ann", "{ personal_data: shoe }"),
    "author": (
        "{ author: { email: '*@example.test' } }",
        ("x", {}),
        ("x", {"by": Author("Bo", "bo@other.test")}),
        "{ author: { size: 3 } }",
    ),
    "question": plain("{ question: true }", "where is the agenda?", "nice", "{ question: perhaps }"),
}


def rated(asked: Asked) -> tuple[bool, bool]:
    first = asked.say("a", 0.0).holds
    return asked.say("b", 1.0).holds, first


def counted(asked: Asked) -> tuple[bool, bool]:
    before = asked.say("x").holds
    asked.history.apply({("counter", "heat"): Remembered([[NOW, 3]])})
    return asked.say("x").holds, before


def own(asked: Asked) -> tuple[bool, bool]:
    first = asked.say("please look at my fine channel", 0.0).holds
    return asked.say("Please look at my fine channel!", 1.0).holds, first


def others(asked: Asked) -> tuple[bool, bool]:
    first = asked.say("free coins at the big coin shop", 0.0).holds
    return asked.say("free coins at the big coin shop", 1.0, by=Author("Bo", "bo@example.test")).holds, first


def asked_before(asked: Asked) -> tuple[bool, bool]:
    first = asked.say("where can I find the slides of this talk?", 0.0, surface="qa").holds
    again = asked.say("Where can I find the slides of this talk", 1.0, by=Author("Bo", "bo@example.test"), surface="qa").holds
    return again, first


Play = Callable[[Asked], tuple[bool, bool]]
"""Says something several times; whether it held in the end, and at first."""
SEVERAL: dict[str, tuple[str, Play, str]] = {
    "rate": ("{ rate: { by: author, over: 2 in 10s } }", rated, "{ rate: { by: moon, over: 2 in 10s } }"),
    "similar_to_own": ("{ similar_to_own: { like: 0.85, last: 1m, times: 2 } }", own, "{ similar_to_own: { like: 3 } }"),
    "similar_to_others": (
        "{ similar_to_others: { like: 0.85, last: 1m, authors: 2 } }",
        others,
        "{ similar_to_others: { authors: 1 } }",
    ),
    "counter": ('{ counter: { heat: ">= 3" } }', counted, "{ counter: {} }"),
    "qa_duplicate": ("{ qa_duplicate: 0.85 }", asked_before, "{ qa_duplicate: alike }"),
}
ELSEWHERE = {
    "score": "tests/engine: the engine adds scores up while it asks the rules",
    "toxicity": "test_learned.py",
    "language": "test_learned.py",
    "external": "test_external.py",
}


@pytest.mark.parametrize("key", sorted(ONE_MESSAGE))
def test_holds_and_does_not(key: str) -> None:
    condition, (text, facts), (other, without), _ = ONE_MESSAGE[key]
    assert ask(condition, text, BEFORE, **facts).holds
    assert not ask(condition, other, BEFORE, **without).holds


@pytest.mark.parametrize("key", sorted(SEVERAL))
def test_holds_in_the_end_and_not_at_first(key: str) -> None:
    condition, play, _ = SEVERAL[key]
    assert play(Asked(condition, BEFORE)) == (True, False)


@pytest.mark.parametrize("key", sorted(ONE_MESSAGE) + sorted(SEVERAL))
def test_a_mistake_is_told_at_its_place(key: str) -> None:
    broken = (ONE_MESSAGE.get(key) or SEVERAL[key])[-1]
    parsed = parse_one(if_text(broken, BEFORE))
    assert parsed.ruleset is None
    assert problems_of(broken, BEFORE)
    assert all(problem.line >= 4 and problem.column > 1 for problem in parsed.errors)


def test_none_is_left_out() -> None:
    assert set(TABLE) == set(ONE_MESSAGE) | set(SEVERAL) | set(ELSEWHERE)
