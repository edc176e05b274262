"""Handlers: the feed of server-sent events, and who is here.

The stream has no end, so it stands in the description as `x-streams` and not among the operations that can be called and answered.
"""

from __future__ import annotations

import asyncio
import re
import socket
from typing import Annotated

from aiohttp import web
from pydantic import Field

from bot.control.broadcast import Item, Reader, told
from bot.control.desk import Desk
from bot.control.lookout import people_json
from bot.control.models import Answer, Body
from bot.control.refusal import ApiError
from bot.control.routes import Call, Routes

routes = Routes()
PATH = "/api/v1/feed"
PATIENCE = 15.0
"""Seconds of silence after which a heartbeat is sent."""
STALLED = 300.0
"""Seconds in which a reader takes nothing: then it is cut off."""
BUFFER = 128 * 1024
"""Bytes of the kernel for one reader: what a stalled one has not taken should not be minutes old when it wakes."""
_IDENT = re.compile(r"[0-9a-f]{1,16}-\d{1,15}")


class PresenceBody(Body):
    """What you are at: `message:REF`, `question:12`, or nothing. Say it again within a minute, or it is forgotten."""

    on: Annotated[str, Field(max_length=140)] = ""


class PersonView(Answer):
    """Somebody who is here. `pages` read the feed."""

    name: str
    role: str
    on: str
    since: float
    pages: int


class PresenceAnswer(Answer):
    """Who is here, and who is at what."""

    people: list[PersonView]


@routes.add("GET", PATH, answer=None, errors=(503,), kinds=("text/event-stream",), endless=True)
async def get_feed(desk: Desk, call: Call) -> web.StreamResponse:
    """What happens, as it happens (server-sent events); `Last-Event-ID` goes on where a reader was."""
    last = call.request.headers.get("Last-Event-ID", "")
    reader = desk.broadcast.join(call.person.name, call.person.role, last if _IDENT.fullmatch(last) else "-" if last else "")
    if reader is None:
        raise ApiError(503, "too many pages read the feed already; close some")
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"})
    response.content_length = None
    try:
        await response.prepare(call.request)
        _bound(call.request)
        await response.write(_hello(desk).wire)
        await _serve(call, reader, response)
    except (ConnectionError, TimeoutError):
        _cut(call.request)
    finally:
        desk.broadcast.leave(reader)
    return response


async def _serve(call: Call, reader: Reader, response: web.StreamResponse) -> None:
    while not reader.closed and not _is_over(call):
        news = await reader.take(PATIENCE)
        async with asyncio.timeout(STALLED):
            await response.write(news)


def _is_over(call: Call) -> bool:
    """A session that was ended, or that is over, reads on nowhere."""
    session = call.session
    return session is not None and (session.expires <= call.entrance.real_now() or call.entrance.sessions.is_ended(session.ident))


def _hello(desk: Desk) -> Item:
    data = {"now": desk.clock.now(), "boot": desk.broadcast.boot, "version": desk.version, "mode": desk.mode}
    return Item("hello", lambda: told(data))


def _bound(request: web.Request) -> None:
    transport = request.transport
    line = transport.get_extra_info("socket") if transport is not None else None
    if line is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


@routes.add("GET", "/api/v1/presence", answer=PresenceAnswer)
async def get_presence(desk: Desk, call: Call) -> PresenceAnswer:
    """Who is here, and who is at what."""
    return PresenceAnswer.model_validate({"people": people_json(desk)})


@routes.add("POST", "/api/v1/presence", answer=PresenceAnswer, body=PresenceBody)
async def post_presence(desk: Desk, call: Call) -> PresenceAnswer:
    """I am at this one now."""
    desk.presence.says(call.person.name, call.person.role, call.body.on, desk.clock.now())
    answer = PresenceAnswer.model_validate({"people": people_json(desk)})
    desk.broadcast.whisper("presence", answer.model_dump_json)
    return answer
