"""Rate limits and the busiest minute."""

from __future__ import annotations

from bot.stage.limits import RateLimit, RollingCount


def test_a_sliding_window_lets_the_next_call_in_when_the_oldest_leaves() -> None:
    limit = RateLimit()
    assert [limit.refuses(at, 2, "sliding") for at in (0.0, 10.0)] == [None, None]
    assert limit.refuses(20.0, 2, "sliding") == 40.0
    assert limit.refuses(60.0, 2, "sliding") is None
    assert limit.refuses(60.5, 2, "sliding") == 9.5


def test_a_fixed_window_starts_anew_with_the_minute() -> None:
    limit = RateLimit()
    assert [limit.refuses(at, 2, "fixed") for at in (50.0, 58.0)] == [None, None]
    assert limit.refuses(59.0, 2, "fixed") == 1.0
    assert limit.refuses(60.0, 2, "fixed") is None


def test_no_limit_refuses_nothing() -> None:
    limit = RateLimit()
    assert all(limit.refuses(0.0, 0, "sliding") is None for _ in range(5000))


def test_the_busiest_minute_is_remembered() -> None:
    count = RollingCount()
    for at in (0.0, 1.0, 2.0, 61.5, 200.0):
        count.add(at)
    assert (count.most, count.total) == (3, 5)
