"""A running stage, and a small client that speaks its wire format in the plainest way."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.clock import Clock
from bot.stage import SECRET_KEY, TOKEN_ID, Stage


def basic(token_id: str = TOKEN_ID, secret: str = SECRET_KEY) -> str:
    """An Authorization header's value."""
    return "Basic " + base64.b64encode(f"{token_id}:{secret}".encode()).decode()


@dataclass
class Caller:
    """Calls the stage; `call` gives (status, JSON), `raw` the whole answer's status, headers and bytes."""

    session: aiohttp.ClientSession
    url: str

    async def raw(self, method: str, path: str, *, auth: str | None = "ours", **more: Any) -> tuple[int, dict[str, str], bytes]:
        headers = {**more.pop("headers", {}), **({"Authorization": basic() if auth == "ours" else auth} if auth else {})}
        async with self.session.request(method, self.url + path, headers=headers, allow_redirects=False, **more) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, await answer.read()

    async def call(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        status, _, body = await self.raw(method, path, **more)
        return status, json.loads(body)

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON of a GET that must succeed."""
        status, answer = await self.call("GET", path, params={name: str(value) for name, value in query.items()})
        assert status == 200, answer
        return answer

    async def admin(self, path: str, **fields: Any) -> Any:
        """A POST at the admin door that must succeed."""
        status, answer = await self.call("POST", f"/stage-admin{path}", json=fields)
        assert status == 200, answer
        return answer


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage(Clock(), seed=1)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def caller(stage: Stage) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield Caller(session, stage.url)
