"""Makes one decision out of many verdicts: modes, limits, the breaker, the strongest effect. The one place that knows of shadow.

Pure: reads the history, and writes there only what the limits and the breaker count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from bot.domain.actions import Entry
from bot.domain.decisions import Mode, Outcome, Verdict
from bot.engine.breaker import exceeds_limit, override, trip, trips
from bot.engine.evaluate import Judged
from bot.engine.plan import OUTCOMES, effect_name
from bot.engine.situation import Situation
from bot.engine.work import Work
from bot.ruleset.facts import Facts
from bot.ruleset.model import Effect, Rule

SILENCED = ("mute", "slow")
"""Verdicts that hide a message whatever it says."""


@dataclass(slots=True)
class Resolved:
    """What is in force, what is only offered, what is only recorded."""

    acting: list[tuple[Verdict, float]] = field(default_factory=list)
    """Verdicts in force with their rule's delay."""
    suggested: list[Verdict] = field(default_factory=list)
    shadow: list[Verdict] = field(default_factory=list)
    outcome: Outcome = "none"
    effect: Effect = field(default_factory=dict)
    """The effect that won, and whose it was."""
    deciding: Verdict | None = None
    delay: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def actions(self) -> tuple[str, ...]:
        """Names of the effects in force, the winner first."""
        names = [effect_name(effect) for verdict, _ in self.acting for effect in verdict.effects]
        first = [effect_name(self.effect)] if self.effect else []
        idle = {*OUTCOMES, "strike"} if self.is_silenced else OUTCOMES
        return tuple(dict.fromkeys(first + [name for name in names if name not in idle]))

    @property
    def is_silenced(self) -> bool:
        """The author is muted or slowed down: nobody reads it, and it brings no strike."""
        return any(verdict.rule in SILENCED for verdict, _ in self.acting)


def resolve(work: Work, facts: Facts, judged: Judged, imposed: Sequence[Verdict], decision: str) -> Resolved:
    """Sorts verdicts by their mode now and lets the strongest win. `imposed` are those of mutes and slow mode, not of rules."""
    resolved = Resolved(notes=[f"error in rule {error}" for error in judged.errors])
    for verdict in imposed:
        _act(resolved, verdict, 0.0)
    for rule, verdict in judged.verdicts:
        _sort(work, facts, rule, verdict, resolved, decision)
    return resolved


def in_force(verdicts: Sequence[Verdict]) -> Resolved:
    """Verdicts that act whatever their rules' modes are."""
    resolved = Resolved()
    for verdict in verdicts:
        _act(resolved, verdict, 0.0)
    return resolved


def _sort(work: Work, facts: Facts, rule: Rule, verdict: Verdict, resolved: Resolved, decision: str) -> None:
    mode = override(work.draft, rule.id) or rule.mode
    if mode == "off":
        return
    if mode == "act" and verdict.effects and not rule.allow:
        if exceeds_limit(work, rule):
            mode = "suggest"
            resolved.notes.append(f"rule {rule.id} is over its limit: only suggested")
        elif trips(work, rule, verdict, facts):
            mode = "suggest"
            why = "it would take more than 20 % of the last messages"
            resolved.notes.append(trip(work, rule.id, why, decision))
    if mode != verdict.mode:
        verdict = replace(verdict, mode=cast(Mode, mode))
    if mode == "act":
        _act(resolved, verdict, rule.delay)
    elif mode == "suggest":
        resolved.suggested.append(verdict)
    else:
        resolved.shadow.append(verdict)


def _act(resolved: Resolved, verdict: Verdict, delay: float) -> None:
    resolved.acting.append((verdict, delay))
    for effect in verdict.effects:
        name = effect_name(effect)
        if OUTCOMES.get(name, 0) > (OUTCOMES[effect_name(resolved.effect)] if resolved.effect else 0):
            resolved.effect, resolved.deciding, resolved.delay = effect, verdict, delay
            resolved.outcome = cast(Outcome, "approve" if name == "show" else name)


def sent(entries: Sequence[Entry], situation: Situation) -> tuple[Entry, ...]:
    """What goes to the outbox: everything, or nothing while the bot is in shadow."""
    return () if situation.shadow else tuple(entries)
