"""What the relay tells about itself, for `status` and the metrics; and the health of those who perform."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class RelayStats:
    """Counts since the start. `backlog` is what waited at the last look (at most the size of one look)."""

    in_flight: int = 0
    backlog: int = 0
    done: int = 0
    failed: int = 0
    """Ended as failed, gone or parked."""
    retried: int = 0
    unclear: int = 0
    """Calls whose outcome was not known."""
    adopted: int = 0
    """Unclear posts and polls that were found on the platform."""
    twins: int = 0
    """Doubles found on the platform although everything was done to prevent them."""
    late: int = 0
    """Of the adopted: those that were applied after a later try of ours."""
    stopped: str = ""
    """Why this channel does not act at the moment ("" if it does)."""
    last_error: str = ""
    last_error_at: float = 0.0


@dataclass(slots=True)
class Health:
    """Of one performer: how long it is left alone, on the monotonic clock."""

    until: float = 0.0
    failures: int = 0
    barred: bool = False
    """The token has no right: one try at a time until one goes through."""
