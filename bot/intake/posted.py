"""When a message became visible, on our clock. Pure.

The platform tells whole seconds of its own clock; we know when the read before left, which did not hold it yet, and when this one's
answer had arrived. The middle of what both leave possible is the estimate that exposure counts from.
"""

from __future__ import annotations

from dataclasses import dataclass

_DRIFT = 1e-4  # seconds a second: how fast two ordinary clocks part


@dataclass(frozen=True, slots=True)
class Skew:
    """Platform time minus our time lies between `low` and `high`; None: nothing is known yet."""

    low: float | None = None
    high: float | None = None
    at: float = 0.0

    def learn(self, platform_now: float | None, asked: float, arrived: float) -> Skew:
        """Narrows by one answer's Date header, which has whole seconds."""
        if platform_now is None:
            return self
        low, high = platform_now - arrived, platform_now + 1.0 - asked
        if self.low is not None and self.high is not None:
            slack = abs(arrived - self.at) * _DRIFT
            nearer_low, nearer_high = max(low, self.low - slack), min(high, self.high + slack)
            if nearer_low <= nearer_high:
                low, high = nearer_low, nearer_high
        return Skew(low, high, arrived)


def posted(created: float | None, skew: Skew, before: float | None, read: float) -> float:
    """The best estimate. `before`: when the last read left that did not hold it; None for what was there when we came."""
    earliest, latest = before, read
    if created is not None and skew.low is not None and skew.high is not None:
        since, until = created - skew.high, created + 1.0 - skew.low
        if before is None:
            return min((since + until) / 2, read)
        earliest = max(before, min(since, read))
        latest = min(read, max(until, earliest))
    if earliest is None:
        return read if created is None else min(created, read)
    return min(read, (earliest + max(latest, earliest)) / 2)
