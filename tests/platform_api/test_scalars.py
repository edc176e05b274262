"""Single values in every documented and contradictory form."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platform_api import scalars

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
AT = 1927879205.0  # 2031-02-03 10:00:05 UTC


@pytest.mark.parametrize("value", [True, 1, "1", "true", "TRUE", " True "])
def test_true(value: Any) -> None:
    assert scalars.truth(value) is True


@pytest.mark.parametrize("value", [False, 0, "0", "false", "False"])
def test_false(value: Any) -> None:
    assert scalars.truth(value) is False


@pytest.mark.parametrize("value", [None, "null", "", "yes", 2, [], {}])
def test_unknown(value: Any) -> None:
    assert scalars.truth(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5.0),
        ("5", 5.0),
        (" 5.5 ", 5.5),
        ("x", None),
        ("", None),
        (None, None),
        (True, None),
        ("nan", None),
        ("inf", None),
        (10**400, None),
    ],
)
def test_number(value: Any, expected: float | None) -> None:
    assert scalars.number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5),
        ("5", 5),
        (5.0, 5),
        ("5.5", None),
        (2**63, None),
        (2**63 - 1, 2**63 - 1),
        ("9" * 128, None),
        (False, None),
        ([], None),
    ],
)
def test_whole(value: Any, expected: int | None) -> None:
    assert scalars.whole(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2031-02-03 10:00:05", AT),
        ("2031-02-03 12:00:05 +02:00", AT),
        ("2031-02-03T10:00:05Z", AT),
        ("2031-02-03T10:00:05.000000000Z", AT),
        (1927879205, AT),
        ("1927879205", AT),
        (0, None),
        ("0", None),
        ("0001-01-01T00:00:00Z", None),
        ("0000-00-00 00:00:00", None),
        ("null", None),
        ("", None),
        (None, None),
        (True, None),
        ("9999-12-31 23:59:59 -23:00", None),
        (10**15, None),
        (-5, None),
    ],
)
def test_moment(value: Any, expected: float | None) -> None:
    assert scalars.moment(value) == expected


def test_a_naive_moment_is_read_in_the_zone_given() -> None:
    assert scalars.moment("2031-02-03 12:00:05", timezone(timedelta(hours=2))) == AT


@pytest.mark.parametrize(
    ("value", "expected"),
    [("2031-02-03 10:00:05 +01:00", True), ("2031-02-03T10:00:05Z", True), ("2031-02-03 10:00:05", False), (5, False)],
)
def test_has_offset(value: Any, expected: bool) -> None:
    assert scalars.has_offset(value) is expected


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "Europe", "/etc/localtime", "Nowhere/City", "", None, "x" * 200, "a\x00b", ["UTC"]]
)
def test_junk_is_no_zone(name: Any) -> None:
    assert scalars.zone_named(name) is None


def test_a_zone_is_one() -> None:
    assert str(scalars.zone_named("Europe/Berlin")) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ab1", "Ab1"),
        (12, "12"),
        (2**70, str(2**70)),
        (True, ""),
        (1.5, ""),
        (None, ""),
        ("x" * 129, ""),
        ("a\nb", ""),
        (" a ", "a"),
        ({}, ""),
    ],
)
def test_ref(value: Any, expected: str) -> None:
    assert scalars.ref(value) == expected


@pytest.mark.parametrize(("value", "expected"), [("a\x00", "a"), (5, "5"), (None, ""), (["x"], ""), (True, "True")])
def test_text(value: Any, expected: str) -> None:
    assert scalars.text(value) == expected


@given(ANYTHING)
def test_nothing_raises(value: Any) -> None:
    scalars.truth(value)
    scalars.number(value)
    scalars.whole(value)
    scalars.moment(value)
    scalars.has_offset(value)
    scalars.zone_named(value)
    scalars.ref(value).encode()
    scalars.text(value).encode()
