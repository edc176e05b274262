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


@kinds(EVERY)
@pytest.mark.parametrize(
    "error",
    [
        NotSent("a-word"),
        BadAnswer("a-word"),
        NoRight("a-word"),
        Refused("a-word", status=400),
        Refused("a-word", status=404),
        Refused("a-word", status=409),
        Unclear("a-word"),
    ],
    ids=lambda error: f"{type(error).__name__}-{getattr(error, 'status', '')}",
)
def test_what_went_wrong_is_always_told(action: Action, error: PlatformError) -> None:
    assert after(error, action).error.startswith(f"{type(error).__name__}: ")
    assert "a-word" in after(error, action).error
    assert "a-word" in after(error, action, UNCLEAR_TRIES).error


def test_throttling_is_told_too() -> None:
    assert after(Throttled("a-word", retry_after=5.0), PostMessage("hi")).error.startswith("Throttled: ")


@kinds(LOOKING)
def test_a_conflict_is_looked_up_after_the_settle_time(action: Action) -> None:
    assert after(Refused("exists", status=409), action) == Next("unknown", SETTLE, "Refused: exists")


@kinds(EVERY)
def test_an_error_of_a_kind_we_do_not_know_is_unclear(action: Action) -> None:
    class Strange(PlatformError):
        """Of a platform that is added one day."""

    for attempts in (1, 3, UNCLEAR_TRIES):
        unclear, strange = after(Unclear("x"), action, attempts), after(Strange("x"), action, attempts)
        assert (strange.state, strange.delay) == (unclear.state, unclear.delay)
        assert strange.error.startswith("Strange: x")


@pytest.mark.parametrize("attempts", [1, 4, 9])
def test_a_refused_token_is_probed_ever_more_seldom(attempts: int) -> None:
    whole = after_error(NoRight("no"), row(PostMessage("hi"), attempts), attempts=attempts, settle=SETTLE, draw=1.0)
    half = after_error(NoRight("no"), row(PostMessage("hi"), attempts), attempts=attempts, settle=SETTLE, draw=0.5)
    assert whole.delay == PROBE + min(600.0, 0.5 * 2.0**attempts)
    assert half.delay == PROBE + min(600.0, 0.5 * 2.0**attempts) / 2


def test_a_start_of_a_stream_may_be_lost_twice_before_a_person_is_asked() -> None:
    start = SetStream("main", True)
    assert [after_looking(row(start, attempts), (), 170.0).state for attempts in (1, 2, 3, 4)] == [
        "pending",
        "pending",
        "parked",
        "parked",
    ]


def test_at_its_very_end_it_is_over() -> None:
    assert [after_looking(row(CreatePoll("q", ("a", "b")), expires=110.0), (), now).state for now in (109.9, 110.0)] == [
        "pending",
        "parked",
    ]


def test_each_parking_says_why() -> None:
    told = [
        after_looking(row(CreatePoll("q", ("a", "b")), expires=105.0), (), 110.0).error,
        after_looking(row(PostMessage("hi")), (), 170.0).error,
        after_looking(row(CreatePoll("q", ("a", "b")), attempts=2), (), 170.0).error,
        after(Unclear("x"), SetPoll("p", True), UNCLEAR_TRIES).error,
    ]
    assert told == [
        "the answer was lost, it is not there, and its time is over",
        "the answer was lost and the line did not appear; it is too late to repeat it",
        "the answer was lost 2 times and it is not there; look at the platform",
        f"Unclear: x; tried {UNCLEAR_TRIES} times, look at the platform",
    ]
