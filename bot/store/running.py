"""T3 and T7: what the runner takes and saves. Exactly one decision for each id: the primary key sees to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.actions import Entry, SetMessageStatus
from bot.domain.decisions import Decision
from bot.domain.errors import StoreError
from bot.domain.history import Changes, Key, Remembered
from bot.ports import InboxItem
from bot.store.database import Row, Tx
from bot.store.part import Part
from bot.store.rows import (
    RECENT,
    decision_row,
    entry_row,
    history_row,
    read_history,
    read_signal,
    recent_rows,
    rule_rows,
    to_json,
)


class Running(Part):
    """ports.RunnerStore."""

    __slots__ = ()

    async def next_signals(self, channel: str, limit: int) -> Sequence[InboxItem]:
        """Oldest waiting signals. One that this version cannot read is set aside at once."""

        async def work(tx: Tx) -> Sequence[InboxItem]:
            rows = sorted(await tx.all("count_attempts", channel=channel, limit=limit))
            items, bad = _read_items(rows)
            await tx.many("signal_quarantined", bad)
            return items

        return await self.db.single(work)

    async def load_history(self, channel: str, event: str) -> Mapping[Key, Remembered]:
        """All that is remembered of an event and not yet past its time."""

        async def work(tx: Tx) -> Mapping[Key, Remembered]:
            now = self.clock.now()
            rows = await tx.all("history_of", channel=channel, event=event, now=now)
            return read_history(rows, await tx.all("recent_of", channel=channel, event=event, now=now), now)

        return await self.db.look(work)

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
        """T3 and T7, whole; nothing at all when something of `fired` is in the ledger already."""

        async def work(tx: Tx) -> Sequence[str]:
            await self._still_ours(tx, channel)
            twice = await self._fire(tx, channel, event, fired)
            if twice:
                return twice
            await self._keep_decisions(tx, channel, decisions)
            await self._keep_entries(tx, channel, entries, cancelled)
            await self._keep_history(tx, channel, event, history)
            await tx.many("signal_done", [{"seq": seq} for seq in done])
            await tx.many("signal_quarantined", [{"seq": seq, "problem": problem} for seq, problem in quarantined])
            return ()

        return await self.db.write(work, channel)

    async def _fire(self, tx: Tx, channel: str, event: str, fired: Sequence[tuple[str, str]]) -> list[str]:
        if not fired:
            return []
        pairs = list(dict.fromkeys(fired))
        rows = await tx.all("fired_already", channel=channel, event=event, pairs=to_json(pairs))
        if rows:
            return [f"{item}@{occurrence}" for item, occurrence in rows]
        at = self.clock.now()
        keys = [
            {"channel": channel, "event": event, "item": item, "occurrence": occurrence, "at": at} for item, occurrence in pairs
        ]
        await tx.many("add_fired", keys)
        return []

    async def _keep_decisions(self, tx: Tx, channel: str, decisions: Sequence[Decision]) -> None:
        if not decisions:
            return
        added = await tx.many("add_decision", [decision_row(channel, decision) for decision in decisions])
        self.counts.duplicate_decisions += len(decisions) - added
        await tx.many("add_decision_rule", rule_rows(channel, decisions))

    async def _keep_entries(self, tx: Tx, channel: str, entries: Sequence[Entry], cancelled: Sequence[str]) -> None:
        for key in cancelled:
            row = await tx.one("pending_entry", channel=channel, key=key)
            if row is not None:
                await self._finish(tx, channel, [(key, row[0])], "cancelled", "taken back before it was sent")
        await tx.many("add_entry", [entry_row(channel, entry) for entry in entries])
        refs = [entry.action.ref for entry in entries if isinstance(entry.action, SetMessageStatus)]
        await self._cancel_overtaken(tx, channel, refs)

    async def _keep_history(self, tx: Tx, channel: str, event: str, history: Changes) -> None:
        at = self.clock.now()
        recent = {key: item for key, item in history.items() if key[0] in RECENT}
        single = {key: item for key, item in history.items() if key not in recent}
        await tx.many("remember", [history_row(channel, event, key, item, at) for key, item in single.items() if item is not None])
        dropped = [key for key, item in single.items() if item is None]
        await tx.many("forget_key", [{"channel": channel, "event": event, "name": to_json(key)} for key in dropped])
        await tx.many("keep_recent", recent_rows(channel, event, recent, at))


def _read_items(rows: Sequence[Row]) -> tuple[list[InboxItem], list[dict[str, Any]]]:
    items: list[InboxItem] = []
    bad: list[dict[str, Any]] = []
    for seq, event, body, attempts, at in rows:
        try:
            items.append(InboxItem(seq, event, read_signal(body), attempts, at))
        except StoreError as error:
            bad.append({"seq": seq, "problem": str(error)})
    return items, bad
