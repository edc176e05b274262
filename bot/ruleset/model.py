"""A rule set as values: what parse.py makes of the files and what the engine evaluates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from bot.domain.decisions import Mode
from bot.ruleset.facts import Condition
from bot.ruleset.matcher import Matcher

if TYPE_CHECKING:
    from bot.ruleset.engagement import Engagement

Effect = dict[str, Any]
"""One action in its full form, a mapping with one key: {"hide": true}, {"strike": {"n": 1, "for": 3600.0}},
{"hold": {"for": 300.0, "then": "hide"}}, {"mute": {"for": 600.0}} ("event" as {"for": None}),
{"lock": {"what": "chat", "for": 120.0}}, {"reply": {"text": "…"}}.
Durations are seconds (float)."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """One line of a rule's `tests: sequence:`: at `at` seconds, `by` says `say`, and the rule does `expect`."""

    at: float
    by: str
    say: str
    expect: str
    surface: Literal["chat", "qa"] = "chat"
    scores: Mapping[str, float] = field(default_factory=dict)
    """Of services, as if they had been asked before."""


@dataclass(frozen=True, slots=True)
class RuleTests:
    """A rule's own tests. `expected` maps hide, hold, approve, archive, flag or keep to the texts."""

    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sequence: tuple[Sequence, ...] = ()
    scores: Mapping[tuple[str, str], Mapping[str, float]] = field(default_factory=dict)
    """(what is expected, text) → service → its score of that text."""


@dataclass(frozen=True, slots=True)
class People:
    """Who is listed: patterns over e-mails (`*@ourcompany.example`)."""

    team: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, ready to be asked. `source` is its own text, kept so that a failing save can leave the old version in force."""

    id: str
    condition: Condition
    do: tuple[Effect, ...]
    mode: Mode = "act"
    reason: str = ""
    severity: int = 3
    priority: int = 0
    allow: bool = False
    """True when all it does is to let pass (`do: [allow]`): evaluated before the others."""
    stop: bool = False
    enabled: bool = True
    begins: float | None = None
    expires: float | None = None
    events: tuple[str, ...] = ()
    excepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`except:` as trust, emails, names."""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sample: float = 1.0
    once: Literal["", "item", "author", "event"] = ""
    cooldown: float = 0.0
    delay: float = 0.0
    limit: tuple[int, float] | None = None
    """At most so many acts in so many seconds, then `suggest`; None is the default breaker."""
    breaker: bool = True
    on_error: Literal["pass", "hold"] = "pass"
    tests: RuleTests = field(default_factory=RuleTests)
    note: str = ""
    file: str = ""
    line: int = 0
    terms: frozenset[int] = frozenset()
    """Numbers of the matcher's terms this rule looks at; lets the engine skip rules none of whose terms stand in the text."""
    needs_terms: bool = False
    """True if the rule cannot hold unless at least one of `terms` was found."""
    matcher: Matcher | None = None
    """The matcher that `terms` and the condition's numbers belong to, when it is not the rule set's: set by engine/gate.py on a
    rule that was kept from an older rule set."""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Everything in force at one time. `hash` names it: every decision carries it."""

    hash: str
    rules: tuple[Rule, ...]
    matcher: Matcher
    people: People = People()
    escalate: Mapping[int, tuple[Effect, ...]] = field(default_factory=dict)
    """Strikes reached → effects."""
    engagement: Engagement | None = None
    files: tuple[str, ...] = ()

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
