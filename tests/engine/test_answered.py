"""Another service is asked once, and its answer judges the message once more: nothing counts twice, nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.domain.actions import AskService, SetMessageStatus
from bot.domain.decisions import Decision
from bot.domain.history import History
from bot.domain.past import Moment
from bot.domain.signals import EntrySettled, Signal
from bot.engine.gate import gate
from bot.engine.retrace import Retrace
from bot.engine.scope import Scope
from bot.engine.situation import Situation, Step
from bot.ruleset.model import Ruleset
from bot.ruleset.parse import parse
from tests.engine.undoing import Logged

SERVICES = ("mood", "spite")
RULE = '{ id: nasty, if: { external: { mood: ">= 0.8" } }, do: [ hide, { strike: { n: 1, for: 1h } } ] }'


def rules(*written: str, more: str = "") -> Ruleset:
    text = "rules:\n" + "".join(f"  - {one}\n" for one in written) + more
    parsed = parse({"rules.yaml": text}, {}, {}, services=SERVICES)
    assert parsed.ruleset is not None, [problem.render() for problem in parsed.problems]
    return replace(parsed.ruleset, engagement=None)


@dataclass
class Asking(Logged):
    """A world whose questions are answered by hand; its past is kept as the store keeps it: a moment for each decision."""

    def open(self) -> list[tuple[str, AskService]]:
        """Questions that were asked."""
        return [(one.key, one.action) for done in self.steps for one in done.entries if isinstance(one.action, AskService)]

    def answer(self, score: float | str, number: int = -1, state: str = "done", after: float = 0.5) -> tuple[Decision, ...]:
        """Settles a question."""
        self.now += after
        result = {"error": score} if isinstance(score, str) else {"score": score}
        return self.send(EntrySettled("ev1", self.open()[number][0], state, result if state == "done" else {})).decisions

    def keep(self, signal: Signal, done: Step, act: int) -> None:
        if not isinstance(signal, EntrySettled):
            super().keep(signal, done, act)
            return
        before = len(self.past)
        super().keep(signal, done, act)
        del self.past[before:]
        for one in done.decisions:
            said = {name: value for name, value in one.answer.items() if name in ("of", "score", "error")}
            told = EntrySettled("ev1", one.answer["key"], "done", said)
            self.past.append(Moment(len(self.past) + 1, self.now, told, one))

    def sent(self, ref: str) -> list[str]:
        """Statuses that were asked for, in order."""
        entries = [entry.action for done in self.steps for entry in done.entries]
        return [action.status for action in entries if isinstance(action, SetMessageStatus) and action.ref == ref]

    def played_again(self) -> History:
        """The memory of the same past, played from the log."""
        player = Retrace.of(Scope(), History(), Situation(self.event), lambda _hash: self.ruleset)
        player.feed(self.past)
        assert not player.unlike
        return player.as_it_was.history


def test_it_is_asked_and_hidden_when_the_answer_is_there() -> None:
    world = Asking(rules(RULE))
    first = world.say("you are worthless")
    assert (first.outcome, first.near) == ("none", ("nasty: the score of mood is not known (limit >= 0.8)",))
    ((key, action),) = world.open()
    (entry,) = world.last.entries
    assert action == AskService("mood", "you are worthless")
    assert (entry.decision, entry.cause, entry.what, entry.expires) == (first.id, "rule:nasty", "moderation", world.now + 30.0)
    (second,) = world.answer(0.93)
    assert (second.outcome, second.ref, second.actions) == ("hide", "m1", ("hide", "strike"))
    assert second.verdicts[0].notes == ("mood 0.93 (limit >= 0.8)",)
    assert second.answer == {"key": key, "of": "m1", "first": first.id, "score": 0.93}
    assert world.sent("m1") == ["hidden"]
    assert world.answer(0.93) == ()
    assert world.sent("m1") == ["hidden"]


def test_a_low_score_leaves_the_message_and_says_how_near_it_was() -> None:
    world = Asking(rules(RULE))
    world.say("you are odd")
    (second,) = world.answer(0.7)
    assert (second.outcome, second.ref, second.near) == ("none", "", ("nasty: mood 0.70 (limit >= 0.8)",))
    assert world.sent("m1") == []
    assert not list(world.history.of_kind("open"))


@pytest.mark.parametrize("state", ["done", "failed", "expired"])
@pytest.mark.parametrize(("on_error", "outcome"), [("pass", "none"), ("hold", "hold")])
def test_a_failure_is_an_error_of_the_rule(state: str, on_error: str, outcome: str) -> None:
    world = Asking(rules(RULE[:-2] + f", on_error: {on_error} }}"))
    world.say("hm")
    (second,) = world.answer("no answer within 1 s", state=state)
    assert second.outcome == outcome
    assert "NoAnswer" in second.verdicts[0].error
    world.say("hm")
    assert len(world.open()) == 2


@pytest.mark.parametrize("score", [True, -0.1, 1.1, None, "0.9", float("nan")])
def test_what_is_no_score_is_an_error(score: Any) -> None:
    world = Asking(rules(RULE[:-2] + ", on_error: hold }"))
    world.say("hm")
    (second,) = world.send(EntrySettled("ev1", world.open()[0][0], "done", {"score": score})).decisions
    assert second.outcome == "hold"


def test_copies_share_a_question_and_then_its_answer() -> None:
    world = Asking(rules(RULE))
    world.say("go away", "ann")
    world.say("go away", "bo")
    assert len(world.open()) == 1
    assert {one.answer["of"] for one in world.answer(0.9)} == {"m1", "m2"}
    assert world.say("go away", "cy").outcome == "hide"
    assert len(world.open()) == 1


def test_other_conditions_are_asked_once_and_what_counted_counts_once() -> None:
    rate = '{ id: r, if: { rate: { by: author, over: 2 in 10s }, external: { mood: ">= 0.8" } }, do: [ hide ] }'
    world = Asking(rules(rate))
    world.say("one")
    assert world.open() == []
    world.say("two")
    (second,) = world.answer(0.9)
    assert second.outcome == "hide"
    assert second.verdicts[0].notes == ("2 messages by author (limit 2 in 10s), mood 0.90 (limit >= 0.8)",)
    assert len(world.history.get("rate", "author", "email:ann@example.test")) == 2
    assert world.history.get("author", "email:ann@example.test")["messages"] == 2
    assert world.history.get("pace")[0] == 2


def test_what_other_conditions_rule_out_is_not_asked() -> None:
    world = Asking(rules('{ id: r, if: { external: { mood: ">= 0.8" }, none: [ { word: fine } ] }, do: [ hide ] }'))
    world.say("all is fine")
    assert world.open() == []
    world.say("all is odd")
    assert len(world.open()) == 1


def test_none_of_does_not_hold_before_the_answer() -> None:
    world = Asking(rules('{ id: ok, if: { surface: qa, none: [ { external: { mood: ">= 0.5" } } ] }, do: [ approve ] }'))
    assert world.say("how long?", surface="qa").outcome == "none"
    (second,) = world.answer(0.1)
    assert (second.outcome, world.sent("m1")) == ("approve", ["approved"])


def test_what_the_first_decision_did_is_not_done_again() -> None:
    word = "{ id: word, if: { word: heck }, do: [ hide, { strike: { n: 1, for: 1h } }, { label: seen } ] }"
    does = "[ hide, { strike: { n: 5, for: 1h } }, { label: seen }, { count: c } ]"
    late = f'{{ id: late, if: {{ external: {{ mood: ">= 0.8" }} }}, do: {does} }}'
    world = Asking(rules(word, late))
    assert world.say("oh heck").outcome == "hide"
    (second,) = world.answer(0.9)
    assert (second.outcome, second.actions) == ("hide", ("count",))
    assert "hide was decided when it was read" in second.note
    assert world.sent("m1") == ["hidden"]
    assert sum(one[1] for one in world.history.get("strikes", "email:ann@example.test")) == 1
    assert world.history.get("author", "email:ann@example.test")["hidden"] == 1
    assert second.rules == ("late",)


def test_a_stronger_outcome_ends_a_hold_and_a_weaker_one_does_not_replace_it() -> None:
    hold = "{ id: wait, if: { word: heck }, do: [ { hold: { for: 5s, then: show } } ] }"
    world = Asking(rules(hold, RULE))
    world.say("oh heck")
    world.answer(0.9)
    world.tick(10.0)
    assert world.sent("m1") == ["hidden"]
    weaker = '{ id: ok, if: { surface: qa, external: { mood: "< 0.5" } }, do: [ approve ] }'
    world = Asking(rules("{ id: bad, if: { word: heck }, do: [ archive ] }", weaker))
    world.say("oh heck?", surface="qa")
    world.answer(0.1)
    assert world.sent("m1") == ["archived"]


def test_two_services_are_waited_for() -> None:
    both = '{ id: r, if: { any: [ { external: { mood: ">= 0.8" } }, { external: { spite: ">= 0.8" } } ] }, do: [ hide ] }'
    world = Asking(rules(both))
    world.say("hm")
    assert [action.service for _, action in world.open()] == ["mood", "spite"]
    (none,) = world.answer(0.2, 0)
    assert none.outcome == "none"
    (hidden,) = world.answer(0.9, 1)
    assert hidden.outcome == "hide"
    assert not list(world.history.of_kind("open"))


def test_a_persons_verdict_in_between_is_final() -> None:
    world = Asking(rules(RULE))
    world.say("you there")
    world.person("show", "m1", surface="chat", status="public", text="you there", author="email:ann@example.test", facts={})
    (second,) = world.answer(0.99)
    assert (second.outcome, second.ref) == ("none", "")
    assert "decided about this message: show" in second.note
    assert world.sent("m1") == ["public"]


def test_a_rule_that_was_switched_off_or_removed_meanwhile_does_nothing() -> None:
    world = Asking(rules(RULE))
    world.say("you there")
    world.person("set_rule", "nasty", mode="off")
    assert world.answer(0.99)[0].outcome == "none"
    world = Asking(rules(RULE))
    world.say("you there")
    world.ruleset = rules("{ id: other, if: { word: x }, do: [ hide ] }")
    (second,) = world.answer(0.99)
    assert (second.outcome, second.near) == ("none", ("nasty: the rule is gone",))


def test_suggest_and_shadow_ask_too_but_a_bot_in_shadow_sends_nothing() -> None:
    world = Asking(rules(RULE[:-2] + ", mode: suggest }"))
    world.say("you there")
    (second,) = world.answer(0.99)
    assert ([one.rule for one in second.suggested], second.outcome) == (["nasty"], "none")
    quiet = Asking(rules(RULE), shadow=True)
    quiet.say("you there")
    assert quiet.open() == []
    assert not list(quiet.history.of_kind("open"))


@pytest.mark.parametrize(("state", "result"), [("cancelled", {}), ("done", {"unasked": True})])
def test_a_question_that_was_taken_back_is_forgotten(state: str, result: dict[str, Any]) -> None:
    world = Asking(rules(RULE[:-2] + ", on_error: hold }"))
    world.say("you there")
    assert world.send(EntrySettled("ev1", world.open()[0][0], state, result)).decisions == ()
    assert not list(world.history.of_kind("open"))


def test_muted_authors_are_not_asked_about() -> None:
    world = Asking(rules("{ id: m, if: { word: heck }, do: [ { mute: 10m } ] }", RULE))
    world.say("heck")
    world.say("and more")
    assert [action.text for _, action in world.open()] == ["heck"]


def test_long_texts_are_cut_for_the_service() -> None:
    world = Asking(rules(RULE))
    world.say("x" * 100_000)
    assert len(world.open()[0][1].text) == 3_000


def test_undo_of_the_late_decision_takes_everything_back() -> None:
    world = Asking(rules("{ id: word, if: { word: heck }, do: [ { strike: { n: 1, for: 1h } } ] }", RULE[:-2] + ", priority: 1 }"))
    world.say("heck, you")
    (second,) = world.answer(0.9)
    world.person("undo", second.id, ref="m1", facts=second.facts, text="heck, you", status="hidden")
    assert world.sent("m1") == ["hidden", "public"]
    assert world.history.get("strikes", "email:ann@example.test") is None
    assert world.say("heck, you").outcome == "none"


def test_bulk_undo_of_the_rule_shows_the_message_and_pardons_its_copies() -> None:
    world = Asking(rules(RULE))
    world.say("you there")
    world.answer(0.9)
    told = world.undo_all(rule="nasty")
    assert told.decisions[0].facts["messages"] == 1
    assert world.sent("m1") == ["hidden", "public"]
    assert world.say("you there", "bo").outcome == "none"


def test_the_rules_own_tests_may_say_what_services_say() -> None:
    tests = "tests: { hide: [ { say: you, scores: { mood: 0.9 } } ], keep: [ { say: you, scores: { mood: 0.2 } }, you ] }"
    steps = "{ at: 0s, by: a, say: you }, { at: 1s, by: a, say: you, scores: { mood: 0.9 }, expect: hide }"
    assert not gate(rules(RULE[:-2] + f", {tests} }}")).failures
    assert not gate(rules(RULE[:-2] + f", tests: {{ sequence: [ {steps} ] }} }}")).failures
    (failure,) = gate(rules(RULE[:-2] + ", tests: { hide: you } }")).failures
    assert "the score of mood is not known" in failure.hint
