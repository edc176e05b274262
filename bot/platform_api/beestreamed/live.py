"""An event's own livestream behind the common face (ports.Livestream).

An event made for WebRTC is started by its own call; any other goes on air when an encoder pushes, so what can be switched there is
the event's status. Whether it is on air is advisory in both vocabularies (B-16); of the two the stream's own word comes first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.errors import Refused
from bot.platform_api.beestreamed import wire
from bot.platform_api.beestreamed.figures import Figures
from bot.platform_api.beestreamed.streams import Streams
from bot.platform_api.beestreamed.values import StreamInfo
from bot.platform_api.scalars import text, truth
from bot.ports import Ingest, StreamFigures, StreamState, StreamVerb, Switched


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look at both places."""

    phase: str
    webrtc: bool
    info: StreamInfo

    @property
    def is_on(self) -> bool:
        """The picture is there, or (pushed by an encoder) the event lets it through."""
        return self.info.status == "active" or (not self.webrtc and self.phase == "on_air")

    @property
    def may_run(self) -> bool:
        """A stop is worth sending: a start that was asked for may not show in the stream's word yet."""
        return self.is_on or self.phase == "on_air"


class EventStream:
    """One event's livestream; `event` "" means the event that the act came from."""

    platform = "beestreamed"
    cannot: Mapping[StreamVerb, str] = {}

    def __init__(
        self, streams: Streams, figures: Figures, name: str, event: str, close: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self.name = name
        self._streams = streams
        self._figures = figures
        self._event = event
        self._close = close

    def __repr__(self) -> str:
        return f"EventStream({self.name!r} on beestreamed)"

    async def close(self) -> None:
        """The connections belong to the channel's client, unless they were made for this livestream alone."""
        if self._close is not None:
            await self._close()

    async def start(self, event: str = "") -> Switched:
        """By its own call (WebRTC), else by the event's status."""
        target = self._of(event)
        seen = await self._look(target)
        if seen.is_on:
            return Switched(False, _state(seen))
        if seen.webrtc:
            await self._streams.start_webrtc(target)
            return Switched(True, StreamState("starting", seen.info.status))
        await self._streams.set_status(target, "live")
        return Switched(True, StreamState("starting", "live", "the event is live; the picture comes when the encoder pushes"))

    async def stop(self, event: str = "") -> Switched:
        """Nothing running is no error."""
        target = self._of(event)
        seen = await self._look(target)
        if not seen.may_run:
            return Switched(False, _state(seen))
        if seen.webrtc:
            await self._streams.stop_webrtc(target)
            return Switched(True, StreamState("off", "idle"))
        await self._streams.set_status(target, "done")
        return Switched(True, StreamState("over", "done"))

    async def status(self, event: str = "") -> StreamState:
        """The stream's word and the event's, seen together."""
        return _state(await self._look(self._of(event)))

    async def ingest(self, event: str = "", *, regenerate: bool = False) -> Ingest:
        """The event's push address."""
        if regenerate:
            raise Refused("BeeStreamed has no call that resets a stream key; do it in its panel")
        found = await self._streams.rtmp(self._of(event))
        return Ingest(found.server, found.key)

    async def analytics(self, since: float, until: float, event: str = "") -> StreamFigures:
        """Views in that time, and the stream's own count."""
        target = self._of(event)
        views = await self._figures.overall(target, timeframe=(since, until))
        info = await self._streams.info(target)
        counted = views.value if views.value is not None else next((each.total for each in info.views), None)
        return StreamFigures(
            views=None if counted is None else int(counted), note="views of the event, as the platform counts them"
        )

    async def settled(self, on: bool, since: float, event: str = "") -> bool:
        """By the same look as before a start."""
        return (await self._look(self._of(event))).is_on == on

    def _of(self, event: str) -> str:
        if not (self._event or event):
            raise Refused(f"the livestream '{self.name}' names no event; set `event` in its section")
        return self._event or event

    async def _look(self, event: str) -> _Seen:
        row = await self._streams.event_row(event)
        phase = wire.phase_of(text(row.get("event_status"), 64))
        try:
            info = await self._streams.info(event)
        except Refused as error:
            if error.status != 404:  # an event that was never streamed may have none
                raise
            info = StreamInfo("")
        return _Seen(phase, truth(row.get("event_webrtc")) is not False, info)


def _state(seen: _Seen) -> StreamState:
    word = seen.info.status
    viewers = next((each.now for each in seen.info.views if each.now is not None), None)
    if word == "active":
        return StreamState("on_air", word, "", viewers)
    if word == "disabled":
        return StreamState("failed", word, "the stream key is disabled on the platform")
    if word not in ("", "idle"):
        return StreamState("unknown", word, "", viewers)
    if seen.phase == "before":
        return StreamState("before", word)
    return StreamState("over" if seen.phase == "over" else "off", word)
