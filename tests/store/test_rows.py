"""What is written is what is read."""

from __future__ import annotations

import json

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
from bot.domain.decisions import Decision, Match, Verdict
from bot.domain.errors import StoreError
from bot.domain.history import History, Key, Remembered
from bot.domain.signals import (
    Author,
    EntrySettled,
    EventRead,
    EventState,
    Message,
    MessageRead,
    PersonAct,
    Signal,
    StatusChanged,
    Tick,
    WebhookCame,
)
from bot.store.rows import (
    decision_row,
    entry_row,
    history_row,
    read_action,
    read_decision,
    read_history,
    read_signal,
    recent_rows,
    signal_row,
)
from tests.store.making import entry

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
TIMES = st.none() | st.floats(0, 4e9)
BEFORE = -1.0
"""Earlier than any of them."""
MESSAGES = st.builds(
    Message,
    TEXTS,
    TEXTS,
    st.sampled_from(["chat", "qa"]),
    TEXTS,
    st.builds(Author, TEXTS, TEXTS),
    TEXTS,
    st.none() | st.integers(0),
    TIMES,
)
SIGNALS: list[Signal] = [
    StatusChanged("e", "r", "qa", "archived", "new"),
    EventRead(EventState("e", "T", "live", "on_air", True, None, 1.0, None, "Europe/Paris", 5.0), EventState("e")),
    EventRead(EventState("e")),
    WebhookCame("poll.created", None, {"a": [1, {"b": None}]}, "d1", 3.5),
    PersonAct("e", "anna", "undo", "x", {"n": 1}),
    EntrySettled("e", "k", "done", {"counts": [1, 2]}, ""),
    Tick("e"),
]
ACTIONS: list[Action] = [
    SetMessageStatus("r", "chat", "hidden", "public"),
    PostMessage("hi"),
    CreatePoll("q?", ("a", "b")),
    SetPoll("p", True),
    CountPoll("p", ("a",)),
    SetEvent({"chat": False, "status": "done"}),
    SetStream("main", False),
    SendAlert("x", True),
    WriteReport(),
    CallWebhook("https://hook.example.test", {"a": 1}),
]


@given(MESSAGES)
def test_messages_survive(message: Message) -> None:
    signal = MessageRead(message)
    assert read_signal(signal_row("c", signal, 1.0)["body"]) == signal


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda one: one.kind)
def test_signals_survive(signal: Signal) -> None:
    assert read_signal(signal_row("c", signal, 1.0)["body"]) == signal


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: one.kind)
def test_actions_survive(action: Action) -> None:
    assert read_action(entry_row("c", entry("k", action))["action"]) == action


def test_decisions_survive() -> None:
    verdict = Verdict("r", "act", ({"strike": {"n": 1, "for": 3600.0}},), (Match("r", "heck", (0, 4)),), ("note",), "profanity", 4)
    full = Decision("d", "e", "r", "hide", 1.5, "sha", actions=("hide",), verdicts=(verdict,), shadow=(verdict,), facts={"a": [1]})
    assert read_decision(decision_row("c", full)["body"]) == full


@given(st.dictionaries(TEXTS, st.lists(st.integers() | TEXTS | st.booleans() | st.none())), TIMES)
def test_history_survives(value: dict[str, list[object]], until: float | None) -> None:
    key = ("strikes", "email:ann@example.test", "x")
    row = history_row("c", "e", key, Remembered(value, until), 1.0)
    assert read_history([(row["name"], row["value"], row["until"])], [], BEFORE) == {key: Remembered(value, until)}


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.none() | st.builds(Remembered, TEXTS, TIMES)), max_size=4))
def test_what_messages_leave_for_a_while_survives(saves: list[dict[str, Remembered | None]]) -> None:
    changes: list[dict[Key, Remembered | None]] = [{("seen", ref): item for ref, item in save.items()} for save in saves if save]
    bodies = [(row["body"],) for one in changes for row in recent_rows("c", "e", one, 1.0)]
    history = History()
    for one in changes:
        history.apply(one)
    assert read_history([], bodies, BEFORE) == dict(history.items())


def test_a_row_of_recent_memory_stays_as_long_as_the_longest_of_it() -> None:
    ends = {"a": 110.0, "b": 112.0, "c": 4_000.0, "d": None}
    items: dict[Key, Remembered | None] = {("seen", ref): Remembered(ref, until) for ref, until in ends.items()}
    rows = recent_rows("c", "e", items | {("seen", "e"): None}, 100.0)
    assert [row["until"] for row in rows] == [112.0, 4_000.0, None]
    found = read_history([], [(row["body"],) for row in rows], 111.0)
    assert {key[1] for key in found} == {"b", "c", "d"}


@given(st.dictionaries(st.text("ab", min_size=1), st.floats(1, 8_000), min_size=1))
def test_what_lives_long_keeps_nothing_much_shorter_with_it(lives: dict[str, float]) -> None:
    items: dict[Key, Remembered | None] = {("seen", ref): Remembered(ref, 100.0 + life) for ref, life in lives.items()}
    for row in recent_rows("c", "e", items, 100.0):
        ends = [until for _, _, until in json.loads(row["body"])]
        assert row["until"] == max(ends)
        assert row["until"] - 100.0 <= 2 * (min(ends) - 100.0) * (1 + 1e-9)


def test_recent_memory_takes_the_place_of_what_history_holds() -> None:
    """A state of an earlier version has a row for each message there."""
    old = history_row("c", "e", ("seen", "a"), Remembered("old", 40.0), 1.0)
    (new,) = recent_rows("c", "e", {("seen", "a"): Remembered("new", 50.0)}, 2.0)
    rows = [(old["name"], old["value"], old["until"])]
    assert read_history(rows, [], 20.0) == {("seen", "a"): Remembered("old", 40.0)}
    assert read_history(rows, [(new["body"],)], 20.0) == {("seen", "a"): Remembered("new", 50.0)}


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_names_are_written_as_they_always_were(key: list[str]) -> None:
    """They are compared as text with those of earlier versions."""
    row = history_row("c", "e", tuple(key), Remembered(1), 1.0)
    assert row["name"] == json.dumps(key, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("read", [read_signal, read_action])
def test_unknown_kind_is_told_clearly(read: object) -> None:
    with pytest.raises(StoreError, match=r"this version of Usher cannot read.*'tomorrow'"):
        read('{"kind": "tomorrow"}')  # type: ignore[operator]  # both are functions of one text


def test_what_a_newer_version_added_is_left_out() -> None:
    assert read_action('{"kind": "post_message", "text": "hi", "colour": "red"}') == PostMessage("hi")
