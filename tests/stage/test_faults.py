"""Which call meets which fault."""

from __future__ import annotations

import pytest

from bot.stage.faults import KINDS, FaultDesk, Faults, Order, check_rates


def _fates(desk: FaultDesk, calls: list[tuple[str, str]]) -> list[str]:
    return [order.fault if (order := desk.fate(*call)) else "" for call in calls]


def test_an_order_hits_the_calls_it_means_and_no_others() -> None:
    desk = FaultDesk(Faults())
    desk.order(Order("drop_after", method="POST", path="/polls", times=2, after=1))
    calls = [("GET", "/polls/a"), ("POST", "/chat/a"), *[("POST", "/polls/a")] * 4]
    assert _fates(desk, calls) == ["", "", "", "drop_after", "drop_after", ""]
    assert desk.waiting == 0


def test_chance_is_seeded_and_keeps_its_rates() -> None:
    faults = Faults(rates={"429": 0.2, "late": 0.1}, methods=("PATCH",))
    first, second = FaultDesk(faults, 7), FaultDesk(faults, 7)
    calls = [("PATCH", "/chat/a/b")] * 5000
    fates = _fates(first, calls)
    assert fates == _fates(second, calls)
    assert 0.17 < fates.count("429") / 5000 < 0.23
    assert 0.08 < fates.count("late") / 5000 < 0.12
    assert _fates(first, [("GET", "/chat/a")] * 100) == [""] * 100


def test_unknown_faults_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown fault 'explode'"):
        FaultDesk(Faults()).order(Order("explode"))
    with pytest.raises(ValueError, match="unknown fault 'explode'"):
        check_rates(Faults(rates={"explode": 0.1}))
    check_rates(Faults(rates=dict.fromkeys(KINDS, 0.01)))


def test_latency_stays_in_its_bounds() -> None:
    desk = FaultDesk(Faults(latency=0.03, latency_jitter=0.02, latency_tail=1.0))
    seconds = [desk.latency() for _ in range(5000)]
    assert min(seconds) >= 0.03
    assert 20 < sum(each > 1.0 for each in seconds) < 90
