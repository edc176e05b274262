"""How long this process may act without having heard from the database again.

Counted from the moment before the renewal was asked for, by both of our clocks, less a margin: so it ends before the database lets
others take over, also when the answer was slow, the process was stopped, or the machine slept (reliability 3.9).
"""

from __future__ import annotations

from bot.clock import Clock

MARGIN = 1.0
"""Seconds before the database's end of the lease."""


class Lease:
    """`holds` is asked before every claim's request goes out."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.seconds = seconds
        self._clock = clock
        self._until = (0.0, 0.0)

    def asks(self) -> tuple[float, float]:
        """The moment before a renewal."""
        return self._clock.monotonic(), self._clock.now()

    def renewed(self, asked: tuple[float, float]) -> None:
        """The database agreed to what was asked then."""
        left = self.seconds - min(MARGIN, self.seconds / 4)
        self._until = (asked[0] + left, asked[1] + left)

    def end(self) -> None:
        """From now on nothing is done."""
        self._until = (0.0, 0.0)

    def holds(self) -> bool:
        """May we act?"""
        return self._clock.monotonic() < self._until[0] and self._clock.now() < self._until[1]
