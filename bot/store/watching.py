"""What people see: pages of messages, decisions and entries, and counts. Only reads; they never wait for a writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.decisions import Decision
from bot.ports import DecisionRow, MessageRow, OutboxRow, Pause, Tally
from bot.store.database import Row, Tx
from bot.store.part import Part
from bot.store.rows import read_decision, read_entry, read_message, read_pause, read_poll, to_json


class Watching(Part):
    """The reading half of ports.ControlStore."""

    __slots__ = ()

    async def pauses(self, channel: str = "") -> Sequence[Pause]:
        """Pauses not yet resumed; those past their `until` stop nothing any more."""

        async def work(tx: Tx) -> Sequence[Pause]:
            return [read_pause(row) for row in await tx.all("all_pauses", channel=channel)]

        return await self.db.look(work)

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
        """Newest first. `author` is an author key, an e-mail or a name; `before` a MessageRow.seq."""

        async def work(tx: Tx) -> Sequence[MessageRow]:
            rows = await tx.all(
                "list_messages" if outcome in ("", "none") else "list_decided_messages",
                channel=channel,
                event=event,
                surface=surface,
                outcome=outcome,
                author=author,
                pattern=_pattern(text),
                before=before,
                limit=limit,
            )
            return await _with_fates(tx, channel, rows)

        return await self.db.read(work)

    async def message(self, channel: str, ref: str) -> MessageRow | None:
        """One message by the platform's ref."""

        async def work(tx: Tx) -> MessageRow | None:
            rows = await tx.all("messages_of", channel=channel, refs=to_json([ref]))
            found = await _with_fates(tx, channel, rows[-1:])
            return found[0] if found else None

        return await self.db.read(work)

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
        """Newest first. `before` is a decision's id; `acted`: only those in which a rule fired or a person acted."""

        async def work(tx: Tx) -> Sequence[DecisionRow]:
            rows = await tx.all(
                "list_decisions",
                channel=channel,
                event=event,
                rule=rule,
                ref=ref,
                outcome=outcome,
                since=since,
                before=before,
                acted=int(acted),
                limit=limit,
            )
            return await _with_consequences(tx, channel, [read_decision(body) for _, body in rows])

        return await self.db.read(work)

    async def decision(self, decision_id: str) -> DecisionRow | None:
        """The full why of one decision."""

        async def work(tx: Tx) -> DecisionRow | None:
            row = await tx.one("decision_by_id", id=decision_id)
            if row is None:
                return None
            found = await _with_consequences(tx, row[0], [read_decision(row[1])])
            return found[0]

        return await self.db.read(work)

    async def tally(self, channel: str, event: str = "") -> Tally:
        """Counts."""

        async def work(tx: Tx) -> Tally:
            scope = {"channel": channel, "event": event}
            outcomes = await tx.all("count_outcomes", **scope)
            by_outcome: dict[str, int] = {}
            for outcome, _, count in outcomes:
                by_outcome[outcome] = by_outcome.get(outcome, 0) + count
            bad = await _count(tx, "count_bad_deliveries", channel=channel) if not event else 0
            scored = await _count(tx, "count_scored", **scope)  # they judged no new message
            return Tally(
                messages=await _count(tx, "count_messages", **scope),
                judged=sum(count for _, who, count in outcomes if who == "rules") - scored,
                outcomes=by_outcome,
                entries=dict(await tx.all("count_entries", **scope)),
                by_rule=dict(await tx.all("count_rules", **scope)),
                inbox=await _count(tx, "count_inbox", **scope),
                quarantined=await _count(tx, "count_quarantined", **scope) + bad,
                exposures=tuple(max(0.0, seconds) for (seconds,) in await tx.all("exposures", **scope)),
            )

        return await self.db.read(work)

    async def outbox(self, channel: str, *, states: Sequence[str] = (), limit: int = 200) -> Sequence[OutboxRow]:
        """Entries, newest first."""

        async def work(tx: Tx) -> Sequence[OutboxRow]:
            rows = await tx.all("entries_in_states", channel=channel, states=to_json(list(states)), limit=limit)
            return [read_entry(row) for row in rows]

        return await self.db.read(work)

    async def polls(self, channel: str, event: str = "") -> Sequence[Mapping[str, Any]]:
        """Polls as the engine remembers them, the last changed first, with `event` and `key` beside."""

        async def work(tx: Tx) -> Sequence[Mapping[str, Any]]:
            return [read_poll(row) for row in await tx.all("polls_of", channel=channel, event=event)]

        return await self.db.read(work)


async def _count(tx: Tx, query: str, **values: Any) -> int:
    row = await tx.one(query, **values)
    return int(row[0]) if row else 0


async def _with_fates(tx: Tx, channel: str, rows: Sequence[Row]) -> list[MessageRow]:
    """Messages with their newest decision and their newest status change."""
    if not rows:
        return []
    refs = to_json([row[3] for row in rows])
    decided = {ref: read_decision(body) for ref, body in await tx.all("decisions_of", channel=channel, refs=refs)}
    acted = {
        (surface, ref): (status, state)
        for ref, status, state, surface in await tx.all("entries_of_refs", channel=channel, refs=refs)
    }
    found = []
    for row in rows:
        wanted, state = acted.get((row[2], row[3]), ("", ""))
        found.append(MessageRow(read_message(row), decided.get(row[3]), wanted, state, row[15], row[0]))
    return found


async def _with_consequences(tx: Tx, channel: str, decisions: Sequence[Decision]) -> list[DecisionRow]:
    if not decisions:
        return []
    ids = to_json([decision.id for decision in decisions])
    refs = to_json([decision.ref for decision in decisions])
    messages = {row[3]: read_message(row) for row in await tx.all("messages_of", channel=channel, refs=refs)}
    undone: dict[str, str] = dict(await tx.all("undone_by", channel=channel, ids=ids))
    entries: dict[str, list[OutboxRow]] = {}
    for row in await tx.all("entries_of_decisions", channel=channel, ids=ids):
        entry = read_entry(row)
        entries.setdefault(entry.entry.decision, []).append(entry)
    return [DecisionRow(one, messages.get(one.ref), tuple(entries.get(one.id, ())), undone.get(one.id, "")) for one in decisions]


def _pattern(text: str) -> str:
    if not text:
        return ""
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
