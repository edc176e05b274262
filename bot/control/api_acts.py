"""Handlers: messages and decisions, and what a person does with them. Every act goes through the inbox like everything else."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.control.desk import ChannelPowers, Desk
from bot.control.models import ActAnswer, DecisionsQuery, MessagesQuery, Nothing, PostBody, SetEventBody, TryBody
from bot.control.models_views import DecisionList, DecisionView, MessageList
from bot.control.refusal import ApiError
from bot.control.routes import Call, Routes
from bot.control.views import decision_view, decision_without_address, message_view, without_address
from bot.domain.history import History
from bot.domain.signals import Author, EventState, Message, MessageRead, PersonAct, Verb
from bot.engine.situation import Situation
from bot.engine.step import step
from bot.ports import DecisionRow, MessageRow

routes = Routes()
_WAIT = 2.0  # seconds until an answer says "taken, not done yet"
_LOOK = 0.02


@routes.add("GET", "/api/v1/messages", answer=MessageList, query=MessagesQuery)
async def get_messages(desk: Desk, call: Call) -> MessageList:
    """Messages, newest first, with what became of them. Who may only look sees no addresses."""
    wanted = call.query.model_dump()
    rows = [row for channel in desk.channels for row in await desk.store.messages(channel, **wanted)]
    rows.sort(key=lambda row: row.seq, reverse=True)
    shown = [message_view(row) for row in rows[: call.query.limit]]
    return MessageList(messages=shown if call.person.may("moderator") else [without_address(view) for view in shown])


@routes.add("GET", "/api/v1/decisions", answer=DecisionList, query=DecisionsQuery)
async def get_decisions(desk: Desk, call: Call) -> DecisionList:
    """Decisions, newest first."""
    wanted = call.query.model_dump()
    rows = [row for channel in desk.channels for row in await desk.store.decisions(channel, **wanted)]
    rows.sort(key=lambda row: row.decision.at, reverse=True)
    return DecisionList(decisions=[_shown(call, row) for row in rows[: call.query.limit]])


def _shown(call: Call, row: DecisionRow) -> DecisionView:
    view = decision_view(row)
    return view if call.person.may("moderator") else decision_without_address(view)


@routes.add("GET", "/api/v1/decisions/{id}", answer=DecisionView)
async def get_decision(desk: Desk, call: Call) -> DecisionView:
    """One decision with its full why: rules, words and spans, values against thresholds, the calls and their answers."""
    return _shown(call, await find_decision(desk, call.path["id"]))


@routes.add(
    "POST",
    "/api/v1/messages/{ref}/{verb}",
    answer=ActAnswer,
    role="moderator",
    body=Nothing,
    errors=(409,),
    choices={"verb": ("hide", "show", "approve", "archive")},
)
async def post_message_act(desk: Desk, call: Call) -> ActAnswer:
    """Hide, show, approve or archive by hand: a person's verdict wins over every rule from now on."""
    channel, row = await _message(desk, call.path["ref"])
    verb = _verb(call.path["verb"])
    allowed: tuple[Verb, ...] = ("hide", "show") if row.message.surface == "chat" else ("approve", "archive", "hide")
    if verb not in allowed:
        raise ApiError(409, f"a {_NOUN[row.message.surface]} cannot be set to '{verb}'; it can: {', '.join(allowed)}")
    data = _what_is_known(row)
    return await act(desk, channel, PersonAct(row.message.event, call.person.name, verb, row.message.ref, data))


def _what_is_known(row: MessageRow) -> dict[str, Any]:
    """What the engine needs of a message that it may have forgotten."""
    message, decision = row.message, row.decision
    return {
        "surface": message.surface,
        "status": message.status,
        "text": message.text,
        "author": message.author.key,
        "facts": decision.facts if decision else {},
        "decision": decision.id if decision else "",
    }


@routes.add("POST", "/api/v1/decisions/{id}/undo", answer=ActAnswer, role="moderator", body=Nothing, errors=(409,))
async def post_undo(desk: Desk, call: Call) -> ActAnswer:
    """Takes one decision back: visibility, strikes, labels, counters; what cannot be taken back is in the new decision's note."""
    row = await find_decision(desk, call.path["id"])
    if row.undone_by:
        raise ApiError(409, f"this decision was undone already, by {row.undone_by}")
    channel = await channel_of(desk, row)
    return await act(desk, channel, PersonAct(row.decision.event, call.person.name, "undo", row.decision.id, _what_it_did(row)))


def _what_it_did(row: DecisionRow) -> dict[str, Any]:
    """What the engine needs to take it back; it keeps no decisions itself."""
    decision = row.decision
    message = row.message
    return {
        "ref": decision.ref,
        "outcome": decision.outcome,
        "rules": list(decision.rules),
        "facts": decision.facts,
        "surface": message.surface if message else "chat",
        "status": message.status if message else "",
        "text": message.text if message else "",
        "author": message.author.key if message else "",
        "number": message.number if message else None,
    }


@routes.add("POST", "/api/v1/announcements", answer=ActAnswer, role="moderator", body=PostBody, errors=(404, 409))
async def post_announcement(desk: Desk, call: Call) -> ActAnswer:
    """Posts a line in the bot's name, under the speech budget unless urgent."""
    body: PostBody = call.body
    channel, event = await find_event(desk, body.event)
    data = {"text": body.text, "urgent": body.urgent}
    return await act(desk, channel, PersonAct(event.event, call.person.name, "post", "", data))


@routes.add("POST", "/api/v1/events/{ref}/set", answer=ActAnswer, role="moderator", body=SetEventBody, errors=(409,))
async def post_event_set(desk: Desk, call: Call) -> ActAnswer:
    """Switches the event's chat, Q&A or status."""
    changes = call.body.model_dump(exclude_unset=True)
    if not changes:
        raise ApiError(422, "nothing to change: give at least one of chat, qa, status")
    channel, event = await find_event(desk, call.path["ref"])
    return await act(desk, channel, PersonAct(event.event, call.person.name, "set_event", event.event, changes))


@routes.add("POST", "/api/v1/rules/try", answer=DecisionView, body=TryBody, errors=(404, 409))
async def post_rules_try(desk: Desk, call: Call) -> DecisionView:
    """What would the rules in force do with this text? Nothing is stored or sent."""
    body: TryBody = call.body
    channel = next(iter(desk.channels.values()))
    now = desk.clock.now()
    status = "public" if body.surface == "chat" else "new"
    message = Message("try", "try", body.surface, body.text, Author(body.name, body.email), status, read=now)
    state = EventState("try", status="live", phase="on_air", live_since=now)
    outcome = step(MessageRead(message), channel.ruleset, History(), Situation(state), now)
    return decision_view(DecisionRow(outcome.decisions[0], message, ()))


async def act(desk: Desk, channel: ChannelPowers, signal: PersonAct) -> ActAnswer:
    """Puts a person's act into the inbox and waits a moment for its decision."""
    number = await desk.store.put_act(channel.name, signal, desk.clock.now())
    channel.ring()
    decision_id = f"act-{number}"
    async with asyncio.timeout(None) as limit:
        limit.reschedule(asyncio.get_running_loop().time() + 60)  # a stuck store must not hold the caller for ever
        for _ in range(int(_WAIT / _LOOK)):
            row = await desk.store.decision(decision_id)
            if row is not None:
                return ActAnswer(decision=decision_id, done=True, note=row.decision.note)
            await asyncio.sleep(_LOOK)
    return ActAnswer(decision=decision_id, done=False, note="taken; the runner will get to it")


_NOUN = {"chat": "chat message", "qa": "question"}
_VERBS: dict[str, Verb] = {
    "hide": "hide",
    "show": "show",
    "approve": "approve",
    "archive": "archive",
}


def _verb(word: str) -> Verb:
    return _VERBS[word]


async def _message(desk: Desk, ref: str) -> tuple[ChannelPowers, MessageRow]:
    for channel in desk.channels.values():
        row = await desk.store.message(channel.name, ref)
        if row is not None:
            return channel, row
    raise ApiError(404, f"no message '{ref}' has been read")


async def find_decision(desk: Desk, decision_id: str) -> DecisionRow:
    """The decision, or 404."""
    row = await desk.store.decision(decision_id)
    if row is None:
        raise ApiError(404, f"there is no decision '{decision_id}'")
    return row


async def channel_of(desk: Desk, row: DecisionRow) -> ChannelPowers:
    """The channel whose event a decision belongs to, or 404."""
    for channel in desk.channels.values():
        if any(state.event == row.decision.event for state in await desk.store.events(channel.name)):
            return channel
    raise ApiError(404, f"event '{row.decision.event}' belongs to no configured channel")


async def find_event(desk: Desk, ref: str) -> tuple[ChannelPowers, EventState]:
    """The event with this ref; without one, the only one that is on air. 404 or 409 otherwise."""
    found = [
        (channel, state)
        for channel in desk.channels.values()
        for state in await desk.store.events(channel.name)
        if state.event == ref or (not ref and state.phase in {"on_air", "playback"})
    ]
    if len(found) == 1:
        return found[0]
    if ref or not found:
        raise ApiError(404, f"there is no followed event '{ref}'" if ref else "no followed event is on air; name one with `event`")
    raise ApiError(409, "several events are on air; name one with `event`: " + ", ".join(state.event for _, state in found))
