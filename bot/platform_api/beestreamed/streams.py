"""BeeStreamed's own livestream: read its state, start and stop it.

An event made for WebRTC is started by its own call; any other goes on air when an encoder pushes, so what can be switched there
is the event's status. Whether it is on air is advisory in both vocabularies (B-16).
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.config import Stream
from bot.domain.errors import Refused
from bot.platform_api.beestreamed import wire, wire_more
from bot.platform_api.beestreamed.calls import Writing
from bot.platform_api.beestreamed.rows import one_object
from bot.platform_api.beestreamed.values import StreamInfo
from bot.platform_api.http import Transport
from bot.platform_api.scalars import text, truth
from bot.ports import Applied, Watching

WORDS = {"active": "online", "idle": "offline", "disabled": "offline"}
"""Words seen in `/stream`; the list is open, and another word tells nothing."""


class Streams:
    """The livestreams of one account. `configured` are the settings' [[stream]] sections of this platform."""

    def __init__(self, transport: Transport, writing: Writing, configured: Iterable[Stream] = ()) -> None:
        self._transport = transport
        self._writing = writing
        self._events = {stream.name: stream.event for stream in configured if stream.platform == "beestreamed"}

    async def info(self, event: str) -> StreamInfo:
        """The stream's state and figures."""
        answer = await self._transport.send(self._writing.get("stream", event=event))
        return wire_more.stream_info(one_object(answer.payload, "a stream's state"))

    async def watching(self, event: str) -> Watching:
        """Viewers by the newest line of the statistics, and the stream in our words."""
        info = await self.info(event)
        lines = [line for line in info.views if line.now is not None]
        newest = max(lines, key=lambda line: line.at or 0.0, default=None)
        return Watching(newest.now if newest is not None else None, WORDS.get(info.status.casefold(), ""))

    async def switch(self, event: str, stream: str, on: bool) -> Applied:
        """Starts or stops. `changed` False: it was so already."""
        target = self._event_of(event, stream)
        row = await self._event_row(target)
        if _is_on(row) == on:
            return Applied(changed=False, remote=stream)
        if truth(row.get("event_webrtc")) is False:
            call = self._writing.change("PATCH", "event", {"status": "live" if on else "done"}, priority=0, event=target)
        else:
            call = self._writing.change("POST", "start_webrtc" if on else "stop_webrtc", priority=0, event=target)
        await self._transport.send(call)
        return Applied(remote=stream)

    async def is_as_wanted(self, event: str, stream: str, on: bool) -> bool:
        """Whether nothing is left to do."""
        return _is_on(await self._event_row(self._event_of(event, stream))) == on

    def _event_of(self, event: str, stream: str) -> str:
        if stream not in self._events:
            known = ", ".join(sorted(self._events)) or "none is configured"
            raise Refused(f"no BeeStreamed livestream is called '{stream}'; known: {known}")
        return self._events[stream] or event

    async def _event_row(self, event: str) -> dict[str, object]:
        answer = await self._transport.send(self._writing.get("event", kind="control", event=event))
        return dict(one_object(answer.payload, "an event"))


def _is_on(row: dict[str, object]) -> bool:
    return wire.phase_of(text(row.get("event_status"), 64)) == "on_air"
