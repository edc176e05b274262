"""Moments printed and read in every style of B-12."""

from __future__ import annotations

import pytest

from bot.stage.timing import TimeStyle, printed, understood

MOMENT = 1_927_880_105.75  # 2031-02-03 10:15:05 UTC


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("naive", "2031-02-03 10:15:05"),
        ("naive_local", "2031-02-03 11:15:05"),
        ("offset", "2031-02-03 11:15:05 +01:00"),
        ("iso_z", "2031-02-03T10:15:05Z"),
        ("unix", 1_927_880_105),
        ("unix_text", "1927880105"),
    ],
)
def test_printed(style: TimeStyle, text: object) -> None:
    assert printed(MOMENT, style, "Europe/Berlin") == text


@pytest.mark.parametrize(
    "text",
    ["2031-02-03 10:15:05 +00:00", "2031-02-03 12:15:05 +02:00", "2031-02-03T10:15:05Z", "2031-02-03T05:15:05-05:00", "1927880105"],
)
def test_understood_with_a_zone_of_its_own(text: str) -> None:
    assert understood(text, "Asia/Tokyo") == 1_927_880_105.0


def test_a_naive_time_is_local() -> None:
    assert understood("2031-02-03 11:15:05", "Europe/Berlin") == 1_927_880_105.0


def test_what_is_no_time_is_none() -> None:
    assert understood("tomorrow") is None
