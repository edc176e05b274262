"""What happened in an event, told again in the order of judging: for undo and for a why that is asked hours later. Only reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.decisions import Decision
from bot.domain.ids import text_version
from bot.domain.past import Moment
from bot.domain.signals import EntrySettled, EventRead, Message, MessageRead, PersonAct, StatusChanged, Tick
from bot.store.database import Tx
from bot.store.part import Part
from bot.store.rows import read_decision, read_message, read_signal

_USUAL = {"chat": "public", "qa": "new"}
Texts = Mapping[tuple[str, str], str]
"""(ref, version) → text, of messages that were edited."""


class LookingBack(Part):
    """The part of ports.RunnerStore that remembers."""

    __slots__ = ()

    async def past(self, channel: str, event: str, after: int, limit: int) -> Sequence[Moment]:
        """The next moments after the place `after`; none means that this was all."""

        async def work(tx: Tx) -> Sequence[Moment]:
            scope = {"channel": channel, "event": event, "after": after}
            rows = await tx.all("past_decisions", **scope, limit=limit)
            if not rows:
                return []
            scope["last"] = rows[-1][0]
            messages = {row[3]: read_message(row) for row in await tx.all("past_messages", **scope)}
            texts = {(ref, version): text for ref, version, text in await tx.all("past_versions", **scope)}
            moments = [await _moment(tx, seq, read_decision(body), messages, texts) for seq, body in rows]
            begun = await tx.one("past_moment", after=after)
            earliest = begun[0] if begun is not None else 0.0
            switched = await tx.all("past_events", channel=channel, event=event, after=earliest, until=moments[-1].at)
            return _with_events(moments, [(at, read_signal(body)) for at, body in switched])

        return await self.db.read(work)

    async def bulk_undos(self, channel: str, event: str) -> Sequence[Moment]:
        """Every undo of many acts at once, oldest first."""

        async def work(tx: Tx) -> Sequence[Moment]:
            rows = await tx.all("past_bulk_undos", channel=channel, event=event)
            return [await _moment(tx, seq, read_decision(body), {}, {}) for seq, body in rows]

        return await self.db.read(work)

    async def place_of(self, channel: str, decision: str) -> int:
        """A decision's place in the order of judging; 0 if there is no such decision."""

        async def work(tx: Tx) -> int:
            row = await tx.one("decision_place", channel=channel, id=decision)
            return int(row[0]) if row is not None else 0

        return await self.db.read(work)


async def _moment(tx: Tx, seq: int, decision: Decision, messages: Mapping[str, Message], texts: Texts) -> Moment:
    who = decision.who
    if decision.answer:
        return Moment(seq, decision.at, _as_answered(decision), decision)
    if who == "rules":
        return Moment(seq, decision.at, _as_judged(decision, messages, texts), decision)
    if who == "timer":
        return Moment(seq, decision.at, Tick(decision.event), decision)
    if who == "platform":
        return Moment(seq, decision.at, _changed_there(decision, messages), decision)
    number = decision.id.removeprefix("act-")
    row = await tx.one("signal_by_seq", seq=int(number)) if number.isdecimal() else None
    act = read_signal(row[0]) if row is not None else None
    return (
        Moment(seq, decision.at, act, decision, int(number))
        if isinstance(act, PersonAct)
        else Moment(seq, decision.at, None, decision)
    )


def _as_judged(decision: Decision, messages: Mapping[str, Message], texts: Texts) -> MessageRead | None:
    """The message with the text and the status that it had then."""
    message, version = messages.get(decision.ref), decision.id.rpartition(":")[2]
    if message is None:
        return None
    text = message.text if text_version(message.text) == version else texts.get((decision.ref, version))
    if text is None:
        return None
    return MessageRead(replace(message, text=text, status=decision.found or _USUAL[message.surface]))


def _as_answered(decision: Decision) -> EntrySettled:
    said = {name: value for name, value in decision.answer.items() if name in ("of", "score", "error")}
    return EntrySettled(decision.event, decision.answer["key"], "done", said)


def _changed_there(decision: Decision, messages: Mapping[str, Message]) -> StatusChanged | None:
    """From the decision's id, `platform:<ref>:<before>:<status>:<when>`."""
    message = messages.get(decision.ref)
    parts = decision.id.removeprefix("platform:").rsplit(":", 3)
    if message is None or len(parts) != 4:
        return None
    _, before, status, _ = parts
    return StatusChanged(decision.event, decision.ref, message.surface, status, before, message.text, message.author)


def _with_events(moments: list[Moment], switched: list[tuple[float, Any]]) -> list[Moment]:
    """Changes of the event stand before what was judged after them."""
    found: list[Moment] = []
    waiting = [(at, signal) for at, signal in switched if isinstance(signal, EventRead)]
    for moment in moments:
        while waiting and waiting[0][0] <= moment.at:
            at, signal = waiting.pop(0)
            found.append(Moment(moment.seq, at, signal))
        found.append(moment)
    return found
