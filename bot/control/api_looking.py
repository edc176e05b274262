"""Handlers: the audit trail, trends, examples for rules that were wrong, and notes to the speaker."""

from __future__ import annotations

from dataclasses import asdict

from bot.control.api_acts import find_event
from bot.control.desk import Desk
from bot.control.models import EventQuery
from bot.control.models_looking import (
    AuditList,
    AuditQuery,
    AuditView,
    ExampleList,
    ExampleView,
    MinuteView,
    NoteBody,
    NoteList,
    TrendsAnswer,
    TrendsQuery,
)
from bot.control.notes import Note
from bot.control.routes import Call, Routes
from bot.engine.keeping import keep_examples
from bot.ports import Minute

routes = Routes()
LOOKED_AT = 2000
"""Decisions in which people are looked for."""


@routes.add("GET", "/api/v1/audit", answer=AuditList, query=AuditQuery)
async def get_audit(desk: Desk, call: Call) -> AuditList:
    """Who did what, newest first: every act of a person, every rule save, every log-in."""
    rows = await desk.store.audit_trail(**call.query.model_dump())
    return AuditList(rows=[AuditView.model_validate(row, from_attributes=True) for row in rows])


@routes.add("GET", "/api/v1/rules/examples", answer=ExampleList, query=EventQuery)
async def get_examples(desk: Desk, call: Call) -> ExampleList:
    """Texts that rules took away and people gave back, as examples for the rules' own tests."""
    found = []
    for channel in desk.channels.values():
        rows = await desk.store.decisions(channel.name, event=call.query.event, acted=True, limit=LOOKED_AT)
        examples = keep_examples([(row.decision, row.message) for row in rows], channel.ruleset)
        found += [ExampleView.model_validate({"channel": channel.name, **one.json}) for one in examples]
    return ExampleList(examples=found)


@routes.add("GET", "/api/v1/trends", answer=TrendsAnswer, query=TrendsQuery)
async def get_trends(desk: Desk, call: Call) -> TrendsAnswer:
    """What there was a minute, oldest first."""
    now = desk.clock.now()
    last = int(now // 60)
    first = last - call.query.minutes + 1
    found = {minute: Minute(minute) for minute in range(first, last + 1)}
    for channel in desk.channels:
        for one in await desk.store.trends(channel, call.query.event, first * 60.0):
            if one.minute in found:
                found[one.minute] = _sum(found[one.minute], one)
    return TrendsAnswer(now=now, minutes=[_minute(found[minute]) for minute in sorted(found)])


def _sum(one: Minute, other: Minute) -> Minute:
    values = {name: value + getattr(other, name) for name, value in asdict(one).items() if name != "minute"}
    return Minute(one.minute, **values)


def _minute(minute: Minute) -> MinuteView:
    values = asdict(minute)
    return MinuteView(at=values.pop("minute") * 60.0, **values)


@routes.add("GET", "/api/v1/notes", answer=NoteList, query=EventQuery, errors=(404, 409))
async def get_notes(desk: Desk, call: Call) -> NoteList:
    """Lines from backstage for the speaker, newest first."""
    _, event = await find_event(desk, call.query.event)
    return _notes(desk, event.event)


@routes.add("POST", "/api/v1/notes", answer=NoteList, role="moderator", body=NoteBody, query=EventQuery, errors=(404, 409))
async def post_note(desk: Desk, call: Call) -> NoteList:
    """Shows the speaker a line."""
    _, event = await find_event(desk, call.query.event)
    now = desk.clock.now()
    desk.live.notes.add(Note(now, call.person.name, event.event, call.body.text))
    await desk.store.audit(call.person.name, "note", event.event, now)
    answer = _notes(desk, event.event)
    desk.broadcast.tell("notes", answer.model_dump_json)
    return answer


def _notes(desk: Desk, event: str) -> NoteList:
    return NoteList.model_validate({"notes": desk.live.notes.newest(event)}, from_attributes=True)
