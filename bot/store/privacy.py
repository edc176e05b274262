"""A person's data in the state: handed out whole, or taken out (reliability 3.11, T10).

Forgetting leaves what is not about the person any more: that a message was there, when, its status and which rules acted on it.
Looking is done on a reading connection, taking out in small transactions, so the running bot waits for none of it. Whoever has the
channel in memory must stand still meanwhile (Runner.standing_still), or memory would write back what was taken out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.signals import Message
from bot.engine.memory import copy_key
from bot.ports import Forgotten
from bot.store.database import Row, Tx
from bot.store.part import Part
from bot.store.person import (
    NOBODY,
    Person,
    about,
    decision_without,
    mentions,
    pid_of,
    sentence_without,
    without,
)
from bot.store.rows import read_message, to_json
from bot.store.trail import note

BATCH = 200
_OPEN = ("pending",)
_SPOKEN = {"post_message", "send_alert", "call_webhook", "create_poll"}
_ASKED = "ask_service"
"""Carries a person's text out of the house."""


@dataclass(slots=True)
class Held:
    """Rows in which somebody stands, as they were found."""

    person: Person
    messages: list[Message] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    versions: list[tuple[str, str, str]] = field(default_factory=list)
    """(ref, version, text)."""
    quoting: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    signals: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    history: list[Row] = field(default_factory=list)
    recent: list[Row] = field(default_factory=list)
    """(seq, event, body, at)."""
    deliveries: list[str] = field(default_factory=list)


class Privacy(Part):
    """ports.PrivacyStore, but for the requests."""

    __slots__ = ()

    async def export_person(self, channel: str, email: str) -> Mapping[str, Any]:
        """All that is held about somebody."""

        async def work(tx: Tx) -> Mapping[str, Any]:
            secret = await _secret(tx)
            return _told(await _look(tx, channel, Person.of(email, secret)), secret)

        return await self.db.read(work)

    async def forget_person(self, channel: str, email: str, who: str, at: float) -> Forgotten:
        """T10. The tombstone comes first, so that nothing is taken in again meanwhile."""
        pid = await self.db.write(_Tombstone(channel, email, at), channel)
        held = await self.db.read(_Looking(channel, email))
        for work in _steps(channel, held):
            await self.db.write(work, channel)
        counts, events = _counts(held), tuple(sorted({message.event for message in held.messages}))
        await self._end_forgetting(channel, held, at)
        done = Forgotten(pid, counts, events)
        await self.db.write(_Noting(channel, who, at, done), channel)
        await self.db.tidy()
        return done

    async def _end_forgetting(self, channel: str, held: Held, at: float) -> None:
        """Posts that would quote them and were not sent yet are taken back."""
        waiting = [(row[0], row[1]) for row in held.entries if row[6] in _OPEN and row[2] in {*_SPOKEN, _ASKED}]

        async def work(tx: Tx) -> None:
            still = [(key, event) for key, event in waiting if await tx.one("pending_entry", channel=channel, key=key)]
            await self._finish(tx, channel, still, "cancelled", "it spoke of somebody who was forgotten")

        if waiting:
            await self.db.write(work, channel)


@dataclass(frozen=True)
class _Tombstone:
    channel: str
    email: str
    at: float

    async def __call__(self, tx: Tx) -> str:
        pid = pid_of(self.email, await _secret(tx))
        await tx.run("keep_forgotten", channel=self.channel, pid=pid, at=self.at)
        return pid


@dataclass(frozen=True)
class _Looking:
    channel: str
    email: str

    async def __call__(self, tx: Tx) -> Held:
        return await _look(tx, self.channel, Person.of(self.email, await _secret(tx)))


@dataclass(frozen=True)
class _Noting:
    channel: str
    who: str
    at: float
    done: Forgotten

    async def __call__(self, tx: Tx) -> None:
        await note(tx, self.at, self.channel, self.who, "forget", self.done.pid, dict(self.done.counts))


async def _secret(tx: Tx) -> str:
    row = await tx.one("secret_of", name="person")
    return str(row[0]) if row else ""


# ── looking ──


async def _look(tx: Tx, channel: str, person: Person) -> Held:
    held = Held(person)
    for row in await tx.all("person_messages", channel=channel, author=person.key, gone=person.gone):
        held.seqs.append(row[0])
        held.messages.append(read_message(row))
    held.person = person = person.knowing(held.messages)
    for message in held.messages:
        key = {"channel": channel, "surface": message.surface, "ref": message.ref}
        held.versions += [(message.ref, *row) for row in await tx.all("person_versions", **key)]
    held.person = person = _knowing_texts(person, held.versions)
    await _look_further(tx, channel, held)
    return held


def _knowing_texts(person: Person, versions: Sequence[tuple[str, str, str]]) -> Person:
    return Person(person.email, person.gone, person.names, person.refs, person.texts | {text for _, _, text in versions if text})


async def _look_further(tx: Tx, channel: str, held: Held) -> None:
    person, pattern = held.person, _like(held.person.email)
    held.decisions = await _decisions(tx, channel, person, pattern)
    held.signals = await tx.all("person_signals", channel=channel, pattern=pattern)
    held.entries = await _entries(tx, channel, held, pattern)
    held.quoting = await _quoting(tx, channel, held)
    copies = {copy_key(text) for text in person.texts}
    held.history = [row for row in await tx.all("person_history", channel=channel) if _tells_of(row, person, copies)]
    recent = await tx.all("person_recent", channel=channel)
    held.recent = [row for row in recent if any(_tells_of(one, person, copies) for one in _spread(row))]
    for delivery, raw in await tx.all("person_deliveries", channel=channel):
        if person.email in bytes(raw).decode("utf-8", "replace").casefold():
            held.deliveries.append(delivery)


def _tells_of(row: Row, person: Person, copies: set[str]) -> bool:
    parts = json.loads(row[1])
    return mentions([parts, json.loads(row[3])], person) or bool(copies.intersection(parts[1:]))


def _spread(recent: Row) -> list[Row]:
    """What messages left for a while, as rows of the history; what is only forgotten has no value."""
    _, event, body, at = recent
    found = [(key, *item) if item else (key, None, None) for key, *item in json.loads(body)]
    return [(event, to_json(key), key[0], to_json(value), until, at) for key, value, until in found]


async def _decisions(tx: Tx, channel: str, person: Person, pattern: str) -> list[Row]:
    found = {row[0]: row for row in await tx.all("person_decisions", channel=channel, pattern=pattern)}
    for ref in person.refs:
        found |= {row[0]: row for row in await tx.all("decisions_about", channel=channel, ref=ref)}
    return list(found.values())


async def _entries(tx: Tx, channel: str, held: Held, pattern: str) -> list[Row]:
    found = {row[0]: row for row in await tx.all("person_entries", channel=channel, pattern=pattern)}
    for name in _tellable(held.person):
        found |= {row[0]: row for row in await tx.all("person_entries", channel=channel, pattern=_like(name)) if row[2] in _SPOKEN}
    for id_, ref, _ in held.decisions:
        if ref in held.person.refs:
            found |= {row[0]: row for row in await tx.all("entries_of_decision", channel=channel, decision=id_)}
    return [row for row in found.values() if _entry_without(row, held.person) != list(row[3:6])]


async def _quoting(tx: Tx, channel: str, held: Held) -> list[Row]:
    found = {row[0]: row for row in await tx.all("quoting_messages", channel=channel, pattern=_like(held.person.email))}
    for name in _tellable(held.person):
        found |= {row[0]: row for row in await tx.all("quoting_messages", channel=channel, pattern=_like(name)) if row[2]}
    for seq in held.seqs:
        found.pop(seq, None)
    return [row for row in found.values() if _quoting_without(row, held.person) != row[1]]


def _tellable(person: Person) -> list[str]:
    return sorted(name for name in person.names if len(name) >= 3)


def _like(word: str) -> str:
    """For `lower(…) LIKE`; a word that JSON writes otherwise is looked for as JSON writes it."""
    inside = to_json(word)[1:-1].lower()
    return "%" + inside.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


# ── taking out ──


def _steps(channel: str, held: Held) -> list[Any]:
    """Small transactions, in an order that can be cut anywhere and repeated: what tells which rows are theirs goes last."""
    person = held.person
    history = [change for row in held.history for change in _history_changes(channel, row, person)]
    kept = [row for row in history if "value" in row]
    dropped = [row for row in history if "value" not in row]
    messages = [{"seq": seq, "version": NOBODY, "gone": person.gone} for seq in held.seqs]
    keys = [{"channel": channel, "surface": one.surface, "ref": one.ref} for one in held.messages]
    plan: list[tuple[str, list[dict[str, Any]]]] = [
        ("put_decision_body", [_decision_change(channel, row, person) for row in held.decisions]),
        ("put_signal_body", [{"seq": row[0], "body": _json_without(row[3], person)} for row in held.signals]),
        ("put_entry_words", [_entry_change(channel, row, person) for row in held.entries]),
        ("forget_key", dropped),
        ("remember", kept),
        ("put_recent_body", [_recent_change(channel, row, person) for row in held.recent]),
        ("drop_raw", [{"channel": channel, "delivery": delivery} for delivery in held.deliveries]),
        ("mask_message", [{"seq": row[0], "text": _quoting_without(row, person)} for row in held.quoting]),
        ("blank_version", keys),
        ("blank_message", messages),
    ]
    return [_many(query, rows[start : start + BATCH]) for query, rows in plan for start in range(0, len(rows), BATCH)]


def _many(query: str, rows: Sequence[Mapping[str, Any]]) -> Any:
    async def work(tx: Tx) -> int:
        return await tx.many(query, rows)

    return work


def _decision_change(channel: str, row: Row, person: Person) -> dict[str, Any]:
    id_, ref, body = row
    value = json.loads(body)
    cleaned = decision_without(value, person) if ref in person.refs else without(value, person)
    return {"channel": channel, "id": id_, "body": to_json(cleaned)}


def _entry_change(channel: str, row: Row, person: Person) -> dict[str, Any]:
    action, result, error = _entry_without(row, person)
    return {"channel": channel, "key": row[0], "action": action, "result": result, "error": error}


def _entry_without(row: Row, person: Person) -> list[str]:
    action, result, error = json.loads(row[3]), json.loads(row[4]), row[5]
    if row[2] in _SPOKEN:
        action = _spoken_without(action, person)
    return [
        _kept(row[3], without(action, person, theirs=row[2] == _ASKED)),
        _kept(row[4], without(result, person)),
        without(error, person),
    ]


def _kept(before: str, now: Any) -> str:
    """As it was written, if nothing changed."""
    return before if now == json.loads(before) else to_json(now)


def _spoken_without(value: Any, person: Person) -> Any:
    match value:
        case str():
            return sentence_without(value, person)
        case dict():
            return {name: part if name == "kind" else _spoken_without(part, person) for name, part in value.items()}
        case list():
            return [_spoken_without(part, person) for part in value]
    return value


def _quoting_without(row: Row, person: Person) -> str:
    text = sentence_without(row[1], person) if row[2] else person.address.sub(person.gone, row[1])
    return str(text)


def _json_without(body: str, person: Person) -> str:
    return to_json(without(json.loads(body), person)) if body else body


def _history_changes(channel: str, row: Row, person: Person) -> list[dict[str, Any]]:
    """What is kept under their name goes; what tells of them among others stays without them."""
    event, name, kind, value, until, at = row
    parts = json.loads(name)
    drop = {"channel": channel, "event": event, "name": name}
    theirs = any(part in person.refs for part in parts[1:])
    under_their_name = any(person.address.search(part) for part in parts[1:])
    if under_their_name or any(copy_key(text) in parts[1:] for text in person.texts):
        return [drop]
    new = without(json.loads(value), person, theirs=theirs)
    if isinstance(new, dict) and theirs and "copies" in new:
        new = new | {"copies": ""}
    return [{**drop, "kind": kind, "value": to_json(new), "until": until, "at": at}]


def _recent_change(channel: str, row: Row, person: Person) -> dict[str, Any]:
    """The same list without what is kept under their name."""
    seq, _, body, _ = row
    changes = [_history_changes(channel, one, person)[0] for one in _spread(row)]
    entries = [
        [key, json.loads(change["value"]), change["until"]] if item else [key]
        for (key, *item), change in zip(json.loads(body), changes, strict=True)
        if "value" in change
    ]
    return {"seq": seq, "body": to_json(entries)}


def _counts(held: Held) -> dict[str, int]:
    return {
        "messages": len(held.messages),
        "decisions": len(held.decisions),
        "acts": len(held.entries),
        "signals": len(held.signals),
        "remembered": len(_remembered(held)),
        "webhooks": len(held.deliveries),
        "mentions": len(held.quoting),
    }


def _remembered(held: Held) -> list[Row]:
    copies = {copy_key(text) for text in held.person.texts}
    return [*held.history, *(one for row in held.recent for one in _spread(row) if _tells_of(one, held.person, copies))]


# ── handing out ──


def _told(held: Held, secret: str) -> dict[str, Any]:
    person = held.person
    return {
        "pid": pid_of(person.email, secret),
        "names": sorted(person.names),
        "messages": [_message_told(message, held) for message in held.messages],
        "decisions": [about(json.loads(body), person) for _, _, body in held.decisions],
        "acts": [_entry_told(row, person) for row in held.entries],
        "signals": [
            {"kind": kind, "at": at, "data": about(json.loads(body), person)} for _, kind, at, body in held.signals if body
        ],
        "remembered": [
            {"event": event, "what": about(json.loads(name), person), "value": about(json.loads(value), person)}
            for event, name, _, value, _, _ in _remembered(held)
        ],
        "mentions": [row[1] for row in held.quoting if row[2]],
        "counts": _counts(held),
    }


def _message_told(message: Message, held: Held) -> dict[str, Any]:
    told = {name: getattr(message, name) for name in ("event", "surface", "ref", "text", "status", "number", "created", "read")}
    earlier = [text for ref, _, text in held.versions if ref == message.ref and text != message.text]
    return told | {"name": message.author.name, "email": message.author.email, "earlier_texts": earlier}


def _entry_told(row: Row, person: Person) -> dict[str, Any]:
    key, event, kind, action, result, _, state, _ = row
    return {"key": key, "event": event, "kind": kind, "state": state} | {
        "action": about(json.loads(action), person),
        "result": about(json.loads(result), person),
    }
