"""Carries a planned bulk undo out: one step, saved in one transaction like any other. Doing it twice does nothing twice. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.actions import SetEvent, SetMessageStatus
from bot.domain.decisions import Decision
from bot.domain.history import Draft, History, Remembered
from bot.domain.signals import PersonAct
from bot.engine.authors import DAY
from bot.engine.breaker import note_reversal, takes_away
from bot.engine.memory import copy_key
from bot.engine.merging import merged
from bot.engine.plan import plan_of
from bot.engine.resolve import sent
from bot.engine.retrace import Retrace
from bot.engine.scope import is_rule
from bot.engine.situation import Situation, Step
from bot.engine.undo import Undo
from bot.engine.undo_plan import Turn, UndoPlan, plan_undo
from bot.engine.work import HUMAN, SEVERE, Work
from bot.ruleset.model import Ruleset

TAKES_AWAY = ("hide", "archive", "hold")
WHOLE = ("pace",)
"""Kinds of memory whose lists are no collections: taken over as they are, or left alone."""
REVERSALS = 2
"""So many acts of a rule taken back at once count as reversals of that rule (breaker.py)."""


def undo_step(
    act: PersonAct, retrace: Retrace, ruleset: Ruleset, history: History | Draft, situation: Situation, now: float
) -> Step:
    """What a bulk undo brings, once `retrace` was fed everything that was judged before it."""
    work = Work(plan_of(ruleset), Draft(history), situation, now)
    decision = f"act-{situation.act}" if situation.act else f"act-undo_all-{now:.3f}"
    _Carrying(work, act, retrace, plan_undo(retrace, ruleset, work.draft, now), decision).run()
    return Step(tuple(work.decisions), sent(work.entries, situation), tuple(work.cancelled), work.draft.changes)


class _Carrying:
    """One bulk undo while it is carried out."""

    def __init__(self, work: Work, act: PersonAct, retrace: Retrace, plan: UndoPlan, decision: str) -> None:
        self.work, self.retrace, self.plan, self.decision = work, retrace, plan, decision
        self.who = f"person:{act.who}"
        self.notes: list[str] = []

    def run(self) -> None:
        """History first, then what the audience sees, then what is remembered of the undo itself."""
        if self.plan.is_nothing:
            self.notes.append("there is nothing to take back")
        self._remember()
        self._stray_acts()
        for turn in self.plan.turns:
            self._turn(turn)
        self._locks()
        self.work.cancelled += self.plan.cancelled
        self._pardon()
        self._count_reversals()
        self._decide()

    def _remember(self) -> None:
        draft = self.work.draft
        for key, (was, without) in self.plan.memory.items():
            live = draft.find(key)
            if live is not None and live.until is not None and live.until < self.work.now:
                live = None
            if key[0] in WHOLE and _plain(live) != _plain(was):
                continue
            value = merged(_plain(live), _plain(was), _plain(without))
            if value is None:
                draft.drop(*key)
            else:
                draft.put(key, value, without.until if without is not None else live.until if live is not None else None)

    def _stray_acts(self) -> None:
        for stray in self.plan.strays:
            if self.work.draft.get("undone", stray.id) is not None:
                continue
            undo = Undo(self.work, self.decision, self.who, stray.id)
            undo.run([list(what) for what in stray.facts.get("changed", ())])
            self.notes += undo.notes

    def _turn(self, turn: Turn) -> None:
        if not turn.back and turn.was == "archived":
            record = {"surface": "qa", "at": self.work.now, "ends": None, "then": None, "decision": self.decision, "rule": "undo"}
            self.work.draft.put(("held", turn.ref), record, self.work.now + DAY)
            return
        wanted = turn.wanted if turn.back else "archived"
        action = SetMessageStatus(turn.ref, turn.surface, wanted, turn.was)
        self.work.ask(f"undo:{self.decision}:{turn.ref}", action, decision=self.decision, cause=self.who, priority=HUMAN)

    def _locks(self) -> None:
        for what in self.plan.unlock:
            key = f"undo:{self.decision}:unlock:{what}"
            self.work.ask(key, SetEvent({what: True}), decision=self.decision, cause=self.who, priority=SEVERE)
        for what in self.plan.lock:
            key = f"undo:{self.decision}:lock:{what}"
            self.work.ask(key, SetEvent({what: False}), decision=self.decision, cause=self.who, priority=SEVERE)

    def _pardon(self) -> None:
        """What was shown again is never taken away again by the same rule, copies included."""
        draft = self.work.draft
        for moment in self.retrace.acts.values():
            message, stored = self.retrace.message_of(moment), moment.decision
            if stored is None or message is None:
                continue
            author = message.author
            for verdict in stored.verdicts:
                covered = self.retrace.scope.covers(verdict.rule, author.key, stored.at)
                if covered and takes_away(verdict, message.surface):
                    draft.put(("pardon", verdict.rule, copy_key(message.text)), {"by": self.decision})
                    draft.put(("pardons",), True)

    def _count_reversals(self) -> None:
        rule = self.retrace.scope.rule
        reversed_acts = sum(stored.outcome in TAKES_AWAY for stored in self._stored()) if rule else 0
        told = [note_reversal(self.work, rule, self.decision) for _ in range(min(REVERSALS, reversed_acts))]
        self.notes += [note for note in told if note]

    def _stored(self) -> list[Decision]:
        return [moment.decision for moment in self.retrace.acts.values() if moment.decision is not None]

    def _decide(self) -> None:
        """One decision for the act, and one for each decision that is otherwise now."""
        work, plan = self.work, self.plan
        told = "; ".join([*plan.cannot, *plan.will, *self.notes])
        facts: dict[str, Any] = {"cannot": plan.cannot, "will": plan.will, "messages": len(plan.turns)}
        hash_ = work.plan.ruleset.hash
        first = Decision(
            self.decision, work.event, "", "none", work.now, hash_, who=self.who, actions=("undo_all",), note=told, facts=facts
        )
        work.decisions.append(first)
        pairs: list[tuple[Decision, Decision | None]] = [*plan.decisions, *((stray, None) for stray in plan.strays)]
        for made, wanted in pairs:
            if work.draft.get("undone", made.id) is None:
                work.draft.put(("undone", made.id), True, work.now + DAY)
            work.decisions.append(self._instead(made, wanted))

    def _instead(self, made: Decision, wanted: Decision | None) -> Decision:
        base = wanted or Decision(made.id, made.event, made.ref, "none", made.at, made.ruleset)
        note = "; ".join(filter(None, [f"undo of {self.retrace.scope.words}", base.note]))
        away = [] if base.outcome in TAKES_AWAY or made.outcome not in TAKES_AWAY else [one for one in made.rules if is_rule(one)]
        facts = {**base.facts, "reversed": away} if away else base.facts
        return replace(
            base, id=f"{self.decision}:{made.id}", at=self.work.now, who=self.who, note=note, undoes=made.id, facts=facts
        )


def _plain(item: Remembered | None) -> Any:
    """As the store gives it back: tuples are lists."""
    return None if item is None else _listed(item.value)


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _listed(one) for name, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value
