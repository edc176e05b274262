"""Transports for the tests here, and what they are asked to send."""

from __future__ import annotations

import pytest

from bot.clock import Clock
from bot.domain.errors import PlatformError
from bot.platform_api.auth import basic
from bot.platform_api.budget import Budget
from bot.platform_api.call import Call
from bot.platform_api.connection import Limits
from bot.platform_api.http import Transport

TOKEN, SECRET = "planted-token-id", "planted-secret"
PATIENT = Limits(connect=10, read=10, act=10)
"""For answers that come: a machine that stands still for a second fails no test."""
QUICK = Limits(connect=10, read=0.3, act=0.4)
"""For answers that never come."""
READ = Call("GET chat", "GET", "/x")
ACT = Call("PATCH message", "PATCH", "/x", body={"status": "hidden"}, kind="act")


def transport(url: str, *, limits: Limits = PATIENT, per_minute: int = 6000, probe: Call | None = None) -> Transport:
    return Transport(url, basic(TOKEN, SECRET), Clock(), Budget(per_minute), limits=limits, probe=probe)


async def failure(url: str, call: Call, limits: Limits = PATIENT) -> PlatformError:
    async with transport(url, limits=limits) as sender:
        with pytest.raises(PlatformError) as caught:
            await sender.send(call)
    return caught.value
