"""What was done, by whom, why, with what result, and who took it back. Pure.

A row for each act that went to the platform, and for each decision that did something without one (a strike, a hold for a person, a
rule that was switched). Counting of polls is reading and is no act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.actions import (
    Action,
    CallWebhook,
    CreatePoll,
    PostMessage,
    SendAlert,
    SetEvent,
    SetMessageStatus,
    SetPoll,
    SetStream,
)
from bot.domain.decisions import Decision, Verdict
from bot.ports import ReportAct, ReportDecision
from bot.reports.names import Naming
from bot.reports.tables import Row

_STATUS = {"hidden": "hide", "public": "show", "approved": "approve", "archived": "archive"}
_RESULTS = {"pending": "waiting", "sending": "waiting"}
_QUIET = frozenset({"count_poll", "write_report", "ask_service"})
_MATCHES, _LONGEST = 3, 300


@dataclass(slots=True)
class ByRule:
    """Decisions of one rule that did something, and how many of them a person took back."""

    acts: int = 0
    undone: int = 0


@dataclass(slots=True)
class Acts:
    """Turns decisions and acts into rows, and counts them."""

    naming: Naming
    undone: Mapping[str, tuple[str, str]]
    """Decision → (decision that took it back, who)."""
    reversed: Mapping[str, tuple[str, str]]
    """Message → (decision of a person who turned a rule's act round, who)."""
    by_rule: dict[str, ByRule] = field(default_factory=dict)
    decided: int = 0
    taken_back: int = 0

    def of_decision(self, row: ReportDecision) -> list[Row]:
        """Its acts; itself, if it did something without one."""
        decision = row.decision
        back = self._back(decision)
        self._count(decision, back)
        who, why = self._who(decision), self.naming.text(why_of(decision))[:_LONGEST]
        id_ = self.naming.text(decision.id)
        acts = [act for act in row.acts if act.action.kind not in _QUIET]
        if acts or any(act.action.kind != "ask_service" for act in row.acts):
            return [self._act(act, decision.at, who, why, id_, back) for act in acts]
        if not decision.actions and decision.outcome == "none":
            return []
        what = ", ".join(decision.actions) or decision.outcome
        return [
            (decision.at, what, decision.ref, "", who, why, "recorded", "", None, None, None, self.naming.text(decision.id), *back)
        ]

    def of_engagement(self, act: ReportAct) -> list[Row]:
        """An act that no decision caused."""
        if act.action.kind in _QUIET:
            return []
        return [self._act(act, act.created, self.naming.staff(act.cause), "", "", ("", ""))]

    def _act(self, act: ReportAct, at: float, who: str, why: str, decision: str, back: tuple[str, str]) -> Row:
        what, target, detail = told(act.action)
        done = act.settled_at if act.state == "done" else None
        result = "done and seen" if done and act.verified_at else _RESULTS.get(act.state, act.state)
        times = (act.sent_at, done, act.verified_at)
        text = self.naming.text
        return (at, what, target, text(detail), who, why, result, text(act.error), *times, decision, *back)

    def _back(self, decision: Decision) -> tuple[str, str]:
        """(who, with which decision)."""
        found = self.undone.get(decision.id)
        if found is None and decision.who == "rules" and decision.outcome in ("hide", "hold", "archive"):
            found = self.reversed.get(decision.ref)
        return (self.naming.staff(found[1]), self.naming.text(found[0])) if found is not None else ("", "")

    def _count(self, decision: Decision, back: tuple[str, str]) -> None:
        if decision.who != "rules" or not (decision.actions or decision.outcome != "none"):
            return
        self.decided += 1
        self.taken_back += bool(back[1])
        for rule in dict.fromkeys(decision.rules):
            count = self.by_rule.setdefault(rule, ByRule())
            count.acts += 1
            count.undone += bool(back[1])

    def _who(self, decision: Decision) -> str:
        if decision.who == "rules" and decision.rules:
            return ", ".join(f"rule {rule}" for rule in decision.rules)
        return self.naming.staff(decision.who)


def told(action: Action) -> tuple[str, str, str]:
    """What, on what, with which words."""
    match action:
        case SetMessageStatus():
            return _STATUS.get(action.status, action.status), action.ref, ""
        case PostMessage():
            return "post", "", action.text
        case CreatePoll():
            return "create poll", "", f"{action.question} ({' / '.join(action.options)})"
        case SetPoll():
            return ("open poll" if action.open else "close poll"), action.poll, ""
        case SetEvent():
            return "set event", "", _settings(action.changes)
        case SetStream():
            return ("start stream" if action.on else "stop stream"), action.stream, ""
        case SendAlert():
            return "alert", "", action.text
        case CallWebhook():
            return "call webhook", "", ""  # an address may hold a secret
        case _:
            return action.kind.replace("_", " "), "", ""


def _settings(changes: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {value if not isinstance(value, bool) else 'on' if value else 'off'}" for name, value in changes.items()
    )


def why_of(decision: Decision) -> str:
    """The rules' reasons and what they saw, in one line."""
    parts = [_seen(verdict) for verdict in decision.verdicts]
    return "; ".join(part for part in [*dict.fromkeys(parts), decision.note] if part)


def _seen(verdict: Verdict) -> str:
    words: Sequence[str] = list(dict.fromkeys(f"“{match.text}”" for match in verdict.matches))[:_MATCHES]
    seen = ", ".join([*words, *verdict.notes[:_MATCHES]])
    return f"{verdict.reason}: {seen}" if verdict.reason and seen else verdict.reason or seen
