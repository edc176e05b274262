"""A meeting's livestream on RealtimeKit or Dyte behind the common face (ports.Livestream).

A start is read before it is sent, and read again when its answer is lost; only the outbox sends it a second time, after it has
asked `settled`. The platform can do all five things; its figures come late and are corrected afterwards (K-04, D-13).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.errors import BadAnswer, NotSent, PlatformError, Refused, Throttled, Unclear
from bot.platform_api.realtimekit import wire
from bot.platform_api.realtimekit.client import RealtimeKit
from bot.platform_api.realtimekit.values import Broadcast, MeetingId, Run
from bot.ports import RUNNING, Ingest, StreamFigures, StreamState, StreamVerb, Switched

MARGIN = 30.0
"""Seconds that two clocks may differ by."""


class MeetingStream:
    """One meeting's livestream. `title` goes with a start, so that people find it in the platform's console."""

    cannot: Mapping[StreamVerb, str] = {}

    def __init__(self, client: RealtimeKit, meeting: str, name: str, platform: str) -> None:
        self.name = name
        self.platform = platform
        self.client = client
        self._meeting = MeetingId(meeting)

    def __repr__(self) -> str:
        return f"MeetingStream({self.name!r} on {self.platform})"

    async def close(self) -> None:
        """Closes the connections."""
        await self.client.transport.close()

    async def start(self, event: str = "") -> Switched:
        """Reads, starts, and reads again where the answer was lost or the platform says that one runs already (D-14)."""
        before = await self._present()
        if before is not None and _runs(before):
            return Switched(False, self._state(before))
        try:
            made = await self.client.start(self._meeting, self.name)
        except BadAnswer as error:
            raise Unclear(str(error)) from None
        except (Unclear, Refused) as error:
            found = await self._after_failure(error)
            if found is None or (found.id == (before.id if before else "") and not _runs(found)):
                raise
            return Switched(isinstance(error, Unclear), self._state(found))
        state = self._state(made)
        # Right after a start one page shows OFFLINE, another INVOKED (D-04): it was asked for, so it is starting.
        return Switched(True, state if state.status in RUNNING else StreamState("starting", state.word))

    async def stop(self, event: str = "") -> Switched:
        """Nothing running is no error, in whichever way the platform says so (K-12, D-14)."""
        try:
            await self.client.stop(self._meeting)
        except (Unclear, Refused) as error:
            found = await self._after_failure(error, gone=True)
            if found is not None and _runs(found):
                raise
            return Switched(isinstance(error, Unclear), StreamState("off"))
        return Switched(True, StreamState("off"))

    async def status(self, event: str = "") -> StreamState:
        """What is active; else the newest livestream of the meeting."""
        found = await self._active()
        if found is not None and _runs(found):
            return self._state(found)
        past = await self._past()
        if past is None:
            return self._state(found) if found is not None else StreamState("before")
        newest, runs = past
        shown = newest or found
        return self._rested(shown, runs) if shown is not None else StreamState("before")

    async def ingest(self, event: str = "", *, regenerate: bool = False) -> Ingest:
        """Active, then the meeting's newest, then its details: a read may leave the key out (K-18)."""
        if regenerate:
            raise Refused(f"{self.platform} cannot replace the key of a meeting's livestream")
        active = await self._active()
        found = active if active is not None and active.server and active.key else await self._with_key(active)
        if found is None:
            raise Refused("there is no push address yet: the platform makes it when the livestream is started")
        return Ingest(found.server, found.key)

    async def analytics(self, since: float, until: float, event: str = "") -> StreamFigures:
        """The runs of the meeting in that time, added up."""
        try:
            runs = await self.client.meeting_runs(self._meeting)
        except Refused as error:
            if error.status != 404:
                raise
            runs = []
        within = [run for run in runs if _overlaps(run, since, until)]
        ingest, viewers = ([getattr(run, name) for run in within] for name in ("ingest_seconds", "viewer_seconds"))
        return StreamFigures(
            runs=len(within),
            ingest_seconds=wire.added(ingest),
            viewer_seconds=wire.added(viewers),
            note="the platform counts late: figures of the last minutes may grow",
        )

    async def settled(self, on: bool, since: float, event: str = "") -> bool:
        """By what is active or about to be; an idle one that was made since counts as the start's (D-04)."""
        found = await self._present()
        if found is None:
            return not on
        made_since = found.created is not None and found.created >= since - MARGIN
        return (_runs(found) or made_since) if on else not _runs(found)

    async def _active(self) -> Broadcast | None:
        return await self.client.active_livestream(self._meeting)

    async def _present(self) -> Broadcast | None:
        """What is active; else one that was asked to start: when it begins to count as active is not said (K-06, K-12)."""
        found = await self._active()
        if found is not None and _runs(found):
            return found
        past = await self._past()
        newest = past[0] if past is not None else None
        return newest if newest is not None and wire.status_of(newest.status) == "starting" else found

    async def _after_failure(self, error: PlatformError, *, gone: bool = False) -> Broadcast | None:
        """What runs now. Where that cannot be read, the error stands (a stop answered 404 is done all the same)."""
        try:
            return await self._present()
        except (NotSent, BadAnswer, Throttled, Refused):
            if gone and error.status == 404:
                return None
            raise error from None

    async def _past(self) -> tuple[Broadcast | None, Sequence[Run]] | None:
        try:
            found = await self.client.meeting_livestreams(self._meeting)
        except Refused as error:
            if error.status != 404:
                raise
            return None
        return found.livestream, found.runs

    def _rested(self, found: Broadcast, runs: Sequence[Run]) -> StreamState:
        """Of a livestream that is not active: never run is before, its newest run's error is a failure."""
        state = self._state(found)
        last = max(runs, key=lambda run: run.started or run.invoked or run.created or 0.0, default=None)
        if state.status == "off" and last is None:
            return StreamState("before", state.word)
        if last is not None and last.error and state.status in ("off", "failed"):
            return StreamState("failed", state.word, self.client.transport.redactor.text(last.error))
        return state

    async def _with_key(self, active: Broadcast | None) -> Broadcast | None:
        past = await self._past()
        newest = past[0] if past else None
        for found in (newest, active):
            if found is None or not found.id:
                continue
            if found.server and found.key:
                return found
            whole = (await self.client.livestream(found.id)).livestream
            if whole is not None and whole.server and whole.key:
                return whole
        return None

    def _state(self, found: Broadcast) -> StreamState:
        note = "the livestream is disabled on the platform" if found.disabled else ""
        return StreamState(wire.status_of(found.status), found.status, note)


def _runs(found: Broadcast) -> bool:
    """An active livestream with a word that nobody knows counts as running: better no start than a second one."""
    status = wire.status_of(found.status)
    return status in RUNNING or (status == "unknown" and bool(found.id))


def _overlaps(run: Run, since: float, until: float) -> bool:
    began = run.started or run.invoked or run.created
    return began is None or (began <= until and (run.stopped is None or run.stopped >= since))
