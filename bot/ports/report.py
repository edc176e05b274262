"""What reports need: the event's past out of the store, page by page, and what only reports keep (audience, outages, a secret)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.actions import Action
from bot.domain.decisions import Decision
from bot.domain.signals import EventState, Message
from bot.ports.livestream import StreamRecord


@dataclass(frozen=True, slots=True)
class ReportMessage:
    """A message with the newest decision about it."""

    seq: int
    message: Message
    hidden_at: float | None = None
    decision: str = ""
    outcome: str = ""
    who: str = ""
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportAct:
    """An act as the outbox has it; times are seconds since 1970."""

    seq: int
    key: str
    action: Action
    cause: str
    decision: str
    created: float
    state: str
    attempts: int
    sent_at: float | None
    settled_at: float | None
    verified_at: float | None
    error: str
    remote: str


@dataclass(frozen=True, slots=True)
class ReportDecision:
    """A decision in which a rule fired or a person acted."""

    seq: int
    decision: Decision
    acts: tuple[ReportAct, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """The audience in one minute (counted from 1970)."""

    minute: int
    viewers: int | None
    signups: int | None


@dataclass(frozen=True, slots=True)
class Outage:
    """Something did not work. `kind` is the bot, reading chat, reading qa, sending or the platform."""

    kind: str
    began: float
    ended: float | None
    why: str


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report, or one file of it, to hand out."""

    name: str
    content_type: str
    body: bytes


class ReportStore(Protocol):
    """Reading an event's past. Only reads; each call is one short transaction."""

    async def events(self, channel: str) -> Sequence[EventState]:
        """All events ever followed."""
        ...

    async def last_revision(self, channel: str) -> tuple[str, Mapping[str, str]] | None:
        """Hash and files of the newest rules."""
        ...

    async def report_key(self, channel: str, event: str) -> str:
        """The event's secret for pseudonyms; "" if none was drawn yet."""
        ...

    async def report_people(self, channel: str, event: str) -> Sequence[tuple[str, str]]:
        """(name, e-mail) of everybody who wrote."""
        ...

    async def report_messages(self, channel: str, event: str, after: int, limit: int) -> Sequence[ReportMessage]:
        """The next messages after the place `after`; none means that this was all."""
        ...

    async def report_decisions(self, channel: str, event: str, after: int, limit: int) -> Sequence[ReportDecision]:
        """The next decisions."""
        ...

    async def report_acts(self, channel: str, event: str, after: int, limit: int) -> Sequence[ReportAct]:
        """The next acts that no decision caused: those of engagement."""
        ...

    async def report_undone(self, channel: str, event: str) -> Mapping[str, tuple[str, str]]:
        """Decisions that were taken back → the decision that did, and who made it."""
        ...

    async def report_reversed(self, channel: str, event: str) -> Mapping[str, tuple[str, str]]:
        """Messages on which a person turned a rule's act round → the decision, and who made it."""
        ...

    async def report_remembered(self, channel: str, event: str, kind: str) -> Mapping[tuple[str, ...], Any]:
        """What the engine remembers of one kind, by its key."""
        ...

    async def report_counts(self, channel: str, event: str) -> Sequence[str]:
        """Keys of the acts that counted a poll and kept its votes, oldest first."""
        ...

    async def report_count(self, channel: str, key: str) -> Mapping[str, Any]:
        """What such an act brought: counts, digest, votes."""
        ...

    async def report_audience(self, channel: str, event: str) -> Sequence[Sample]:
        """The curve of viewers and signups."""
        ...

    async def streams_of(self, channel: str, event: str) -> Sequence[StreamRecord]:
        """The event's livestreams as last seen."""
        ...

    async def report_outages(self, channel: str, event: str) -> Sequence[Outage]:
        """What did not work, oldest first."""
        ...


class OutageStore(Protocol):
    """Writing down what only reports tell."""

    async def note_audience(self, channel: str, event: str, at: float, *, viewers: int | None, signups: int | None) -> None:
        """Viewers now, signups so far; the largest of each minute is kept."""
        ...

    async def begin_outage(self, channel: str, event: str, outage: Outage) -> None:
        """Something does not work since `began`."""
        ...

    async def end_outage(self, channel: str, event: str, kind: str, at: float) -> None:
        """It works again."""
        ...

    async def open_outages(self, channel: str) -> Sequence[tuple[str, str]]:
        """(event, kind) of what is written down as not working."""
        ...

    async def last_alive(self, channel: str) -> float | None:
        """When the bot was last seen at work."""
        ...

    async def keep_alive(self, channel: str, at: float, new_secret: Callable[[], str]) -> None:
        """The bot is at work; events that have no secret for their reports yet get one."""
        ...
