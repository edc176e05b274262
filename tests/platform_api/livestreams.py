"""Livestreams of every platform over a small real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.config import Stream
from bot.platform_api.connection import Limits
from bot.platform_api.livestreams import Means, livestream_of
from bot.ports import Livestream
from tests.platform_api.server import Platform
from tests.platform_api.transports import PATIENT

QUICK = Limits(connect=10, read=10, act=0.5)
"""For an act whose answer never comes."""
MEETING = "11111111-2222-4333-8444-555555555555"
SESSION = "66666666-7777-4888-8999-aaaaaaaaaaaa"
SECTIONS: dict[str, dict[str, Any]] = {
    "realtimekit": {"account_id": "acc", "app_id": "app", "meeting_id": MEETING, "token": "planted-token"},
    "dyte": {"organization_id": "org", "api_key": "planted-key", "meeting_id": MEETING},
    "accelevents": {"event_url": "https://www.accelevents.example.test/e/summit", "session_id": 42, "api_key": "planted-key"},
    "golive": {"session_id": SESSION, "token": "planted-token"},
}
PREFIX = {"realtimekit": "/accounts/acc/realtime/kit/app", "dyte": ""}


def section(platform: str, url: str, **more: Any) -> Stream:
    given = {"name": "main", "platform": platform, "base_url": url, "requests_per_minute": 60_000, **SECTIONS[platform], **more}
    return Stream.model_validate(given)


@asynccontextmanager
async def opened(platform: str, server: Platform, folder: Path, **more: Any) -> AsyncIterator[Livestream]:
    made = livestream_of(section(platform, server.url, **more), Means(Clock(1000.0), folder, limits=PATIENT))
    try:
        yield made
    finally:
        await made.close()
