"""How many calls a minute a platform allows: the configured number, or less once 429 has said so. Pure (B-01, A7).

What a 429 proves. The calls that were accepted within the last minute were accepted; so where enough of them are known they are an
estimate of the limit, and one 429 finds it. Where they are few (somebody else spends the token) the number is halved. Answers to
calls that were on their way when the number was lowered prove nothing new, nor does a probe refused before anything was accepted.

Coming back: +1 call/s each 10 s, up to just under the number at which the platform refused; that ceiling is tried again after a
minute, after two when it proved right, and so on up to ten minutes. So a limit of 90 a minute is met once and then kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable

LEAST = 6.0
"""Calls a minute we never fall below: one each ten seconds finds out whether things are better."""

_EVIDENCE = 60
_RISE = 6.0  # calls a minute, each second: +1/s in 10 s
_UNDER = 0.95
_TRY = 0.01  # of the ceiling, each second, when it is tried again: a steeper climb would overrun a low limit by far
_FIRST_HOLD, _LONGEST_HOLD = 60.0, 600.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 120.0


class Allowance:
    """Times are seconds of one monotonic clock."""

    def __init__(self, configured: float, jitter: Callable[[], float] = lambda: 0.0) -> None:
        self.configured = configured
        self.blocked_until = -math.inf
        self.refusals = 0
        """429s since the start."""
        self._jitter = jitter
        self._current = configured
        self._at: float | None = None  # when _current was true; None: nothing is lowered
        self._cut_at = -math.inf
        self._worked = True
        self._pause = _FIRST_PAUSE
        self._ceiling = math.inf
        self._hold = _FIRST_HOLD
        self._ceiling_until = -math.inf

    def now(self, now: float) -> float:
        """Calls a minute allowed at this moment."""
        if self._at is None:
            return self._current
        top = min(self.configured, self._top(now))
        risen = self._current + _RISE * max(0.0, now - max(self._at, self.blocked_until))
        return max(min(self._current, top), min(risen, top))

    def _top(self, now: float) -> float:
        """What may be tried: the ceiling, and once that has been kept for its time ever more beyond it."""
        if math.isinf(self._ceiling):
            return math.inf
        beyond = max(0.0, now - max(self._ceiling_until, self.blocked_until))
        return self._ceiling * _UNDER * math.exp(min(_TRY * beyond, 50.0))

    def refused(self, sent: float, now: float, retry_after: float | None, accepted: int, frees_in: float) -> None:
        """A 429 to a call sent at `sent`. `accepted`: calls accepted within the last minute; `frees_in`: seconds until there are
        fewer than that."""
        self.refusals += 1
        if sent <= self._cut_at:
            if retry_after is not None:
                self.blocked_until = max(self.blocked_until, now + retry_after)
            return
        if self._worked:
            self._lower(now, accepted)
        self._current, self._at = self.now(now), now
        self._cut_at, self._worked = now, False
        self.blocked_until = max(self.blocked_until, now + self._next_pause(retry_after, frees_in))

    def accepted(self, sent: float, now: float) -> None:
        """The platform took a call sent at `sent`."""
        if self._worked or sent <= self._cut_at:
            return
        self._worked = True
        self._pause = _FIRST_PAUSE
        self._ceiling_until = now + self._hold

    def _lower(self, now: float, accepted: int) -> None:
        before = self.now(now)
        known = accepted >= _EVIDENCE
        if known and self._confirms(accepted):
            self._ceiling = min(self._ceiling, accepted)
            self._hold = min(self._hold * 2, _LONGEST_HOLD)
        else:
            self._ceiling, self._hold = float(accepted) if known else math.inf, _FIRST_HOLD
        self._ceiling_until = now + self._hold
        self._current = max(LEAST, min(before / 2, self._ceiling))
        self._at = now

    def _confirms(self, accepted: int) -> bool:
        # A platform that counts in fixed minutes lets through up to twice its limit across the turn of a minute.
        return math.isfinite(self._ceiling) and 0.75 * self._ceiling <= accepted <= 2.1 * self._ceiling

    def _next_pause(self, retry_after: float | None, frees_in: float) -> float:
        if retry_after is not None:
            return retry_after
        pause = self._pause * (1.0 + 0.2 * self._jitter())
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        return pause if frees_in <= 0 else min(pause, max(frees_in, _FIRST_PAUSE))
