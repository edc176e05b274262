"""Counting calls: the platform's rate limit (B-01), and the greatest number of calls in any 60 seconds."""

from __future__ import annotations

from collections import deque
from typing import Literal

WINDOW = 60.0


class RollingCount:
    """Calls of the last 60 s, and the most there ever were."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()
        self.most = 0
        self.total = 0

    def add(self, now: float) -> None:
        """Counts one call. `now` never goes back."""
        self._times.append(now)
        self.total += 1
        self.most = max(self.most, self.within(now))

    def within(self, now: float) -> int:
        """How many calls the last 60 s held; one exactly 60 s old is out."""
        while self._times and self._times[0] <= now - WINDOW:
            self._times.popleft()
        return len(self._times)

    def wait(self, now: float) -> float:
        """Seconds until the oldest call leaves the window."""
        return self._times[0] + WINDOW - now if self._times else 0.0


class RateLimit:
    """Says when one more call is too many. Refused calls do not count against the limit."""

    def __init__(self) -> None:
        self._rolling = RollingCount()
        self._minute = -1
        self._in_minute = 0

    def refuses(self, now: float, limit: int, window: Literal["sliding", "fixed"]) -> float | None:
        """None and the call is counted; or the seconds until another try may work."""
        if limit <= 0:
            return None
        if window == "fixed":
            return self._fixed(now, limit)
        if self._rolling.within(now) >= limit:
            return self._rolling.wait(now)
        self._rolling.add(now)
        return None

    def _fixed(self, now: float, limit: int) -> float | None:
        minute = int(now // WINDOW)
        if minute != self._minute:
            self._minute, self._in_minute = minute, 0
        if self._in_minute >= limit:
            return (minute + 1) * WINDOW - now
        self._in_minute += 1
        return None
