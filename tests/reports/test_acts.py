"""What was done, why, and who took it back."""

from __future__ import annotations

from typing import Any

from bot.domain.actions import AskService, CallWebhook, CountPoll, PostMessage, SetEvent, SetMessageStatus
from bot.domain.decisions import Decision, Match, Verdict
from bot.ports import ReportAct, ReportDecision
from bot.reports.acts import Acts
from bot.reports.names import Naming
from bot.reports.tables import ACTIONS, Row

HIDE = SetMessageStatus("m1", "chat", "hidden", "public")
SWEARING = Verdict("swearing", "act", ({"hide": True},), (Match("swearing", "heck", (0, 4)),), ("2 strikes",), "profanity")


def decision(id_: str = "m1:v", who: str = "rules", **more: Any) -> Decision:
    values: dict[str, Any] = {"actions": ("hide",), "verdicts": (SWEARING,)} | more
    return Decision(id_, "ev", "m1", values.pop("outcome", "hide"), 10.0, "sha", who, **values)


def act(action: Any = HIDE, **more: Any) -> ReportAct:
    usual = {"state": "done", "attempts": 1, "sent_at": 11.0, "settled_at": 12.0, "verified_at": None, "error": "", "remote": ""}
    values: dict[str, Any] = usual | {"cause": "poll:role", "decision": "", "created": 10.5} | more
    return ReportAct(1, "key", action, **values)


def acts(**more: Any) -> Acts:
    return Acts(Naming("named"), more.get("undone", {}), more.get("reversed", {}))


def cells(row: Row, *names: str) -> tuple[Any, ...]:
    return tuple(row[ACTIONS.at(name)] for name in names)


def test_an_act_says_who_why_and_with_what_result() -> None:
    (row,) = acts().of_decision(ReportDecision(1, decision(), (act(verified_at=13.0),)))
    assert cells(row, "at", "what", "target", "who", "why") == (10.0, "hide", "m1", "rule swearing", "profanity: “heck”, 2 strikes")
    assert cells(row, "result", "sent", "done", "seen") == ("done and seen", 11.0, 12.0, 13.0)
    assert cells(row, "undone_by", "undone_with") == ("", "")


def test_an_undone_act_says_by_whom_and_is_counted() -> None:
    book = acts(undone={"m1:v": ("act-3", "person:anna")})
    (row,) = book.of_decision(ReportDecision(1, decision(), (act(),)))
    assert cells(row, "undone_by", "undone_with") == ("person anna", "act-3")
    assert (book.by_rule["swearing"].acts, book.by_rule["swearing"].undone, book.taken_back) == (1, 1, 1)


def test_a_message_that_a_person_showed_again_counts_as_undone() -> None:
    book = acts(reversed={"m1": ("platform:m1", "platform")})
    (row,) = book.of_decision(ReportDecision(1, decision(), ()))
    assert cells(row, "undone_by", "result") == ("platform", "recorded")
    assert book.by_rule["swearing"].undone == 1


def test_a_persons_own_act_is_not_undone_by_the_reversal_it_is() -> None:
    book = acts(reversed={"m1": ("act-3", "person:anna")})
    (row,) = book.of_decision(
        ReportDecision(2, decision("act-3", "person:anna", outcome="approve", actions=("show",), verdicts=()), ())
    )
    assert cells(row, "what", "who", "undone_by") == ("show", "person anna", "")
    assert (book.decided, book.by_rule) == (0, {})


def test_what_failed_says_so() -> None:
    (row,) = acts().of_decision(ReportDecision(1, decision(), (act(state="failed", error="no right", settled_at=12.0),)))
    assert cells(row, "result", "problem", "done") == ("failed", "no right", None)


def test_engagement_names_its_cause() -> None:
    (row,) = acts().of_engagement(act(PostMessage("Welcome")))
    assert cells(row, "at", "what", "detail", "who", "why") == (10.5, "post", "Welcome", "poll role", "")
    (row,) = acts().of_engagement(act(SetEvent({"chat": True, "status": "live"})))
    assert cells(row, "what", "detail") == ("set event", "chat on, status live")


def test_counting_is_no_act_and_an_address_is_no_detail() -> None:
    assert acts().of_engagement(act(CountPoll("p", ("A",)))) == []
    (row,) = acts().of_engagement(act(CallWebhook("https://hooks.example.test/fake-secret")))
    assert cells(row, "what", "target", "detail") == ("call webhook", "", "")


def test_a_decision_without_effect_is_no_act() -> None:
    book = acts()
    assert book.of_decision(ReportDecision(1, decision(outcome="none", actions=(), verdicts=()), ())) == []
    assert book.decided == 0


def test_a_question_to_a_service_is_no_act_and_does_not_hide_what_was_recorded() -> None:
    asked = act(AskService("mood", "words of Ann"))
    flagged = decision(outcome="none", actions=("flag",))
    (row,) = acts().of_decision(ReportDecision(1, flagged, (asked,)))
    assert cells(row, "what", "result") == ("flag", "recorded")
    assert [cells(one, "what") for one in acts().of_decision(ReportDecision(1, decision(), (asked, act())))] == [("hide",)]
    assert acts().of_engagement(asked) == []
