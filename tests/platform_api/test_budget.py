"""The budget in virtual time: the hard bound, the shares, the counters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platform_api.budget import Budget, Kind

ALL: tuple[Kind, ...] = ("act", "read", "control")
ACT: tuple[Kind, ...] = ("act",)
READ: tuple[Kind, ...] = ("read",)


def spend(budget: Budget, waiting: tuple[Kind, ...], until: float, now: float = 0.0) -> list[tuple[float, Kind]]:
    """Takes whatever is granted until then."""
    taken: list[tuple[float, Kind]] = []
    while now < until:
        kind = budget.grant(waiting, now)
        if kind is None:
            now += max(budget.wait(now), 1e-6)
        else:
            taken.append((now, kind))
    return taken


@given(
    per_minute=st.integers(1, 4000),
    pauses=st.lists(st.floats(0.0, 90.0), min_size=1, max_size=6),
)
@settings(max_examples=40, deadline=None)
def test_never_more_than_allowed_in_any_minute(per_minute: int, pauses: list[float]) -> None:
    budget, now, times = Budget(per_minute), 0.0, []
    for pause in pauses:
        times += [at for at, _ in spend(budget, ACT, now + 20.0, now)]
        now += 20.0 + pause
    for index, at in enumerate(times):
        if index >= per_minute:
            assert at - times[index - per_minute] >= 60.0


def test_the_budget_is_used_not_only_kept() -> None:
    taken = spend(Budget(3000), ACT, 120.0)
    assert 5700 < len(taken) <= 6000


@pytest.mark.parametrize("per_minute", [1, 2, 60, 90])
def test_small_budgets_flow_as_well(per_minute: int) -> None:
    taken = spend(Budget(per_minute), READ, 300.0)
    assert per_minute * 4.5 <= len(taken) <= per_minute * 5 + 1


def shares(waiting: tuple[Kind, ...], per_minute: int = 3000) -> dict[str, float]:
    taken = [kind for at, kind in spend(Budget(per_minute), waiting, 120.0) if at >= 5.0]
    return {kind: taken.count(kind) / len(taken) for kind in ALL}


def test_in_a_raid_reading_keeps_its_share_and_control_a_twentieth() -> None:
    found = shares(ALL)
    assert found["read"] == pytest.approx(0.35, abs=0.01)
    assert found["control"] == pytest.approx(0.05, abs=0.01)
    assert found["act"] == pytest.approx(0.60, abs=0.02)


def test_what_reading_cannot_have_is_told_by_the_last_seconds() -> None:
    budget = Budget(3000)
    spend(budget, ACT, 10.0)
    assert budget.usage(10.0).others_lately == pytest.approx(2940, rel=0.03)
    assert budget.usage(13.5).others_lately == 0.0
    spend(budget, READ, 14.0, 13.0)
    assert budget.usage(14.0).others_lately == 0.0


def test_a_call_that_was_not_made_takes_nothing_from_reading() -> None:
    budget = Budget(3000)
    assert budget.grant(ACT, 10.0) == "act"
    assert budget.usage(10.0).others_lately > 0.0
    budget.give_back("act", 10.0)
    assert budget.usage(10.0).others_lately == 0.0
    assert budget.grant(READ, 10.0) == "read"
    budget.give_back("read", 10.0)
    assert budget.usage(10.0).others_lately == 0.0


def test_a_share_nobody_wants_is_lent() -> None:
    assert shares(READ)["read"] == 1.0
    assert shares(ACT)["act"] == 1.0
    assert shares(("act", "read"))["act"] == pytest.approx(0.65, abs=0.01)


def test_the_share_holds_under_a_limit_of_90_too() -> None:
    assert shares(ALL, 90)["read"] >= 0.33


def test_acting_goes_first_when_reading_has_had_its_share() -> None:
    budget = Budget(60)
    taken = [kind for _, kind in spend(budget, READ, 30.0)]
    assert taken[-1] == "read"
    assert [kind for _, kind in spend(budget, ("act", "read"), 34.0, 31.0)][:2] == ["act", "act"]


def test_a_turn_given_back_can_be_had_again() -> None:
    budget = Budget(1)
    assert budget.grant(READ, 0.0) == "read"
    assert budget.grant(READ, 0.1) is None
    budget.give_back("read", 0.2)
    assert budget.usage(0.2).total == 0
    assert budget.grant(ACT, 0.3) == "act"


def test_a_refusal_stops_everything_until_its_time() -> None:
    budget = Budget(3000)
    budget.grant(ACT, 0.0)
    budget.refused(0.0, 0.1, 7.0)
    assert budget.grant(ALL, 7.0) is None
    assert budget.wait(5.0) == pytest.approx(2.1)
    assert budget.grant(ALL, 7.2) is not None


def test_usage_counts_by_kind_and_by_the_last_minute() -> None:
    budget = Budget(3000)
    budget.grant(ACT, 0.0)
    budget.grant(READ, 59.0)
    budget.grant(READ, 61.0)
    usage = budget.usage(61.5)
    assert (usage.total, usage.last_minute) == (3, 2)
    assert usage.by_kind == {"act": 1, "read": 2}
    assert (usage.configured, usage.limit, usage.refused) == (3000, 3000, 0)
