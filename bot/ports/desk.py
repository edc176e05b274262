"""What people see and do: the store as control uses it (T9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.domain.decisions import Decision
from bot.domain.signals import EventState, Message, Signal
from bot.ports.store import OutboxRow


@dataclass(frozen=True, slots=True)
class Pause:
    """A stop. `event` "" is all events; `until` None is until resumed."""

    channel: str
    event: str
    what: str
    until: float | None
    who: str
    at: float


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as the store has it, with what became of it."""

    message: Message
    decision: Decision | None = None
    wanted: str = ""
    """The status the bot wants it to have, if it acted."""
    entry_state: str = ""
    """State of the newest outbox entry for it."""
    hidden_at: float | None = None
    """When the hide was accepted."""
    seq: int = 0
    """Our own order of arrival; what `before` of ControlStore.messages means."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision with its message and the entries it caused."""

    decision: Decision
    message: Message | None
    entries: tuple[OutboxRow, ...]
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one event (or a whole channel) for status, summary and metrics. `exposures` are seconds, hidden messages only."""

    messages: int = 0
    judged: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)
    """Outbox entries by state."""
    by_rule: Mapping[str, int] = field(default_factory=dict)
    inbox: int = 0
    quarantined: int = 0
    exposures: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit trail. `seq` is its place."""

    seq: int
    at: float
    channel: str
    who: str
    action: str
    target: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Minute:
    """What there was in one minute (counted from 1970); decisions by outcome, and how many of them people made."""

    minute: int
    messages: int = 0
    questions: int = 0
    hidden: int = 0
    held: int = 0
    approved: int = 0
    archived: int = 0
    by_people: int = 0


class ControlStore(Protocol):
    """What people see and do. Reads never take the writing connection for longer than a moment."""

    async def pauses(self, channel: str = "") -> Sequence[Pause]:
        """Pauses in force now or not yet resumed (all channels for "")."""
        ...

    async def pause(self, pause: Pause) -> None:
        """T9. After it returns, `claim` refuses what the pause covers; it waits until no claimed send of its scope is in flight is
        the relay's business (outbox/relay.py: `quiesce`)."""
        ...

    async def resume(self, channel: str, event: str, waiting: str, who: str, at: float) -> int:
        """T9. `waiting` run or drop; returns how many waiting entries were dropped. "" for channel or event means all."""
        ...

    async def put_act(self, channel: str, act: Signal, at: float) -> int:
        """Stores a person's act as a signal and in the audit; returns its inbox number. Its decision's id is `act-<number>`."""
        ...

    async def put_event_state(self, channel: str, event: str, at: float) -> None:
        """Marks an event as followed by hand."""
        ...

    async def audit(self, who: str, action: str, target: str, at: float, data: Mapping[str, Any] | None = None) -> None:
        """One line of the audit trail (no message texts)."""
        ...

    async def messages(
        self,
        channel: str,
        *,
        event: str = "",
        surface: str = "",
        outcome: str = "",
        author: str = "",
        text: str = "",
        before: int = 0,
        limit: int = 100,
    ) -> Sequence[MessageRow]:
        """Newest first."""
        ...

    async def message(self, channel: str, ref: str) -> MessageRow | None:
        """One message by the platform's ref."""
        ...

    async def decisions(
        self,
        channel: str,
        *,
        event: str = "",
        rule: str = "",
        ref: str = "",
        outcome: str = "",
        since: float = 0.0,
        before: str = "",
        acted: bool = False,
        limit: int = 100,
    ) -> Sequence[DecisionRow]:
        """Newest first; `acted`: only those in which a rule fired or a person acted."""
        ...

    async def decision(self, decision_id: str) -> DecisionRow | None:
        """The full why of one decision."""
        ...

    async def events(self, channel: str) -> Sequence[EventState]:
        """All events ever followed."""
        ...

    async def tally(self, channel: str, event: str = "") -> Tally:
        """Counts."""
        ...

    async def outbox(self, channel: str, *, states: Sequence[str] = (), limit: int = 200) -> Sequence[OutboxRow]:
        """Entries, newest first."""
        ...

    async def polls(self, channel: str, event: str = "") -> Sequence[Mapping[str, Any]]:
        """Polls as the engine remembers them (history kind "poll"), newest first."""
        ...

    async def audit_trail(
        self, *, who: str = "", action: str = "", since: float = 0.0, before: int = 0, limit: int = 100
    ) -> Sequence[AuditRow]:
        """What people did, newest first; `before` is an AuditRow.seq."""
        ...

    async def backlog(self, channel: str) -> tuple[int, int]:
        """(signals, acts) that wait; cheap enough to be asked each second."""
        ...

    async def trends(self, channel: str, event: str, since: float) -> Sequence[Minute]:
        """Minutes in which anything happened, oldest first; event "" is all."""
        ...

    async def undone_rules(self, channel: str) -> Mapping[str, int]:
        """How many decisions of each rule were taken back."""
        ...
