"""Handlers: polls, questions, captures, offers and the running order. The engine says in the note why it did not do something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.control.api_acts import act, find_event
from bot.control.desk import ChannelPowers, Desk
from bot.control.lookout import pauses_in_force
from bot.control.models import ActAnswer, EventQuery, Nothing
from bot.control.models_engagement import ExtendBody, PollList, QuestionBody, QuestionList, UpcomingAnswer, UpcomingQuery
from bot.control.refusal import ApiError
from bot.control.routes import Call, Routes
from bot.control.upcoming import held_by, upcoming_of
from bot.domain.signals import EventState, PersonAct, Verb

routes = Routes()
EVENTS = 50
"""Without `event`, so many are shown: those on air first."""
ON_AIR = ("on_air", "playback")
POLL_VERBS: Mapping[str, Verb] = {
    "open": "open_poll",
    "close": "close_poll",
    "void": "void_poll",
    "archive": "archive_poll",
    "restore": "restore_poll",
}
OFFER_VERBS: Mapping[str, Verb] = {"take": "release", "drop": "drop_offer"}
QUESTION_VERBS = ("approve", "queue", "answering", "answered", "follow_up", "decline", "merge", "split", "claim", "unclaim")


@routes.add("GET", "/api/v1/polls", answer=PollList, query=EventQuery)
async def get_polls(desk: Desk, call: Call) -> PollList:
    """Polls with their state and counts, quizzes and word clouds, newest first."""
    found = await _sections(desk, call.query.event, ("polls", "quizzes", "captures"))
    return PollList.model_validate(found)


@routes.add("GET", "/api/v1/questions", answer=QuestionList, query=EventQuery)
async def get_questions(desk: Desk, call: Call) -> QuestionList:
    """Questions with state, cluster and who is at them, newest first."""
    return QuestionList.model_validate(await _sections(desk, call.query.event, ("questions",)))


@routes.add("GET", "/api/v1/upcoming", answer=UpcomingAnswer, query=UpcomingQuery)
async def get_upcoming(desk: Desk, call: Call) -> UpcomingAnswer:
    """What comes in the next minutes, what was put off and by what; the whole running order; what waits for a press."""
    now, pauses = desk.clock.now(), await pauses_in_force(desk)
    found: dict[str, list[Any]] = {name: [] for name in ("next", "waiting", "dropped", "skipped", "items", "offers")}
    for channel, state in await _events(desk, call.query.event):
        board = await channel.board(state.event)
        coming = upcoming_of(board, now, call.query.minutes * 60.0)
        held = held_by(pauses, channel.name, state.event, desk.mode)
        coming["next"] = [one | {"held": held} for one in coming["next"]]
        for name, rows in (coming | {"items": board["items"], "offers": board["offers"]}).items():
            found[name] += _named(channel, state, rows)
    found["next"].sort(key=lambda one: float(one["at"]))
    return UpcomingAnswer.model_validate({"now": now, **found})


async def _sections(desk: Desk, event: str, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for channel, state in await _events(desk, event):
        board = await channel.board(state.event)
        for name in names:
            found[name] += _named(channel, state, board[name])
    return found


def _named(channel: ChannelPowers, state: EventState, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"channel": channel.name, "event": state.event, **row} for row in rows]


async def _events(desk: Desk, event: str) -> list[tuple[ChannelPowers, EventState]]:
    found = [
        (channel, state)
        for channel in desk.channels.values()
        for state in await desk.store.events(channel.name)
        if event in ("", state.event)
    ]
    found.sort(key=lambda pair: (pair[1].phase not in ON_AIR, -(pair[1].live_since or pair[1].starts or 0.0)))
    return found[:EVENTS]


@routes.add(
    "POST", "/api/v1/polls/{id}/extend", answer=ActAnswer, role="moderator", body=ExtendBody, query=EventQuery, errors=(409,)
)
async def post_poll_extend(desk: Desk, call: Call) -> ActAnswer:
    """Keeps an open poll open for longer."""
    return await _act(desk, call, "extend_poll", call.path["id"], {"for": call.body.for_})


@routes.add(
    "POST",
    "/api/v1/polls/{id}/{verb}",
    answer=ActAnswer,
    role="moderator",
    body=Nothing,
    query=EventQuery,
    errors=(409,),
    choices={"verb": tuple(POLL_VERBS)},
)
async def post_poll_act(desk: Desk, call: Call) -> ActAnswer:
    """Opens, closes, voids or archives a poll of the rule files, or takes it out of the archive (its id, or one run: `role#2`)."""
    return await _act(desk, call, POLL_VERBS[call.path["verb"]], call.path["id"])


@routes.add(
    "POST",
    "/api/v1/questions/{n}/{verb}",
    answer=ActAnswer,
    role="moderator",
    body=QuestionBody,
    query=EventQuery,
    errors=(409,),
    choices={"verb": QUESTION_VERBS},
)
async def post_question_act(desk: Desk, call: Call) -> ActAnswer:
    """Approves, queues, answers, declines, merges (`into`), splits or claims a question."""
    into = call.body.into
    if call.path["verb"] == "merge" and into is None:
        raise ApiError(409, "a merge needs `into`: the number of the question that this one is merged into")
    data = {"do": call.path["verb"]} | ({} if into is None else {"into": into})
    return await _act(desk, call, "question", call.path["n"], data)


@routes.add("POST", "/api/v1/items/{key}/start", answer=ActAnswer, role="moderator", body=Nothing, query=EventQuery, errors=(409,))
async def post_item_start(desk: Desk, call: Call) -> ActAnswer:
    """Starts an item of the running order by hand (`cue:doors`, `poll:role`, …), whatever its own limits say."""
    return await _act(desk, call, "start", call.path["key"])


@routes.add(
    "POST", "/api/v1/captures/{id}/close", answer=ActAnswer, role="moderator", body=Nothing, query=EventQuery, errors=(409,)
)
async def post_capture_close(desk: Desk, call: Call) -> ActAnswer:
    """Ends a word cloud now and posts it."""
    return await _act(desk, call, "close_capture", call.path["id"])


@routes.add(
    "POST",
    "/api/v1/offers/{key}/{verb}",
    answer=ActAnswer,
    role="moderator",
    body=Nothing,
    query=EventQuery,
    errors=(409,),
    choices={"verb": tuple(OFFER_VERBS)},
)
async def post_offer_act(desk: Desk, call: Call) -> ActAnswer:
    """Takes an offer of the engagement (starts the item, reveals the answer, makes the line a question), or drops it."""
    return await _act(desk, call, OFFER_VERBS[call.path["verb"]], call.path["key"])


async def _act(desk: Desk, call: Call, verb: Verb, target: str, data: dict[str, Any] | None = None) -> ActAnswer:
    channel, event = await find_event(desk, call.query.event)
    return await act(desk, channel, PersonAct(event.event, call.person.name, verb, target, data or {}))
