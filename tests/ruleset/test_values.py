"""Durations, comparisons, ranges, rates, shares and moments as a moderator writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.signals import EventState
from bot.ruleset.values import (
    Comparison,
    Counted,
    Duration,
    Lasting,
    Measure,
    Moment,
    Percent,
    Range,
    Rate,
    RuleModel,
    duration_text,
)


class Values(RuleModel):
    duration: Duration = 0.0
    percent: Percent = 0.0
    comparison: Comparison = Comparison("==", 0)
    range: Range = Range(0, 1)
    rate: Rate = Rate(1, 1)
    measure: Measure = Measure(Range(0, 1))
    lasting: Lasting = Lasting(Comparison(">=", 0))
    counted: Counted = Counted(Comparison("==", 0), None)
    moment: Moment = Moment("live", 0, "live")


def read(name: str, value: Any) -> Any:
    return getattr(Values.model_validate({name: value}), name)


def refused(name: str, value: Any) -> str:
    with pytest.raises(ValidationError) as error:
        Values.model_validate({name: value})
    context = error.value.errors()[0].get("ctx") or {}
    return f"{context.get('text', '')} | {context.get('hint', '')}"


@pytest.mark.parametrize(
    ("written", "seconds"), [("90s", 90), ("10m", 600), ("1h30m", 5400), ("250ms", 0.25), (" 2 h ", 7200), ("1d", 86400), (0, 0)]
)
def test_durations(written: Any, seconds: float) -> None:
    assert read("duration", written) == seconds


@pytest.mark.parametrize("written", [10, 10.5, "10", "ten", "", "m", "1h x", True, None, [], "9999d", "-5m"])
def test_a_duration_needs_its_unit(written: Any) -> None:
    assert refused("duration", written)


def test_a_bare_number_is_told_both_units() -> None:
    assert refused("duration", 10) == "10 has no unit | write 10s for seconds or 10m for minutes"


@given(st.integers(0, 300_000))
def test_a_written_duration_reads_back(seconds: int) -> None:
    assert read("duration", duration_text(float(seconds))) == seconds


@pytest.mark.parametrize(("written", "share"), [("20%", 0.2), (0.2, 0.2), ("0.5", 0.5), (1, 1.0), ("100%", 1.0)])
def test_shares(written: Any, share: float) -> None:
    assert read("percent", written) == pytest.approx(share)


def test_a_share_over_one_is_told_the_percent_sign() -> None:
    assert refused("percent", 70) == "'70' is more than the whole | write 70%"
    assert refused("percent", "many")
    assert refused("percent", True)


@pytest.mark.parametrize(
    ("written", "inside", "outside"),
    [(">= 3", 3, 2), ("< 3", 2, 3), (">3", 4, 3), ("<=3", 3, 4), (3, 3, 4), ("!= 3", 2, 3), (">= 70%", 0.7, 0.69), ("== 0", 0, 1)],
)
def test_comparisons(written: Any, inside: float, outside: float) -> None:
    comparison = read("comparison", written)
    assert comparison.holds(inside)
    assert not comparison.holds(outside)


@pytest.mark.parametrize("written", ["=> 3", "three", "", None, True, [], "< "])
def test_broken_comparisons(written: Any) -> None:
    assert "write it like" in refused("comparison", written)


def test_ranges_include_both_ends() -> None:
    assert [read("range", "15..300").holds(number) for number in (14, 15, 300, 301)] == [False, True, True, False]
    assert read("range", "..5").holds(0)
    assert read("range", "5..").holds(10**9)
    assert "is empty" in refused("range", "300..15")
    assert refused("range", "..")


def test_a_measure_counts_a_plain_number_as_at_least() -> None:
    assert [read("measure", 3).holds(number) for number in (2, 3, 4)] == [False, True, True]
    assert [read("measure", "== 3").holds(number) for number in (2, 3, 4)] == [False, True, False]
    assert [read("measure", "1..2").holds(number) for number in (0, 1, 2, 3)] == [False, True, True, False]


def test_rates() -> None:
    assert read("rate", "5 in 30s") == Rate(5, 30.0)
    assert read("rate", "60/min") == Rate(60, 60.0)
    for written in ("5 times", "0 in 30s", "5 in 0s", 5, "in 30s"):
        assert refused("rate", written)


def test_lasting_and_counted() -> None:
    assert read("lasting", "< 10m").holds(599)
    assert not read("lasting", "< 10m").holds(600)
    assert read("lasting", "10m").holds(600)
    assert refused("lasting", "often")
    assert read("counted", ">= 3 in 10m") == Counted(Comparison(">=", 3), 600.0)
    assert read("counted", 3).seconds is None
    assert refused("counted", ">= 3 in ten minutes")


START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC).timestamp()
BERLIN = EventState("e", starts=START, ends=START + 7200, live_since=START + 60, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("live", START + 60),
        ("live+10m", START + 660),
        ("start - 5m", START - 300),
        ("end-5m", START + 6900),
        ("14:05", START + 300),
        ("2026-05-04T14:05+02:00", START + 300),
        ("2026-05-04 12:05Z", START + 300),
    ],
)
def test_moments_of_an_event(written: str, moment: float) -> None:
    assert read("moment", written).resolve(BERLIN) == moment


@pytest.mark.parametrize("written", ["live+ten", "25:00", "2026-05-04T14:05", "soon", 14, "", "livestream"])
def test_broken_moments(written: Any) -> None:
    assert refused("moment", written)


def test_a_time_without_offset_is_told_to_name_it() -> None:
    assert "has no offset" in refused("moment", "2026-05-04T14:05")


def test_unknown_bases_resolve_to_nothing() -> None:
    nothing = EventState("e")
    assert [read("moment", written).resolve(nothing) for written in ("live", "start", "end", "14:05")] == [None] * 4


def test_a_time_of_day_after_midnight_belongs_to_the_night_of_the_event() -> None:
    late = EventState("e", starts=datetime(2026, 5, 4, 22, 0, tzinfo=UTC).timestamp(), zone="UTC")
    assert read("moment", "00:30").resolve(late) == datetime(2026, 5, 5, 0, 30, tzinfo=UTC).timestamp()
    assert read("moment", "21:30").resolve(late) == datetime(2026, 5, 4, 21, 30, tzinfo=UTC).timestamp()


def test_summer_time() -> None:
    gap = EventState("e", starts=datetime(2026, 3, 29, 0, 0, tzinfo=UTC).timestamp(), zone="Europe/Berlin")
    assert read("moment", "02:30").resolve(gap) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC).timestamp()
    twice = EventState("e", starts=datetime(2026, 10, 25, 0, 0, tzinfo=UTC).timestamp(), zone="Europe/Berlin")
    assert read("moment", "02:30").resolve(twice) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()


def test_an_unknown_zone_counts_as_utc() -> None:
    nowhere = EventState("e", starts=START, zone="Mars/Olympus")
    assert read("moment", "12:05").resolve(nowhere) == START + 300


def test_a_number_where_text_is_meant_is_that_text() -> None:
    class Options(RuleModel):
        options: list[str]

    assert Options.model_validate({"options": [80, "443"]}).options == ["80", "443"]
