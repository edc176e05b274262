"""Pacing: intervals while the budget is ample, the index when it is not, and never above the budget."""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.pacing import Hides, World, equal, oracle, ours, simulate
from bot.intake.pacing import BURST, DOUBT, GUESS, LEAN, SHARE, STEADY, TRAFFIC, Arrivals, Choice, Intervals, Pacing, reading_rate
from bot.platform_api.budget import SHARES


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


def test_a_feed_that_was_just_begun_is_not_taken_for_silent() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=45.0)
    pacing.add("chat", live=True)
    pacing.add("qa", live=True, patience=1.5)
    reads = play(pacing, 40.0)
    assert max(gaps([moment for moment in reads["chat"] if moment < 4.0])) < 0.5
    assert gaps(reads["chat"], since=12.0)[0] == pytest.approx(1.0, abs=0.02)
    assert len([moment for moment in reads["chat"] if moment < 10.0]) <= 28
    assert gaps(reads["qa"])[0] == pytest.approx(1.5, abs=0.02)


def test_an_event_that_goes_live_is_watched_anew() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=45.0)
    pacing.add("chat", live=False)
    play(pacing, 40.0)
    pacing.add("chat", live=True)
    read_at(pacing, "chat", 40.0)
    assert pacing.interval("chat", 40.5) == 0.25
    assert pacing.interval("chat", 55.0) == 1.0
    pacing.add("chat", live=True)  # told again: nothing new
    assert pacing.interval("chat", 55.0) == 1.0


def test_a_closed_chat_gives_its_calls_to_others_until_somebody_writes_there_all_the_same() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=4.0)
    pacing.add("raided", live=True)
    pacing.add("other", live=True)
    play(pacing, 20.0, {"raided": [moment * 0.02 for moment in range(1000)], "other": [1.0, 19.0]})
    pacing.add("raided", live=True, closed=20.0)
    assert pacing.interval("raided", 20.1) == 1.0
    pacing.end("raided", 21.0, since=pacing.begin("raided", 20.9), rows=90, more=False)
    assert pacing.interval("raided", 21.1) == 1.0  # written before
    pacing.end("raided", 24.0, since=pacing.begin("raided", 23.9), rows=1, more=False)
    assert pacing.interval("raided", 24.1) == 0.25
    pacing.add("raided", live=True, closed=25.0)
    pacing.add("raided", live=True)
    assert pacing.interval("raided", 25.1) == 0.25


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
    ("per_minute", "others", "expected"), [(3000, 0, 45.0), (3000, 600, 35.0), (3000, 2900, 17.5), (100, 0, 1.5), (0, 0, 0.0)]
)
def test_reading_keeps_its_share(per_minute: float, others: float, expected: float) -> None:
    assert reading_rate(per_minute, others) == pytest.approx(expected)


def test_what_reading_counts_on_is_what_the_budget_keeps_for_it() -> None:
    assert SHARES["read"] == SHARE  # edges do not know each other, so it is written twice


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
    mean, _, _ = simulate(world, ours(), Hides(share=SHARE, copies=1.0, lock=5.0)).line()
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


def read_at(pacing: Pacing[str], feed: str, moment: float, rows: int = 0) -> None:
    """One read that took no time; what came is of unknown age."""
    pacing.begin(feed, moment)
    pacing.end(feed, moment, since=None, rows=rows, more=False)


def paced(rate: float = 1000.0, **feeds: Any) -> Pacing[str]:
    pacing: Pacing[str] = Pacing(Intervals(), rate=rate)
    for feed, more in feeds.items():
        pacing.add(feed, **more)
    pacing.choose(0.0)  # calls are counted from here
    return pacing


LIVE = {"live": True}


def test_rates_fade_with_time_exactly() -> None:
    seen = Arrivals()
    seen.saw(10, 2.0)
    seen.saw(3, 30.0)
    burst = 10 * math.exp(-30 / BURST) + 3
    burst_time = BURST * (1 - math.exp(-2 / BURST)) * math.exp(-30 / BURST) + BURST * (1 - math.exp(-30 / BURST))
    steady = 10 * math.exp(-30 / STEADY) + 3
    steady_time = STEADY * (1 - math.exp(-2 / STEADY)) * math.exp(-30 / STEADY) + STEADY * (1 - math.exp(-30 / STEADY))
    lean = (steady + GUESS * DOUBT) / (steady_time + DOUBT)
    assert seen.rate == pytest.approx((burst + lean * LEAN) / (burst_time + LEAN))


def test_it_begins_with_one_call_and_the_first_of_equals() -> None:
    pacing = paced(0.5, a=LIVE, b=LIVE)
    assert pacing.choose(0.0).feed == "a"
    pacing.begin("a", 0.0)
    assert pacing.choose(0.0) == Choice(None, 2.0)  # b is ready, the next call is not
    assert pacing.choose(2.0).feed == "b"  # a is still being read


def test_how_long_nothing_is_to_be_read() -> None:
    assert paced().choose(5.0) == Choice(None, math.inf)
    pacing = paced(a=LIVE)
    read_at(pacing, "a", 0.0)
    read_at(pacing, "a", 10.0)
    assert pacing.choose(10.4).wait == pytest.approx(0.6)
    pacing.begin("a", 11.0)
    pacing.failed("a", until=30.0)
    assert pacing.choose(12.0).wait == pytest.approx(18.0)
    assert pacing.choose(30.0).feed == "a"


def test_traffic_is_over_after_a_minute() -> None:
    pacing = paced(a=LIVE, b={"live": False}, c={"live": True, "patience": 1.5})
    for feed in pacing:
        read_at(pacing, feed, 0.0, rows=1)
    assert [pacing.interval(feed, TRAFFIC - 0.1) for feed in pacing] == [0.25, 1.0, 0.25]
    assert [pacing.interval(feed, TRAFFIC) for feed in pacing] == [1.0, 15.0, 1.5]


@pytest.mark.parametrize(
    ("ages", "first"),
    [
        ({"live": 3.0, "patient": 4.0}, "live"),  # 3.0 and 2.7 of their longest
        ({"live": 2.0, "patient": 4.0}, "patient"),
        ({"live": 1.2, "idle": 16.0}, "live"),
        ({"live": 1.2, "idle": 20.0}, "idle"),
        ({"patient": 2.0, "idle": 16.0}, "patient"),
    ],
)
def test_where_calls_are_plenty_the_most_overdue_goes_first(ages: dict[str, float], first: str) -> None:
    kinds: dict[str, Any] = {"live": LIVE, "patient": {"live": True, "patience": 1.5}, "idle": {"live": False}}
    pacing = paced(**{name: kinds[name] for name in ages})
    for name, age in ages.items():
        read_at(pacing, name, 100.0 - age)
    assert pacing.choose(100.0).feed == first


def test_where_calls_are_scarce_the_busier_and_the_older_go_first() -> None:
    pacing = paced(0.5, a=LIVE, b=LIVE)
    read_at(pacing, "a", 94.0)
    read_at(pacing, "b", 95.0)
    assert pacing.choose(100.0).feed == "a"
    since = pacing.begin("b", 96.0)
    pacing.end("b", 96.0, since=since, rows=40, more=False)
    pacing.begin("a", 95.0)
    pacing.end("a", 95.0, since=None, rows=0, more=False)
    assert pacing.learned("b") > pacing.learned("a")
    assert pacing.choose(110.0).feed == "b"


def test_empty_rooms_cost_almost_nothing_where_calls_are_scarce() -> None:
    pacing: Pacing[str] = Pacing(Intervals(), rate=20.0)
    for number in range(100):
        pacing.add(f"idle{number}", live=False)
    for number in range(20):
        pacing.add(f"live{number}", live=True)
    reads = play(pacing, 120.0, {f"live{number}": [2.0 * step for step in range(60)] for number in range(20)}, step=0.05)
    assert all(reads[f"live{number}"][0] < 2.0 for number in range(20)), "what is live is looked at first"
    assert all(moments for moments in reads.values()), "everything is looked at once"
    late = [feed for feed, moments in reads.items() for moment in moments if moment >= 20.0]
    assert sum(feed.startswith("idle") for feed in late) < 0.1 * len(late)


def test_where_calls_are_scarce_patient_feeds_wait() -> None:
    pacing = paced(0.5, patient={"live": True, "patience": 1.5}, live=LIVE)
    read_at(pacing, "patient", 90.0)
    read_at(pacing, "live", 91.0)
    assert pacing.choose(100.0).feed == "live"


def test_a_page_that_was_not_all_makes_a_feed_busy() -> None:
    pacing = paced(0.5, a=LIVE, b=LIVE)
    read_at(pacing, "a", 95.0)
    pacing.begin("b", 96.0)
    pacing.end("b", 96.0, since=None, rows=1, more=True)
    assert pacing.choose(100.0).feed == "b"


def test_a_share_is_never_less_than_nothing() -> None:
    assert reading_rate(-100, 50.0) == 0.0


def test_removing_a_feed_changes_what_the_others_may_have() -> None:
    pacing = paced(1.0, a=LIVE, b=LIVE)
    for feed in ("a", "b"):
        read_at(pacing, feed, 90.0)
    assert pacing.choose(100.0).feed == "a"
    pacing.remove("a")
    pacing.remove("nobody")
    assert pacing.choose(101.0).feed == "b"


def test_of_two_busy_feeds_the_older_read_goes_first_also_within_a_second() -> None:
    pacing = paced(a=LIVE, b=LIVE)
    read_at(pacing, "b", 99.4, rows=1)
    read_at(pacing, "a", 99.7, rows=1)
    assert pacing.choose(100.0).feed == "b"
