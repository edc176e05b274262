"""The matcher: edges, phrases, spans, disguises, rescue, and its limits, for words of our own."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.obfuscate import HARD, PLAIN, REST
from bot.ruleset.matcher import Matcher
from bot.ruleset.terms import Fold, Term, TermKind

WORDS = ("bastard", "wanker", "whatnot", "blather")
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("bastrd 4@$*._-\u200b\u0301ьаѕтΔ")), max_size=40)


def one(text: str, kind: TermKind = "word", fold: Fold = "strong") -> Matcher:
    return Matcher([Term(kind, text, fold)])


def shown(matcher: Matcher, text: str) -> list[str]:
    return [text[start:end] for start, end in matcher.scan(text).spans(0)]


@pytest.mark.parametrize(
    ("kind", "term", "text", "found"),
    [
        ("word", "cat", "the cat sat", ["cat"]),
        ("word", "cat", "concatenate", []),
        ("word", "cat", "cat_food cat2 (cat)", ["cat", "cat", "cat"]),
        ("word", "cat*", "cats concat", ["cat"]),
        ("word", "*cat", "cats concat", ["cat"]),
        ("word", "*cat*", "education", ["cat"]),
        ("word", "heck off", "HECK,   off!", ["HECK,   off"]),
        ("word", "c++", "I like c++ and c+++", ["c++", "c++"]),
        ("word", "$5", "only $5 or $55", ["$5"]),
        ("contains", "cat", "concatenate", ["cat"]),
        ("starts_with", "cat", "  cat here", ["cat"]),
        ("starts_with", "cat", "a cat", []),
        ("ends_with", "cat", "a cat  ", ["cat"]),
        ("ends_with", "cat", "a cat!", []),
        ("exact", "a cat", "A cat", ["A cat"]),
        ("exact", "a cat", "A cat!", []),
        ("exact_text", "a cat", "...A cat!", ["A cat"]),
        ("wildcard", "c?t", "cat cut coat", ["cat", "cut"]),
        ("wildcard", "c*t", "cat coat c t", ["cat", "coat"]),
        ("regex", "ca+t", "caaat", ["caaat"]),
    ],
)
def test_kinds(kind: TermKind, term: str, text: str, found: list[str]) -> None:
    assert shown(one(term, kind, "basic" if kind == "regex" else "strong"), text) == found


def test_accents_and_digits_are_edges_as_the_level_says() -> None:
    assert shown(one("cafe", fold="basic"), "café") == []
    assert shown(one("cafe"), "café") == ["café"]
    assert shown(one("heck", fold="basic"), "heck2") == []
    assert shown(one("heck"), "heck2") == ["heck2"[:4]]


@pytest.mark.parametrize("text", ["", " ", "\ufeff", "\u200b"])
def test_what_is_nothing_matches_nothing(text: str) -> None:
    matcher = one(text)
    assert not any(matcher.scan(message).found for message in ("", " ", "hello", "\ufeff"))


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_plain_disguises(name: str) -> None:
    chance = random.Random(1)
    for word in WORDS:
        for _ in range(6):
            text = f"you {PLAIN[name](word, chance)} you"
            assert one(word).scan(text).found, (word, text)


@pytest.mark.parametrize("name", sorted(set(REST) - {"vowel stars", "turned"}))
def test_other_disguises(name: str) -> None:
    chance = random.Random(2)
    tried = [(word, f"you {REST[name](word, chance)} you") for word in WORDS for _ in range(6)]
    missed = [text for word, text in tried if not one(word).scan(text).found]
    assert len(missed) <= len(tried) // 12, missed


@pytest.mark.parametrize("name", sorted(HARD))
def test_hard_disguises_are_read_more_often_than_not(name: str) -> None:
    chance = random.Random(3)
    tried = [(word, f"such {HARD[name](word, chance)} again") for word in WORDS for _ in range(6)]
    assert sum(bool(one(word).scan(text).found) for word, text in tried) > len(tried) // 2


@pytest.mark.parametrize(
    "text",
    [
        "bast ard",
        "cl-ass",
        "he'll",
        "as sent",
        "сука",
        "this",
        "tihs is",
        "canal so",
        "c a n a l s o",
        "t+t",
        "n-o-t-h-i-n-g",
        "kkkk",
    ],
)
def test_innocent_texts(text: str) -> None:
    matcher = Matcher([Term("word", word) for word in ("bastard", "ass", "hell", "shit", "anal", "tit", "nig", "suka")])
    assert not matcher.scan(text).found


def test_an_allowed_word_rescues_itself_and_no_mask() -> None:
    matcher = Matcher([Term("word", "fork"), Term("word", "fark"), Term("allowed", "fark")])
    assert matcher.scan("f*rk").spans(2) == []
    assert matcher.scan("f*rk").spans(0) == [(0, 4)]
    assert matcher.scan("a fark").spans(2) == [(2, 6)]


@given(TEXTS)
def test_spans_lie_in_the_text_and_nothing_raises(text: str) -> None:
    matcher = Matcher([Term("word", "bastard"), Term("contains", "ast"), Term("regex", "b.*d", "basic"), Term("wildcard", "b*d")])
    scan = matcher.scan(text)
    for term in scan.found:
        for start, end in scan.spans(term):
            assert 0 <= start < end <= len(text)


@given(TEXTS, st.sampled_from(["bastard", "blather"]))
def test_a_word_in_the_open_is_found_whatever_stands_around_it(text: str, word: str) -> None:
    assert one(word).scan(f"{text[:20]} {word} ".replace("*", "")).found


@pytest.mark.parametrize("text", ["\u202e\\|/\\k", "\u202e\\/\\/\\w", "\u202ek|\\/\\/\\ʍ"])
def test_shapes_of_several_characters_end_with_a_text_that_runs_backwards(text: str) -> None:
    scan = Matcher([Term("word", word) for word in ("kaw", "waw", "fuck")]).scan(text)
    assert all(0 <= start < end <= len(text) for term in scan.found for start, end in scan.spans(term))


def test_shapes_in_a_text_that_runs_backwards_are_those_that_are_seen() -> None:
    assert Matcher([Term("word", "kaw")]).scan("\u202ew\\/k").found


def test_the_work_is_bounded() -> None:
    matcher = Matcher([Term("word", word) for word in (*WORDS, "ass", "hell", "shit")])
    for unit in ("a.", "f u c k ", "@$!|", "((((", "ьаѕ", "*s", "s*", "\ufdfa", "1l|!"):
        began = time.process_time()
        matcher.scan(unit * (1_000_000 // len(unit)))
        assert time.process_time() - began < 0.5, unit  # measured: 0.02; this only guards against another order of growth
