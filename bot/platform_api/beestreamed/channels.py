"""The channel's details, logo, usage and connections, and a user's connections, as typed calls. The bot makes none by itself.

A session key stands in the path of the user's calls (B-46): it is hidden from every text from the first call on.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.platform_api.beestreamed import wire_assets
from bot.platform_api.beestreamed.assets import ChannelInfo, ChannelUsage, Connection, UploadPlace
from bot.platform_api.beestreamed.sending import Sending


def _key(one: Connection) -> str:
    return one.ref


_TIES = (wire_assets.connection, "connection", _key)


class Channels(Sending):
    """Over one transport."""

    async def details(self, channel: str) -> ChannelInfo:
        """`GET /client/{channel}`: by ref or subdomain."""
        return await self._object("GET", "client", None, wire_assets.channel_info, client=channel)

    async def logo(self, channel: str, *, light: bool = False) -> str:
        """`GET /client/{channel}/image`: a link that works for 20 minutes. Secret."""
        return await self._link("client_image", {"light": light}, client=channel)

    async def new_logo(self, channel: str, filename: str) -> UploadPlace:
        """`POST /client/{channel}/image`: where a picture may be put."""
        return await self._object("POST", "client_image", {"filename": filename}, wire_assets.upload_place, client=channel)

    async def usage(self, channel: str) -> ChannelUsage:
        """`GET /client/{channel}/usage`."""
        return await self._object("GET", "client_usage", None, wire_assets.channel_usage, client=channel)

    async def connections(self, channel: str, *, search: str = "", active: bool = True) -> Sequence[Connection]:
        """`GET /client/{channel}/connections`, every page."""
        query = {"search": search or None, "active": None if active else "false"}
        return await self._pages("client_connections", query, *_TIES, client=channel)

    async def connect(self, channel: str) -> str:
        """`POST /client/{channel}/connections`: no parameters are documented, and its page says "accept" (B-45)."""
        return await self._noted("POST", "client_connections", None, client=channel)

    async def disconnect(self, channel: str, connection: str) -> str:
        """`DELETE /client/{channel}/connections`."""
        return await self._noted("DELETE", "client_connections", {"connref": connection}, client=channel)

    async def of_user(self, session: str, *, search: str = "", active: bool = True) -> Sequence[Connection]:
        """`GET /user/{session}/connections`, every page."""
        self._transport.redactor.learn((session,))
        query = {"search": search or None, "active": None if active else "false"}
        return await self._pages(
            "user_connections", query, wire_assets.connection, "connection", lambda one: one.ref, session=session
        )

    async def accept(self, session: str, connection: str) -> str:
        """`POST /user/{session}/connections`."""
        self._transport.redactor.learn((session,))
        return await self._noted("POST", "user_connections", {"connref": connection}, session=session)

    async def leave(self, session: str, connection: str) -> str:
        """`DELETE /user/{session}/connections`."""
        self._transport.redactor.learn((session,))
        return await self._noted("DELETE", "user_connections", {"connref": connection}, session=session)
