"""A small service over real HTTP that scores texts, well or badly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.config import Service

TOKEN = "fake-service-token"


@dataclass
class Scoring:
    """What came in, and how it answers. `how` is good, slow, broken, no_json, far, redirect, huge, nan, deep, silent."""

    how: str = "good"
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    elsewhere: int = 0
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        """One question."""
        body = await request.json()
        self.asked.append(body)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        if self.how == "slow":
            await asyncio.sleep(30.0)
        if self.how == "redirect":
            raise web.HTTPTemporaryRedirect("/elsewhere")
        texts = {
            "no_json": "<html>sorry</html>",
            "far": '{"score": 7}',
            "nan": '{"score": NaN}',
            "true": '{"score": true}',
            "missing": '{"points": 0.9}',
            "deep": "[" * 50_000,
            "huge": '{"score": 0.9, "more": "' + "x" * 200_000 + '"}',
            "empty": "",
        }
        if self.how in texts:
            return web.Response(text=texts[self.how], content_type="application/json")
        return web.json_response({"score": 0.93 if "worthless" in str(body) else 0.1}, status=500 if self.how == "broken" else 200)

    async def other(self, _request: web.Request) -> web.Response:
        """Where a redirect leads."""
        self.elsewhere += 1
        return web.json_response({"score": 0.93})


@asynccontextmanager
async def a_service(how: str = "good") -> AsyncIterator[Scoring]:
    """Runs until the end of the block."""
    scoring = Scoring(how)
    app = web.Application()
    app.router.add_post("/score", scoring.answer)
    app.router.add_post("/elsewhere", scoring.other)
    server = TestServer(app)
    await server.start_server()
    scoring.url = str(server.make_url("/score"))
    try:
        yield scoring
    finally:
        await server.close()


def section(url: str, **more: Any) -> Service:
    """Its settings."""
    return Service(name="mood", url=url, **{"token": SecretStr(TOKEN), "timeout": "2s", **more})
