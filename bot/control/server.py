"""The aiohttp listener: security first (Host, token, role, content type, size), then the route; every refusal is problem+json.

Without a token: /healthz, /readyz, and /webhooks/{channel}, which has its signature instead.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.config import Control
from bot.control import api_acts, api_report, api_rules, api_state, api_undo
from bot.control.auth import Door, Person, host_is_ours
from bot.control.desk import Desk
from bot.control.models import HealthAnswer
from bot.control.openapi import describe
from bot.control.routes import ApiError, Call, Document, Route

log = structlog.get_logger("control")

ROUTES: list[Route] = [route for part in (api_state, api_acts, api_rules, api_undo, api_report) for route in part.routes.all]
MAX_BODY = 64 * 1024
"""Of the API and of webhooks alike (reliability 3.8)."""
BODY_TIME = 10.0  # seconds for a body to arrive; a lying Content-Length would wait for ever (F6)
MAX_PATH_VALUE = 128
SLOW_AFTER = 10  # failed log-ins of one address before its next answers are delayed; nobody is ever locked out (G2)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ControlServer:
    """Starts and stops the listener."""

    def __init__(self, settings: Control, desk: Desk) -> None:
        self._settings = settings
        self._desk = desk
        self._door = Door(settings.users)
        self._failures: dict[str, int] = {}
        self._runner: web.AppRunner | None = None
        self.port = settings.port

    @property
    def url(self) -> str:
        """Where it listens."""
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return f"http://{host}:{self.port}"

    async def start(self) -> None:
        """Raises OSError if the port is taken."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[self._guard])
        app.router.add_get("/healthz", self._healthz, allow_head=False)
        app.router.add_get("/readyz", self._readyz, allow_head=False)
        app.router.add_post("/webhooks/{channel}", self._webhook)
        app.router.add_get("/api/v1/openapi.json", self._openapi, allow_head=False)
        if self._desk.metrics is not None:
            app.router.add_get("/metrics", self._metrics, allow_head=False)
        for route in ROUTES:
            app.router.add_route(route.method, route.path, self._endpoint(route))
        # The bodies of webhooks must reach us as they were sent: the signature is over the wire bytes (F7).
        self._runner = web.AppRunner(app, access_log=None, keepalive_timeout=15, auto_decompress=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Closes the listener."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

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
            response = problem(error.status, error.text or error.reason)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("control.failed", path=request.path)
            response = problem(500, "something went wrong here; the log has the details")
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    async def _person(self, request: web.Request) -> Person:
        person = self._door.who(request.headers.get("Authorization"))
        address = request.remote or ""
        if person is not None:
            self._failures.pop(address, None)
            return person
        if self._door.is_shut:
            raise ApiError(401, "no user is configured; add one to control.users in the configuration")
        self._failures[address] = self._failures.get(address, 0) + 1
        log.warning("control.unauthorized", address=address, path=request.path)
        if self._failures[address] > SLOW_AFTER:
            await asyncio.sleep(1.0)
        raise ApiError(401, "a token is needed: Authorization: Bearer …")

    def _endpoint(self, route: Route) -> _Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            person = await self._person(request)
            if not person.may(route.role):
                raise ApiError(403, f"this needs the role '{route.role}'; {person.name} has '{person.role}'")
            call = Call(person, _path(route, request), await _body(route, request), _query(route, request))
            answer = await route.handler(self._desk, call)
            if isinstance(answer, Document):
                told = {"Content-Type": answer.content_type, "Content-Disposition": f'inline; filename="{answer.name}"'}
                return web.Response(body=answer.body, headers=told | dict(answer.headers))
            return web.json_response(text=answer.model_dump_json())

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
        await self._person(request)
        return web.json_response(describe(ROUTES, self._desk.version))

    async def _metrics(self, request: web.Request) -> web.StreamResponse:
        if not self._settings.metrics_open:
            await self._person(request)
        assert self._desk.metrics is not None  # noqa: S101 - the route exists only when it is set
        return web.Response(body=self._desk.metrics(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        channel = self._desk.channels.get(request.match_info["channel"])
        if channel is None:
            raise ApiError(404, "no such channel")
        status, reason = await channel.webhook(request.headers, await _raw(request))
        response = web.Response(status=status) if status < HTTPStatus.BAD_REQUEST else problem(status, reason)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers["Retry-After"] = "5"
        return response


def problem(status: int, detail: str) -> web.Response:
    """RFC 9457."""
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Problem"
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail[:500]}
    return web.json_response(body, status=status, content_type="application/problem+json")


async def _raw(request: web.Request) -> bytes:
    if (request.content_length or 0) > MAX_BODY:
        raise ApiError(413, f"at most {MAX_BODY} bytes")
    try:
        async with asyncio.timeout(BODY_TIME):
            return await request.read()
    except TimeoutError:
        raise ApiError(408, "the body did not arrive in time") from None


def _path(route: Route, request: web.Request) -> Mapping[str, str]:
    values = dict(request.match_info)
    for name, value in values.items():
        if name in route.choices and value not in route.choices[name]:
            raise ApiError(404, f"'{name}' is one of: {', '.join(route.choices[name])}")
        if not value or len(value) > MAX_PATH_VALUE:
            raise ApiError(404, f"'{name}' is empty or too long")
    return values


def _query(route: Route, request: web.Request) -> BaseModel:
    names = list(request.query)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ApiError(422, f"'{twice}' is given twice")
    return _checked(lambda: route.query.model_validate(dict(request.query)))


async def _body(route: Route, request: web.Request) -> BaseModel | None:
    if route.body is None:
        return None
    raw = await _raw(request)
    if not raw:
        model = route.body
        return _checked(lambda: model.model_validate({}))
    if request.content_type != "application/json":
        raise ApiError(415, "the body must be application/json")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise ApiError(415, "send the body as it is, without compression")
    try:
        data = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"the body is not JSON: {error}"[:200]) from None
    model = route.body
    return _checked(lambda: model.model_validate(data, strict=True))


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _checked(make: Callable[[], BaseModel]) -> BaseModel:
    try:
        return make()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise ApiError(422, f"{place}: {first['msg']}") from None
