"""What the engine is told about the moment, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.actions import Entry
from bot.domain.decisions import Decision
from bot.domain.history import Changes
from bot.domain.signals import Author, EventState
from bot.engine.scope import Scope


@dataclass(frozen=True, slots=True)
class Situation:
    """One event at one moment. `shadow` is `bot.mode = "shadow"`: decide and record, send nothing."""

    event: EventState
    bot: Author = Author()  # noqa: RUF009 - Author is frozen
    shadow: bool = False
    act: int = 0
    """Inbox number of a person's act; its decision is called `act-<number>`."""
    signups: int | None = None
    viewers: int | None = None
    stream: str = ""
    """Of the livestream: online, offline, or "" while it is not known; what asks for it should have read twice the same (B-16)."""
    poll_open: bool | None = None
    """Only replay records and tests set this; otherwise it is read from the polls in the history."""
    without: tuple[Scope, ...] = ()
    """Acts of the rules that did not take place: an undo asks what would have happened then (retrace.py)."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one signal brings. The runner saves it in one transaction; nothing has been sent."""

    decisions: tuple[Decision, ...] = ()
    entries: tuple[Entry, ...] = ()
    cancelled: tuple[str, ...] = ()
    """Keys of entries to be taken back if they have not been sent."""
    changes: Changes = field(default_factory=dict)
    fired: tuple[tuple[str, str], ...] = ()
    """(item id, occurrence) of every schedule that fired: the ledger's primary key."""
