"""T1 and T2: what came in. A page's new rows, its changes and the cursor that covers them are one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.decisions import Decision
from bot.domain.signals import EventRead, EventState, Message, MessageRead, Signal, StatusChanged, Surface
from bot.ports import FeedCursor, Intaken
from bot.store.database import Tx
from bot.store.page import Difference, Known, Write, compare
from bot.store.part import Part
from bot.store.person import blanked, pid_of
from bot.store.rows import event_json, message_row, read_decision, read_event, signal_row, to_json


class TakingIn(Part):
    """ports.IntakeStore."""

    __slots__ = ()

    async def load_cursor(self, channel: str, event: str, surface: Surface) -> Mapping[str, Any] | None:
        """The stored cursor value."""

        async def work(tx: Tx) -> Mapping[str, Any] | None:
            row = await tx.one("cursor_of", channel=channel, event=event, surface=surface)
            return None if row is None else json.loads(row[0])

        return await self.db.look(work)

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
        """T1. A page that brings nothing, whose cursor says what is stored already, costs no transaction."""

        value = to_json(dict(cursor.value))

        async def glance(tx: Tx) -> Intaken | None:
            row = await tx.one("cursor_of", channel=channel, event=cursor.event, surface=cursor.surface)
            if row is None or row[0] != value:
                return None
            found = await _difference(tx, channel, cursor, rows, asked, self.clock.now())
            return Intaken((), (), found.known) if found.is_empty else None

        async def work(tx: Tx) -> Intaken:
            await self._still_ours(tx, channel)
            taken = await _at_the_door(tx, channel, cursor.surface, rows)
            found = await _difference(tx, channel, cursor, taken, asked, self.clock.now())
            new = await _mark_own(tx, channel, found.new, bot)
            edited = await self._keep_edits(tx, channel, found.edited)
            await self._keep_new(tx, channel, new, asked)
            await self._keep_changes(tx, channel, cursor, found, asked)
            await self._tell(tx, channel, [MessageRead(message) for message in await _mark_own(tx, channel, edited, bot)])
            place = {"channel": channel, "event": cursor.event, "surface": cursor.surface}
            await tx.run("keep_cursor", **place, value=value, at=self.clock.now())
            changed = dict.fromkeys([row.ref for row in edited] + [row.ref for row, _ in found.by_person])
            return Intaken(tuple(row.ref for row in new), tuple(changed), found.known)

        nothing_new = None if unseen else await self.db.look(glance)
        return nothing_new if nothing_new is not None else await self.db.write(work, channel)

    async def _keep_new(self, tx: Tx, channel: str, new: Sequence[Message], asked: float) -> None:
        await tx.many("add_message", [message_row(channel, row, asked) for row in new])
        await self._tell(tx, channel, [MessageRead(row) for row in new])

    async def _keep_edits(self, tx: Tx, channel: str, edited: Sequence[Message]) -> list[Message]:
        """Keeps the texts from before, and returns those rows whose text was never seen."""
        fresh = []
        for row in edited:
            key = {"channel": channel, "surface": row.surface, "ref": row.ref}
            await tx.run("keep_version", **key)
            version = message_row(channel, row, 0.0)["version"]
            if await tx.one("version_known", **key, version=version) is None:
                fresh.append(row)
        return fresh

    async def _keep_changes(self, tx: Tx, channel: str, cursor: FeedCursor, found: Difference, asked: float) -> None:
        at = self.clock.now()
        if found.ahead:
            await tx.run("reads_put_right", channel=channel, at=at, asked=asked)
            await tx.run("writes_put_right", channel=channel, at=at)
        await tx.many("note_message", [_noted(channel, row, asked) for row in found.noted])
        await tx.many("verify_entry", [{"channel": channel, "key": key, "at": at} for key in found.verified])
        again = "the platform answered well, but a later read shows that it did not take"
        await tx.many("send_again", [{"channel": channel, "key": key, "at": at, "error": again} for key in found.again])
        await self._finish(tx, channel, [(key, cursor.event) for key in found.given_up], "failed", again)
        self.counts.not_taken += len(found.again) + len(found.given_up)
        await self._respect(tx, channel, cursor, found)

    async def _respect(self, tx: Tx, channel: str, cursor: FeedCursor, found: Difference) -> None:
        """A person decided: their verdict goes to the engine, and nothing of ours that waits may overwrite it."""
        if not found.by_person:
            return
        shown = {row.ref: row.status for row, _ in found.by_person}
        waiting = await tx.all("overwriting", channel=channel, surface=cursor.surface, refs=to_json(list(shown)))
        against = [(key, event) for ref, key, event, status, _ in waiting if shown[ref] != status]
        await self._finish(tx, channel, against, "cancelled", "a person decided otherwise on the platform")
        bodies: dict[str, str] = dict(await tx.all("decisions_of", channel=channel, refs=to_json(list(shown))))
        made = {ref: read_decision(body) for ref, body in bodies.items()}
        changes = [_changed(row, before, made.get(row.ref)) for row, before in found.by_person]
        await self._tell(tx, channel, changes)

    async def save_event(self, channel: str, state: EventState, at: float) -> bool:
        """Stores the state; a difference becomes an EventRead signal."""

        async def work(tx: Tx) -> bool:
            row = await tx.one("event_of", channel=channel, event=state.event)
            before = None if row is None else read_event(row[0])
            now = with_live_since(state, before, at)
            if now == before:
                return False
            await tx.run("keep_event", channel=channel, event=state.event, body=event_json(now), at=at)
            await self._tell(tx, channel, [EventRead(now, before)])
            return True

        return await self.db.write(work, channel)

    async def save_webhook(
        self, channel: str, delivery: str, signal: Signal | None, body: bytes, at: float, problem: str = ""
    ) -> bool:
        """T2. The raw body is kept only of what cannot be used; of the rest the signal says all."""

        async def work(tx: Tx) -> bool:
            kept = body if signal is None else None
            fresh = await tx.run("add_delivery", channel=channel, delivery=delivery, at=at, problem=problem, raw=kept)
            if fresh and signal is not None:
                await tx.many("add_signal", [signal_row(channel, signal, at)])
            return bool(fresh)

        return await self.db.write(work, channel)

    async def events(self, channel: str) -> Sequence[EventState]:
        """All events ever followed."""

        async def work(tx: Tx) -> Sequence[EventState]:
            return [read_event(body) for (body,) in await tx.all("all_events", channel=channel)]

        return await self.db.read(work)


def with_live_since(state: EventState, before: EventState | None, at: float) -> EventState:
    """The state with the moment at which it was first seen on air; an event that goes on air again after its end starts anew."""
    known = before.live_since if before is not None and not (before.phase == "over" and state.phase == "on_air") else None
    if known is None and state.phase == "on_air":
        known = state.live_since if state.live_since is not None else at
    return replace(state, live_since=known)


def _noted(channel: str, row: Message, asked: float) -> dict[str, Any]:
    values = message_row(channel, row, asked)
    return {name: values[name] for name in ("channel", "surface", "ref", "text", "version", "status", "deleted", "asked")}


async def _difference(tx: Tx, channel: str, cursor: FeedCursor, rows: Sequence[Message], asked: float, now: float) -> Difference:
    refs = to_json([row.ref for row in rows])
    found = await tx.all("known_messages", channel=channel, surface=cursor.surface, refs=refs) if rows else []
    known = {ref: Known(version, status, known_asked, bool(deleted)) for ref, version, status, known_asked, deleted in found}
    writes: dict[str, list[Write]] = {}
    if known:
        known_refs = to_json(list(known))
        for ref, *row in await tx.all("writes_of", channel=channel, surface=cursor.surface, refs=known_refs):
            writes.setdefault(ref, []).append(_write(row))
    return compare(rows, known, writes, asked, now)


def _write(row: Sequence[Any]) -> Write:
    key, status, state, sent_at, settled_at, verified_at, unclear_at, changed, attempts, seq = row
    return Write(key, status, state, sent_at, settled_at, verified_at, unclear_at, bool(changed), attempts, seq)


async def _at_the_door(tx: Tx, channel: str, surface: Surface, rows: Sequence[Message]) -> Sequence[Message]:
    """What the platform still shows of people who were forgotten comes in without them; what they write anew comes in whole."""
    forgotten = await tx.all("forgotten_of", channel=channel)
    if not forgotten or not rows:
        return rows
    since, secret = {pid: at for pid, at, _ in forgotten}, forgotten[0][2]
    gone = {ref for (ref,) in await tx.all("gone_refs", channel=channel, surface=surface, refs=to_json([row.ref for row in rows]))}

    def old(row: Message) -> bool:
        at = since.get(pid_of(row.author.email, secret)) if row.author.email else None
        return row.ref in gone or (at is not None and row.created is not None and row.created <= at)

    return [blanked(row) if old(row) else row for row in rows]


async def _mark_own(tx: Tx, channel: str, rows: Sequence[Message], bot: tuple[str, str]) -> list[Message]:
    """Own posts are known by the ref that their answer gave, or by name and e-mail together (B-43)."""
    if not rows:
        return []
    found = await tx.all("own_remotes", channel=channel, refs=to_json([row.ref for row in rows]))
    remotes = {remote for (remote,) in found}
    return [replace(row, own=True) if _own(row, remotes, bot) and not row.own else row for row in rows]


def _own(row: Message, remotes: set[str], bot: tuple[str, str]) -> bool:
    name, email = bot
    by_name = bool(email) and row.author.name == name and row.author.email.casefold() == email.casefold()
    return row.ref in remotes or by_name


def _changed(row: Message, before: str, decision: Decision | None) -> StatusChanged:
    changed = StatusChanged(row.event, row.ref, row.surface, row.status, before, row.text, row.author)
    return changed if decision is None else replace(changed, decision=decision.id, facts=decision.facts)
