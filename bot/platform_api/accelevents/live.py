"""An Accelevents session behind the common face (ports.Livestream).

The platform has one call: it makes a push address. So `start` makes sure that there is one and the picture comes when an encoder
pushes; whether it is on air, how many watch, and how to stop it cannot be asked there.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import NotSent, PlatformError, Refused, Unclear
from bot.platform_api.accelevents import wire
from bot.platform_api.accelevents.client import Accelevents
from bot.ports import Clock, Ingest, StreamFigures, StreamState, StreamVerb, Switched

_PAUSES = {wire.MUX_STATUS_MISSING: (1.0, 2.0, 4.0), wire.MUX_DID_NOT_MAKE: (1.0,)}
"""Seconds before each further try of a call that the platform surely did not carry out."""
PUSHED = "Accelevents is on air while an encoder pushes; it has no call that starts, stops or shows a session's livestream"


class SessionStream:
    """One session."""

    platform = "accelevents"
    cannot: Mapping[StreamVerb, str] = {
        "stop": "Accelevents has no call that stops a livestream; stop the encoder",
        "status": "Accelevents has no call that tells whether a session is on air",
        "analytics": "Accelevents has no call for figures of a session's livestream",
    }

    def __init__(self, client: Accelevents, name: str, clock: Clock) -> None:
        self.name = name
        self.client = client
        self._clock = clock

    def __repr__(self) -> str:
        return f"SessionStream({self.name!r} on accelevents)"

    async def close(self) -> None:
        """Closes the connections."""
        await self.client.transport.close()

    async def start(self, event: str = "") -> Switched:
        """Makes sure that there is a push address; one that is in use already is no error."""
        try:
            await self._key()
        except Refused as error:
            if error.code != wire.STREAM_RUNS:
                raise
            return Switched(False, StreamState("on_air", "", "a stream is running with the session's key"))
        return Switched(True, StreamState("unknown", "", f"the push address is ready; {PUSHED}"))

    async def stop(self, event: str = "") -> Switched:
        """Not there."""
        raise Refused(self.cannot["stop"])

    async def status(self, event: str = "") -> StreamState:
        """Not there: always unknown."""
        return StreamState("unknown", "", self.cannot["status"])

    async def ingest(self, event: str = "", *, regenerate: bool = False) -> Ingest:
        """The push address; with `regenerate` a new one, asked for once only (A-03, A-04)."""
        made = await (self.client.stream_key(regenerate=True) if regenerate else self._key())
        if not made.rtmp or not made.key:
            provider = f" of the provider {made.provider}" if made.provider else ""
            raise Refused(f"the session{provider} has no push address (A-08)")
        plain = made.rtmp.lower().startswith("rtmp://")
        return Ingest(made.rtmp, made.key, ("the address is not encrypted: the key travels in clear (A-10)",) if plain else ())

    async def analytics(self, since: float, until: float, event: str = "") -> StreamFigures:
        """Not there."""
        raise Refused(self.cannot["analytics"])

    async def settled(self, on: bool, since: float, event: str = "") -> bool:
        """Making the key may be repeated, so a lost answer leaves it to do (A-04)."""
        return False

    async def _key(self) -> wire.StreamKey:
        """Create-or-get: repeated once after a lost answer, and while the video service behind is not ready (A-04)."""
        lost, tried = 0, 0
        while True:
            try:
                return await self.client.stream_key()
            except NotSent:
                raise
            except PlatformError as error:
                pauses = _PAUSES.get(error.code, ())
                lost += isinstance(error, Unclear) and not pauses
                if tried >= len(pauses) and not (lost == 1 and not pauses):
                    raise
                if pauses:
                    await self._clock.sleep(pauses[tried])
                tried += 1
