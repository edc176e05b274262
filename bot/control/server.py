"""The aiohttp listener: security first (Host, token, role, content type, size), then the route; every refusal is problem+json.

Without a token: /healthz, /readyz, and /webhooks/{channel}, which has its signature instead.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import BaseModel

from bot.config import Control
from bot.control import (
    api_acts,
    api_engagement,
    api_feed,
    api_looking,
    api_report,
    api_rules,
    api_session,
    api_state,
    api_streams,
    api_undo,
)
from bot.control.auth import Door, host_is_ours
from bot.control.desk import Desk
from bot.control.entrance import Entrance, Visitor
from bot.control.lookout import Lookout
from bot.control.measuring import measured
from bot.control.models import HealthAnswer
from bot.control.openapi import describe
from bot.control.pages import add_pages
from bot.control.parsing import MAX_BODY, body_of, path_of, query_of, raw_body
from bot.control.refusal import ApiError
from bot.control.routes import NOBODY, Call, Document, Route
from bot.control.sessions import LIFETIME

log = structlog.get_logger("control")

PARTS = (api_session, api_feed, api_state, api_acts, api_engagement, api_looking, api_rules, api_undo, api_report, api_streams)
ROUTES: list[Route] = [route for part in PARTS for route in part.routes.all]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_WORDS = {
    404: "there is nothing at this address; GET /api/v1/openapi.json lists what there is",
    405: "this address knows other methods; they are in the header Allow",
}
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ControlServer:
    """Starts and stops the listener."""

    def __init__(self, settings: Control, desk: Desk) -> None:
        self._settings = settings
        self._desk = desk
        self._entrance = Entrance(Door(settings.users), time.time)
        self._runner: web.AppRunner | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.port = settings.port

    @property
    def url(self) -> str:
        """Where it listens."""
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return f"http://{host}:{self.port}"

    async def start(self) -> None:
        """Raises OSError if the port is taken."""
        await self._remember_ended()
        app = web.Application(client_max_size=MAX_BODY, middlewares=[self._guard])
        app.on_response_prepare.append(_secure)
        app.router.add_get("/healthz", self._healthz, allow_head=False)
        app.router.add_get("/readyz", self._readyz, allow_head=False)
        app.router.add_post("/webhooks/{channel}", self._webhook)
        app.router.add_get("/api/v1/openapi.json", self._openapi, allow_head=False)
        app.router.add_get("/metrics", self._metrics, allow_head=False)
        for route in ROUTES:
            app.router.add_route(route.method, _pattern(route), self._endpoint(route))
        add_pages(app)
        # The bodies of webhooks must reach us as they were sent: the signature is over the wire bytes (F7).
        self._runner = web.AppRunner(app, access_log=None, keepalive_timeout=15, auto_decompress=False, shutdown_timeout=2.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()
        self.port = self._runner.addresses[0][1]
        jobs = {"lookout": Lookout(self._desk).run(), "loop lag": self._desk.live.metrics.run()}
        self._tasks = [asyncio.create_task(job, name=name) for name, job in jobs.items()]

    async def stop(self) -> None:
        """Ends the streams, closes the listener."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._desk.broadcast.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _remember_ended(self) -> None:
        """Sessions that were ended stay ended after a restart."""
        since = self._desk.clock.now() - LIFETIME
        rows = await self._desk.store.audit_trail(action="session.end", since=since, limit=10_000)
        self._entrance.sessions.ended([row.target for row in rows], self._entrance.real_now())

    # ── before every handler ──────────────────────────────────────────────────────────────────────────────────────────

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        try:
            if not host_is_ours(request.headers.get("Host"), self.port, self._settings.hosts):
                raise ApiError(421, "this name is not ours; add it to control.hosts if a proxy uses it")
            response = await handler(request)
        except ApiError as error:
            response = problem(error.status, error.detail)
        except web.HTTPException as error:
            response = problem(error.status, _WORDS.get(error.status) or error.text or error.reason)
            if "Allow" in error.headers:
                response.headers["Allow"] = error.headers["Allow"]
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("control.failed", path=request.path)
            response = problem(500, "something went wrong here; the log has the details")
        return response

    def _endpoint(self, route: Route) -> _Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            visitor = Visitor(NOBODY) if route.open else await self._entrance.admit(request)
            person = visitor.person
            if not person.may(route.role):
                raise ApiError(403, f"this needs the role '{route.role}'; {person.name} has '{person.role}'")
            path, body, query = path_of(request), await body_of(route, request), query_of(route, request)
            call = Call(person, path, body, query, request, self._entrance, visitor.session)
            return _response(await route.handler(self._desk, call))

        return handle

    # ── the few that are no API routes ────────────────────────────────────────────────────────────────────────────────

    async def _healthz(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(text=HealthAnswer(ok=True, reasons=[]).model_dump_json())

    async def _readyz(self, request: web.Request) -> web.StreamResponse:
        reasons = list(self._desk.is_ready())
        return web.json_response(
            text=HealthAnswer(ok=not reasons, reasons=reasons).model_dump_json(), status=503 if reasons else 200
        )

    async def _openapi(self, request: web.Request) -> web.StreamResponse:
        await self._entrance.admit(request)
        return web.json_response(describe(ROUTES, self._desk.version))

    async def _metrics(self, request: web.Request) -> web.StreamResponse:
        if not self._settings.metrics_open:
            await self._entrance.admit(request)
        return web.Response(body=await measured(self._desk), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        channel = self._desk.channels.get(request.match_info["channel"])
        if channel is None:
            raise ApiError(404, "no such channel")
        status, reason = await channel.webhook(request.headers, await raw_body(request))
        response = web.Response(status=status) if status < HTTPStatus.BAD_REQUEST else problem(status, reason)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers["Retry-After"] = "5"
        return response


def _pattern(route: Route) -> str:
    """The path as aiohttp wants it: a word of a list matches only if it is on the list."""
    path = route.path
    for name, words in route.choices.items():
        path = path.replace(f"{{{name}}}", f"{{{name}:{'|'.join(words)}}}")
    return path


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def _response(answer: BaseModel | Document | web.StreamResponse) -> web.StreamResponse:
    if isinstance(answer, web.StreamResponse):
        return answer
    if isinstance(answer, Document):
        told = {"Content-Type": answer.content_type, "Content-Disposition": f'inline; filename="{answer.name}"'}
        return web.Response(body=answer.body, headers=told | dict(answer.headers))
    return web.json_response(text=answer.model_dump_json(by_alias=True))


def problem(status: int, detail: str) -> web.Response:
    """RFC 9457."""
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Problem"
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail[:500]}
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return web.json_response(body, status=status, headers=headers, content_type="application/problem+json")
