"""What exists on the four livestream platforms. Plain mutable records; only the world's own functions change them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Run:
    """One time on air."""

    ref: str
    invoked: float
    started: float | None = None
    stopped: float | None = None
    error: str | None = None
    dropped_at: float | None = None
    """The encoder's picture is gone since then; None while it comes."""
    lost: float = 0.0
    """Seconds without a picture, drops that are over."""

    def seconds(self, now: float) -> float:
        """Seconds with a picture."""
        if self.started is None:
            return 0.0
        end = self.stopped if self.stopped is not None else now
        gap = end - self.dropped_at if self.dropped_at is not None else 0.0
        return max(0.0, end - self.started - self.lost - max(0.0, gap))


@dataclass(slots=True)
class Broadcast:
    """A livestream of a meeting, or one of its own."""

    ref: str
    meeting: str | None
    name: str | None
    key: str
    created: float
    updated: float
    disabled: bool = False
    viewers: int = 0
    runs: list[Run] = field(default_factory=list)

    @property
    def run(self) -> Run | None:
        """The present run."""
        return self.runs[-1] if self.runs and self.runs[-1].stopped is None else None


@dataclass(slots=True)
class KeySession:
    """An Accelevents session."""

    ref: str
    key: str = ""
    streaming: bool = False
    made: int = 0
    """How many keys there have been."""


@dataclass(slots=True)
class WebinarSession:
    """A session of go_live. `calls` counts how often it was asked to go live."""

    ref: str
    room: str
    key: str
    calls: int = 0
    status: str = "scheduled"
    started: float | None = None
