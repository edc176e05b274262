"""A rule set made ready for speed: rules in the order in which they are asked, and which of them a found term concerns.

The plan is derived from the rule set alone and kept beside it for the few rule sets in force, so that a page of messages pays for
it once. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.engine.people import Listed, listed
from bot.ruleset.conditions.happening import Poll
from bot.ruleset.conditions.scored import Score
from bot.ruleset.glance import Glance
from bot.ruleset.logic import least_of, walk, windows_of
from bot.ruleset.model import Effect, Rule, Ruleset
from bot.ruleset.windows import Window, merge

OUTCOMES = {"hide": 4, "hold": 3, "archive": 2, "approve": 1, "show": 1}
"""What an effect does to the message itself; the strongest wins."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with what can be known about it beforehand."""

    rule: Rule
    guarded: bool
    """It names times, events or people, or sampling: it has to be asked whether it applies at all."""
    resting: bool
    """It has `once` or `cooldown`."""
    scores: tuple[dict[str, Any], ...]
    """Its `score` effects: they count at once, for the rules after it."""
    least: Glance
    """What a message must show for it to hold."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule set, ordered and indexed."""

    ruleset: Ruleset
    lists: Listed
    allows: tuple[Ready, ...]
    """Rules whose `do` is `allow`, which are asked before all others."""
    rules: tuple[Ready, ...]
    always: tuple[int, ...]
    """Positions in `rules` of those that need no term to be found."""
    by_term: dict[int, tuple[int, ...]]
    """Term number → positions of the rules that need one of their terms to be found."""
    windows: tuple[Window, ...]
    """What has to be remembered after each message so that conditions can look back."""
    asks_for_polls: bool
    """Some rule wants to know whether a poll is open."""
    sweeps: bool
    """Some effect hides earlier messages, so the engine has to know them."""

    def rule(self, rule_id: str) -> Ready | None:
        """An enabled rule that is no allow rule."""
        return next((ready for ready in self.rules if ready.rule.id == rule_id), None)

    def candidates(self, found: Iterable[int], shown: Glance) -> list[int]:
        """Positions of the rules that may hold for a text in which these terms were found and which shows this, in order."""
        rules = self.rules
        more = {position for term in found for position in self.by_term.get(term, ())}
        asked = sorted(more.union(self.always)) if more else self.always
        lacking, length = ~shown.traits, shown.length
        return [at for at in asked if not (least := rules[at].least).traits & lacking and least.length <= length]


def asks_for(rule: Rule, kind: type) -> bool:
    """Does the rule's condition hold a part of this kind?"""
    return any(isinstance(part, kind) for part in walk(rule.condition))


def effect_name(effect: Effect) -> str:
    """An effect is a mapping with one key."""
    return next(iter(effect))


def _ready(rule: Rule) -> Ready:
    guarded = bool(
        rule.begins is not None or rule.expires is not None or rule.events or rule.excepted or rule.only or rule.sample < 1.0
    )
    scores = tuple(effect["score"] for effect in rule.do if "score" in effect)
    return Ready(rule, guarded, bool(rule.once or rule.cooldown), scores, least_of(rule.condition))


def make_plan(ruleset: Ruleset) -> Plan:
    """Orders and indexes: higher priority first, then as written; those that ask for the score of the others come last."""
    enabled = [_ready(rule) for rule in ruleset.rules if rule.enabled]
    ordered = sorted(enabled, key=lambda ready: (asks_for(ready.rule, Score), -ready.rule.priority))
    rules = tuple(ready for ready in ordered if not ready.rule.allow)
    always: list[int] = []
    by_term: dict[int, tuple[int, ...]] = {}
    for position, ready in enumerate(rules):
        if not ready.rule.needs_terms or ready.rule.matcher is not None:
            always.append(position)
            continue
        for term in ready.rule.terms:
            by_term[term] = (*by_term.get(term, ()), position)
    effects = [effect for rule in ruleset.rules for effect in rule.do] + [e for some in ruleset.escalate.values() for e in some]
    return Plan(
        ruleset=ruleset,
        lists=listed(ruleset.people),
        allows=tuple(ready for ready in ordered if ready.rule.allow),
        rules=rules,
        always=tuple(always),
        by_term=by_term,
        windows=merge(window for ready in enabled for window in windows_of(ready.rule.condition)),
        asks_for_polls=any(asks_for(ready.rule, Poll) for ready in enabled),
        sweeps=any("sweep" in effect for effect in effects),
    )


_KEPT = 8
_plans: list[Plan] = []


def plan_of(ruleset: Ruleset) -> Plan:
    """The plan of a rule set, made once while it is among the last few in use. Same answer every time."""
    for plan in _plans:
        if plan.ruleset is ruleset:
            return plan
    plan = make_plan(ruleset)
    _plans.insert(0, plan)
    del _plans[_KEPT:]
    return plan
