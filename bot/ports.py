"""What the parts need from each other: small promises. An edge imports these, never its neighbour.

All calls to a platform raise only `domain.errors.PlatformError` subclasses. All store calls are whole: they happen or they do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.domain.actions import Action, Entry
from bot.domain.decisions import Decision
from bot.domain.history import Changes, Key, Remembered
from bot.domain.signals import EventState, Message, Signal, Surface


class Clock(Protocol):
    """Time, handed in."""

    def now(self) -> float:
        """Wall time, seconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        ...


class Bell(Protocol):
    """Wakes a neighbour so that nothing waits for a tick (asyncio.Event fits)."""

    def set(self) -> None:
        """Rings."""
        ...

    def clear(self) -> None:
        """Silences it again."""
        ...

    async def wait(self) -> Any:
        """Until it rings."""
        ...


# ── platform ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the chat or Q&A list. `received` counts rows as they came, undecodable ones included; order means nothing."""

    rows: tuple[Message, ...]
    received: int
    asked: float = 0.0
    """Our clock when the request left."""
    platform_now: float | None = None
    """The platform's clock by its Date header."""


class ReadsMessages(Protocol):
    """Reading chat and Q&A."""

    async def read_messages(
        self, event: str, surface: Surface, *, limit: int, page: int = 1, index_start: int | None = None
    ) -> Page:
        """One page; raises BadAnswer when the answer is no list."""
        ...


class ReadsEvents(Protocol):
    """Reading events."""

    async def read_event(self, event: str) -> EventState:
        """One event's state."""
        ...

    async def list_events(self, status: str | None = None) -> Sequence[EventState]:
        """All events of the account, or those of one status."""
        ...


@dataclass(frozen=True, slots=True)
class Applied:
    """A write went through. `remote` is the platform's ref of what was made; `changed` is False where nothing changed (B-14)."""

    changed: bool = True
    remote: str = ""
    result: dict[str, Any] = field(default_factory=dict)


class Performs(Protocol):
    """Doing what an entry says: one platform call, or one walk for CountPoll."""

    async def perform(self, event: str, action: Action) -> Applied:
        """Raises NotSent, Throttled, Unclear, Refused or NoRight."""
        ...

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        """Refs of what equals `action` on the platform, made since then and not among `known` (oldest first).

        For posts: own name and e-mail, same text. For polls: same question and options. Reads all pages.
        """
        ...


# ── store ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FeedCursor:
    """How far a feed was read without a gap. `value` is the feed reader's own state as JSON values."""

    event: str
    surface: Surface
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Intaken:
    """What a page brought: refs that were new, and how many rows the store knew already."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    known: int


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A stored signal waiting for the runner. `attempts` was counted before this try (poison guard, B5)."""

    seq: int
    event: str
    signal: Signal
    attempts: int
    at: float


class IntakeStore(Protocol):
    """T1 (reading) and T2 (webhooks)."""

    async def load_cursor(self, channel: str, event: str, surface: Surface) -> Mapping[str, Any] | None:
        """The stored cursor value."""
        ...

    async def save_page(
        self, channel: str, cursor: FeedCursor, rows: Sequence[Message], asked: float, bot: tuple[str, str]
    ) -> Intaken:
        """One transaction: unknown rows become messages + inbox signals, rows whose status a person changed become
        StatusChanged signals, the cursor is stored. `asked` (our clock when the request left) keeps a stale read from being
        taken for a person's act; `bot` is our (name, email)."""
        ...

    async def save_event(self, channel: str, state: EventState, at: float) -> bool:
        """Stores the state; a difference becomes an EventRead signal. True if it differed."""
        ...

    async def save_webhook(
        self, channel: str, delivery: str, signal: Signal | None, body: bytes, at: float, problem: str = ""
    ) -> bool:
        """T2. False if this delivery key is known. `signal` None quarantines the body with `problem`."""
        ...

    async def events(self, channel: str) -> Sequence[EventState]:
        """All events ever followed."""
        ...


class RunnerStore(Protocol):
    """T3 and T7: what the runner saves."""

    async def next_signals(self, channel: str, limit: int) -> Sequence[InboxItem]:
        """Oldest waiting signals; their attempts are counted (and committed) before they are handed out."""
        ...

    async def load_history(self, channel: str, event: str) -> Mapping[Key, Remembered]:
        """All that is remembered of an event."""
        ...

    async def save_step(
        self,
        channel: str,
        event: str,
        *,
        done: Sequence[int],
        decisions: Sequence[Decision],
        entries: Sequence[Entry],
        cancelled: Sequence[str],
        history: Changes,
        fired: Sequence[tuple[str, str]],
        quarantined: Sequence[tuple[int, str]] = (),
    ) -> Sequence[str]:
        """One transaction: decisions, outbox entries (known keys ignored), cancelled entries (by key, if still pending), history,
        fired ledger (item id, occurrence), inbox done. Returns the `fired` occurrences that were already known, as "id@occurrence";
        when there are any, nothing at all is saved."""
        ...


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An entry as the outbox has it. States: pending sending unknown done gone failed expired cancelled parked."""

    entry: Entry
    state: str
    attempts: int = 0
    sent_at: float | None = None
    baseline: tuple[str, ...] = ()
    """Refs that equalled the action before the first try; for unknown posts and polls also those of our other entries."""
    remote: str = ""
    error: str = ""
    first_sent: float | None = None


class OutboxStore(Protocol):
    """T4, T5 and T6: the relay's side."""

    async def waiting(self, channel: str, now: float, limit: int) -> Sequence[OutboxRow]:
        """Pending entries whose time has come, and unknown ones; paused scopes left out."""
        ...

    async def claim(self, channel: str, key: str, now: float, baseline: Sequence[str] = ()) -> bool:
        """T4: pending → sending, if not paused, not expired, and the epoch is ours. Send only after True."""
        ...

    async def settle(
        self,
        channel: str,
        key: str,
        state: str,
        *,
        at: float,
        remote: str = "",
        result: Mapping[str, Any] | None = None,
        error: str = "",
        not_before: float | None = None,
    ) -> None:
        """T5/T6: the outcome. A final state becomes an EntrySettled signal in the same transaction."""
        ...

    async def expire(self, channel: str, now: float) -> int:
        """pending entries past their time become `expired` (audited, never silent)."""
        ...

    async def begin(self, channel: str, now: float) -> int:
        """Start-up: epoch + 1; what was `sending` becomes `unknown`. Returns the epoch."""
        ...


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
        limit: int = 100,
    ) -> Sequence[DecisionRow]:
        """Newest first."""
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


class RuleRevisionStore(Protocol):
    """T8: the last good rules survive a restart with a broken file (reliability 3.10)."""

    async def save_revision(self, channel: str, sha: str, files: Mapping[str, str], by: str, at: float) -> None:
        """Remembers a rule set that went live, whole."""
        ...

    async def last_revision(self, channel: str) -> tuple[str, Mapping[str, str]] | None:
        """Hash and files of the newest."""
        ...

    async def revision(self, channel: str, sha: str) -> Mapping[str, str] | None:
        """The files of the rule set that made an old decision."""
        ...
