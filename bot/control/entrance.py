"""Who is at the door: a bearer token, or the dashboard's session cookie with its CSRF token. Refuses with ApiError.

A wrong token is answered later and later the more often it happens from one address, but nobody is ever locked out: a right one
comes in at once (reliability G2).
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.control.auth import Door, Person, is_same_origin
from bot.control.refusal import ApiError
from bot.control.sessions import COOKIE, CSRF_HEADER, Session, Sessions

log = structlog.get_logger("control")

SLOW_AFTER = 10
"""Failed log-ins of one address before its next refusals are delayed."""
DELAY = 1.0
ADDRESSES = 1000
"""So many addresses are remembered."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who came in; `session` is None for a bearer token."""

    person: Person
    session: Session | None = None


class Entrance:
    """`real_now` gives seconds since 1970 as browsers count them: a rehearsal's clock may run faster."""

    def __init__(self, door: Door, real_now: Callable[[], float]) -> None:
        self.door = door
        self.sessions = Sessions(door)
        self.real_now = real_now
        self._failures: dict[str, int] = {}

    async def admit(self, request: web.Request) -> Visitor:
        """Who is calling? Raises ApiError 401 or, for a cookie's POST that may come from another page, 403."""
        header = request.headers.get("Authorization")
        if header is None and COOKIE in request.cookies:
            return self._by_cookie(request)
        person = self.door.who(header)
        if person is None:
            raise await self._refusal(request, "a token is needed: Authorization: Bearer …")
        self._failures.pop(request.remote or "", None)
        return Visitor(person)

    async def look(self, request: web.Request) -> Visitor | None:
        """Who is calling; None for somebody who says nothing, or whose session is over. Raises ApiError 401 for a wrong token."""
        if "Authorization" in request.headers:
            return await self.admit(request)
        session = self.sessions.find(request.cookies.get(COOKIE), self.real_now())
        return Visitor(session.person, session) if session is not None else None

    async def log_in(self, request: web.Request, token: str) -> Person:
        """The person with this token. Raises ApiError 401, or 403 for a form on another page."""
        self.same_origin(request)
        person = self.door.whose(token)
        if person is None:
            raise await self._refusal(request, "this token is not known; ask whoever keeps the configuration (control.users)")
        self._failures.pop(request.remote or "", None)
        return person

    def same_origin(self, request: web.Request) -> None:
        """Raises ApiError 403 for a call that another site's page makes."""
        head = request.headers
        if not is_same_origin(head.get("Origin"), head.get("Sec-Fetch-Site"), head.get("Host")):
            raise ApiError(403, "this call comes from another site's page")

    def _by_cookie(self, request: web.Request) -> Visitor:
        session = self.sessions.find(request.cookies.get(COOKIE), self.real_now())
        if session is None:
            raise ApiError(401, "the session is over; log in again")
        if request.method != "GET":
            self.same_origin(request)
            given = request.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(given.encode("utf-8", "replace"), session.csrf.encode()):
                raise ApiError(403, f"the header {CSRF_HEADER} must carry what GET /api/v1/session tells as csrf")
        return Visitor(session.person, session)

    async def _refusal(self, request: web.Request, words: str) -> ApiError:
        if self.door.is_shut:
            return ApiError(401, "no user is configured; add one to control.users in the configuration")
        address = request.remote or ""
        count = self._failures.pop(address, 0) + 1
        self._failures[address] = count
        for old in list(self._failures)[:-ADDRESSES]:
            del self._failures[old]
        log.warning("control.unauthorized", address=address, path=request.path)
        if count > SLOW_AFTER:
            await asyncio.sleep(DELAY)
        return ApiError(401, words)
