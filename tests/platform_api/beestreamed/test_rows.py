"""Envelopes, bad rows among good ones, and the oddities' ledger."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.errors import BadAnswer
from bot.platform_api.beestreamed.rows import decode_rows, one_object, unwrapped
from bot.platform_api.oddities import BadRow, Oddities, Row


def named(row: Row) -> str:
    if "name" not in row:
        raise BadRow("no name")
    return str(row["name"])


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ([1], [1]),
        ({"data": [1], "status": 200}, [1]),
        ({"data": {"data": {"url": "x"}}, "status": 201}, {"url": "x"}),
        ({"data": {"data": 1, "more": 2}}, {"data": 1, "more": 2}),
        ({"a": 1}, {"a": 1}),
        ({"data": None}, None),
        (None, None),
    ],
)
def test_unwrapped(payload: Any, expected: Any) -> None:
    assert unwrapped(payload) == expected


def test_the_good_rows_of_a_page_go_on() -> None:
    told: list[str] = []
    oddities = Oddities(told.append)
    rows = decode_rows({"data": [{"name": "a"}, {"nome": "planted"}, 5, None, [], {"name": "b"}]}, named, "poll", oddities)
    assert rows.good == ("a", "b")
    assert rows.received == 6
    assert oddities.counts() == {
        "poll row dropped: no name (nome)": 1,
        "poll row dropped: a number instead of an object": 1,
        "poll row dropped: nothing instead of an object": 1,
        "poll row dropped: a list instead of an object": 1,
    }
    assert "planted" not in "".join(told)


@pytest.mark.parametrize("payload", [{}, None, "x", 5, {"data": {"a": 1}}, {"data": None}, True])
def test_what_is_no_list_is_a_bad_answer(payload: Any) -> None:
    with pytest.raises(BadAnswer, match="list of poll rows"):
        decode_rows(payload, named, "poll", Oddities())


def test_one_object() -> None:
    assert one_object({"data": {"a": 1}, "status": 200}, "a poll") == {"a": 1}
    with pytest.raises(BadAnswer, match="a poll was expected, a list came"):
        one_object([], "a poll")


def test_each_oddity_is_told_once_and_counted_always() -> None:
    told: list[str] = []
    oddities = Oddities(told.append)
    for _ in range(5):
        oddities.note("odd", {"b": 1, "a": 2})
    assert told == ["odd (a, b)"]
    assert oddities.counts() == {"odd (a, b)": 5}


def test_hostile_key_names_do_not_fill_the_memory() -> None:
    oddities = Oddities(most=10)
    for index in range(1000):
        oddities.note("odd", {f"key{index}" * 100: 1})
    assert len(oddities.counts()) <= 11
    assert sum(oddities.counts().values()) == 1000
    assert all(len(text) < 100 for text in oddities.counts())
