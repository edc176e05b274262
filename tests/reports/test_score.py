"""The engagement score, for any amount of taking part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.reports.score import ENOUGH_LINES, FORMULA, WEIGHTS, Opportunity, Taken, score

count = st.integers(0, 10_000)
points = st.floats(0, 1000)
taken = st.builds(Taken, count, points, count, count)
offered = st.builds(Opportunity, st.integers(0, 30), points, st.booleans(), st.booleans())
ABSENT: dict[str, dict[str, Any]] = {
    "polls": {"polls": 0},
    "quiz": {"quiz": 0.0},
    "chat": {"chat": False},
    "questions": {"questions": False},
}
PART: dict[str, dict[str, Any]] = {
    "polls": {"polls": 10_000},
    "quiz": {"quiz": 1000.0},
    "chat": {"lines": 10_000},
    "questions": {"questions": 10_000},
}
ALL = Opportunity(4, 10.0, True, True)


@given(taken, offered)
def test_always_between_0_and_100(one: Taken, was: Opportunity) -> None:
    found = score(one, was)
    assert found.total is None or 0 <= found.total <= 100
    assert all(part is None or 0 <= part <= 1 for part in found.parts.values())


@given(taken, offered, st.sampled_from(list(WEIGHTS)))
def test_a_part_without_opportunity_leaves_the_denominator(one: Taken, was: Opportunity, part: str) -> None:
    without = replace(was, **ABSENT[part])
    assert score(one, without).parts[part] is None
    # However much of the missing part somebody has, the score is the same.
    assert score(replace(one, **PART[part]), without).total == score(one, without).total


@given(taken)
def test_everything_taken_is_100_whatever_was_offered(one: Taken) -> None:
    full = Taken(4, 10.0, ENOUGH_LINES, 2)
    for part in WEIGHTS:
        assert score(full, replace(ALL, **ABSENT[part])).total == 100.0
    assert score(full, ALL).total == 100.0


@given(taken, offered, st.sampled_from(["polls", "quiz", "lines", "questions"]))
def test_more_is_never_less(one: Taken, was: Opportunity, what: str) -> None:
    more = replace(one, **{what: getattr(one, what) + 1})
    before, after = score(one, was).total, score(more, was).total
    assume(before is not None)
    assert after is not None
    assert before is not None
    assert after >= before


def test_nothing_offered_is_no_score() -> None:
    assert score(Taken(1, 1.0, 1, 1), Opportunity()).total is None


def test_worked_out_by_hand() -> None:
    # 35 × 2/4 + 25 × 7/10 + 25 × 3/5 + 15 × 1/2 = 17.5 + 17.5 + 15 + 7.5
    assert score(Taken(2, 7.0, 3, 1), ALL).total == 57.5


def test_points_below_zero_take_nothing_away() -> None:
    assert score(Taken(quiz=-5.0), Opportunity(quiz=10.0)).total == 0.0


@pytest.mark.parametrize("part", WEIGHTS)
def test_the_printed_formula_has_each_weight(part: str) -> None:
    assert any(line.startswith(f"{part} ({WEIGHTS[part]}):") for line in FORMULA)
