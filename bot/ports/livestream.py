"""A livestream as the rest of Usher sees it, whatever platform it is on: start, stop, status, push address, figures.

What a platform cannot do is said in `cannot` and raised as Refused with the same words. Secrets stand in fields without a repr.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

StreamStatus = Literal["before", "starting", "on_air", "off", "failed", "over", "unknown"]
StreamVerb = Literal["start", "stop", "status", "ingest", "analytics"]

RUNNING: frozenset[StreamStatus] = frozenset({"starting", "on_air"})


@dataclass(frozen=True, slots=True)
class StreamState:
    """One read. `word` is the platform's own, `note` is for people; None: the platform does not say."""

    status: StreamStatus
    word: str = ""
    note: str = ""
    viewers: int | None = None


@dataclass(frozen=True, slots=True)
class Switched:
    """What came of a start or stop. `changed` False: it was so already, and nothing was sent or nothing came of it."""

    changed: bool
    state: StreamState


@dataclass(frozen=True, slots=True)
class Ingest:
    """Where an encoder pushes to. Never log it: whoever has the key can broadcast."""

    server: str = field(repr=False)
    key: str = field(repr=False)
    warnings: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Other ways in, by name: `whip_url`, `livekit_token`. All of them secret."""

    @property
    def push_address(self) -> str:
        """Server and key with one slash between; empty when the platform gave no such pair."""
        return f"{self.server.rstrip('/')}/{self.key.lstrip('/')}" if self.server and self.key else ""


@dataclass(frozen=True, slots=True)
class StreamFigures:
    """What the platform counted; None: it does not say. Seconds may come late and be corrected afterwards (K-04, D-13)."""

    runs: int | None = None
    ingest_seconds: float | None = None
    viewer_seconds: float | None = None
    views: int | None = None
    most_viewers: int | None = None
    note: str = ""


class Livestream(Protocol):
    """One configured livestream. Every call raises only PlatformErrors, and Refused for what the platform cannot do."""

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        ...

    @property
    def platform(self) -> str:
        """The platform's name as in the configuration."""
        ...

    @property
    def cannot(self) -> Mapping[StreamVerb, str]:
        """What this platform has no call for, each with words for people."""
        ...

    async def start(self, event: str = "") -> Switched:
        """Puts it on air. Never repeats by itself what may have been applied: that is Unclear, and `settled` tells later."""
        ...

    async def stop(self, event: str = "") -> Switched:
        """Takes it off air; nothing running is no error."""
        ...

    async def status(self, event: str = "") -> StreamState:
        """As it is now. `event` is asked about where the configuration names none (beestreamed)."""
        ...

    async def ingest(self, event: str = "", *, regenerate: bool = False) -> Ingest:
        """The push address. `regenerate` replaces the key first, where the platform can."""
        ...

    async def analytics(self, since: float, until: float, event: str = "") -> StreamFigures:
        """What was counted in that time (Unix seconds)."""
        ...

    async def settled(self, on: bool, since: float, event: str = "") -> bool:
        """After a lost answer: whether nothing is left to do. `since`: when the act was first tried.

        Raises CannotTell where the platform has no way to find out: then it must not be repeated.
        """
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """A livestream as last seen at an event; times are Unix seconds. `wanted` None: nobody has asked for a start or stop."""

    event: str
    name: str
    platform: str
    status: StreamStatus = "unknown"
    note: str = ""
    wanted: bool | None = None
    started: float | None = None
    """First seen on air."""
    ended: float | None = None
    """Off air for good: it was stopped, or the event is over."""
    dropped: float | None = None
    """The picture is gone since then, unasked."""
    drops: int = 0
    lost: float = 0.0
    """Seconds without a picture, drops that are over."""
    figures: StreamFigures = StreamFigures()


class StreamStore(Protocol):
    """Keeping what was seen of livestreams."""

    async def keep_stream(self, channel: str, record: StreamRecord, at: float) -> None:
        """Replaces what was known of this livestream at this event."""
        ...

    async def streams_of(self, channel: str, event: str) -> Sequence[StreamRecord]:
        """Those of an event, by name."""
        ...

    async def all_streams(self, channel: str) -> Sequence[StreamRecord]:
        """Those of all events, the one seen last at the end."""
        ...
