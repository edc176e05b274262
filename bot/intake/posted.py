"""When a message became visible, on our clock: the moment from which exposure counts. Pure.

The platform tells `created` in whole seconds of its own clock. Three things narrow that: how far its clock is from ours (its Date
header, also in whole seconds, seen often), the read that holds the row, and the read before, which did not hold it yet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.domain.signals import Message

DRIFT = 1e-4
"""Seconds a second by which two clocks may drift apart (100 ppm)."""


@dataclass(frozen=True, slots=True)
class Offset:
    """The platform's clock minus ours lies between these two."""

    low: float = -math.inf
    high: float = math.inf
    at: float = 0.0

    def seen(self, platform_now: float, asked: float, arrived: float) -> Offset:
        """Narrowed by one answer: its Date is the second in which it was made, between `asked` and `arrived`."""
        low, high = platform_now - arrived, platform_now + 1.0 - asked
        drift = DRIFT * abs(arrived - self.at)
        narrow = Offset(max(low, self.low - drift), min(high, self.high + drift), arrived)
        # Nothing in common: one of the clocks was set anew.
        return narrow if narrow.low <= narrow.high else Offset(low, high, arrived)

    @property
    def middle(self) -> float | None:
        """The likeliest offset; None before the first Date."""
        return (self.low + self.high) / 2 if math.isfinite(self.low) and math.isfinite(self.high) else None


def posted_at(message: Message, offset: Offset, arrived: float, unseen_at: float | None) -> float | None:
    """The middle of the span in which it must have appeared. `unseen_at`: when the last read left that would have shown it.

    None if nothing is known.
    """
    low, high = _created_span(message.created, offset)
    after = -math.inf if unseen_at is None else unseen_at
    if low <= arrived and high >= after:
        low, high = max(low, after), min(high, arrived)
    else:
        # It was made earlier than it was shown (or the clocks are wrong): what we saw ourselves counts.
        low, high = after, arrived
    if math.isfinite(low):
        return (low + high) / 2
    return message.created


def _created_span(created: float | None, offset: Offset) -> tuple[float, float]:
    if created is None or offset.middle is None:
        return -math.inf, math.inf
    width = 1.0 if created == int(created) else 0.0
    return created - offset.high, created + width - offset.low
