from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.engagement.tally import full, listing, outcome, placeholders, sentence, with_known_base


def result(*counts: int, other: int = 0, base: int | None = 0) -> dict[str, Any]:
    return {"counts": list(counts), "other": other, "index_base": base}


@pytest.mark.parametrize(
    ("counts", "more", "min_votes", "words"),
    [
        ((7, 2, 1), {}, 0, "“A” wins with 70 % of 10 votes"),
        ((1, 0, 0), {}, 0, "“A” wins with 100 % of 1 vote"),
        ((4, 4, 2), {}, 0, "a tie between “A” and “B” with 40 % each of 10 votes"),
        ((3, 3, 3), {}, 0, "a tie between “A”, “B” and “C” with 33 % each of 9 votes"),
        ((0, 0, 0), {}, 0, "nobody voted"),
        ((0, 0, 0), {"other": 2}, 0, "2 votes, none of them for an option"),
        ((5, 2, 2), {}, 10, "9 votes, too few to name a winner"),
        ((5, 3, 2), {}, 10, "“A” wins with 50 % of 10 votes"),
        ((5, 2, 2), {"other": 3}, 10, "12 votes, too few to name a winner"),
        ((5, 2, 2), {"base": None}, 0, "9 votes; the count is still provisional"),
        ((0, 0, 0), {"base": None}, 0, "nobody voted"),
    ],
)
def test_a_result_in_words(counts: tuple[int, ...], more: dict[str, Any], min_votes: int, words: str) -> None:
    assert sentence(outcome(["A", "B", "C"], result(*counts, **more), min_votes)) == words


def test_options_without_votes_are_listed() -> None:
    found = outcome(["A", "B", "C"], result(3, 0), 0)
    assert listing(found) == "A 3 (100 %), B 0 (0 %), C 0 (0 %)"
    assert full(found) == "A 3 (100 %), B 0 (0 %), C 0 (0 %). “A” wins with 100 % of 3 votes"


def test_what_is_not_sure_is_not_broken_down() -> None:
    found = outcome(["A", "B"], result(0, 9, base=None), 0)
    assert found.winner is None
    assert full(found) == listing(found) == "9 votes; the count is still provisional"
    assert placeholders(found, "Q", "p", 9)["winner"] == "nobody"


@pytest.mark.parametrize("odd", [{}, {"counts": None}, {"counts": ["x", -1, True, 2.5]}, {"counts": [1, 2, 3, 4, 5, 6]}])
def test_an_odd_answer_is_no_crash(odd: dict[str, Any]) -> None:
    found = outcome(["A", "B", "C"], odd, 0)
    assert len(found.counts) == 3
    assert all(count >= 0 for count in found.counts)


def test_what_one_poll_shows_about_the_option_index_holds_for_the_others() -> None:
    unknown = result(0, 5, 3, base=None)
    assert with_known_base(unknown, None) == unknown
    assert with_known_base(unknown, 1) == result(5, 3, 0, base=1)
    assert with_known_base(unknown, 0) == result(0, 5, 3, base=0)
    contradiction = result(1, 5, 3, base=None)
    assert with_known_base(contradiction, 1) == contradiction
    assert with_known_base(result(1, 2, base=0), 1) == result(1, 2, base=0)


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=20), st.integers(0, 100), st.integers(0, 200))
def test_every_result_adds_up(counts: list[int], other: int, min_votes: int) -> None:
    options = [f"o{index}" for index in range(len(counts))]
    found = outcome(options, result(*counts, other=other), min_votes)
    assert found.votes == sum(counts) + other
    assert all(0 <= found.percent(index) <= 100 for index in range(len(counts)))
    assert abs(sum(found.percent(index) for index in range(len(counts))) - 100) <= len(counts) or sum(counts) == 0
    if found.winner is not None:
        assert sum(counts) >= min_votes
        assert all(count < counts[found.winner] for index, count in enumerate(counts) if index != found.winner)
    assert all(name in listing(found) for name in options)
