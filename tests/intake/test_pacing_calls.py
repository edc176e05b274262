"""Pacing: one feed's flags between begin and end, and the calls that it gives out, to the call."""

from __future__ import annotations

import pytest

from bot.intake.pacing import CLOSING, LEAST_RATE, Intervals, Pacing


def waiting(rate: float, feeds: int = 20) -> Pacing[str]:
    """So many feeds that were never read."""
    pacing: Pacing[str] = Pacing(Intervals(), rate)
    for number in range(feeds):
        pacing.add(f"chat{number}", live=True)
    return pacing


def begun_at(pacing: Pacing[str], now: float) -> int:
    """How many reads may begin at this moment."""
    count = 0
    while (feed := pacing.choose(now).feed) is not None:
        pacing.begin(feed, now)
        count += 1
    return count


def test_the_first_call_is_free_and_the_next_comes_in_its_turn() -> None:
    pacing = waiting(2.0)
    assert begun_at(pacing, 0.0) == 1
    assert pacing.choose(0.0).wait == pytest.approx(0.5)
    assert pacing.choose(0.2).wait == pytest.approx(0.3)
    assert begun_at(pacing, 0.5) == 1


@pytest.mark.parametrize(("rate", "caught_up"), [(2.0, 1), (10.0, 1), (45.0, 4), (80.0, 8)])
def test_only_a_tenth_of_a_second_is_caught_up(rate: float, caught_up: int) -> None:
    pacing = waiting(rate)
    pacing.choose(0.0)
    assert begun_at(pacing, 100.0) == caught_up


def test_a_new_allowance_holds_from_then_on() -> None:
    pacing = waiting(2.0)
    begun_at(pacing, 0.0)
    pacing.allow(10.0)
    assert pacing.choose(0.0).wait == pytest.approx(0.1)
    pacing.allow(0.0)
    assert pacing.choose(0.0).wait == pytest.approx(1.0 / LEAST_RATE)


def one_feed() -> Pacing[str]:
    """Read a while ago."""
    pacing = waiting(45.0, 1)
    assert pacing.choose(0.0).feed == "chat0"
    pacing.end("chat0", 0.1, since=pacing.begin("chat0", 0.0), rows=0, more=False)
    return pacing


def test_a_feed_is_not_read_twice_at_once() -> None:
    pacing = one_feed()
    pacing.begin("chat0", 50.0)
    pacing.due("chat0")
    assert pacing.choose(60.0).feed is None


def test_more_to_come_is_read_at_once_and_only_once() -> None:
    pacing = one_feed()
    pacing.end("chat0", 50.1, since=pacing.begin("chat0", 50.0), rows=0, more=True)
    assert pacing.choose(50.2).feed == "chat0"
    pacing.begin("chat0", 50.2)
    pacing.failed("chat0", 50.3)
    assert pacing.choose(50.4).feed is None


def test_a_read_of_old_rows_makes_a_feed_no_younger() -> None:
    pacing = one_feed()
    pacing.end("chat0", 50.1, since=pacing.begin("chat0", 50.0), rows=0, more=False, newest=False)
    assert pacing.choose(50.2).feed == "chat0"
    assert pacing.begin("chat0", 50.2) == 0.0


def test_the_very_first_read_counts_even_of_old_rows() -> None:
    pacing = waiting(45.0, 1)
    pacing.end("chat0", 0.1, since=pacing.begin("chat0", 0.0), rows=0, more=False, newest=False)
    assert pacing.choose(0.15).feed is None


def test_a_closed_chat_is_closed_since_it_was_first_told() -> None:
    pacing = waiting(45.0, 1)
    pacing.add("chat0", live=True, closed=10.0)
    pacing.add("chat0", live=True, closed=10.0 + CLOSING)
    pacing.end("chat0", 10.1 + CLOSING, since=pacing.begin("chat0", 10.0 + CLOSING), rows=1, more=False)
    assert pacing.interval("chat0", 10.2 + CLOSING) == Intervals().fastest
