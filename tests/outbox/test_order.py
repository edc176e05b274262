"""What is sent first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import Action, AskService, CreatePoll, PostMessage, SendAlert, SetEvent, SetMessageStatus, SetPoll
from bot.domain.lanes import lane, strict_lane
from bot.outbox.order import ORDINARY, SEVERE_FOR, class_of, in_order, lane_of, startable
from bot.ports import OutboxRow
from tests.store.making import entry, hide, post

NOW = 1_000.0


def row(ref: str, **more: Any) -> OutboxRow:
    return OutboxRow(hide(ref, created=more.pop("created", NOW), **more), "pending")


def line(key: str, **more: Any) -> OutboxRow:
    return OutboxRow(post(key, key, created=more.pop("created", NOW), **more), "pending")


def order(*rows: OutboxRow) -> list[str]:
    return [one.entry.key.removeprefix("hide:") for one in in_order(rows, NOW)]


def test_a_person_before_everything() -> None:
    assert order(row("severe", priority=1, severity=5), row("undo", priority=0)) == ["undo", "severe"]


def test_undo_of_a_hide_stays_behind_it() -> None:
    assert order(row("second", priority=0, created=NOW - 1), row("first", priority=0, created=NOW - 2)) == ["first", "second"]


def test_severe_before_mild_and_newest_before_oldest() -> None:
    rows = [row("old", created=NOW - 9), row("new", created=NOW - 1), row("worse", severity=4, created=NOW - 20)]
    assert order(*rows) == ["worse", "new", "old"]


def test_severe_lasts_thirty_seconds() -> None:
    assert [class_of(row("a", priority=1, created=NOW - age), NOW) for age in (0, 30, 31)] == [1, 1, 3]


def test_old_hides_of_a_raid_never_pass_the_newest() -> None:
    assert order(*[row(f"m{age}", created=NOW - age) for age in (600, 120, 61, 0)]) == ["m0", "m61", "m120", "m600"]


def test_a_raid_on_one_event_does_not_hold_up_the_others() -> None:
    raid = [row(f"r{age}", created=NOW - age, severity=5, event="raided") for age in range(5)]
    quiet = [row("q20", created=NOW - 20, event="quiet"), row("q25", created=NOW - 25, event="quiet")]
    assert order(*raid, *quiet) == ["r0", "q20", "r1", "q25", "r2", "r3", "r4"]


def test_posts_gain_a_class_a_minute_but_never_pass_class_one() -> None:
    ages = (0, 59, 60, 120, 180, 100_000)
    assert [class_of(line("p", created=NOW - age), NOW) for age in ages] == [4, 4, 3, 2, 1, 1]


def test_post_that_waited_passes_ordinary_hides() -> None:
    assert order(row("hide"), line("post", created=NOW - 130)) == ["post", "hide"]
    assert order(row("hide"), line("post", created=NOW - 70)) == ["hide", "post"]


def test_posts_in_the_order_in_which_they_were_asked() -> None:
    assert order(line("b", created=NOW - 1), line("a", created=NOW - 2)) == ["a", "b"]


def test_clock_that_went_back_ages_nothing() -> None:
    assert class_of(line("p", created=NOW + 500), NOW) == 4


def test_one_message_at_a_time_and_one_post_of_an_event() -> None:
    rows = [row("a"), row("a", key="show"), line("p1"), line("p2"), line("p3", event="ev2")]
    assert [one.entry.key for one in startable(rows, set(), 9, 9)] == ["hide:a", "p1", "p3"]


def test_busy_lanes_wait() -> None:
    rows = [row("a"), row("b")]
    assert [one.entry.key for one in startable(rows, {lane_of(rows[0])}, 9, 9)] == ["hide:b"]


def test_full_status_slots_do_not_hold_up_posts() -> None:
    rows = [row("a"), row("b"), line("p")]
    assert [one.entry.key for one in startable(rows, set(), 9, 1)] == ["hide:a", "p"]


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 6)), max_size=30), st.integers(0, 6), st.integers(0, 6))
def test_never_more_than_free_and_never_two_of_a_lane(shape: list[tuple[int, bool, int]], free: int, free_status: int) -> None:
    rows = [
        row(f"m{n}", priority=p, key=f"{i}") if is_status else line(f"{i}", priority=p) for i, (p, is_status, n) in enumerate(shape)
    ]
    chosen = startable(in_order(rows, NOW), set(), free, free_status)
    lanes = [lane_of(one) for one in chosen]
    assert len(chosen) <= free
    assert len(set(lanes)) == len(lanes)
    assert sum(isinstance(one.entry.action, SetMessageStatus) for one in chosen) <= free_status


def test_order_is_the_same_whatever_came_first() -> None:
    rows = [row("a", created=1.0), row("b", created=2.0, priority=0), line("c", created=3.0), row("d", created=4.0, severity=5)]
    assert order(*rows) == order(*reversed(rows))


def test_lanes() -> None:
    actions: list[Action] = [
        SetMessageStatus("r", "chat", "hidden"),
        PostMessage("hi  there"),
        CreatePoll("q", ("a",)),
        SetPoll("p", True),
        SetEvent({"chat": True}),
        SendAlert("x"),
    ]
    lanes = [lane("e", "k", action) for action in actions]
    assert lanes == ["status:chat:r", "post:e", "poll:e", "switch:p", "event:e", "entry:k"]
    assert [bool(strict_lane("e", action)) for action in actions] == [False, True, True, True, True, False]
    assert strict_lane("e", actions[1]) == strict_lane("e", PostMessage("hi there"))


def test_same_row_of_another_event_is_another_lane() -> None:
    one = OutboxRow(entry("k", PostMessage("x")), "pending")
    assert lane_of(one) != lane_of(replace(one, entry=replace(one.entry, event="ev2")))


def test_an_act_of_a_person_stays_one_whatever_its_number() -> None:
    assert [class_of(line("x", priority=number), NOW) for number in (-1, 0, 1)] == [0, 0, 1]


def test_a_moment_is_no_waiting() -> None:
    assert class_of(line("x", priority=4, created=NOW - 59.5), NOW) == 4
    assert class_of(line("x", priority=4, created=NOW - 60.0), NOW) == 3
    assert class_of(row("x", priority=1, created=NOW - SEVERE_FOR), NOW) == 1
    assert class_of(row("x", priority=1, created=NOW - SEVERE_FOR - 0.5), NOW) == ORDINARY


def test_within_a_class_status_changes_go_before_everything_else() -> None:
    assert order(line("post", priority=3, created=NOW - 50), row("hide", priority=3, created=NOW)) == ["hide", "post"]


def test_events_take_turns_within_a_class_only() -> None:
    one = [row(f"a{number}", priority=1, severity=5, event="raided") for number in (1, 2)]
    other = row("b1", priority=3, event="quiet")
    assert {name[0] for name in order(other, *one)[:2]} == {"a"}


def test_a_person_s_old_act_is_still_a_person_s() -> None:
    assert class_of(row("x", priority=0, created=NOW - SEVERE_FOR - 100), NOW) == 0


def test_acts_without_a_lane_of_their_own_do_not_wait_for_each_other() -> None:
    alerts = [OutboxRow(entry(f"alert:{number}", SendAlert("x"), created=NOW), "pending") for number in (1, 2)]
    assert startable(alerts, set(), 5, 5) == alerts


def test_questions_to_services_take_few_places_and_come_after_hides() -> None:
    questions = [
        OutboxRow(entry(f"ask:mood:{n}:m{n}", AskService("mood", "hi"), created=NOW, priority=4), "pending") for n in range(9)
    ]
    rows = in_order([*questions, row("a"), row("b")], NOW)
    chosen = startable(rows, set(), 16, 8, 2)
    assert [one.entry.key.partition(":")[0] for one in chosen] == ["hide", "hide", "ask", "ask"]
    assert startable(questions, set(), 16, 8) == []
