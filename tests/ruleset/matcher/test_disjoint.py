"""Spans that do not overlap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.ruleset.matcher.disjoint import Disjoint

_SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 8)).map(lambda pair: (pair[0], sum(pair))))


@given(added=_SPANS, asked=_SPANS)
def test_says_the_same_as_comparing_with_each(added: list[tuple[int, int]], asked: list[tuple[int, int]]) -> None:
    held: list[tuple[int, int]] = []
    spans = Disjoint()
    for start, end in added:
        if not any(start < beyond and first < end for first, beyond in held):
            held.append((start, end))
            spans.add(start, end)
    for start, end in [*asked, *held]:
        assert spans.overlaps(start, end) == any(start < beyond and first < end for first, beyond in held)
