"""Many verdicts become one decision: modes, limits, the breaker, the strongest effect, silence."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.actions import Entry, SendAlert
from bot.domain.decisions import Verdict
from bot.domain.history import Draft, History, Remembered
from bot.domain.signals import Author, Message
from bot.engine.evaluate import Judged
from bot.engine.plan import plan_of
from bot.engine.resolve import Resolved, in_force, resolve, sent
from bot.engine.situation import Situation
from bot.engine.work import Work
from bot.ruleset.facts import Facts
from bot.ruleset.model import Effect, Rule
from tests.engine.making import HIDE, LIVE, START, Always, Rules, hold, strike

QUIET: Effect = {"flag": True}
MESSAGE = Message("ev1", "m1", "chat", "hello", Author("Ann", "ann@example.test"))


def rule(rule_id: str, *effects: Effect, **more: Any) -> Rule:
    return Rule(rule_id, Always(), effects, **more)


def verdict(of: Rule, **more: Any) -> Verdict:
    return Verdict(of.id, of.mode, of.do, reason=of.reason, severity=of.severity, **more)


def resolved(
    *rules: Rule, imposed: tuple[Verdict, ...] = (), history: dict[Any, Any] | None = None, errors: tuple[str, ...] = ()
) -> tuple[Resolved, Work]:
    kept = {key: Remembered(value) for key, value in (history or {}).items()}
    ruleset = Rules().done()
    work = Work(plan_of(ruleset), Draft(History(kept)), Situation(LIVE), START)
    facts = Facts(MESSAGE, LIVE, START, work.draft, ruleset.matcher.scan("hello"), trust="regular")
    judged = Judged(verdicts=[(one, verdict(one)) for one in rules], errors=list(errors))
    return resolve(work, facts, judged, imposed, "d1"), work


ORDER: list[tuple[Effect, str]] = [
    ({"hide": True}, "hide"),
    (hold(60.0, "hide"), "hold"),
    ({"archive": True}, "archive"),
    ({"approve": True}, "approve"),
]


@pytest.mark.parametrize("strong", range(len(ORDER)))
@pytest.mark.parametrize("weak", range(len(ORDER)))
def test_the_strongest_effect_wins_wherever_it_stands(strong: int, weak: int) -> None:
    first, second = rule("first", ORDER[strong][0], delay=3.0), rule("second", QUIET, ORDER[weak][0], delay=7.0)
    found, _ = resolved(first, second)
    winner = first if strong <= weak else second
    assert found.outcome == ORDER[min(strong, weak)][1]
    assert found.effect == ORDER[min(strong, weak)][0]
    assert found.deciding is not None
    assert found.deciding.rule == winner.id
    assert found.delay == winner.delay
    assert [(one.rule, delay) for one, delay in found.acting] == [("first", 3.0), ("second", 7.0)]
    assert found.notes == []


def test_show_counts_as_approve() -> None:
    assert resolved(rule("r", {"show": True}))[0].outcome == "approve"
    assert resolved(rule("a", {"approve": True}), rule("b", {"show": True}))[0].effect == {"approve": True}


def test_nothing_wins_where_nothing_is_about_the_message_itself() -> None:
    found, _ = resolved(rule("r", QUIET, strike()))
    assert (found.outcome, found.effect, found.deciding, found.delay) == ("none", {}, None, 0.0)
    assert found.actions == ("flag", "strike")
    assert resolved()[0].actions == ()


def test_actions_name_the_winner_first_each_once_and_no_loser() -> None:
    found, _ = resolved(rule("a", strike(), hold()), rule("b", strike(2), {"hide": True}, QUIET))
    assert found.actions == ("hide", "strike", "flag")


def test_modes_sort_into_acting_suggested_and_recorded() -> None:
    found, _ = resolved(rule("a", HIDE), rule("s", HIDE, mode="suggest"), rule("q", HIDE, mode="shadow"))
    assert [one.rule for one, _ in found.acting] == ["a"]
    assert [(one.rule, one.mode) for one in found.suggested] == [("s", "suggest")]
    assert [(one.rule, one.mode) for one in found.shadow] == [("q", "shadow")]


@pytest.mark.parametrize(("given", "where"), [("act", "acting"), ("suggest", "suggested"), ("shadow", "shadow"), ("off", "")])
@pytest.mark.parametrize("own", ["act", "suggest", "shadow"])
def test_a_mode_given_by_a_person_is_the_mode(own: Any, given: str, where: str) -> None:
    found, _ = resolved(rule("r", HIDE, mode=own), history={("rule_mode", "r"): {"mode": given, "why": "x", "at": 0.0}})
    found_in = {"acting": [one for one, _ in found.acting], "suggested": found.suggested, "shadow": found.shadow}
    assert [name for name, verdicts in found_in.items() if verdicts] == ([where] if where else [])
    assert all(one.mode == given for verdicts in found_in.values() for one in verdicts)
    assert found.outcome == ("hide" if given == "act" else "none")


def test_a_limit_lets_so_many_act_and_then_suggests() -> None:
    limited = rule("r", HIDE, limit=(2, 60.0))
    found, work = resolved(limited, history={("acts", "r"): [START - 60.0, START - 59.0]})
    assert found.outcome == "hide"
    assert work.draft.get("acts", "r") == [START - 59.0, START]
    full, work = resolved(limited, history={("acts", "r"): [START - 50.0, START - 40.0]})
    assert (full.outcome, [one.mode for one in full.suggested]) == ("none", ["suggest"])
    assert full.notes == ["rule r is over its limit: only suggested"]
    assert work.draft.get("acts", "r") == [START - 50.0, START - 40.0]


@pytest.mark.parametrize("more", [{"mode": "suggest"}, {"mode": "shadow"}, {"allow": True}])
def test_only_what_acts_counts_towards_a_limit(more: dict[str, Any]) -> None:
    _, work = resolved(rule("r", HIDE, limit=(2, 60.0), **more))
    assert work.draft.get("acts", "r") is None


def test_a_rule_that_failed_and_does_nothing_counts_nothing() -> None:
    found, work = resolved(rule("r", limit=(2, 60.0)), errors=("r: ZeroDivisionError: oh",))
    assert work.draft.get("acts", "r") is None
    assert found.notes == ["error in rule r: ZeroDivisionError: oh"]
    assert found.outcome == "none"


def test_the_breaker_turns_the_hit_that_is_too_many_into_a_suggestion() -> None:
    near = {("pace",): [60, 1, START, 0.0, [[0, 60]]], ("breaker", "r"): {"hits": list(range(1, 50))}}
    found, work = resolved(rule("r", HIDE), history=near)
    assert (found.outcome, [(one.rule, one.mode) for one in found.suggested]) == ("none", [("r", "suggest")])
    assert found.notes[0].startswith("breaker: rule r was put to suggest: it would take more than 20 % of the last messages.")
    assert work.draft.get("rule_mode", "r")["mode"] == "suggest"
    assert [(entry.key, entry.action.urgent) for entry in work.entries if isinstance(entry.action, SendAlert)] == [
        ("breaker:r:d1", True)
    ]
    before = {**near, ("breaker", "r"): {"hits": list(range(1, 49))}}
    assert resolved(rule("r", HIDE), history=before)[0].outcome == "hide"


def test_imposed_verdicts_come_first_and_act_whatever_else_is_so() -> None:
    mute = Verdict("mute", "act", (HIDE,), severity=2)
    found, _ = resolved(rule("r", HIDE, strike(), QUIET), imposed=(mute,))
    assert [(one.rule, delay) for one, delay in found.acting] == [("mute", 0.0), ("r", 0.0)]
    assert found.deciding is mute
    assert found.is_silenced
    assert found.actions == ("hide", "flag")


@pytest.mark.parametrize(("name", "silenced"), [("mute", True), ("slow", True), ("swearing", False)])
def test_only_a_mute_and_a_slow_mode_silence(name: str, silenced: bool) -> None:
    found = in_force([Verdict(name, "act", (HIDE, strike()))])
    assert found.is_silenced is silenced
    assert ("strike" in found.actions) is not silenced


def test_in_force_takes_all_as_they_are() -> None:
    found = in_force([Verdict("a", "suggest", (QUIET,)), Verdict("b", "shadow", (HIDE,))])
    assert [(one.rule, one.mode, delay) for one, delay in found.acting] == [("a", "suggest", 0.0), ("b", "shadow", 0.0)]
    assert (found.outcome, found.delay) == ("hide", 0.0)


def test_in_shadow_nothing_is_sent() -> None:
    entries = [Entry("k", "ev1", SendAlert("x"))]
    assert sent(entries, Situation(LIVE)) == tuple(entries)
    assert sent(entries, Situation(LIVE, shadow=True)) == ()
