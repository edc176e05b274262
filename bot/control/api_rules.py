"""Handlers: rules switched while the event runs, saves confirmed, and what the files on disk would change."""

from __future__ import annotations

from bot.control.api_acts import act
from bot.control.desk import ChannelPowers, Desk
from bot.control.models import EventQuery, Nothing
from bot.control.models_steering import ForetoldAnswer, ForetoldList, RuleActAnswer, RuleOffersAnswer
from bot.control.refusal import ApiError
from bot.control.routes import Call, Routes
from bot.domain.errors import UsageError
from bot.domain.signals import PersonAct, Verb

routes = Routes()
OFFERS: dict[str, Verb] = {"accept_all": "accept_all", "dismiss_all": "dismiss_all"}
MODES = {"enable": "", "confirm": "", "disable": "off", "shadow": "shadow", "act": "act"}


@routes.add(
    "POST",
    "/api/v1/rules/{id}/{verb}",
    answer=RuleActAnswer,
    role="moderator",
    body=Nothing,
    query=EventQuery,
    errors=(404,),
    choices={"verb": tuple(MODES)},
)
async def post_rule_act(desk: Desk, call: Call) -> RuleActAnswer:
    """Switches a rule off or into shadow, lets it act, or gives it back the mode of its file (enable; confirm after a save)."""
    rule, verb = call.path["id"], call.path["verb"]
    events: list[str] = []
    for channel in desk.channels.values():
        if channel.ruleset.rule(rule) is None:
            continue
        if verb == "confirm":
            channel.confirmed((rule,))
        events += await _switch(desk, channel, call, MODES[verb])
    if not events:
        raise ApiError(404, f"there is no rule '{rule}' in force for an event that is followed")
    return RuleActAnswer(rule=rule, mode=MODES[verb], events=events)


async def _switch(desk: Desk, channel: ChannelPowers, call: Call, mode: str) -> list[str]:
    wanted = call.query.event
    events = [state.event for state in await desk.store.events(channel.name) if wanted in ("", state.event)]
    for event in events:
        await act(desk, channel, PersonAct(event, call.person.name, "set_rule", call.path["id"], {"mode": mode}))
    return events


@routes.add(
    "POST",
    "/api/v1/rules/{id}/{verb}",
    answer=RuleOffersAnswer,
    role="moderator",
    body=Nothing,
    query=EventQuery,
    errors=(404,),
    choices={"verb": ("accept_all", "dismiss_all")},
)
async def post_rule_offers(desk: Desk, call: Call) -> RuleOffersAnswer:
    """Has everything done that a rule in suggest (or stopped by the breaker) has waiting, or drops all of it."""
    rule, verb = call.path["id"], OFFERS[call.path["verb"]]
    notes: dict[str, str] = {}
    for channel in desk.channels.values():
        if channel.ruleset.rule(rule) is not None:
            notes |= await _all_offers(desk, channel, call, verb)
    if not notes:
        raise ApiError(404, f"there is no rule '{rule}' in force for an event that is followed")
    return RuleOffersAnswer(rule=rule, events=list(notes), notes=[note for note in notes.values() if note])


async def _all_offers(desk: Desk, channel: ChannelPowers, call: Call, verb: Verb) -> dict[str, str]:
    rule, wanted = call.path["id"], call.query.event
    events = [state.event for state in await desk.store.events(channel.name) if wanted in ("", state.event)]
    waiting = [event for event in events if await channel.offers(event, rule)]
    done = dict.fromkeys(events, "")
    for event in waiting:
        done[event] = (await act(desk, channel, PersonAct(event, call.person.name, verb, rule))).note
    return done


@routes.add("POST", "/api/v1/rules/replay", answer=ForetoldList, body=Nothing, errors=(409,))
async def post_rules_replay(desk: Desk, call: Call) -> ForetoldList:
    """What would the rule files as they are on disk change among the last messages? Nothing goes live."""
    found: dict[str, ForetoldAnswer] = {}
    for channel in desk.channels.values():
        try:
            found[channel.name] = ForetoldAnswer.model_validate(await channel.foretell_files())
        except UsageError as error:
            raise ApiError(409, f"the files of '{channel.name}' cannot be used: {error}") from None
    return ForetoldList(channels=found)
