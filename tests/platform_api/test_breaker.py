"""The breaker's table of states, without a clock."""

from __future__ import annotations

import pytest

from bot.platform_api.breaker import Breaker


def broken(at: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(5):
        breaker.ask(at)
        breaker.failed(at)
    return breaker


def test_five_in_a_row_open_it() -> None:
    breaker = Breaker()
    for _ in range(4):
        breaker.failed(0.0)
    assert breaker.ask(0.0) == "go"
    breaker.failed(0.0)
    assert breaker.ask(0.1) == "wait"
    assert breaker.wait(0.0) == pytest.approx(5.0)


def test_a_success_between_keeps_it_closed() -> None:
    breaker = Breaker()
    for _ in range(4):
        breaker.failed(0.0)
    breaker.succeeded(0.0)
    breaker.failed(0.0)
    assert breaker.ask(0.0) == "go"


def test_half_of_twenty_within_30_s_opens_it() -> None:
    breaker = Breaker()
    for index in range(19):
        (breaker.failed if index % 2 else breaker.succeeded)(index * 0.1)
    assert breaker.ask(2.0) == "go"
    breaker.failed(2.0)
    assert breaker.state == "open"


def test_failures_older_than_30_s_do_not_count() -> None:
    breaker = Breaker()
    for index in range(40):
        (breaker.failed if index % 2 else breaker.succeeded)(index * 2.0)
    assert breaker.state == "closed"


def test_one_caller_probes_and_its_success_closes() -> None:
    breaker = broken()
    assert breaker.ask(4.9) == "wait"
    assert [breaker.ask(5.0), breaker.ask(5.0)] == ["probe", "wait"]
    breaker.succeeded(5.1)
    assert breaker.ask(5.1) == "go"


def test_each_failed_probe_doubles_the_time_up_to_a_minute() -> None:
    breaker, now, waits = broken(), 0.0, []
    for _ in range(6):
        waits.append(breaker.wait(now))
        now += breaker.wait(now)
        assert breaker.ask(now) == "probe"
        breaker.failed(now)
    assert waits == pytest.approx([5, 10, 20, 40, 60, 60])


def test_the_time_falls_back_only_after_a_call_of_its_own_kind() -> None:
    breaker = broken()
    breaker.ask(5.0)
    breaker.succeeded(5.0, probed_by_read=True)
    for _ in range(5):
        breaker.failed(6.0)
    assert breaker.wait(6.0) == pytest.approx(10.0)
    breaker.ask(16.0)
    breaker.succeeded(16.0, probed_by_read=True)
    breaker.succeeded(16.1)
    for _ in range(5):
        breaker.failed(17.0)
    assert breaker.wait(17.0) == pytest.approx(5.0)


def test_an_answer_to_an_old_call_does_not_close_it() -> None:
    breaker = broken()
    breaker.succeeded(1.0)
    assert breaker.state == "open"


def test_an_abandoned_probe_is_taken_up_by_the_next() -> None:
    breaker = broken()
    assert breaker.ask(5.0) == "probe"
    breaker.abandoned(5.1)
    assert breaker.ask(5.1) == "probe"


def test_a_probe_whose_caller_vanished_is_not_waited_for_for_ever() -> None:
    breaker = broken()
    breaker.ask(5.0)
    assert breaker.ask(70.0) == "probe"
