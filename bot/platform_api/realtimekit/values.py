"""What RealtimeKit and Dyte answer, as frozen values. Every field may be missing (K-05); secrets have no repr (K-18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NewType, TypeVar

MeetingId = NewType("MeetingId", str)
"""A uuid made by the create-meeting call."""
MeetingSessionId = NewType("MeetingSessionId", str)
"""A run of a meeting (K-16)."""
LivestreamId = NewType("LivestreamId", str)
LivestreamSessionId = NewType("LivestreamSessionId", str)
"""A run of a livestream: another thing than a run of a meeting (K-16)."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A livestream. Times are Unix seconds; `status` is the platform's word (K-07)."""

    id: LivestreamId
    status: str = ""
    name: str = ""
    meeting: str = ""
    server: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    playback: str = field(default="", repr=False)
    disabled: bool | None = None
    created: float | None = None
    updated: float | None = None
    ingest_seconds: float | None = None
    viewer_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A livestream session. `error` is free text, whatever the schema's enum says (K-07)."""

    id: LivestreamSessionId
    livestream: LivestreamId = LivestreamId("")
    error: str = ""
    invoked: float | None = None
    started: float | None = None
    stopped: float | None = None
    created: float | None = None
    updated: float | None = None
    ingest_seconds: float | None = None
    viewer_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """Counts from 1 in the examples (K-15)."""

    total: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """One page. `received` counts the rows as they came, undecodable ones included."""

    rows: tuple[T, ...]
    paging: Paging = Paging()
    received: int = 0


@dataclass(frozen=True, slots=True)
class Detail:
    """Livestreams and their runs, in whichever of the two shapes they came (K-02)."""

    livestreams: tuple[Broadcast, ...] = ()
    runs: tuple[Run, ...] = ()
    paging: Paging = Paging()
    received: int = 0

    @property
    def livestream(self) -> Broadcast | None:
        """The one asked for, or the newest."""
        return max(self.livestreams, key=lambda each: each.created or 0.0, default=None)


@dataclass(frozen=True, slots=True)
class Totals:
    """Analytics: of a time frame, or of one day (`date` as the platform writes it)."""

    count: int | None = None
    ingest_seconds: float | None = None
    viewer_seconds: float | None = None
    date: str = ""


@dataclass(frozen=True, slots=True)
class Video:
    """Wanted picture size in pixels."""

    height: int
    width: int

    def body(self) -> Mapping[str, Any]:
        """As the start call wants it."""
        return {"height": self.height, "width": self.width}
