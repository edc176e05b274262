"""Dyte's livestream calls: those of RealtimeKit without a prefix, and key reset, enable and disable (platforms/dyte.md)."""

from __future__ import annotations

from collections.abc import Callable

from bot.platform_api.auth import Auth, basic
from bot.platform_api.http import Transport
from bot.platform_api.oddities import Oddities
from bot.platform_api.realtimekit.client import RealtimeKit, iso_time
from bot.platform_api.realtimekit.values import Broadcast, LivestreamId


def auth_of(organization: str, api_key: str) -> Auth:
    """Base64 of `organization:key`; without an organization the key is the portal's ready-made header value (D-02)."""
    if organization:
        return basic(organization, api_key)
    value = api_key.removeprefix("Basic ").strip()
    return Auth({"Authorization": f"Basic {value}"}, (value,))


class Dyte(RealtimeKit):
    """One organization."""

    analytics_time: Callable[[float], str] = staticmethod(iso_time)

    def __init__(self, transport: Transport, oddities: Oddities) -> None:
        super().__init__(transport, "", oddities)

    async def reset_stream_key(self, livestream: LivestreamId) -> Broadcast:
        """A new key; an empty one in the answer means "not returned" (D-12)."""
        return self._one(await self._change("POST", "reset key", None, livestream=livestream), "the livestream")

    async def enable(self, livestream: LivestreamId) -> Broadcast:
        """Lets it be used again."""
        return self._one(await self._change("PUT", "enable", None, livestream=livestream), "the livestream")

    async def disable(self, livestream: LivestreamId) -> Broadcast:
        """Answers under a key of its own, or under `data` (D-11)."""
        return self._one(await self._change("PUT", "disable", None, livestream=livestream), "the livestream")
