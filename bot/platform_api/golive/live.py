"""A session on LiveKit behind the common face (ports.Livestream).

Only go_live exists: nothing can be read before or after it, and whether it may be repeated is not documented. So it is made once
per session, our own record remembers it, and what became of a lost answer is left to a person (G-08).
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import CannotTell, NotSent, PlatformError, Refused, Throttled, Unclear
from bot.platform_api.golive import wire
from bot.platform_api.golive.client import GoLive
from bot.platform_api.golive.record import Note, Record
from bot.platform_api.golive.values import GoneLive
from bot.ports import Clock, Ingest, StreamFigures, StreamState, StreamVerb, Switched

LOST = (
    "the answer to an earlier go_live was lost, so the session may be live already; it is not repeated by itself. "
    "Look at the platform; if the session is not live, remove {path} and start again"
)


class LiveSession:
    """One session."""

    platform = "golive"
    cannot: Mapping[StreamVerb, str] = {
        "stop": "the sessions API has no documented call that ends a session; end it in the platform's studio",
        "status": "the sessions API has no documented call that reads a session; only what go_live answered is known",
        "analytics": "the sessions API has no documented call for figures",
    }

    def __init__(self, client: GoLive, session: str, name: str, clock: Clock, record: Record, livekit_url: str = "") -> None:
        self.name = name
        self.client = client
        self._session = session
        self._clock = clock
        self._record = record
        self._livekit_url = livekit_url

    def __repr__(self) -> str:
        return f"LiveSession({self.name!r} on golive)"

    async def close(self) -> None:
        """Closes the connections."""
        await self.client.transport.close()

    async def start(self, event: str = "") -> Switched:
        """Goes live unless our record says that it was done. An earlier lost answer is a CannotTell."""
        note = self._record.read(self._session)
        if note is not None and note.state == "live":
            return Switched(False, self._recorded(note))
        if note is not None:
            raise CannotTell(self._lost())
        self._record.write(Note(self._session, "asked", self._clock.now()))
        gone = await self._go_live()
        self._record.write(self._note(gone))
        status = wire.status_of(gone.session.status)
        # The sample shows `scheduled` right after going live (G-03): a 2xx is what counts.
        state = status if status in ("on_air", "over") else "starting"
        return Switched(True, StreamState(state, gone.session.status, "", gone.session.viewers))

    async def stop(self, event: str = "") -> Switched:
        """Not there."""
        raise Refused(self.cannot["stop"])

    async def status(self, event: str = "") -> StreamState:
        """What our record says; the platform cannot be asked."""
        note = self._record.read(self._session)
        if note is None:
            return StreamState("unknown", "", f"go_live has not been called from here; {self.cannot['status']}")
        return self._recorded(note) if note.state == "live" else StreamState("unknown", "", self._lost())

    async def ingest(self, event: str = "", *, regenerate: bool = False) -> Ingest:
        """What go_live answered: it is the only call that shows keys, so nothing is called here."""
        if regenerate:
            raise Refused("the sessions API has no documented call that replaces a key")
        note = self._record.read(self._session)
        if note is None or note.state != "live":
            raise Refused("there is no push address yet: the platform tells it in its answer to go_live, so start first")
        self.client.transport.redactor.learn([note.key, note.whip, note.livekit_token])
        more = {"whip_url": note.whip, "livekit_token": note.livekit_token, "livekit_url": self._livekit_url}
        warnings = (note.warning,) if note.warning else ()
        return Ingest(note.server, note.key, warnings, {name: value for name, value in more.items() if value})

    async def analytics(self, since: float, until: float, event: str = "") -> StreamFigures:
        """Not there."""
        raise Refused(self.cannot["analytics"])

    async def settled(self, on: bool, since: float, event: str = "") -> bool:
        """By our record alone."""
        note = self._record.read(self._session)
        if on and note is not None and note.state == "live":
            return True
        raise CannotTell(self._lost())

    async def _go_live(self) -> GoneLive:
        """Once. Whatever surely was not carried out leaves no note behind; anything else does."""
        try:
            return await self.client.go_live(self._session)
        except (NotSent, Throttled, Refused):
            self._record.forget()
            raise
        except Unclear as error:
            raise CannotTell(f"{error}; {self._lost()}", status=error.status, code=error.code) from None
        except PlatformError:
            self._record.forget()
            raise

    def _note(self, gone: GoneLive) -> Note:
        way = gone.way
        warning = "the platform told two push addresses that differ; this is `rtmp` (G-04)" if gone.ways_differ else ""
        keys = {"whip": gone.whip, "livekit_token": gone.livekit_token, "warning": warning}
        return Note(self._session, "live", self._clock.now(), way.server, way.key, **keys)

    def _recorded(self, note: Note) -> StreamState:
        return StreamState("starting", "", "go_live was called; whether the picture is there cannot be read on this platform")

    def _lost(self) -> str:
        return LOST.format(path=self._record.path)
