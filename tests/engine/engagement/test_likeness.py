from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.engagement.likeness import SUGGEST, Frequencies, bent, likeness, words_of
from bot.engine.engagement.senses import DIRECTIONS, sense
from bot.engine.engagement.stems import stem

ASKED = [
    "Will the webinar be recorded?",
    "When does the webinar start?",
    "Can I get the slides of this webinar?",
    "How much does the webinar cost?",
    "Is there a certificate for this webinar?",
    "Who is the next speaker?",
    "Does the product support single sign-on?",
    "What is the price of the enterprise plan?",
    "How do I reset my password?",
    "Which languages do you support?",
]
KNOWN = Frequencies(ASKED)


def alike(one: str, other: str) -> float:
    return likeness(KNOWN.weighted(one), KNOWN.weighted(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Will the webinar be recorded?", "will this be recorded"),
        ("Will the webinar be recorded?", "Is there a recording of the webinar?"),
        ("Will the webinar be recorded?", "can i watch a replay of the webinar"),
        ("Can I get the slides of this webinar?", "Where can I download the slide deck?"),
        ("When does the webinar start?", "at what time does it begin"),
        ("What is the price of the enterprise plan?", "how much does the enterprise plan cost?"),
    ],
)
def test_the_same_question_in_other_words(one: str, other: str) -> None:
    assert alike(one, other) >= SUGGEST
    assert alike(one, other) == pytest.approx(alike(other, one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Will the webinar be recorded?", "When does the webinar start?"),
        ("Is there a certificate for this webinar?", "How much does the webinar cost?"),
        ("Who is the next speaker?", "How do I reset my password?"),
        ("Does the product support single sign-on?", "Will the webinar be recorded?"),
        ("", "Will the webinar be recorded?"),
        ("???", "!!!"),
    ],
)
def test_different_questions(one: str, other: str) -> None:
    assert alike(one, other) < SUGGEST


def test_a_spelling_mistake_does_not_make_it_another_question() -> None:
    right = "How do I reset my password?"
    others = [alike(right, text) for text in ASKED if text != right]
    assert alike(right, "how to reste my pasword") > max(others)


def test_what_every_question_says_counts_little() -> None:
    alone = Frequencies([])
    one, other = "webinar recorded", "webinar certificate"
    assert alike(one, other) < likeness(alone.weighted(one), alone.weighted(other))


@pytest.mark.parametrize(
    "words", [["infect", "infected", "infecting", "infects"], ["study", "studies"], ["price", "prices", "priced"]]
)
def test_forms_of_a_word_have_one_stem(words: list[str]) -> None:
    assert len({stem(word) for word in words}) == 1


@given(st.text(max_size=200), st.text(max_size=200))
def test_it_is_a_likeness(one: str, other: str) -> None:
    assert 0 <= alike(one, other) <= 1
    assert alike(one, other) == pytest.approx(alike(other, one))
    if alike(one, one):
        assert alike(one, one) == pytest.approx(1.0, abs=1e-6) or alike(one, one) >= SUGGEST


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_bend_keeps_the_order(one: float, other: float) -> None:
    assert (bent(one) <= bent(other)) == (one <= other) or abs(one - other) < 1e-12


def direction(text: str) -> tuple[tuple[float, ...], float]:
    return sense([(stem(word), False) for word in words_of(text)])


def test_words_that_ask_the_same_point_the_same_way() -> None:
    """None of these share a word; the table of senses knows them."""
    (one, known), (other, _), (third, _) = direction("cancel my card"), direction("block it please"), direction("exchange rate")
    assert known == 1.0
    together = [sum(a * b for a, b in zip(one, two, strict=True)) for two in (other, third)]
    assert together[0] > together[1]


@pytest.mark.parametrize(("text", "known"), [("zzqx", 0.0), ("card zzqx", 0.5), ("", 0.0)])
def test_unknown_words_have_no_direction_and_are_told(text: str, known: float) -> None:
    found, share = direction(text)
    assert (len(found), share) == (DIRECTIONS, known)
    assert bool(any(found)) == (known > 0)


@pytest.mark.parametrize("forms", ["begin began begun", "catch caught", "bought buy", "people person", "stolen steal"])
def test_irregular_forms_have_one_stem(forms: str) -> None:
    assert len({stem(word) for word in forms.split()}) == 1
