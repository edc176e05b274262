"""The table of reliability 3.4, row by row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import (
    Action,
    CallWebhook,
    CountPoll,
    CreatePoll,
    PostMessage,
    SendAlert,
    SetEvent,
    SetMessageStatus,
    SetPoll,
    SetStream,
    WriteReport,
)
from bot.domain.errors import BadAnswer, NoRight, NotSent, PlatformError, Refused, Throttled, Unclear
from bot.outbox.retry import LONGEST, PROBE, UNCLEAR_TRIES, Next, after_error, after_looking, backoff
from bot.ports import OutboxRow
from tests.store.making import entry

SETTLE = 60.0
FREELY: list[Action] = [
    SetMessageStatus("r", "chat", "hidden"),
    SetPoll("p", True),
    SetEvent({"chat": True}),
    CountPoll("p", ("a",)),
    WriteReport(),
]
LOOKING: list[Action] = [PostMessage("hi"), CreatePoll("q", ("a", "b")), SetStream("main", True)]
NEVER: list[Action] = [SendAlert("x"), CallWebhook("https://hook.example.test")]
EVERY = [*FREELY, *LOOKING, *NEVER]


def row(action: Action, attempts: int = 1, first_sent: float = 100.0, expires: float | None = None) -> OutboxRow:
    return OutboxRow(entry("k", action, expires=expires), "unknown", attempts, first_sent, first_sent=first_sent)


def after(error: PlatformError, action: Action, attempts: int = 1) -> Next:
    return after_error(error, row(action, attempts), attempts=attempts, settle=SETTLE, draw=1.0)


def kinds(actions: list[Action]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("action", actions, ids=lambda one: one.kind)


@kinds(EVERY)
@pytest.mark.parametrize("error", [NotSent("refused"), BadAnswer("no JSON")])
def test_surely_not_applied_waits_again(action: Action, error: PlatformError) -> None:
    assert (after(error, action).state, after(error, action).delay) == ("pending", 1.0)


@kinds(EVERY)
@pytest.mark.parametrize("status", [400, 405, 422])
def test_refused_is_final(action: Action, status: int) -> None:
    assert after(Refused("no", status=status), action).state == "failed"


@kinds(EVERY)
@pytest.mark.parametrize("status", [404, 410])
def test_what_is_no_longer_there_is_gone(action: Action, status: int) -> None:
    assert after(Refused("no", status=status), action).state == "gone"


@kinds(LOOKING)
def test_conflict_of_a_post_is_looked_up(action: Action) -> None:
    assert after(Refused("exists", status=409), action).state == "unknown"


@kinds(FREELY)
def test_conflict_of_a_patch_is_final(action: Action) -> None:
    assert after(Refused("exists", status=409), action).state == "failed"


@kinds(EVERY)
def test_no_right_waits_for_the_probe(action: Action) -> None:
    told = after(NoRight("revoked", status=401), action)
    assert told.state == "pending"
    assert told.delay >= PROBE


@kinds(FREELY)
def test_unclear_patch_is_sent_again(action: Action) -> None:
    assert (after(Unclear("reset"), action, 2).state, after(Unclear("reset"), action, 2).delay) == ("unknown", 2.0)
    assert after(Unclear("reset"), action, UNCLEAR_TRIES).state == "parked"


@kinds(LOOKING)
def test_unclear_post_is_looked_up_after_the_settle_time(action: Action) -> None:
    assert (after(Unclear("reset"), action).state, after(Unclear("reset"), action).delay) == ("unknown", SETTLE)


@kinds(NEVER)
def test_unclear_alert_is_not_repeated(action: Action) -> None:
    told = after(Unclear("reset"), action)
    assert told.state == "failed"
    assert "may have arrived" in told.error


@pytest.mark.parametrize(
    ("asked", "delay"), [(7.0, 7.0), (0.0, 0.25), (1e9, 600.0), (None, 2.0), (-5.0, 2.0), (float("nan"), 2.0), (float("inf"), 2.0)]
)
def test_throttled_waits_what_was_asked_within_reason(asked: float | None, delay: float) -> None:
    told = after(Throttled("slow", retry_after=asked), PostMessage("hi"))
    assert (told.state, told.delay) == ("pending", delay)


@given(st.integers(-5, 10_000), st.floats(0, 1, exclude_max=True))
def test_backoff_is_full_jitter_below_its_ceiling(tries: int, draw: float) -> None:
    assert 0 <= backoff(tries, draw) <= LONGEST
    assert backoff(tries, 0.0) == 0.0
    assert backoff(tries, draw) <= backoff(tries + 1, draw)


def test_backoff_doubles() -> None:
    assert [backoff(tries, 1.0) for tries in range(9)] == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]


@kinds(LOOKING)
def test_what_is_found_is_adopted(action: Action) -> None:
    assert after_looking(row(action), ["r7"], 170.0) == Next("done", remote="r7")


@kinds(LOOKING)
def test_of_several_the_oldest_is_kept_and_the_rest_is_told(action: Action) -> None:
    told = after_looking(row(action), ["r7", "r8"], 170.0)
    assert (told.state, told.remote, told.twins) == ("done", "r7", ("r8",))
    assert "r7, r8" in told.error


def test_lost_poll_is_made_once_more_and_then_parked() -> None:
    poll = CreatePoll("q", ("a", "b"))
    assert [after_looking(row(poll, attempts), (), 170.0).state for attempts in (1, 2, 3)] == ["pending", "parked", "parked"]


def test_lost_line_is_sent_again_only_while_it_is_fresh() -> None:
    assert [after_looking(row(PostMessage("hi")), (), now).state for now in (129.0, 130.0, 131.0)] == [
        "pending",
        "pending",
        "parked",
    ]


@kinds(LOOKING)
def test_what_is_past_its_time_is_not_repeated(action: Action) -> None:
    assert after_looking(row(action, expires=105.0), (), 110.0).state == "parked"
