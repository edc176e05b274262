"""Retention: personal data older than `store.keep` goes, a few rows a transaction, so that nobody waits for it.

What is old is looked for on a reading connection; the writer only deletes by key. What still waits is kept whatever its age. Some
things have an age of their own: bodies of webhooks (they are only kept to be looked at), their keys (a delivery that comes again
after days must still be known, F4), the audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.store.database import Row, Tx
from bot.store.part import AUDIT_ONLY, Part

BATCH = 500
_DAY = 86400.0
RAW_KEPT = 3 * _DAY
"""Bodies of webhooks that could not be read."""
KEYS_KEPT = 8 * _DAY
"""Keys of webhooks, at least: retries end after about three days."""
RECENT_KEPT = _DAY
"""What messages left in memory for a while, after it was to be forgotten: somebody may set the clock back."""
AUDIT_KEPT = 365 * _DAY

_PLAIN: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("old_decisions", ("drop_decision", "drop_decision_rules"), ("seq", "channel", "event", "id")),
    ("old_messages", ("drop_message", "blank_version"), ("seq", "channel", "surface", "ref")),
    ("old_versions", ("drop_version",), ("channel", "surface", "ref", "version")),
    ("old_signals", ("drop_signal",), ("seq",)),
    ("old_entries", ("drop_entry",), ("seq",)),
    ("old_history", ("forget_key",), ("channel", "event", "name")),
    ("old_audience", ("drop_audience",), ("channel", "event", "minute")),
    ("old_outages", ("drop_outage",), ("channel", "event", "kind", "began")),
    ("old_streams", ("drop_stream",), ("channel", "event", "name")),
    ("old_report_keys", ("drop_report_key",), ("channel", "event")),
    ("old_requests", ("drop_request",), ("id",)),
)
"""What is old, how it goes, and the columns that name it."""


class Retention(Part):
    """Removing what is too old."""

    __slots__ = ()

    async def delete_before(self, moment: float) -> int:
        """Removes what is older, but nothing that still waits; returns how many rows went."""
        gone = 0
        for find, drops, columns in _PLAIN:
            gone += await self._drop(find, drops, columns, moment)
        return gone + await self._drop_by_own_age(moment)

    async def _drop_by_own_age(self, moment: float) -> int:
        now, key = self.clock.now(), ("channel", "delivery")
        await self._drop("old_raws", ("drop_raw",), key, max(moment, now - RAW_KEPT))
        await self._drop("old_recent", ("drop_recent",), ("seq",), max(moment, now - RECENT_KEPT))
        deliveries = await self._drop("old_deliveries", ("drop_delivery",), key, min(moment, now - KEYS_KEPT))
        return deliveries + await self._drop("old_audit", ("drop_audit",), ("seq",), min(moment, now - AUDIT_KEPT))

    async def _drop(self, find: str, drops: Sequence[str], columns: Sequence[str], before: float) -> int:
        gone = 0
        while rows := await self._old(find, before):
            keys = [dict(zip(columns, row, strict=True)) for row in rows]
            dropped = await self._drop_keys(drops, keys)
            gone += dropped
            if len(rows) < BATCH or not dropped:
                break
        return gone

    async def _old(self, find: str, before: float) -> list[Row]:
        async def work(tx: Tx) -> list[Row]:
            return await tx.all(find, before=before, limit=BATCH)

        return await self.db.read(work)

    async def _drop_keys(self, drops: Sequence[str], keys: Sequence[dict[str, Any]]) -> int:
        async def work(tx: Tx) -> int:
            counts = [await tx.many(drop, keys) for drop in drops]
            return counts[0]

        return await self.db.write(work, AUDIT_ONLY)
