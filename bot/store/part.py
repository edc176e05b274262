"""What all parts of the store share: the database, the clock, counters, and the ways in which an entry ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.errors import Superseded
from bot.domain.signals import EntrySettled, Signal
from bot.ports import Clock
from bot.store.database import Database, Row, Tx
from bot.store.rows import signal_row, to_json

AUDIT_ONLY = "-"
"""For writers that touch nothing a channel relies on: they wait for nobody but each other."""
FINAL = frozenset({"done", "gone", "failed", "expired", "cancelled", "parked"})


@dataclass(slots=True)
class StoreCounts:
    """What happened since the start and is worth a look."""

    duplicate_decisions: int = 0
    """A message and version that was decided twice; the second decision was ignored."""
    not_taken: int = 0
    """Status changes that the platform accepted and no read showed (B-14)."""


@dataclass(slots=True)
class Part:
    """Base of the store's parts. `epochs` holds our own number for each channel that we act for."""

    db: Database
    clock: Clock
    counts: StoreCounts = field(default_factory=StoreCounts)
    epochs: dict[str, int] = field(default_factory=dict)
    doubtful: dict[str, dict[str, float]] = field(default_factory=dict)
    """By channel: keys of claims whose transaction may have been kept, with the time of the claim."""

    async def _rows(self, query: str, **values: Any) -> list[Row]:
        """All rows of one query."""

        async def work(tx: Tx) -> list[Row]:
            return await tx.all(query, **values)

        return await self.db.read(work)

    async def _still_ours(self, tx: Tx, channel: str) -> None:
        """Raises Superseded if a newer start owns the channel; a channel that nobody began is free."""
        ours = self.epochs.get(channel)
        row = await tx.one("epoch_of", channel=channel) if ours is not None else None
        if row is not None and row[0] != ours:
            raise Superseded(f"another start of Usher took channel {channel} over (epoch {row[0]}, ours is {ours})")

    async def _tell(self, tx: Tx, channel: str, signals: Iterable[Signal]) -> None:
        at = self.clock.now()
        await tx.many("add_signal", [signal_row(channel, signal, at) for signal in signals])

    async def _finish(self, tx: Tx, channel: str, entries: Sequence[tuple[str, str]], state: str, error: str) -> None:
        """Ends entries (key, event) that are not sent (any more), and says so."""
        at = self.clock.now()
        await tx.many(
            "finish_entry", [{"channel": channel, "key": key, "state": state, "at": at, "error": error} for key, _ in entries]
        )
        await self._tell(tx, channel, [EntrySettled(event, key, state, error=error) for key, event in entries])

    async def _cancel_overtaken(self, tx: Tx, channel: str, refs: Sequence[str]) -> None:
        """Of several wishes for one message the newest counts."""
        if refs:
            rows = await tx.all("overtaken", channel=channel, refs=to_json(list(refs)))
            await self._finish(
                tx, channel, [(key, event) for key, event, _ in rows], "cancelled", "a newer wish for this message came"
            )
