"""Typed calls for an event's livestream: its state, its push address, start and stop, simulcast targets."""

from __future__ import annotations

from bot.domain.errors import BadAnswer
from bot.platform_api.beestreamed import wire_more
from bot.platform_api.beestreamed.calls import Writing
from bot.platform_api.beestreamed.rows import one_object
from bot.platform_api.beestreamed.values import PushAddress, StreamInfo
from bot.platform_api.http import Transport
from bot.platform_api.oddities import Row
from bot.platform_api.redact import secrets_in
from bot.ports import Watching

WORDS = {"active": "online", "idle": "offline", "disabled": "offline"}
"""Words seen in `/stream`; the list is open, and another word tells nothing."""


class Streams:
    """The livestreams of one account."""

    def __init__(self, transport: Transport, writing: Writing) -> None:
        self._transport = transport
        self._writing = writing

    async def event_row(self, event: str) -> Row:
        """The event's details as they come: `event_status` and `event_webrtc` say how it is started."""
        answer = await self._transport.send(self._writing.get("event", kind="control", event=event))
        return one_object(answer.payload, "an event")

    async def info(self, event: str) -> StreamInfo:
        """The stream's state and figures (B-23)."""
        answer = await self._transport.send(self._writing.get("stream", kind="control", event=event))
        return wire_more.stream_info(one_object(answer.payload, "a stream's state"))

    async def watching(self, event: str) -> Watching:
        """Viewers by the newest line of the statistics, and the stream in our words."""
        info = await self.info(event)
        lines = [line for line in info.views if line.now is not None]
        newest = max(lines, key=lambda line: line.at or 0.0, default=None)
        return Watching(newest.now if newest is not None else None, WORDS.get(info.status.casefold(), ""))

    async def rtmp(self, event: str) -> PushAddress:
        """Where an encoder pushes to. Secret."""
        answer = await self._transport.send(self._writing.get("rtmp", kind="control", event=event))
        self._transport.redactor.learn(secrets_in(answer.payload))
        found = wire_more.push_address(one_object(answer.payload, "a push address"))
        if not found.server and not found.key:
            raise BadAnswer("GET rtmp: the answer holds neither server nor key")
        return found

    async def start_webrtc(self, event: str) -> None:
        """Starts an event that was made for WebRTC."""
        await self._transport.send(self._writing.change("POST", "start_webrtc", priority=0, event=event))

    async def stop_webrtc(self, event: str) -> None:
        """Stops it."""
        await self._transport.send(self._writing.change("POST", "stop_webrtc", priority=0, event=event))

    async def set_status(self, event: str, status: str) -> None:
        """An event that an encoder pushes to has no start call: its status is what can be switched."""
        await self._transport.send(self._writing.change("PATCH", "event", {"status": status}, priority=0, event=event))

    async def add_target(self, event: str, *, url: str, title: str, key: str) -> None:
        """Simulcasts to another place too; the new target's id is read from `info`. Not offered to rules."""
        self._transport.redactor.learn((key,))
        body = {"url": url, "passthrough": title, "stream_key": key}
        await self._transport.send(self._writing.change("POST", "simulcast", body, as_json=True, event=event))

    async def remove_target(self, event: str, target: str) -> None:
        """Ends that output at once. Not offered to rules."""
        await self._transport.send(self._writing.remove("simulcast", {"target_id": target}, event=event))
