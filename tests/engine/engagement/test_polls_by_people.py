"""Polls that people steer: opened, closed, void, archived, deleted elsewhere; double presses; clocks set back."""

from __future__ import annotations

import pytest

from bot.domain.actions import SetPoll
from bot.domain.signals import EntrySettled, WebhookCame

from .show import Show, read
from .test_polls import TWO, result, role


def test_people_open_close_and_declare_void() -> None:
    show = role()
    show.live()
    show.press("open_poll", "role")
    show.run(5)
    assert show.poll("role#1")["state"] == "open"
    assert show.sent[0][1].priority == 0
    assert show.sent[0][1].cause == "person:anna"
    show.press("close_poll", "role")
    show.run(10)
    assert show.poll("role#1")["state"] == "closed"
    show.run(120)
    assert show.history.get("poll_runs", "role") == 1, "by hand it has had its turn"
    show.press("open_poll", "role")
    show.run(5)
    show.press("void_poll", "role")
    show.run(300)
    assert show.poll("role#2")["state"] == "void"
    assert show.entry_keys()[-1] == "poll:role:2:void"
    assert show.sent[-1][1].action == SetPoll(show.poll("role#2")["remote"], False)
    assert sum("Poll “" in line for line in show.said()) == 1


def test_a_closed_poll_is_archived_and_taken_out_again() -> None:
    show = role()
    show.live()
    show.press("open_poll", "role")
    show.run(5)
    show.press("archive_poll", "role")
    show.press("close_poll", "role")
    show.run(30)
    results, sent = show.poll("role#1")["results"], len(show.sent)
    assert results is not None
    show.press("restore_poll", "role")
    show.press("archive_poll", "role#1")
    assert (show.poll("role#1")["state"], show.poll("role#1")["results"]) == ("archived", results)
    show.press("archive_poll", "role")
    show.run(300)
    assert show.poll("role#1")["state"] == "archived"
    assert len([one for one in show.sent[sent:] if isinstance(one[1].action, SetPoll)]) == 0, "the platform has no archive"
    show.press("restore_poll", "role")
    assert show.poll("role#1")["state"] == "closed"
    whys = [value["why"] for value in show.all_of("act").values()]
    not_closed = "the poll 'role' is not closed; only closed polls can be archived"
    assert whys == ["", not_closed, "", "the poll 'role' is not archived", "", not_closed, ""]


def test_a_double_press_opens_one_poll() -> None:
    show = role()
    show.live()
    show.press("open_poll", "role")
    show.press("open_poll", "role")
    show.run(5)
    show.press("open_poll", "role")
    assert show.history.get("poll_runs", "role") == 1
    assert sorted(value["why"] for value in show.all_of("act").values()) == ["", *["poll:role is under way already"] * 2]


def test_a_recurring_poll_does_not_pile_up() -> None:
    text = 'polls: [{id: p, question: "Q?", type: yes_no, when: {every: 20s}, close: {after: 50s}}]'
    show = Show(read(text))
    show.live()
    show.run(300)
    assert [record["state"] for record in show.all_of("poll").values()].count("scheduled") == 0
    assert {value["why"] for value in show.all_of("skipped").values()} == {"the run before is not over yet"}


def test_what_cannot_be_done_says_why() -> None:
    show = role()
    show.live()
    show.press("close_poll", "role")
    show.press("void_poll", "nope")
    show.press("open_poll", "nope")
    show.press("set_event", status="sleeping")
    whys = [value["why"] for value in show.all_of("act").values()]
    assert whys[:3] == [
        "the poll 'role' is not open",
        "the poll 'nope' has no run that could be void",
        "there is no poll:nope in the rule files",
    ]
    assert "Input should be" in whys[3]
    assert show.sent == []


def test_void_while_it_is_being_created_closes_what_comes_of_it() -> None:
    show = role(delay=5.0)
    show.live()
    show.press("open_poll", "role")
    show.press("void_poll", "role")
    assert [key.partition("@")[0] for key in show.cancelled] == ["poll:role:1:create", "poll:role:1:open"]
    show.signal(EntrySettled("ev1", show.sent[0][1].key, "done", {"remote": "late"}))
    assert show.sent[-1][1].action == SetPoll("late", False)
    assert show.poll("role#1")["state"] == "void"


def test_a_poll_deleted_on_the_platform_is_void_and_the_next_one_goes_on() -> None:
    show = Show(read(TWO))
    show.live()
    show.run(150)
    show.signal(WebhookCame("poll.deleted", "ev1", {"poll_ref": show.poll("one#1")["remote"]}, "d1"))
    assert show.poll("one#1")["state"] == "void"
    show.run(5)
    assert show.poll("two#1")["state"] == "open"


def test_editing_the_file_leaves_an_open_poll_alone() -> None:
    show = role()
    show.votes["*"] = result(5, 2, 0)
    show.live()
    show.run(70)
    show.engagement = read("speech: { min_gap: 1s, max_share: null }")
    show.run(200)
    assert show.poll("role#1")["state"] == "closed"
    assert "“Developer” wins" in show.said()[-1]


def test_a_clock_set_back_does_not_keep_a_poll_open_for_a_day() -> None:
    show = role()
    show.live()
    show.run(70)
    show.now -= 86400
    show.run(70)
    assert show.poll("role#1")["state"] == "closed"


def test_messages_read_long_ago_are_no_clock_set_back() -> None:
    """After a crash the first tick comes before what had been read until then, with the times of its reading."""
    show = role()
    show.live()
    show.run(70)
    before = show.poll("role#1")["closes"]
    show.now -= 600
    show.chat("written before the crash")
    show.now += 600
    assert show.poll("role#1")["closes"] == before


@pytest.mark.parametrize(("more", "until"), [("", 60.0), ("misfire_grace: 20m", 1200.0), ("misfire_grace: 10s", 60.0)])
def test_what_was_made_is_opened_as_long_as_its_grace_allows(more: str, until: float) -> None:
    show = role(more)
    show.live()
    show.run(61)
    opened = next(entry for _at, entry in show.sent if isinstance(entry.action, SetPoll))
    assert opened.expires == pytest.approx(opened.created + until)


def test_another_events_outcome_is_none_of_ours() -> None:
    show = role()
    show.live()
    show.run(61)
    before = show.poll("role#1")
    for key in ("poll:other:1:open@ev1", "poll:role:7:close1@ev1", "hide:m1:abc", "", "poll:role:x:open@ev1"):
        show.signal(EntrySettled("ev1", key, "done", {}))
    assert show.poll("role#1") == before
