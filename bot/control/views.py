"""From the store's rows to the API's shapes. Pure."""

from __future__ import annotations

import dataclasses
from typing import Any

from bot.control.models import PauseView
from bot.control.models_views import DecisionView, EntryView, EventView, MatchView, MessageView, RuleProblem, VerdictView
from bot.domain.decisions import Verdict
from bot.domain.signals import EventState
from bot.ports import DecisionRow, MessageRow, OutboxRow, Pause
from bot.ruleset.problems import Problem


def pause_view(pause: Pause) -> PauseView:
    """A pause."""
    return PauseView(channel=pause.channel, event=pause.event, what=pause.what, until=pause.until, by=pause.who, since=pause.at)


def message_view(row: MessageRow) -> MessageView:
    """A message with its decision in short."""
    message, decision = row.message, row.decision
    return MessageView(
        ref=message.ref,
        seq=row.seq,
        event=message.event,
        surface=message.surface,
        name=message.author.name,
        email=message.author.email,
        text=message.text,
        status=message.status,
        id=message.number,
        created=message.created,
        read=message.read,
        own=message.own,
        decision=decision.id if decision else "",
        outcome=decision.outcome if decision else "",
        rules=list(decision.rules) if decision else [],
        reason=decision.reason if decision else "",
        wanted=row.wanted,
        sent=row.entry_state,
        hidden_at=row.hidden_at,
        exposure=exposure(row),
    )


def without_address(view: MessageView) -> MessageView:
    """For who may only look, and for screens that many see."""
    return view.model_copy(update={"email": ""})


def decision_without_address(view: DecisionView) -> DecisionView:
    """The same for a decision's message."""
    return view if view.message is None else view.model_copy(update={"message": without_address(view.message)})


def exposure(row: MessageRow) -> float | None:
    """How long a message that was hidden could be seen, in seconds; None if it was not hidden by us."""
    if row.hidden_at is None:
        return None
    posted = row.message.posted if row.message.posted is not None else row.message.read
    return max(0.0, row.hidden_at - posted)


def verdict_view(verdict: Verdict) -> VerdictView:
    """One rule's answer."""
    return VerdictView(
        rule=verdict.rule,
        mode=verdict.mode,
        effects=list(verdict.effects),
        matches=[MatchView(rule=match.rule, text=match.text, span=match.span) for match in verdict.matches],
        notes=list(verdict.notes),
        reason=verdict.reason,
        severity=verdict.severity,
        error=verdict.error,
    )


def entry_view(row: OutboxRow) -> EntryView:
    """One act in the outbox."""
    return EntryView(
        key=row.entry.key,
        kind=row.entry.action.kind,
        state=row.state,
        cause=row.entry.cause,
        attempts=row.attempts,
        sent_at=row.sent_at,
        error=row.error,
        action=_plain(row.entry.action),
    )


def _plain(action: Any) -> dict[str, Any]:
    fields = dataclasses.asdict(action)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


def decision_view(row: DecisionRow) -> DecisionView:
    """A decision with its full why."""
    decision = row.decision
    return DecisionView(
        id=decision.id,
        event=decision.event,
        ref=decision.ref,
        outcome=decision.outcome,
        at=decision.at,
        who=decision.who,
        ruleset=decision.ruleset,
        actions=list(decision.actions),
        rules=list(decision.rules),
        reason=decision.reason,
        severity=decision.severity,
        note=decision.note,
        verdicts=[verdict_view(verdict) for verdict in decision.verdicts],
        suggested=[verdict_view(verdict) for verdict in decision.suggested],
        shadow=[verdict_view(verdict) for verdict in decision.shadow],
        near=list(decision.near),
        message=message_view(MessageRow(row.message, decision)) if row.message else None,
        entries=[entry_view(entry) for entry in row.entries],
        undoes=decision.undoes,
        undone_by=row.undone_by,
    )


def event_view(channel: str, state: EventState) -> EventView:
    """An event."""
    return EventView(
        channel=channel,
        event=state.event,
        title=state.title,
        status=state.status,
        phase=state.phase,
        chat=state.chat,
        qa=state.qa,
        starts=state.starts,
        live_since=state.live_since,
    )


def problem_view(problem: Problem) -> RuleProblem:
    """A problem in a rule file."""
    return RuleProblem(
        file=problem.file,
        line=problem.line,
        column=problem.column,
        level=problem.level,
        text=problem.text,
        hint=problem.hint,
        rule=problem.rule,
        rendered=problem.render(),
    )
