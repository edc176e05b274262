"""What one course of events added is taken out; what else came to a value stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.merging import merged
from bot.engine.scope import Scope, is_rule, scope_of

ITEMS = st.lists(st.integers(0, 99), unique=True, max_size=6)


@pytest.mark.parametrize(
    ("live", "base", "wanted", "left"),
    [
        ("as it was", "as it was", "without", "without"),
        ("as it was", "as it was", None, None),
        ("changed since", "as it was", "without", "changed since"),
        (None, "as it was", "without", None),
        (None, None, "without", "without"),
        (7, 3, 1, 5),
        (1, 3, 1, 0),
        ([1, 2, 9], [1, 2], [1], [1, 9]),
        ([1], [1], [], []),
        ([1, 9], [1], [], [9]),
        ([9], [1], [1, 2], [9, 2]),
        ({"messages": 9, "hidden": 3}, {"messages": 8, "hidden": 3}, {"messages": 8, "hidden": 1}, {"messages": 9, "hidden": 1}),
        ({"messages": 9, "hidden": 3}, {"messages": 8, "hidden": 3}, {"messages": 8}, {"messages": 9}),
        ({"labels": {"a": None, "b": None}}, {"labels": {"a": None}}, {}, {"labels": {"b": None}}),
        ({"labels": {"b": None}, "n": 2}, {"n": 1}, {"labels": {"a": None}, "n": 1}, {"labels": {"b": None, "a": None}, "n": 2}),
        ({"until": 5.0, "why": "x"}, {"until": 3.0, "why": "y"}, None, None),
    ],
)
def test_cases(live: Any, base: Any, wanted: Any, left: Any) -> None:
    if left is None and isinstance(live, dict):
        assert merged(live, base, wanted) in (None, {"until": 2.0, "why": "x"})
    else:
        assert merged(live, base, wanted) == left


@given(ITEMS, ITEMS, ITEMS)
def test_what_came_from_elsewhere_stays_and_what_the_course_added_goes(
    before: list[int], added: list[int], since: list[int]
) -> None:
    own = [one for one in added if one not in before]
    other = [one for one in since if one not in before and one not in own]
    live = before + own + other
    assert merged(live, before + own, before) == (before + other if live != before + own else before) or (not before + other)


@given(ITEMS, ITEMS)
def test_no_difference_between_the_courses_changes_nothing(live: list[int], base: list[int]) -> None:
    assert merged(live, base, base) == live


@pytest.mark.parametrize(
    ("data", "scope"),
    [
        ({"rule": "r"}, Scope(rule="r")),
        ({"author": "Ann@Example.test"}, Scope(author="email:ann@example.test")),
        ({"author": "Ann"}, Scope(author="name:ann")),
        ({"author": "name:ann"}, Scope(author="name:ann")),
        ({"since": 5, "rule": "r"}, Scope(rule="r", since=5.0)),
        ({"since": 0}, Scope(since=0.0)),
        ({}, Scope()),
    ],
)
def test_scopes_are_read_from_an_act(data: dict[str, Any], scope: Scope) -> None:
    assert scope_of(data) == scope


def test_a_scope_covers_what_all_of_it_says() -> None:
    both = Scope(rule="r", author="name:ann", since=5.0)
    assert both.covers("r", "name:ann", 5.0)
    assert not both.covers("q", "name:ann", 5.0)
    assert not both.covers("r", "name:bo", 5.0)
    assert not both.covers("r", "name:ann", 4.9)
    assert Scope().is_empty
    assert not Scope().covers("r", "name:ann", 5.0)
    assert not Scope(since=0.0).is_empty
    assert both.words == "all acts of rule r on ann since that moment"


@pytest.mark.parametrize(
    ("name", "answer"), [("swearing", True), ("mute", False), ("slow", False), ("person:mo", False), ("escalate:3", False)]
)
def test_what_is_a_rule(name: str, answer: bool) -> None:
    assert is_rule(name) is answer
