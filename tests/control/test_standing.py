"""Numbers and words of how a channel stands."""

import pytest

from bot.control.standing import percentiles, word_of


@pytest.mark.parametrize(
    ("age", "interval", "word"),
    [
        (None, 1.0, "never"),
        (0.2, 0.25, "fresh"),
        (2.7, 0.25, "fresh"),
        (2.8, 0.25, "slow"),
        (30.0, 1.0, "slow"),
        (30.1, 1.0, "stale"),
        (47.0, 15.0, "fresh"),
        (90.0, 15.0, "slow"),
        (91.0, 15.0, "stale"),
    ],
)
def test_words_for_ages(age: float | None, interval: float, word: str) -> None:
    assert word_of(age, interval) == word


def test_percentiles() -> None:
    assert percentiles(()) == {"count": 0, "p50": None, "p95": None, "p99": None}
    assert percentiles([3.0, 1.0, 2.0]) == {"count": 3, "p50": 2.0, "p95": 3.0, "p99": 3.0}
