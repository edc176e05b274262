"""Rows ↔ values. Pure.

JSON goes through pydantic's TypeAdapter: 2 µs a value, checked when read, and already a dependency. Weighed: msgspec (faster, one
more dependency) and the standard library's json (hand-written code for each dataclass).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import pydantic_core
from pydantic import Field, TypeAdapter, ValidationError

from bot.domain.actions import Action, Entry, SetMessageStatus
from bot.domain.decisions import Decision
from bot.domain.errors import StoreError
from bot.domain.history import Changes, Key, Remembered
from bot.domain.ids import text_version
from bot.domain.lanes import strict_lane
from bot.domain.signals import Author, EventState, Message, Signal
from bot.ports import OutboxRow, Pause
from bot.store.database import Row

T = TypeVar("T")

RECENT = frozenset({"seen"})
"""Kinds of memory of which each message leaves one for a while. Those of a save are one row together: their keys come in no order,
so a row for each would alter many pages. What is put later under the same key must not be forgotten earlier."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SIGNAL: TypeAdapter[Signal] = TypeAdapter(Annotated[Signal, Field(discriminator="kind")])
_ACTION: TypeAdapter[Action] = TypeAdapter(Annotated[Action, Field(discriminator="kind")])
_DECISION = TypeAdapter(Decision)
_EVENT = TypeAdapter(EventState)


def to_json(value: Any) -> str:
    """Compact JSON, in a fifth of the standard library's time."""
    return pydantic_core.to_json(value, inf_nan_mode="constants").decode()


def to_exact_json(value: Any) -> str:
    """The same by the standard library, which writes numbers as it always did: for what is hashed."""
    return _ENCODER.encode(value)


def signal_row(channel: str, signal: Signal, at: float) -> dict[str, Any]:
    """For `add_signal`."""
    return {
        "channel": channel,
        "event": event_of(signal),
        "kind": signal.kind,
        "body": _SIGNAL.dump_json(signal).decode(),
        "at": at,
    }


def event_of(signal: Signal) -> str:
    """The event a signal is about; "" where the platform does not say."""
    match signal:
        case _ if signal.kind == "message":
            return signal.message.event
        case _ if signal.kind == "event":
            return signal.state.event
        case _:
            return signal.event or ""


def read_signal(body: str) -> Signal:
    """Raises StoreError for what this version does not know."""
    return _read(_SIGNAL, body, "signal")


def read_action(body: str) -> Action:
    """Raises StoreError for what this version does not know."""
    return _read(_ACTION, body, "action")


def read_decision(body: str) -> Decision:
    """Raises StoreError for what this version does not know."""
    return _read(_DECISION, body, "decision")


def read_event(body: str) -> EventState:
    """Raises StoreError for what this version does not know."""
    return _read(_EVENT, body, "event")


def event_json(state: EventState) -> str:
    """For `keep_event`."""
    return _EVENT.dump_json(state).decode()


def _read(adapter: TypeAdapter[T], body: str, what: str) -> T:
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise StoreError(f"the state holds a {what} that this version of Usher cannot read: {first['msg']}") from error


def message_row(channel: str, message: Message, asked: float) -> dict[str, Any]:
    """For `add_message`."""
    return {
        "channel": channel,
        "surface": message.surface,
        "ref": message.ref,
        "event": message.event,
        "number": message.number,
        "text": message.text,
        "version": text_version(message.text),
        "name": message.author.name,
        "email": message.author.email,
        "author": message.author.key,
        "status": message.status,
        "created": message.created,
        "read": message.read,
        "posted": message.posted,
        "deleted": int(message.deleted),
        "own": int(message.own),
        "asked": asked,
    }


def read_message(row: Row) -> Message:
    """From the columns of `list_messages`."""
    _, _, surface, ref, event, number, text, name, email, status, created, read, posted, deleted, own, _ = row
    return Message(
        event=event,
        ref=ref,
        surface=surface,
        text=text,
        author=Author(name, email),
        status=status,
        number=number,
        created=created,
        read=read,
        posted=posted,
        deleted=bool(deleted),
        own=bool(own),
    )


def decision_row(channel: str, decision: Decision) -> dict[str, Any]:
    """For `add_decision`."""
    return {
        "channel": channel,
        "id": decision.id,
        "event": decision.event,
        "ref": decision.ref,
        "outcome": decision.outcome,
        "who": decision.who,
        "at": decision.at,
        "undoes": decision.undoes or None,
        "body": _DECISION.dump_json(decision).decode(),
    }


def rule_rows(channel: str, decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """For `add_decision_rule`."""
    return [
        {"channel": channel, "rule": rule, "event": decision.event, "id": decision.id}
        for decision in decisions
        for rule in dict.fromkeys(decision.rules)
    ]


def entry_row(channel: str, entry: Entry) -> dict[str, Any]:
    """For `add_entry`."""
    action = entry.action
    target = action if isinstance(action, SetMessageStatus) else None
    return {
        "channel": channel,
        "key": entry.key,
        "event": entry.event,
        "kind": action.kind,
        "action": _ACTION.dump_json(action).decode(),
        "ref": target.ref if target else "",
        "surface": target.surface if target else "",
        "status": target.status if target else "",
        "lane": strict_lane(entry.event, action),
        "priority": entry.priority,
        "severity": entry.severity,
        "what": entry.what,
        "cause": entry.cause,
        "decision": entry.decision,
        "created": entry.created,
        "not_before": entry.not_before,
        "expires": entry.expires,
    }


def read_entry(row: Row) -> OutboxRow:
    """From the columns of `waiting_entries`."""
    key, event, action, priority, severity, what, cause, decision, created, not_before, expires = row[:11]
    state, attempts, sent_at, baseline, remote, error, first_sent = row[11:]
    entry = Entry(
        key=key,
        event=event,
        action=read_action(action),
        priority=priority,
        severity=severity,
        what=what,
        cause=cause,
        decision=decision,
        created=created,
        not_before=not_before,
        expires=expires,
    )
    return OutboxRow(entry, state, attempts, sent_at, tuple(json.loads(baseline)), remote, error, first_sent)


def history_row(channel: str, event: str, key: Key, item: Remembered, at: float) -> dict[str, Any]:
    """For `remember`."""
    return {
        "channel": channel,
        "event": event,
        "name": to_json(list(key)),
        "kind": key[0],
        "value": to_json(item.value),
        "until": item.until,
        "at": at,
    }


def recent_rows(channel: str, event: str, changes: Changes, at: float) -> list[dict[str, Any]]:
    """For `keep_recent`: kinds in RECENT. What lives about as long (by powers of two) shares a row, so that what is kept for long
    does not keep the rest with it. A key alone is forgotten; for how long is not known, so its row has no end."""
    together: dict[int | None, list[tuple[Key, Remembered | None]]] = {}
    for key, item in changes.items():
        until = None if item is None else item.until
        together.setdefault(None if until is None else math.frexp(until - at)[1], []).append((key, item))
    return [{"channel": channel, "event": event, "at": at} | _recent(entries) for entries in together.values()]


def _recent(entries: Sequence[tuple[Key, Remembered | None]]) -> dict[str, Any]:
    ends = [item.until for _, item in entries if item is not None and item.until is not None]
    body = [[key] if item is None else [key, *item] for key, item in entries]
    return {"until": max(ends, default=None), "body": to_json(body)}


def read_history(rows: Sequence[Row], recent: Sequence[Row], now: float) -> Mapping[Key, Remembered]:
    """From the columns of `history_of` and, later ones last, of `recent_of`; without what was to be forgotten by now."""
    found: dict[Key, Remembered | None] = {
        tuple(json.loads(name)): Remembered(json.loads(value), until) for name, value, until in rows
    }
    for (body,) in recent:
        found.update({tuple(key): Remembered(*item) if item else None for key, *item in json.loads(body)})
    return {key: item for key, item in found.items() if item is not None and (item.until is None or item.until > now)}


def read_poll(row: Row) -> Mapping[str, Any]:
    """From the columns of `polls_of`: the remembered value, with `event` and `key` (its name's parts after "poll") beside it."""
    event, name, value = row
    found = json.loads(value)
    inside = found if isinstance(found, dict) else {"value": found}
    return {"event": event, "key": json.loads(name)[1:], **inside}


def read_pause(row: Row) -> Pause:
    """From the columns of `all_pauses`."""
    return Pause(*row)
