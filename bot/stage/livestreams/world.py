"""The state of the livestream platforms in memory, and what encoders and people do there.

Meetings and sessions come into being when they are first named, so that any configuration fits. Keys and refs come from a seeded
source; `news` counts what a bot must not do twice.
"""

from __future__ import annotations

import random
import string
import uuid
from collections import Counter
from typing import Any

from bot.stage.livestreams.model import Broadcast, KeySession, Run, WebinarSession
from bot.stage.switches import Switches
from bot.stage.timing import StageClock

TOKEN = "stage-fake-token"  # noqa: S105 - the stand-in's own invented token
ORGANIZATION = "stage-org"
API_KEY = "stage-fake-key"
KINDS = ("realtimekit", "dyte", "accelevents", "golive")
_LETTERS = string.ascii_lowercase + string.digits


class LivestreamWorld:
    """Everything that exists there. `switches` is replaced as a whole while it runs."""

    def __init__(self, clock: StageClock, switches: Switches, seed: int = 0) -> None:
        self.clock = clock
        self.switches = switches
        self.broadcasts: dict[str, list[Broadcast]] = {"realtimekit": [], "dyte": []}
        self.sessions: dict[str, KeySession] = {}
        self.webinars: dict[str, WebinarSession] = {}
        self.counts: Counter[str] = Counter()
        """`start realtimekit`, `stop dyte`, `key accelevents`, `go_live`: calls that took effect."""
        self._dice = random.Random(f"{seed}|livestreams")  # noqa: S311 - a stand-in's made-up refs, no secrets

    def ref(self) -> str:
        """A new uuid."""
        return str(uuid.UUID(int=self._dice.getrandbits(128), version=4))

    def secret(self, kind: str) -> str:
        """A new key that is plainly invented."""
        return f"fake-{kind}-" + "".join(self._dice.choices(_LETTERS, k=16))

    def now(self) -> float:
        """The moment, by the clock handed in."""
        return self.clock.now()

    def add(self, kind: str, meeting: str | None, name: str | None) -> Broadcast:
        """A new livestream."""
        made = Broadcast(self.ref(), meeting, name, self.secret("stream-key"), self.now(), self.now())
        self.broadcasts[kind].append(made)
        return made

    def start(self, kind: str, meeting: str, name: str | None) -> Broadcast:
        """A meeting goes on air: `stream_start_seconds` from now the picture is there."""
        of_meeting = self.of_meeting(kind, meeting)
        made = of_meeting[-1] if of_meeting and of_meeting[-1].run is None else self.add(kind, meeting, name)
        wait = self.switches.stream_start_seconds
        made.runs.append(Run(self.ref(), self.now(), self.now() + wait))
        made.updated = self.now()
        self.counts[f"start {kind}"] += 1
        return made

    def stop(self, kind: str, meeting: str) -> bool:
        """It ends; False if nothing ran."""
        running = self.active(kind, meeting)
        for broadcast in running:
            run = broadcast.run
            if run is not None:
                run.stopped = self.now()
            broadcast.updated = self.now()
        self.counts[f"stop {kind}"] += bool(running)
        return bool(running)

    def of_meeting(self, kind: str, meeting: str) -> list[Broadcast]:
        """Oldest first."""
        return [each for each in self.broadcasts[kind] if each.meeting == meeting]

    def active(self, kind: str, meeting: str) -> list[Broadcast]:
        """Those that were started and not stopped."""
        return [each for each in self.of_meeting(kind, meeting) if each.run is not None]

    def word(self, broadcast: Broadcast) -> str:
        """Its status as the platform says it now."""
        run = broadcast.run
        if run is None:
            return self.switches.k07_stopped if broadcast.runs else "IDLE"
        if run.started is not None and self.now() < run.started:
            return self.switches.d04_start_word
        return self.switches.k07_dropped if run.dropped_at is not None else "LIVE"

    def session(self, ref: str) -> KeySession:
        """An Accelevents session."""
        return self.sessions.setdefault(ref, KeySession(ref))

    def webinar(self, ref: str) -> WebinarSession:
        """A session of go_live."""
        return self.webinars.setdefault(ref, WebinarSession(ref, self.ref(), self.secret("stream-key")))

    # ── what encoders and people do ──

    def picture(self, kind: str, ref: str, comes: bool) -> None:
        """The encoder's picture drops, or comes (back). `ref`: the meeting or session."""
        if kind == "accelevents":
            self.session(ref).streaming = comes
        elif kind == "golive":
            self.webinar(ref).status = "live" if comes else "scheduled"
        for broadcast in self.active(kind, ref) if kind in self.broadcasts else ():
            run = broadcast.run
            if run is None:
                continue
            if comes and run.dropped_at is not None:
                run.lost += self.now() - run.dropped_at
                run.dropped_at = None
            elif not comes:
                run.dropped_at = self.now()

    def on_air(self) -> list[tuple[str, str]]:
        """(platform, meeting or session) of every picture that is there."""
        found = [(kind, each.meeting) for kind, rows in self.broadcasts.items() for each in rows if self.word(each) == "LIVE"]
        keys = [("accelevents", each.ref) for each in self.sessions.values() if each.streaming]
        sessions = [("golive", each.ref) for each in self.webinars.values() if each.status == "live"]
        return [(kind, ref) for kind, ref in found if ref] + keys + sessions

    def told(self) -> dict[str, Any]:
        """The whole truth as JSON values."""
        broadcasts = [
            {"platform": kind, "meeting": each.meeting, "id": each.ref, "status": self.word(each), "runs": len(each.runs)}
            for kind, found in self.broadcasts.items()
            for each in found
        ]
        sessions = [{"id": each.ref, "keys": each.made, "streaming": each.streaming} for each in self.sessions.values()]
        webinars = [{"id": each.ref, "calls": each.calls, "status": each.status} for each in self.webinars.values()]
        return {"broadcasts": broadcasts, "sessions": sessions, "webinars": webinars, "counts": dict(self.counts)}
