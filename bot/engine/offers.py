"""What rules in `suggest` offer, by their own mode or because the breaker put them there: it waits for a person, who has it done or
drops it, one by one or all of a rule. What a person decided about a message meanwhile is left alone. Pure.

History kind: ("accepted", decision) "done" or "dropped".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.decisions import Verdict
from bot.domain.history import Draft, History
from bot.domain.signals import PersonAct
from bot.engine.authors import DAY
from bot.engine.case import Case
from bot.engine.effects import carry_out
from bot.engine.memory import seen
from bot.engine.person import ACT_KEPT, act_id, decided
from bot.engine.resolve import in_force
from bot.engine.work import Work

NOTHING = "there is nothing to accept: that decision offers nothing, or it was done already"


@dataclass(frozen=True, slots=True)
class Offer:
    """One decision's open offer. `facts` are the decision's."""

    decision: str
    ref: str
    status: str
    facts: Mapping[str, Any]
    text: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        """Who offers."""
        return tuple(one[0] for one in self.facts.get("offered", ()))

    @property
    def json(self) -> dict[str, Any]:
        """For programs."""
        offered = [
            {"rule": rule, "effects": effects, "reason": why, "severity": how} for rule, effects, why, how in self.facts["offered"]
        ]
        known = {"surface": self.facts["surface"], "author": self.facts["author"], "name": self.facts["name"]}
        return {"decision": self.decision, "ref": self.ref, "text": self.text, **known, "offered": offered}


def waiting(history: Draft | History, rule: str = "") -> Iterator[Offer]:
    """Open offers of the messages that are still remembered, oldest first; of one rule if it is named."""
    for key, _ in history.of_kind("seen"):
        known = seen(history, key[1])
        if known is None or not known.facts.get("offered") or _is_answered(history, known.decision, known.ref):
            continue
        offer = Offer(known.decision, known.ref, known.status, known.facts, known.text)
        if not rule or rule in offer.rules:
            yield offer


def answer_one(work: Work, act: PersonAct) -> None:
    """`accept` or `dismiss`; `target` is the decision that offers."""
    ref = str(act.data.get("ref") or act.target.rpartition(":")[0])
    known = seen(work.draft, ref)
    facts = act.data.get("facts") or (known.facts if known and known.decision == act.target else {})
    if not facts.get("offered") or work.draft.get("accepted", act.target) is not None:
        work.decisions.append(decided(work, act_id(work, act), ref, "none", f"person:{act.who}", actions=(act.verb,), note=NOTHING))
        return
    offer = Offer(act.target, ref, str(act.data.get("status") or (known.status if known else "")), facts)
    _answer(work, act, offer, act_id(work, act), offer.rules)


def answer_all(work: Work, act: PersonAct) -> None:
    """`accept_all` or `dismiss_all`; `target` is a rule. Older offers than the engine remembers come in `data["offers"]`."""
    verb = act.verb.removesuffix("_all")
    offers = {offer.decision: offer for offer in (*_brought(work, act), *waiting(work.draft, act.target))}
    done = "done" if verb == "accept" else "dropped"
    note = f"{len(offers)} offers of rule {act.target} were {done}" if offers else f"rule {act.target} has no open offers"
    work.decisions.append(decided(work, act_id(work, act), "", "none", f"person:{act.who}", actions=(act.verb,), note=note))
    for offer in offers.values():
        _answer(work, act, offer, f"{act_id(work, act)}:{offer.decision}", (act.target,))


def _brought(work: Work, act: PersonAct) -> Iterable[Offer]:
    for one in act.data.get("offers", ()):
        offer = Offer(str(one["id"]), str(one["ref"]), str(one.get("status", "")), one["facts"])
        if act.target in offer.rules and not _is_answered(work.draft, offer.decision, offer.ref):
            yield offer


def _is_answered(history: Draft | History, decision: str, ref: str) -> bool:
    return history.get("accepted", decision) is not None or history.get("verdict", ref) is not None


def _answer(work: Work, act: PersonAct, offer: Offer, decision: str, rules: tuple[str, ...]) -> None:
    who = f"person:{act.who}"
    if act.verb.startswith("dismiss"):
        work.draft.put(("accepted", offer.decision), "dropped", work.now + DAY)
        work.decisions.append(decided(work, decision, offer.ref, "none", who, actions=("dismiss",), note="the offer was dropped"))
        return
    work.draft.put(("accepted", offer.decision), "done", work.now + DAY)
    verdicts = [
        Verdict(rule, "act", tuple(effects), reason=why, severity=how)
        for rule, effects, why, how in offer.facts["offered"]
        if rule in rules
    ]
    facts = offer.facts
    case = Case(work, decision, offer.ref, facts["surface"], facts["author"], facts["name"], offer.status)
    resolved = in_force(verdicts)
    carry_out(case, resolved)
    done = {**facts, "offered": [], "outcome": resolved.outcome, "rules": [one.rule for one in verdicts], "changed": case.changed}
    work.draft.put(("person_act", decision), done, work.now + ACT_KEPT)
    more: dict[str, Any] = {"actions": resolved.actions, "verdicts": tuple(verdicts), "note": "; ".join(case.notes), "facts": done}
    work.decisions.append(decided(work, decision, offer.ref, resolved.outcome, who, **more))
