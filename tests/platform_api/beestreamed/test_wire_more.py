"""Polls, votes, signups, stream state and analytics in their shapes."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platform_api.beestreamed import wire_more
from bot.platform_api.beestreamed.values import Metric, Point, PollEntry, StreamInfo, Views
from bot.platform_api.oddities import BadRow
from tests.platform_api.test_scalars import ANYTHING

REST = {
    "poll_ref": "Pq3",
    "poll_event_ref": "ev1",
    "poll_question": "Tea or coffee?",
    "poll_options": ["Tea", "Coffee"],
    "poll_active": True,
    "poll_created": "2031-02-03 10:00:05",
}
HOOK = {
    "poll_id": 7,
    "poll_ref": "Pq3",
    "poll_event_ref": "ev1",
    "poll_data": {"question": "Tea or coffee?", "options": [{"option": "Tea", "entries": 0}, {"option": "Coffee", "entries": "2"}]},
    "poll_active": False,
    "poll_archived": 0,
    "poll_created": "2031-02-03 10:00:05",
    "results_hidden": False,
}


def test_both_shapes_of_a_poll_say_the_same() -> None:
    rest, hook = wire_more.poll(REST), wire_more.poll(HOOK)
    assert (rest.ref, rest.event, rest.question, rest.options) == (hook.ref, hook.event, hook.question, hook.options)
    assert rest.counts == (None, None)
    assert hook.counts == (0, 2)
    assert (rest.active, hook.active) == (True, False)
    assert rest.created == hook.created == 1927879205.0


def test_an_archived_poll_is_closed() -> None:
    assert wire_more.poll({**REST, "poll_archived": 1}).active is False


def test_what_a_poll_does_not_say() -> None:
    poll = wire_more.poll({"poll_ref": "Pq3"}, "ev9")
    assert (poll.event, poll.question, poll.options, poll.active, poll.created) == ("ev9", "", (), None, None)
    with pytest.raises(BadRow):
        wire_more.poll({"poll_question": "?"})


@pytest.mark.parametrize("key", ["option", "text", "title"])
def test_options_as_objects(key: str) -> None:
    assert wire_more.poll({**REST, "poll_options": [{key: "Tea"}, "Coffee"]}).options == ("Tea", "Coffee")


def test_a_vote_without_name_and_e_mail() -> None:
    row = {"poll_entry_id": 5, "poll_entry_option_index": "1", "poll_entry_email": None, "poll_entry_row_number": 1}
    assert wire_more.poll_entry(row) == PollEntry(5, 1)
    with pytest.raises(BadRow):
        wire_more.poll_entry({"poll_entry_email": "a@example.test"})


def test_a_signup() -> None:
    row = {
        "signup_ref": "s1",
        "signup_id": 4,
        "signup_data": {"Name": "Ann", "email": "ann@example.test", "Company": "x\x00y"},
        "signup_date": "2031-02-03 10:00:05",
        "signup_date_visited": None,
        "signup_email_sent": 1,
        "signup_visited": 0,
    }
    signup = wire_more.signup(row)
    assert (signup.ref, signup.name, signup.email, signup.visited, signup.email_sent) == (
        "s1",
        "Ann",
        "ann@example.test",
        False,
        True,
    )
    assert signup.data["Company"] == "xy"
    assert "Company" not in repr(signup)
    assert wire_more.signup({"signup_ref": "s1", "signup_data": []}).data == {}


def test_stream_state_with_and_without_its_parts() -> None:
    row = {
        "status": "active",
        "reconnect_window": 60,
        "view_data": [{"views": 12, "viewers": "3", "updated_at": "0001-01-01T00:00:00Z"}, 5],
        "simulcast_targets": [{"id": "t", "passthrough": "Mirror", "stream_key": "planted"}],
    }
    info = wire_more.stream_info(row)
    assert info == StreamInfo("active", (Views(12, 3, None),), 60.0, ("Mirror",), ("t",))
    assert "planted" not in repr(info)
    assert wire_more.stream_info({}) == StreamInfo("")
    assert wire_more.stream_info({"view_data": None, "simulcast_targets": "x"}) == StreamInfo("")


@pytest.mark.parametrize(("value", "expected"), [("12", 12.0), (12, 12.0), ("int", None), (None, None)])
def test_analytics_numbers_may_be_texts(value: Any, expected: float | None) -> None:
    assert wire_more.metric({"metric": "views", "value": value, "measurement": "count"}) == Metric("views", expected, "count")
    assert wire_more.point({"timestamp": "1927879205", "value": value}) == Point(1927879205.0, expected)
    assert wire_more.point({"timestamp": "2031-02-03T10:00:05Z", "value": value}).at == 1927879205.0


MORE = (
    "poll_entry_id poll_entry_option_index poll_entry_email signup_ref signup_data status view_data simulcast_targets metric value"
)
KEYS = st.sampled_from([*REST, *HOOK, *MORE.split(), "timestamp", "signup_visited"])


@given(st.dictionaries(KEYS, ANYTHING))
def test_no_row_raises_anything_but_bad_row(row: dict[str, Any]) -> None:
    for decode in (
        wire_more.poll,
        wire_more.poll_entry,
        wire_more.signup,
        wire_more.stream_info,
        wire_more.metric,
        wire_more.point,
    ):
        with contextlib.suppress(BadRow):
            repr(decode(row)).encode()
