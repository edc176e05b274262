"""A BeeStreamed account for the tests here: lists that page as the test wants it, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.config import Bot, Channel
from bot.platform_api.beestreamed.client import BeeStreamed, transport_for
from tests.platform_api.server import Asked, Platform
from tests.platform_api.transports import PATIENT

BOT = Bot(name="Usher", email="usher@example.test")


@asynccontextmanager
async def account(platform: Platform, **settings: Any) -> AsyncIterator[BeeStreamed]:
    channel = Channel.model_validate(
        {
            "base_url": platform.url,
            "token_id": "planted-id",
            "secret_key": "planted-secret",
            "requests_per_minute": 60_000,
            **settings,
        }
    )
    clock = Clock()
    async with BeeStreamed(channel, BOT, clock, transport_for(channel, clock, limits=PATIENT)) as client:
        yield client


def chat_row(
    number: int, text: str = "hello", *, name: str = "Ann", email: str = "ann@example.test", **extra: Any
) -> dict[str, Any]:
    row = {
        "chat_id": number,
        "chat_ref": f"c{number}",
        "chat_event_ref": "ev",
        "chat_message": text,
        "chat_name": name,
        "chat_email": email,
        "chat_status": "public",
        "chat_created": "2031-02-03 10:00:05",
        "chat_deleted_time": None,
        "row_num": 1,
    }
    return {**row, **extra}


def paged(rows: list[Any], *, cap: int = 1000, envelope: bool = False) -> Callable[[Asked, web.Request], Any]:
    """Answers a list page by page; `cap` is the platform's silent limit."""

    def answer(asked: Asked, _request: web.Request) -> Any:
        size = min(int(asked.query.get("maxResults", "10")), cap)
        start = (int(asked.query.get("page", "1")) - 1) * size
        page = rows[start : start + size]
        return web.json_response({"data": page, "status": 200} if envelope else page)

    return answer


def refused(status: int, message: str = "no") -> web.Response:
    return web.json_response({"message": message, "status": status}, status=status)
