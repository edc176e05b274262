"""Shapes of what is shown: messages, decisions with their full why, events, rules."""

from __future__ import annotations

from typing import Any

from bot.control.models import Answer


class MatchView(Answer):
    """Where a rule saw something, in code points of the original text."""

    rule: str
    text: str
    span: tuple[int, int]


class VerdictView(Answer):
    """One rule's answer."""

    rule: str
    mode: str
    effects: list[dict[str, Any]]
    matches: list[MatchView]
    notes: list[str]
    reason: str
    severity: int
    error: str


class MessageView(Answer):
    """A message and what became of it. `id` is the platform's number, `seq` our own order of arrival."""

    ref: str
    seq: int = 0
    event: str
    surface: str
    name: str
    email: str
    text: str
    status: str
    id: int | None
    created: float | None
    read: float
    own: bool
    decision: str
    outcome: str
    rules: list[str]
    reason: str
    wanted: str
    sent: str
    hidden_at: float | None
    exposure: float | None


class EntryView(Answer):
    """One act in the outbox."""

    key: str
    kind: str
    state: str
    cause: str
    attempts: int
    sent_at: float | None
    error: str
    action: dict[str, Any]


class DecisionView(Answer):
    """A decision with its full why."""

    id: str
    event: str
    ref: str
    outcome: str
    at: float
    who: str
    ruleset: str
    actions: list[str]
    rules: list[str]
    reason: str
    severity: int
    note: str
    verdicts: list[VerdictView]
    suggested: list[VerdictView]
    shadow: list[VerdictView]
    near: list[str]
    message: MessageView | None
    entries: list[EntryView]
    undoes: str
    undone_by: str


class EventView(Answer):
    """A live event as last read."""

    channel: str
    event: str
    title: str
    status: str
    phase: str
    chat: bool | None
    qa: bool | None
    starts: float | None
    live_since: float | None


class EventList(Answer):
    """All events ever followed."""

    events: list[EventView]


class MessageList(Answer):
    """A page of messages."""

    messages: list[MessageView]


class DecisionList(Answer):
    """A page of decisions."""

    decisions: list[DecisionView]


class RuleProblem(Answer):
    """A problem in a rule file, as `usher check` shows it."""

    file: str
    line: int
    column: int
    level: str
    text: str
    hint: str
    rule: str
    rendered: str


class RuleView(Answer):
    """A rule in force."""

    id: str
    mode: str
    enabled: bool
    reason: str
    severity: int
    file: str
    line: int
    hits: int
    undone: int = 0
    """So many of its decisions were taken back."""
    errors: int = 0
    """So often it raised, since the start."""


class RulesAnswer(Answer):
    """The rule sets in force and what is wrong in the files."""

    channel: str
    hash: str
    since: float
    folder: str
    rules: list[RuleView]
    problems: list[RuleProblem]
    pending: str
    last_save: dict[str, Any]
    """What the newest save changed among the last messages: counts, text, rules, messages."""
    in_shadow: list[str]
    """Rules that it began in shadow: confirm them."""


class RulesList(Answer):
    """One entry a channel."""

    channels: list[RulesAnswer]
