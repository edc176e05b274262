"""What was decided and why. A decision is a value; the outbox does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["hide", "hold", "archive", "approve", "none"]
Mode = Literal["act", "suggest", "shadow"]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule saw something: a span [start, end) of the original text, in code points."""

    rule: str
    text: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's answer to one message. `notes` are its facts in words: "caps 82 % (limit 70 %)"."""

    rule: str
    mode: Mode
    effects: tuple[dict[str, Any], ...]
    """Each effect as written in the rule file, in full form: {"hide": true}, {"strike": {"n": 1, "for": 3600.0}}."""
    matches: tuple[Match, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""
    severity: int = 3
    error: str = ""
    """The rule raised: its effects are off, the others' are not."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The final answer to one message, or to one act of a person.

    `id` is unique and derived from its cause: message ref and version, or the person's act.
    """

    id: str
    event: str
    ref: str
    outcome: Outcome
    at: float
    ruleset: str
    """Hash of the rule set that made it."""
    who: str = "rules"
    """`rules`, `person:anna`, `platform` (a person acted on the platform itself) or `timer`."""
    actions: tuple[str, ...] = ()
    """Names of the effects in force, strongest first: ("hide", "strike")."""
    verdicts: tuple[Verdict, ...] = ()
    """Of the rules in force (mode act)."""
    suggested: tuple[Verdict, ...] = ()
    shadow: tuple[Verdict, ...] = ()
    near: tuple[str, ...] = ()
    """Near misses in words: "shouting: caps 68 % of 70 %"."""
    reason: str = ""
    severity: int = 0
    note: str = ""
    """Why nothing was done where a rule fired: a person's verdict, trust, breaker, already hidden."""
    undoes: str = ""
    found: str = ""
    """The message's status when it was judged, where it was not the usual one (`public` in chat, `new` in Q&A)."""
    facts: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    """What another service said, where that brought this decision: {"key": of the entry that asked, "of": the message's ref,
    "first": the decision made when the message was read, "score": 0 to 1, or "error": why there is none}."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that fired and are in force; one that only raised an error did not fire."""
        return tuple(verdict.rule for verdict in self.verdicts if verdict.effects or not verdict.error)

    @property
    def matches(self) -> tuple[Match, ...]:
        """All spans of the rules in force."""
        return tuple(match for verdict in self.verdicts for match in verdict.matches)
