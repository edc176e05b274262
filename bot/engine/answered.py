"""A service has answered, or failed to: the messages that wait for it are judged once more, and each time is one decision.

Only what is left of the waiting rules is asked. Whatever counted when the message was read is left as it is: no window, no message
counter; what the first decision did to the message is not done again, and the stronger of both outcomes stands. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.decisions import Decision, Outcome
from bot.domain.ids import text_version
from bot.domain.signals import EntrySettled
from bot.engine.asking import PATIENCE, PREFIX, as_message, first_of, is_score
from bot.engine.case import Case
from bot.engine.effects import carry_out
from bot.engine.evaluate import Judged, ask_rest
from bot.engine.judging import author_record, concluded, gather, note_acts, said_before
from bot.engine.memory import note_seen, status_now
from bot.engine.people import trust_of
from bot.engine.plan import OUTCOMES, effect_name
from bot.engine.resolve import Resolved, resolve
from bot.engine.work import Work
from bot.ruleset.conditions.external import ANSWERS, KEPT
from bot.ruleset.facts import Facts
from bot.ruleset.rests import read, written


def is_answer(signal: EntrySettled) -> bool:
    """Is it about a question of ours to a service?"""
    return signal.key.startswith(PREFIX)


def answered(work: Work, signal: EntrySettled) -> None:
    """Judges what waited. `result["of"]` names one message where the past is played again: each has its own decision there."""
    _, service, key, _ = signal.key.split(":", 3)
    work.draft.drop("asking", service, key)
    only = signal.result.get("of")
    waiting = [
        (name[1], item.value)
        for name, item in work.draft.of_kind("open")
        if item.value["key"] == key and service in item.value["services"] and only in (None, name[1])
    ]
    answer = _answer_of(signal)
    if isinstance(answer, float) and (waiting or only):  # an undo plays on without who asked: the score is known there all the same
        work.draft.put(("external", service, key), [answer, work.now], work.now + KEPT)
    for ref, record in waiting:
        if signal.state == "cancelled" or signal.result.get("unasked"):
            work.draft.drop("open", ref)
        else:
            _Again(work, ref, record, service, answer, signal.key).run()


def _answer_of(signal: EntrySettled) -> float | str:
    """The score, or why there is none."""
    score = signal.result.get("score")
    if signal.state == "done" and is_score(score):
        return float(score)
    return str(signal.result.get("error") or signal.error or "it gave no score")


class _Again:
    """One message, judged once more."""

    def __init__(self, work: Work, ref: str, record: Mapping[str, Any], service: str, answer: float | str, key: str) -> None:
        self.work, self.record, self.service, self.answer, self.key = work, record, service, answer, key
        self.first: Mapping[str, Any] = record["first"]
        self.as_read = as_message(ref, record["message"])
        self.message = replace(self.as_read, status=status_now(work.draft, ref) or self.as_read.status)
        self.id = f"scored:{service}:{ref}:{text_version(self.message.text)}"

    def run(self) -> None:
        """Leaves one decision; it names the message only if something came of it, so that the first one stays the message's own."""
        said = said_before(self.work, self.message)
        judged = Judged(without=self.work.situation.without)
        decision = self._plain(said)
        if not said:
            facts = self._facts()
            self._ask(facts, judged)
            decision = self._conclude(facts, judged) if judged.verdicts else replace(decision, near=tuple(judged.near))
        self._still_open(judged)
        self.work.decisions.append(replace(decision, answer=self._told()))

    def _plain(self, note: str) -> Decision:
        work = self.work
        return Decision(self.id, self.message.event, "", "none", work.now, work.plan.ruleset.hash, note=note)

    def _told(self) -> dict[str, Any]:
        said = {"error": self.answer} if isinstance(self.answer, str) else {"score": self.answer}
        return {"key": self.key, "of": self.message.ref, "first": self.record["first"]["id"], **said}

    def _facts(self) -> Facts:
        work = self.work
        record = author_record(work, self.message.author.known_key, self.message) or {}
        facts = gather(work, self.message, record, trust_of(self.message, record, work.plan.lists, work.now))
        facts.cache[ANSWERS] = {self.service: self.answer}
        return facts

    def _ask(self, facts: Facts, judged: Judged) -> None:
        for rule_id, rest in self.record["rules"].items():
            ready = self.work.plan.rule(rule_id)
            if ready is None:
                judged.near.append(f"{rule_id}: the rule is gone")
                continue
            verdict = ask_rest(ready, read(rest), facts, judged)
            if verdict is not None:
                judged.verdicts.append((ready.rule, verdict))

    def _conclude(self, facts: Facts, judged: Judged) -> Decision:
        work = self.work
        resolved = resolve(work, facts, judged, (), self.id)
        case = Case.of(work, self.message, self.id)
        note_acts(work, facts, judged, resolved, case)
        note = self._leave_out(resolved)
        carry_out(case, resolved)
        decision = concluded(case, self.message, judged, resolved, note)
        whole = {**decision.facts, **_joined(self.first["facts"], decision.facts)} if decision.facts else dict(self.first["facts"])
        if decision.facts:
            note_seen(work.draft, self.as_read, self.id, whole, work.now, 0.0)
        self.first = first_of(replace(decision, facts=whole), self.first)
        return replace(decision, facts=whole)

    def _leave_out(self, resolved: Resolved) -> str:
        """What the first decision did is done; a weaker outcome does not replace a stronger one."""
        did = self.first["did"]
        names = {name for name, _ in did}
        resolved.acting = [
            (replace(verdict, effects=tuple(one for one in verdict.effects if _is_new(one, did, names))), delay)
            for verdict, delay in resolved.acting
        ]
        outcome: Outcome = self.first["outcome"]
        if OUTCOMES.get(outcome, 0) >= (OUTCOMES[effect_name(resolved.effect)] if resolved.effect else 1):
            resolved.effect, resolved.deciding, resolved.outcome = {}, None, outcome
            return f"{outcome} was decided when it was read"
        if outcome == "hold" and resolved.effect:
            self.work.draft.drop("held", self.message.ref)
            self.work.draft.drop("timer", f"hold:{self.message.ref}")
        return ""

    def _still_open(self, judged: Judged) -> None:
        """Rules that wait for another service as well."""
        if not judged.open:
            self.work.draft.drop("open", self.message.ref)
            return
        services = [name for name in self.record["services"] if name != self.service]
        rules = {rule.id: written(rest) for rule, rest in judged.open}
        record = {**self.record, "services": services, "rules": rules, "first": self.first}
        self.work.draft.put(("open", self.message.ref), record, self.work.now + PATIENCE)


def _is_new(effect: Mapping[str, Any], did: list[list[Any]], names: set[str]) -> bool:
    """Strikes come once for a message; anything else once with the same settings. Outcomes are sorted out elsewhere."""
    name = next(iter(effect))
    return name in OUTCOMES or (name not in names if name == "strike" else [name, effect[name]] not in did)


def _joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Both lists of changes, so that either decision takes all of it back."""
    if not first:
        return {}
    rules = list(dict.fromkeys([*first.get("rules", ()), *second.get("rules", ())]))
    joined: dict[str, Any] = {"changed": [*first.get("changed", ()), *second.get("changed", ())], "rules": rules}
    offered = [*first.get("offered", ()), *second.get("offered", ())]
    return joined | ({"offered": offered} if offered else {})
