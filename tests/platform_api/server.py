"""A small real HTTP server for the tests here: it answers what it is told, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

Responder = Callable[["Asked", web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Platform:
    """`answers` maps "METHOD /path" to a JSON value, a Response, or an async function; anything else is a 404."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    every: Responder | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._answer)
        self.server = TestServer(app)
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    @property
    def url(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    def sent(self, method: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.method == method]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(request.method, request.rel_url.raw_path, dict(request.query), dict(request.headers), await request.read())
        self.asked.append(asked)
        if self.every is not None:
            return await self.every(asked, request)
        answer = self.answers.get(f"{asked.method} {asked.path}")
        if callable(answer):
            answer = answer(asked, request)
            if hasattr(answer, "__await__"):
                answer = await answer
        if answer is None:
            return web.json_response({"message": "nothing here", "status": 404}, status=404)
        return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)


def dropped(request: web.Request) -> web.StreamResponse:
    """Cuts the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
