from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.actions import SetMessageStatus
from bot.domain.decisions import Decision
from bot.domain.history import Draft
from bot.domain.signals import Author, EntrySettled, Message, MessageRead, StatusChanged
from bot.engine.engagement import questions

from .show import START, Show, read

QA = "qa: {{ policy: {policy}, duplicates: {{ suggest_at: 0.80 }}, {more} }}"


def desk(policy: str = "hold", more: str = "on_answered: archive") -> Show:
    show = Show(read(QA.format(policy=policy, more=more)))
    show.live()
    return show


def ask(show: Show, text: str, by: str = "ann", outcome: str = "none", status: str = "new", ref: str = "", note: str = "") -> str:
    show._count += 1
    ref = ref or f"q{show._count}"
    message = Message("ev1", ref, "qa", text, Author(by.title(), f"{by}@example.test"), status, read=show.now)
    outcomes: Any = outcome
    show.signal(MessageRead(message), Decision(f"{ref}:1", "ev1", ref, outcomes, show.now, "h", note=note))
    return ref


def do(show: Show, number: int, what: str, **data: Any) -> str:
    """Anna presses; returns why it was not done."""
    show.press("question", str(number), do=what, **data)
    why: str = show.all_of("act")[(str(show.situation.act),)]["why"]
    return why


def states(show: Show) -> list[str]:
    return [record["state"] for record in questions.records(show.history)]


def sent(show: Show) -> list[tuple[str, str]]:
    return [(entry.action.ref, entry.action.status) for _at, entry in show.sent if isinstance(entry.action, SetMessageStatus)]


def test_questions_keep_their_number() -> None:
    show = desk()
    refs = [ask(show, f"question {number}?") for number in range(3)]
    show.reload()
    ask(show, "question 1, edited?", ref=refs[1])
    ask(show, "another?")
    assert [(record["n"], record["ref"]) for record in questions.records(show.history)][:3] == list(enumerate(refs, 1))
    assert questions.records(show.history)[1]["text"] == "question 1, edited?"
    assert questions.records(show.history)[3]["n"] == 4


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "new"),
        ({"status": "approved"}, "approved"),
        ({"status": "archived"}, "declined"),
        ({"outcome": "approve"}, "approved"),
        ({"outcome": "archive"}, "declined"),
        ({"outcome": "hold"}, "new"),
    ],
)
def test_the_first_state_follows_rules_and_platform(given: dict[str, str], state: str) -> None:
    show = desk()
    ask(show, "What is it?", **given)
    assert states(show) == [state]
    assert show.sent == []


def test_policy_approve_approves_what_no_rule_objects_to() -> None:
    show = desk("approve")
    good = ask(show, "What is it?")
    ask(show, "What is that?", outcome="hold")
    ask(show, "And that?", note="anna archived a copy of it")
    ask(show, "And this?", status="archived")
    assert sent(show) == [(good, "approved")]
    assert states(show) == ["approved", "new", "new", "declined"]


def test_a_failed_status_is_told() -> None:
    show = desk("approve")
    ask(show, "What is it?")
    show.signal(EntrySettled("ev1", show.sent[0][1].key, "failed", {}, "410"))
    assert show.entry_keys() == ["qa:1:1:approved", "alert:qa.1:1:approved"]


def test_duplicates_are_suggested_and_never_merged() -> None:
    show = desk()
    ask(show, "Will the webinar be recorded?", by="ann")
    ask(show, "How much does the product cost?", by="bo")
    ask(show, "is there a recording of the webinar", by="cy")
    first, second, third = questions.records(show.history)
    assert (first["suggest"], second["suggest"]) == ([], [])
    assert [number for number, _like in third["suggest"]] == [1]
    assert states(show) == ["new"] * 3
    assert all(record["lead"] is None for record in questions.records(show.history))


def test_in_a_flood_nothing_is_compared() -> None:
    show = desk()
    for number in range(60):
        ask(show, "Will the webinar be recorded?", by=f"p{number}")
    assert questions.records(show.history)[20]["suggest"]
    assert questions.records(show.history)[59]["suggest"] == []


def cluster_of_three() -> Show:
    show = desk()
    for number, by in enumerate(("ann", "bo", "cy", "ann"), 1):
        ask(show, f"question {number}?", by=by)
    do(show, 2, "queue")
    do(show, 3, "merge", into=2)
    do(show, 2, "merge", into=1)
    return show


def test_a_cluster_is_asked_by_so_many_people() -> None:
    show = cluster_of_three()
    draft = Draft(show.history)
    assert states(show) == ["new", "duplicate", "duplicate", "new"]
    for record in questions.records(show.history)[:3]:
        assert [one["n"] for one in questions.cluster(draft, record)] == [1, 2, 3]
        assert questions.asked_by(draft, record) == 3
    do(show, 4, "merge", into=3)
    assert questions.asked_by(Draft(show.history), questions.records(show.history)[0]) == 3, "Ann asked twice"


def test_a_split_restores_each_question_exactly() -> None:
    show = desk()
    for number in range(1, 4):
        ask(show, f"question {number}?", by=f"p{number}")
    do(show, 2, "queue")
    before = questions.records(show.history)
    do(show, 3, "merge", into=2)
    between = questions.records(show.history)
    do(show, 2, "merge", into=1)
    assert do(show, 2, "split") == ""
    assert questions.records(show.history) == between
    assert do(show, 3, "split") == ""
    assert questions.records(show.history) == before


STATES = st.sampled_from(["queue", "approve", "follow_up", "answering", "decline"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 6), STATES), max_size=6),
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=8),
)
def test_splits_in_reverse_restore_every_question_exactly(worked: list[tuple[int, str]], merges: list[tuple[int, int]]) -> None:
    show = desk()
    for number in range(1, 7):
        ask(show, f"question {number}?", by=f"p{number}")
    for number, what in worked:
        do(show, number, what)
    before = [questions.records(show.history)]
    merged: list[int] = []
    for number, into in merges:
        record = questions.by_number(Draft(show.history), number)
        assert record is not None
        top = questions.root(Draft(show.history), record)["n"]
        if do(show, number, "merge", into=into) == "":
            merged.append(top)
            before.append(questions.records(show.history))
    assert merged or len(before) == 1
    for number in reversed(merged):
        before.pop()
        assert do(show, number, "split") == ""
        assert questions.records(show.history) == before[-1]


def test_answering_one_closes_all_and_archives_them() -> None:
    show = cluster_of_three()
    do(show, 3, "answered")
    assert states(show) == ["answered", "duplicate", "duplicate", "new"]
    refs = [record["ref"] for record in questions.records(show.history)]
    assert sent(show)[-3:] == [(ref, "archived") for ref in refs[:3]]
    assert all(record["answered"] == show.now for record in questions.records(show.history)[:3])


def test_answered_questions_may_be_kept() -> None:
    show = desk(more="on_answered: keep")
    ask(show, "What is it?")
    do(show, 1, "answered")
    assert (states(show), sent(show)) == (["answered"], [])


def test_the_way_of_a_question() -> None:
    show = desk()
    ref = ask(show, "What is it?")
    for what, state in (("approve", "approved"), ("queue", "queued"), ("answering", "answering"), ("follow_up", "follow_up")):
        assert do(show, 1, what) == ""
        assert states(show) == [state]
    assert sent(show) == [(ref, "approved")]
    do(show, 1, "decline")
    do(show, 1, "approve")
    assert sent(show) == [(ref, "approved"), (ref, "archived"), (ref, "approved")]
    assert [entry.priority for _at, entry in show.sent] == [0, 0, 0]


@pytest.mark.parametrize(
    ("number", "what", "into", "why"),
    [
        (9, "approve", "", "there is no question 9"),
        (1, "eat", "", "nobody knows how to 'eat' a question"),
        (1, "merge", "9", "there is no question 9"),
        (1, "merge", "1", "are one already"),
        (1, "split", "", "is no duplicate"),
    ],
)
def test_what_cannot_be_done_says_why(number: int, what: str, into: str, why: str) -> None:
    show = desk()
    ask(show, "What is it?")
    before = questions.records(show.history)
    assert why in do(show, number, what, into=into)
    assert questions.records(show.history) == before


def test_no_circles() -> None:
    show = cluster_of_three()
    assert "are one already" in do(show, 1, "merge", into=3)


def test_a_claim_keeps_others_off_for_a_minute() -> None:
    show = desk()
    ask(show, "What is it?")
    assert do(show, 1, "claim") == ""
    record = questions.records(show.history)[0]
    show.history.apply({("question", record["ref"]): None})
    draft = Draft(show.history)
    draft.put(("question", record["ref"]), {**record, "claim": {"who": "bo", "until": show.now + 60}})
    show.history.apply(draft.changes)
    assert do(show, 1, "answering") == "bo is at it for another 60 s"
    show.run(60)
    assert do(show, 1, "answering") == ""


def test_what_people_do_on_the_platform_is_followed() -> None:
    show = desk()
    ref, other = ask(show, "What is it?"), ask(show, "What is that?")
    show.signal(StatusChanged("ev1", ref, "qa", "approved", "new"))
    show.press("archive", other)
    assert states(show) == ["approved", "declined"]
    show.signal(StatusChanged("ev1", ref, "qa", "archived", "approved"))
    show.signal(StatusChanged("ev1", "unknown", "qa", "archived", "approved"))
    assert states(show) == ["declined", "declined"]
    assert sent(show) == []


def test_the_team_is_reminded_once_of_what_waits() -> None:
    show = desk(more="remind: { unanswered: 10m }")
    for number in range(1, 8):
        ask(show, f"question {number}?")
    do(show, 1, "answered")
    do(show, 2, "merge", into=3)
    show.run(1300)
    alerts = [(round(at - START), getattr(entry.action, "text", "")) for at, entry in show.sent if entry.key.startswith("alert")]
    shown = ", ".join(f"{number} (“question {number}?”)" for number in range(3, 8))
    assert alerts == [(600, f"5 questions not answered yet: {shown}")]


def test_questions_in_the_chat_are_offered_for_promotion() -> None:
    show = desk(more="promote_from_chat: true")
    show.chat("How do I get the slides of this talk?", by="ann")
    show.chat("this is great")
    show.chat("why?")
    show.chat("see https://x.test/watch?v=12345678901234")
    show.chat("How do I hide this question?", outcome="hide")
    ((offer,),) = show.all_of("offer")
    show.press("release", offer)
    (record,) = questions.records(show.history)
    assert (record["surface"], record["text"], record["author"]) == (
        "chat",
        "How do I get the slides of this talk?",
        "email:ann@example.test",
    )
    do(show, 1, "answered")
    assert (states(show), sent(show), show.all_of("offer")) == (["answered"], [], {})


def test_offers_do_not_grow_without_end() -> None:
    show = desk(more="promote_from_chat: true")
    for number in range(100):
        show.chat(f"How do I get the slides number {number}?")
    assert len(show.all_of("offer")) == questions.PROMOTE_MOST


def test_without_a_section_questions_are_left_alone() -> None:
    show = Show(read(""))
    ask(show, "What is it?")
    assert questions.records(show.history) == []
    assert do(show, 1, "approve") == "there is no question 1"
