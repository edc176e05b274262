"""Handlers: many acts taken back at once, offers of suggesting rules, and why a rule did what it did, or did not."""

from __future__ import annotations

from typing import Any

from bot.control.api_acts import act, channel_of, find_decision, find_event
from bot.control.desk import Desk
from bot.control.models import ActAnswer, Nothing
from bot.control.models_steering import OfferList, OfferQuery, OfferView, UndoAnswer, UndoBody, UndoQuery, WhyAnswer, WhyQuery
from bot.control.refusal import ApiError
from bot.control.routes import Call, Routes
from bot.domain.ids import author_key
from bot.domain.signals import PersonAct, Verb

routes = Routes()


@routes.add("POST", "/api/v1/undo", answer=UndoAnswer, role="moderator", body=UndoBody, query=UndoQuery, errors=(404, 409))
async def post_bulk_undo(desk: Desk, call: Call) -> UndoAnswer:
    """Takes back what a rule, or against an author, or since a time was done; with `preview=1` it only says what that would be."""
    data = _which(call.body)
    channel, event = await find_event(desk, call.query.event)
    plan = (await channel.plan_undo(event.event, data)).json  # also before the act itself: most of the work is done by then
    if call.query.preview or plan["nothing"]:
        return UndoAnswer.model_validate(plan)
    told = await act(desk, channel, PersonAct(event.event, call.person.name, "undo_all", "", data))
    return UndoAnswer.model_validate(plan | {"decision": told.decision, "done": told.done, "note": told.note})


def _which(body: UndoBody) -> dict[str, Any]:
    data = body.model_dump(exclude_unset=True)
    if not data:
        raise ApiError(422, "what is to be taken back? Give at least one of rule, author, since")
    if "author" in data:
        mail = "@" in body.author
        data["author"] = author_key("" if mail else body.author, body.author if mail else "")
    return data


@routes.add("GET", "/api/v1/offers", answer=OfferList, query=OfferQuery, errors=(404, 409))
async def get_offers(desk: Desk, call: Call) -> OfferList:
    """What rules in suggest (or stopped by the breaker) would do and wait for a person with."""
    channel, event = await find_event(desk, call.query.event)
    offers = await channel.offers(event.event, call.query.rule)
    known = {} if call.person.may("moderator") else {"author": ""}  # it may be an address
    return OfferList(event=event.event, offers=[OfferView.model_validate(one | known) for one in offers])


@routes.add(
    "POST",
    "/api/v1/decisions/{id}/{verb}",
    answer=ActAnswer,
    role="moderator",
    body=Nothing,
    choices={"verb": ("accept", "dismiss")},
)
async def post_offer(desk: Desk, call: Call) -> ActAnswer:
    """Has done what suggesting rules offered for this message, or drops the offer."""
    row = await find_decision(desk, call.path["id"])
    channel = await channel_of(desk, row)
    status = row.message.status if row.message else ""
    data = {"facts": row.decision.facts, "ref": row.decision.ref, "status": status}
    verb: Verb = "accept" if call.path["verb"] == "accept" else "dismiss"
    return await act(desk, channel, PersonAct(row.decision.event, call.person.name, verb, row.decision.id, data))


@routes.add("GET", "/api/v1/decisions/{id}/why", answer=WhyAnswer, query=WhyQuery)
async def get_why(desk: Desk, call: Call) -> WhyAnswer:
    """Why did this rule act on the message of a decision, or why not? With values and counters of that moment, hours later too."""
    row = await find_decision(desk, call.path["id"])
    channel = await channel_of(desk, row)
    found = await channel.why(row.decision.event, row.decision.id, call.query.rule)
    if found is None:
        raise ApiError(404, "that message is no longer known, so nobody can say")
    return WhyAnswer.model_validate(found.json)
