"""The platform's clock, read from its Date header; and Retry-After, which is read against that same clock (A6, A20). Pure.

A Date header has whole seconds, so one answer tells the offset only within a second plus the time the answer took. Many answers
tell it much better: each gives an interval that must hold the offset, and `ClockOffset` keeps what they have in common.
"""

from __future__ import annotations

import math
from datetime import UTC
from email.utils import parsedate_to_datetime

MAX_WAIT = 600.0
"""Seconds; no platform makes us wait longer, whatever it says (A6)."""


def http_date(text: str | None) -> float | None:
    """Seconds since 1970 of an HTTP date; None when missing or unreadable."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def retry_after(text: str | None, date: str | None) -> float | None:
    """Seconds to wait, within [0, 600]. A date is read against the answer's own Date header, never our clock; junk is None."""
    if not text:
        return None
    seconds = _seconds(text.strip())
    if seconds is None:
        until, now = http_date(text), http_date(date)
        if until is None or now is None:
            return None
        seconds = until - now
    return min(max(seconds, 0.0), MAX_WAIT)


def _seconds(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


class ClockOffset:
    """Platform time minus our time, in seconds, narrowed by each answer that carries a Date."""

    __slots__ = ("_high", "_low", "_seen")

    _DRIFT = 1e-4  # seconds a second: how fast two ordinary clocks part

    def __init__(self) -> None:
        self._low = -math.inf
        self._high = math.inf
        self._seen = 0.0

    def saw(self, date: float, asked: float, arrived: float) -> None:
        """An answer asked for and arrived at these moments of our clock said it is `date` (whole seconds, cut off)."""
        self._widen(arrived)
        low, high = date - arrived, date + 1.0 - asked
        if low > self._high or high < self._low:  # one of the clocks was set: begin anew
            self._low, self._high = low, high
        else:
            self._low, self._high = max(self._low, low), min(self._high, high)

    def _widen(self, now: float) -> None:
        drift = abs(now - self._seen) * self._DRIFT
        self._low, self._high, self._seen = self._low - drift, self._high + drift, now

    @property
    def seconds(self) -> float | None:
        """The best estimate, or None before the first Date."""
        return None if math.isinf(self._low) else (self._low + self._high) / 2

    @property
    def uncertainty(self) -> float:
        """How far the estimate may be off, in seconds."""
        return (self._high - self._low) / 2
