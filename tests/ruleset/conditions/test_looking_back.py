"""rate, counter, similar_to_own, similar_to_others, qa_duplicate: what depends on what came before."""

from __future__ import annotations

import pytest

from bot.domain.history import Remembered
from bot.domain.signals import Author
from bot.ruleset.logic import windows_of
from bot.ruleset.windows import merge
from tests.ruleset.asking import NOW, Asked, problems_of, rules_of

PEOPLE = [Author(name, f"{name}@example.test") for name in "abcdefgh"]


def test_the_fifth_message_within_the_window_is_too_many() -> None:
    asked = Asked('{ rate: { by: author, over: "5 in 30s" } }')
    assert [asked.say("hi", at=at).holds for at in (0, 5, 10, 15, 20)] == [False] * 4 + [True]
    assert asked.say("hi", at=21, by=PEOPLE[0]).holds is False


def test_what_is_exactly_one_window_old_is_out() -> None:
    asked = Asked('{ rate: "3 in 30s" }')
    assert [asked.say("hi", at=at).holds for at in (0, 10, 30)] == [False, False, False]
    assert asked.say("hi", at=39.9).holds


def test_near_misses_and_notes_name_the_count() -> None:
    asked = Asked('{ rate: "3 in 30s" }')
    asked.say("hi")
    assert asked.say("hi", at=1).near == "2 of 3 messages by author"
    assert asked.say("hi", at=2).note == "3 messages by author (limit 3 in 30s)"


def test_a_rate_by_text_domain_or_event() -> None:
    by_text = Asked('{ rate: { by: text, over: "3 in 1m", distinct: author } }')
    assert [by_text.say("Free Coins!", at=n, by=PEOPLE[n % 2]).holds for n in range(4)] == [False] * 4
    assert by_text.say("free coins", at=5, by=PEOPLE[5]).holds
    by_domain = Asked('{ rate: { by: domain, over: "2 in 1m" } }')
    assert [by_domain.say(text, by=PEOPLE[n]).holds for n, text in enumerate(["no link", "x.test", "y.test", "see x . test"])] == [
        False,
        False,
        False,
        True,
    ]
    by_event = Asked('{ rate: { by: event, over: "3 in 10s" } }')
    assert [by_event.say("hi", at=n, by=PEOPLE[n]).holds for n in range(3)] == [False, False, True]


def test_editing_a_threshold_keeps_the_count() -> None:
    asked = Asked('{ rate: "5 in 30s" }')
    for at in range(4):
        asked.say("hi", at=at)
    edited = Asked('{ rate: "8 in 1m" }')
    edited.history = asked.history
    assert [edited.say("hi", at=4 + n).holds for n in range(4)] == [False, False, False, True]


def test_rules_that_count_the_same_share_one_memory() -> None:
    rules = rules_of(
        """
rules:
  - { id: a, if: { rate: "5 in 30s" }, do: hide }
  - { id: b, if: { none: [ { rate: "50 in 20m" } ] }, do: hide }
  - { id: c, if: { similar_to_own: true, similar_to_others: true }, do: hide }
"""
    ).rules
    windows = merge(window for rule in rules for window in windows_of(rule.condition))
    assert [(window.kind, window.id, window.seconds, window.keep) for window in windows] == [
        ("rate", "author", 1200.0, 100),
        ("own", "event", 600.0, 12),
        ("others", "event", 600.0, 300),
    ]


def test_memories_stay_bounded() -> None:
    asked = Asked('{ rate: "5 in 30s", similar_to_own: true }')
    for n in range(200):
        asked.say(f"message number {n} of a long list", at=n / 10)
    assert len(asked.history.get("rate", "author", "email:ann@example.test")) == 60
    own = Asked("{ similar_to_own: true }")
    for n in range(200):
        own.say(f"message number {n} of a long list", at=n)
    assert len(own.history.get("own", "email:ann@example.test")) == 12
    patient = Asked("{ similar_to_own: { times: 30 } }")
    for n in range(200):
        patient.say(f"message number {n} of a long list", at=n)
    assert len(patient.history.get("own", "email:ann@example.test")) == 30


def test_the_same_author_repeats_a_text() -> None:
    asked = Asked("{ similar_to_own: { like: 0.85, last: 1m, times: 3 } }")
    texts = [
        "please look at my channel",
        "PLEASE look at my channel!!",
        "something else entirely, really",
        "pleаse l00k at my channel",
    ]
    assert [asked.say(text, at=n).holds for n, text in enumerate(texts)] == [False, False, False, True]
    assert asked.say(texts[0], at=200).holds is False
    short = Asked("{ similar_to_own: true }")
    assert [short.say("lol", at=n).holds for n in range(5)] == [False] * 5


def test_several_authors_copy_a_text() -> None:
    asked = Asked("{ similar_to_others: { like: 0.85, last: 2m, authors: 4 } }")
    texts = [
        "free coins for all at x.test",
        "FREE coins for all at x . test",
        "free c0ins for all at x.test!!",
        "free coins for all at x.test",
    ]
    assert [asked.say(text, at=n * 4, by=PEOPLE[n]).holds for n, text in enumerate(texts)] == [False, False, False, True]
    same = Asked("{ similar_to_others: { authors: 2 } }")
    assert [same.say("free coins for all at x.test", at=n).holds for n in range(3)] == [False] * 3


def test_a_question_was_asked_before() -> None:
    asked = Asked("{ qa_duplicate: 0.85 }")
    assert not asked.say("Where can I find the slides?", surface="qa", by=PEOPLE[0]).holds
    assert not asked.say("How long does this take?", surface="qa").holds
    assert asked.say("where can i find the slides", surface="qa").holds
    assert not Asked("{ qa_duplicate: 0.85 }").say("Where?", surface="chat").holds


def test_counters_by_name() -> None:
    asked = Asked('{ counter: { heat: ">= 3 in 10m" } }')
    entries = [[NOW - 700, 5], [NOW - 600, 5], [NOW - 599, 1], [NOW - 10, 1]]
    asked.history.apply({("counter", "heat"): Remembered(entries)})
    assert not asked.say("x").holds
    asked.history.apply({("counter", "heat"): Remembered([*entries, [NOW - 1, 1]])})
    assert asked.say("x").note == "counter heat 3 (limit >= 3 in 10m)"
    assert not Asked('{ counter: { heat: ">= 1" } }').say("x").holds


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("{ rate: { over: often } }", 'write it like "5 in 30s"'),
        ("{ rate: { by: author } }", "'over' is missing"),
        ('{ rate: { by: user, over: "5 in 30s" } }', "'user' is not known here"),
        ('{ rate: { by: author, over: "5 in 30s", distinct: author } }', "there is only one author"),
        ('{ rate: "5000 in 30s" }', "a rate counts up to 1000"),
        ("{ counter: {} }", "says nothing"),
        ("{ counter: { heat: hot } }", "is no comparison"),
        ("{ similar_to_own: { times: 1 } }", "at least 2"),
        ("{ similar_to_others: { like: 85 } }", "write 85%"),
        ("{ qa_duplicate: same }", "is no share"),
    ],
)
def test_broken_input(condition: str, says: str) -> None:
    assert any(says in told for told in problems_of(condition)), problems_of(condition)
