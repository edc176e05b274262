"""Finding a platform's limit from its refusals, in virtual time, against limiters of three kinds."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.platform_api.allowance import Allowance
from bot.platform_api.budget import Budget

Limiter = Callable[[float], bool]


def sliding(limit: int, window: float = 60.0) -> Limiter:
    taken: deque[float] = deque()

    def accepts(at: float) -> bool:
        while taken and taken[0] <= at - window:
            taken.popleft()
        if len(taken) >= limit:
            return False
        taken.append(at)
        return True

    return accepts


def fixed_minutes(limit: int, phase: float = 23.0) -> Limiter:
    counts: dict[int, int] = {}

    def accepts(at: float) -> bool:
        minute = int((at + phase) // 60.0)
        counts[minute] = counts.get(minute, 0) + 1
        return counts[minute] <= limit

    return accepts


def bucket(limit: int, size: int) -> Limiter:
    state = [float(size), 0.0]

    def accepts(at: float) -> bool:
        state[0] = min(size, state[0] + (at - state[1]) * limit / 60.0)
        state[1] = at
        if state[0] < 1.0:
            return False
        state[0] -= 1.0
        return True

    return accepts


@dataclass
class Outcome:
    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    def minute(self, number: int) -> tuple[int, int]:
        def within(times: list[float]) -> int:
            return sum(number * 60 <= at < number * 60 + 60 for at in times)

        return within(self.accepted), within(self.refused)


def play(accepts: Limiter, minutes: int, retry_after: float | None = None) -> Outcome:
    """A client that always has something to send, in virtual time."""
    budget, outcome, now = Budget(3000), Outcome(), 0.0
    answers: list[tuple[float, float, bool]] = []
    while now < minutes * 60.0:
        while answers and answers[0][0] <= now:
            at, sent, well = heapq.heappop(answers)
            if well:
                budget.accepted(sent, at)
            else:
                budget.refused(sent, at, retry_after)
        if budget.grant(("act", "read"), now):
            well = accepts(now + 0.02)
            (outcome.accepted if well else outcome.refused).append(now)
            heapq.heappush(answers, (now + 0.05, now, well))
            continue
        soonest = now + max(budget.wait(now), 1e-4)
        now = min(soonest, answers[0][0]) if answers else soonest
        now += 1e-6
    return outcome


@pytest.mark.parametrize("retry_after", [None, 7.0])
@pytest.mark.parametrize(
    "limiter",
    [lambda: sliding(90), lambda: fixed_minutes(90), lambda: bucket(90, 90)],
    ids=["sliding", "fixed", "bucket"],
)
def test_a_limit_of_90_a_minute_is_found_within_a_minute_and_kept(
    limiter: Callable[[], Limiter], retry_after: float | None
) -> None:
    outcome = play(limiter(), 8, retry_after=retry_after)
    for minute in range(1, 8):
        accepted, refused = outcome.minute(minute)
        assert accepted >= 65  # it is used, not only respected
        assert refused <= 8
    assert sum(outcome.minute(minute)[1] for minute in range(1, 8)) <= 20


def test_a_limit_above_ours_is_never_met() -> None:
    outcome = play(fixed_minutes(3000), 5)
    assert outcome.refused == []
    assert outcome.minute(3)[0] > 2800


def test_strangers_on_the_token_halve_and_their_leaving_gives_all_back() -> None:
    allowance = Allowance(3000)
    allowance.refused(1.0, 1.1, None, 0, 0.0)
    assert allowance.now(1.1) == 1500
    allowance.accepted(3.0, 3.1)
    assert allowance.now(allowance.blocked_until + 10.0) == pytest.approx(1560)  # +1/s in 10 s
    assert allowance.now(allowance.blocked_until + 600.0) == 3000


def test_calls_that_were_on_their_way_prove_nothing_new() -> None:
    allowance = Allowance(3000)
    for sent in (1.0, 1.01, 1.02):
        allowance.refused(sent, 1.5, None, 0, 0.0)
    assert allowance.now(1.5) == 1500
    assert allowance.refusals == 3
    assert allowance.blocked_until == pytest.approx(2.5)


def test_a_refused_probe_waits_longer_instead_of_halving_again() -> None:
    allowance = Allowance(3000)
    now, pauses = 0.0, []
    for _ in range(9):
        allowance.refused(now + 0.01, now + 0.02, None, 0, 0.0)
        pauses.append(round(allowance.blocked_until - now))
        now = allowance.blocked_until
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 120, 120]
    assert allowance.now(now) == pytest.approx(1500, abs=2)


def test_retry_after_is_honoured_even_for_calls_on_their_way() -> None:
    allowance = Allowance(3000)
    allowance.refused(1.0, 1.1, 7.0, 0, 0.0)
    assert allowance.blocked_until == pytest.approx(8.1)
    allowance.refused(1.0, 1.2, 30.0, 0, 0.0)
    assert allowance.blocked_until == pytest.approx(31.2)


def test_it_never_falls_to_nothing() -> None:
    allowance, now = Allowance(8), 0.0
    for _ in range(20):
        allowance.refused(now + 0.1, now + 0.2, None, 0, 0.0)
        now = allowance.blocked_until + 0.1
        allowance.accepted(now, now + 0.1)
        now += 0.1
    assert allowance.now(now) >= 6.0
