"""Pacing: intervals while the budget is ample, the index when it is not, and never above the budget."""

from __future__ import annotations

from collections import deque
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.pacing import Hides, World, equal, oracle, ours, simulate
from bot.intake.pacing import Arrivals, Intervals, Pacing, reading_rate


def play(
    pacing: Pacing[str], seconds: float, news: dict[str, list[float]] | None = None, step: float = 0.01
) -> dict[str, list[float]]:
    """Reads as the feeds would, without network time; `news` are moments at which rows come. Returns when each feed was read."""
    reads: dict[str, list[float]] = {feed: [] for feed in pacing}
    left = {feed: deque(sorted(moments)) for feed, moments in (news or {}).items()}
    for tick in range(round(seconds / step)):
        now = tick * step
        while (feed := pacing.choose(now).feed) is not None:
            since = pacing.begin(feed, now)
            found, coming = 0, left.get(feed, deque())
            while coming and coming[0] <= now:
                coming.popleft()
                found += 1
            pacing.end(feed, now, since=since, rows=found, more=False)
            reads[feed].append(now)
    return reads


def gaps(moments: list[float], since: float = 0.0) -> list[float]:
    inside = [moment for moment in moments if moment >= since]
    return [after - before for before, after in pairwise(inside)]


def test_a_busy_feed_is_read_at_the_fastest() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=45.0)
    pacing.add("chat", live=True)
    reads = play(pacing, 60.0, {"chat": [moment * 2.0 + 0.7 for moment in range(30)]})
    assert max(gaps(reads["chat"], since=2.0)) == pytest.approx(0.25, abs=0.02)


def test_a_silent_live_event_costs_less_than_two_calls_a_second() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=45.0)
    pacing.add("chat", live=True)
    pacing.add("qa", live=True, patience=1.5)
    reads = play(pacing, 120.0, {"chat": [1.0]})
    late = [moment for moments in reads.values() for moment in moments if moment >= 62.0]
    assert len(late) / 58.0 < 1.75  # the event's own state is read on top of this
    assert max(gaps(reads["chat"], since=62.0)) == pytest.approx(1.0, abs=0.02)


def test_a_feed_of_an_event_that_is_not_live_is_left_alone() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=45.0)
    pacing.add("chat", live=False)
    reads = play(pacing, 300.0, {"chat": [100.0]})
    assert len([moment for moment in reads["chat"] if moment < 100.0]) <= 8
    assert gaps([moment for moment in reads["chat"] if 106 < moment < 160])[0] == pytest.approx(1.0, abs=0.02)
    assert gaps(reads["chat"], since=200.0)[0] == pytest.approx(15.0, abs=0.02)


def test_a_due_feed_is_read_at_once() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=45.0)
    pacing.add("chat", live=False)
    play(pacing, 1.0)
    assert pacing.choose(2.0).feed is None
    pacing.due("chat")
    assert pacing.choose(2.0).feed == "chat"


def test_a_full_page_is_followed_by_the_next_at_once() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=45.0)
    pacing.add("chat", live=True)
    assert pacing.choose(0.0).feed == "chat"
    since = pacing.begin("chat", 0.0)
    assert pacing.choose(0.02).feed is None  # one read at a time
    pacing.end("chat", 0.03, since=since, rows=100, more=True)
    assert pacing.choose(0.04).feed == "chat"


def test_a_failed_feed_waits_and_the_others_do_not() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=45.0)
    pacing.add("a", live=True)
    pacing.add("b", live=True)
    first = pacing.choose(0.0).feed
    assert first is not None
    pacing.begin(first, 0.0)
    pacing.failed(first, until=30.0)
    pacing.due(first)
    reads = play(pacing, 20.0)
    other = "b" if first == "a" else "a"
    assert not reads[first]
    assert len(reads[other]) >= 19


def test_a_feed_that_is_gone_does_not_come_back() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=45.0)
    pacing.add("a", live=True)
    pacing.begin("a", 0.0)
    pacing.remove("a")
    pacing.end("a", 0.1, since=None, rows=1, more=True)
    pacing.failed("a", 1.0)
    pacing.due("a")
    assert pacing.choose(5.0).feed is None
    assert "a" not in pacing


@settings(max_examples=20, deadline=None)
@given(rate=st.floats(1.0, 60.0), feeds=st.integers(1, 80), busy=st.integers(0, 30))
def test_never_above_the_budget_and_nobody_starves(rate: float, feeds: int, busy: int) -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=rate)
    names = [f"feed{number}" for number in range(feeds)]
    for name in names:
        pacing.add(name, live=True)
    seconds = 12.0
    news = {name: [moment * 0.1 for moment in range(120)] for name in names[:busy]}
    reads = play(pacing, seconds, news, step=0.025)
    assert sum(len(moments) for moments in reads.values()) <= rate * seconds + max(1.0, rate * 0.1)
    least = min(len(moments) for moments in reads.values())
    if feeds <= 0.75 * rate:
        assert least >= seconds * 0.8  # slowest_read is kept while the budget allows it
    else:
        assert least >= int(seconds * rate / feeds * 0.15)


def test_the_floors_bend_to_the_budget() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=5.0)
    for number in range(20):
        pacing.add(f"feed{number}", live=True)
    reads = play(pacing, 60.0)
    assert all(max(gaps(moments, since=10.0)) < 6.0 for moments in reads.values())


def test_rates_are_learned_and_forgotten() -> None:
    arrivals = Arrivals()
    for _ in range(40):
        arrivals.saw(2, 0.25)
    assert arrivals.rate == pytest.approx(8.0, rel=0.15)
    for _ in range(80):
        arrivals.saw(0, 0.25)
    assert arrivals.rate < 1.5


@pytest.mark.parametrize(
    ("per_minute", "others", "expected"), [(3000, 0, 45.0), (3000, 600, 35.0), (3000, 2900, 12.5), (100, 0, 1.5), (0, 0, 0.0)]
)
def test_reading_keeps_a_quarter(per_minute: float, others: float, expected: float) -> None:
    assert reading_rate(per_minute, others) == pytest.approx(expected)


def test_fifty_feeds_on_one_budget() -> None:
    """Theory: equal shares 0.431 s, the least mean that any order can reach 0.312 s (square-root rule)."""
    world = World(seed=1, slots=180 * 58)
    mean, _, p99 = simulate(world, ours()).line()
    assert mean < 0.335
    assert p99 < 1.08
    assert simulate(world, equal()).line()[0] > 0.42


def test_bursts_are_followed_nearly_as_well_as_by_an_oracle() -> None:
    world = World(seed=2, slots=240 * 58, bursty=True)
    mean, _, p99 = simulate(world, ours()).line()
    best, _, _ = simulate(world, oracle()).line()
    assert mean <= best * 1.13
    assert p99 < 1.12


def test_a_raid_on_one_feed_leaves_the_others_readable() -> None:
    world = World(seed=3, slots=190 * 58, raid_at=70 * 58)
    mean, _, _ = simulate(world, ours(), Hides(share=0.25, copies=1.0, lock=5.0)).line()
    assert mean < 0.6


def test_a_detour_makes_a_feed_no_younger() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=45.0)
    pacing.add("chat", live=True)

    def read(now: float, *, newest: bool) -> None:
        assert pacing.choose(now).feed == "chat"
        pacing.end("chat", now, since=pacing.begin("chat", now), rows=0, more=False, newest=newest)

    read(0.0, newest=True)
    read(1.0, newest=False)
    read(1.1, newest=True)
    assert pacing.choose(1.2).feed is None


def test_what_few_people_see_gives_way_first() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=10.0)
    for number in range(30):
        pacing.add(f"chat{number}", live=True)
        pacing.add(f"qa{number}", live=True, patience=1.5)
    reads = play(pacing, 120.0)
    chat, qa = (sum(len(moments) for feed, moments in reads.items() if feed.startswith(kind)) for kind in ("chat", "qa"))
    assert chat > 1.7 * qa
    assert min(len(moments) for moments in reads.values()) > 0
