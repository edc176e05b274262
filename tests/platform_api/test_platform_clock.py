"""Date, Retry-After and the offset between two clocks."""

from __future__ import annotations

import random

import pytest

from bot.platform_api.platform_clock import ClockOffset, http_date, retry_after

DATE = "Mon, 03 Feb 2031 10:00:00 GMT"
AT = 1927879200.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DATE, AT),
        ("Monday, 03-Feb-31 10:00:00 GMT", AT),
        (None, None),
        ("", None),
        ("tomorrow", None),
        ("1 2 3", None),
        ("9" * 400, None),
    ],
)
def test_http_date(text: str | None, expected: float | None) -> None:
    assert http_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7.0),
        (" 7.5 ", 7.5),
        ("0", 0.0),
        ("-5", 0.0),
        ("315360000", 600.0),  # ten years
        ("Mon, 03 Feb 2031 10:00:07 GMT", 7.0),
        ("Mon, 03 Feb 2031 09:00:00 GMT", 0.0),
        ("Mon, 03 Feb 2041 10:00:07 GMT", 600.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_against_the_answers_own_date(text: str | None, expected: float | None) -> None:
    assert retry_after(text, DATE) == expected


def test_a_date_without_a_date_to_read_it_against_is_nothing() -> None:
    assert retry_after("Mon, 03 Feb 2031 10:00:07 GMT", None) is None


@pytest.mark.parametrize("true_offset", [0.0, -86400.0, 86400.0, 0.37])
def test_many_whole_second_dates_give_the_offset_to_a_tenth(true_offset: float) -> None:
    offset, source, now = ClockOffset(), random.Random(5), AT
    for _ in range(200):
        now += source.uniform(0.2, 1.5)
        took = source.uniform(0.01, 0.08)
        offset.saw(float(int(now + took / 2 + true_offset)), now, now + took)
    assert offset.seconds == pytest.approx(true_offset, abs=0.1)
    assert offset.uncertainty < 0.15


def test_a_clock_that_was_set_is_noticed() -> None:
    offset = ClockOffset()
    assert offset.seconds is None
    offset.saw(1000.0, 1000.0, 1000.1)
    offset.saw(5000.0, 1001.0, 1001.1)
    assert offset.seconds == pytest.approx(3999.4, abs=0.6)
