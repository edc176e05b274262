"""Handlers: logging in to the dashboard, who am I, logging out."""

from __future__ import annotations

import secrets
from typing import Annotated

from aiohttp import web
from pydantic import Field

from bot.control.auth import Person
from bot.control.desk import Desk
from bot.control.models import Answer, Body, Nothing
from bot.control.routes import Call, Routes
from bot.control.sessions import COOKIE, LIFETIME, Session

routes = Routes()


class LogInBody(Body):
    """The token of control.users."""

    token: Annotated[str, Field(min_length=1, max_length=500)]


class SessionAnswer(Answer):
    """Who is calling. `csrf` must come as X-CSRF-Token with every POST that uses the cookie; empty for a bearer token."""

    name: str
    role: str
    csrf: str = ""
    expires: float | None = None


class EndAnswer(Answer):
    """The cookie is worth nothing any more."""

    ended: bool


@routes.add("POST", "/api/v1/session", answer=SessionAnswer, body=LogInBody, open=True)
async def post_session(desk: Desk, call: Call) -> web.StreamResponse:
    """Logs in with a token: the answer sets the session's cookie."""
    person = await call.entrance.log_in(call.request, call.body.token)
    ident = secrets.token_hex(16)
    session, cookie = call.entrance.sessions.begin(person, ident, call.entrance.real_now())
    await desk.store.audit(person.name, "session.begin", ident, desk.clock.now())
    response = web.json_response(text=_told(person, session).model_dump_json())
    secure = call.request.headers.get("Origin", "").startswith("https://")
    response.set_cookie(COOKIE, cookie, max_age=int(LIFETIME), httponly=True, samesite="Strict", secure=secure, path="/")
    return response


@routes.add("GET", "/api/v1/session", answer=SessionAnswer, open=True)
async def get_session(desk: Desk, call: Call) -> SessionAnswer:
    """Who is calling, and with what role; an empty name is nobody who has logged in."""
    visitor = await call.entrance.look(call.request)
    return _told(visitor.person, visitor.session) if visitor is not None else SessionAnswer(name="", role="")


@routes.add("POST", "/api/v1/session/end", answer=EndAnswer, body=Nothing)
async def post_session_end(desk: Desk, call: Call) -> web.StreamResponse:
    """Logs out: the session is over on every screen that uses its cookie."""
    if call.session is not None:
        call.entrance.sessions.end(call.session, call.entrance.real_now())
        await desk.store.audit(call.person.name, "session.end", call.session.ident, desk.clock.now())
    response = web.json_response(text=EndAnswer(ended=call.session is not None).model_dump_json())
    response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
    return response


def _told(person: Person, session: Session | None) -> SessionAnswer:
    if session is None:
        return SessionAnswer(name=person.name, role=person.role)
    return SessionAnswer(name=person.name, role=person.role, csrf=session.csrf, expires=session.expires)
