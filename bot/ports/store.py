"""What intake, runner and relay need of the store: transactions T1 to T7. Each call is whole: it happens or it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.actions import Entry
from bot.domain.decisions import Decision
from bot.domain.history import Changes, Key, Remembered
from bot.domain.past import Moment
from bot.domain.signals import EventState, Message, Signal, Surface


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
        self,
        channel: str,
        cursor: FeedCursor,
        rows: Sequence[Message],
        asked: float,
        bot: tuple[str, str],
        *,
        unseen: bool = False,
    ) -> Intaken:
        """One transaction: unknown rows become messages + inbox signals, rows whose status a person changed become
        StatusChanged signals, the cursor is stored. `asked` (our clock when the request left) keeps a stale read from being
        taken for a person's act; `bot` is our (name, email). `unseen`: the reader has not met all of
        the rows lately, so there most likely is something to be stored, and nobody looks first whether there is."""
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

    async def past(self, channel: str, event: str, after: int, limit: int) -> Sequence[Moment]:
        """What was judged after the place `after`, in that order; none means that this was all."""
        ...

    async def bulk_undos(self, channel: str, event: str) -> Sequence[Moment]:
        """Every undo of many acts at once, oldest first."""
        ...

    async def place_of(self, channel: str, decision: str) -> int:
        """A decision's place in the order of judging; 0 if there is no such decision."""
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
        """Pending entries whose time has come, and unknown ones; paused scopes left out. Those past their time become `expired`
        first (audited, never silent)."""
        ...

    async def hides_waiting(self, channel: str, now: float) -> Mapping[str, int]:
        """Event → messages that wait to be hidden; paused scopes left out."""
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

    async def begin(self, channel: str, now: float) -> int:
        """Start-up: epoch + 1; what was `sending` becomes `unknown`. Returns the epoch."""
        ...
