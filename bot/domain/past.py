"""What happened in an event, as the store can tell it again: each signal with the decision that came of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.decisions import Decision
from bot.domain.signals import EntrySettled, EventRead, MessageRead, PersonAct, StatusChanged, Tick


@dataclass(frozen=True, slots=True)
class Moment:
    """One judged signal; of ticks only those that brought something.

    `at` is the moment it was judged at (the engine's `now`), `seq` its place in the order of judging.
    """

    seq: int
    at: float
    signal: MessageRead | PersonAct | StatusChanged | EventRead | EntrySettled | Tick | None
    """None when it is no longer known: forgotten at a person's wish, or past `keep`."""
    decision: Decision | None = None
    """None for an EventRead, which brings none."""
    act: int = 0
    """Inbox number of a person's act."""
