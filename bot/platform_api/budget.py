"""One account's calls: how many there may be, and whose turn is next. Pure; platform_api/gate waits, this decides.

A token bucket, filled so that never more than the allowed number start in any 60 s: with a burst of `b` at once and `r` a second
there are at most b - 1 + 60 r, and a second is kept back for the uneven way to the platform.

Three kinds share it (reliability 3.5): acting goes first, yet of all calls reading keeps 35 in a hundred and control (looking,
counting, checks) five whenever they want them. A share nobody wants is lent to the others. With a quarter, a raid on one of ten
events doubled the exposure in the other nine (bench/shows.py).
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.platform_api.allowance import Allowance

Kind = Literal["act", "read", "control"]

SHARES: Mapping[Kind, float] = {"read": 0.35, "control": 0.05}
ORDER: tuple[Kind, ...] = ("act", "control", "read")
LATELY = 3.0
_WINDOW = 61.0  # a minute, and a second for the way
_MINUTE = 60.0
_ONE = 1.0 - 1e-9  # sums of small floats fall short of one by a hair


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls used against the budget. `limit` is what is allowed now, below `configured` after a 429."""

    total: int
    last_minute: int
    by_kind: Mapping[str, int]
    configured: int
    limit: float
    refused: int
    blocked_for: float
    others_lately: float = 0.0
    """Calls a minute other than reads, at the pace of the last LATELY seconds: what reading cannot have now."""


class Budget:
    """All times are seconds of one monotonic clock, handed in."""

    def __init__(self, per_minute: int, jitter: Callable[[], float] = lambda: 0.0) -> None:
        self._allowance = Allowance(per_minute, jitter)
        self._configured = per_minute
        self._tokens = math.inf  # cut to the burst at the first look
        self._filled = -math.inf
        self._credit: dict[Kind, float] = dict.fromkeys(SHARES, 0.0)
        self._log: deque[tuple[float, Kind]] = deque()
        self._others: deque[float] = deque()
        """When calls were made lately that were no reads."""
        self._refused: deque[float] = deque()
        self._total: Counter[str] = Counter()

    def grant(self, waiting: Collection[Kind], now: float) -> Kind | None:
        """Whose call may start now, of those that wait; None when nobody's. The call counts as made."""
        if not waiting or self.wait(now) > 0.0:
            return None
        kind = self._next_of(waiting)
        self._tokens -= 1.0
        burst, _ = self._shape(now)
        for name, share in SHARES.items():
            self._credit[name] = min(self._credit[name] + share, max(1.0, share * burst))
        if kind in self._credit:
            self._credit[kind] = max(0.0, self._credit[kind] - 1.0)
        self._log.append((now, kind))
        if kind != "read":
            self._others.append(now)
        self._total[kind] += 1
        return kind

    def _next_of(self, waiting: Collection[Kind]) -> Kind:
        for kind in ("read", "control"):
            # the token about to be spent counts towards the share, hence the sum
            if kind in waiting and self._credit[kind] + SHARES[kind] >= _ONE:
                return kind
        return next(kind for kind in ORDER if kind in waiting)

    def give_back(self, kind: Kind, now: float) -> None:
        """A granted call was not made after all."""
        self._tokens += 1.0
        self._total[kind] -= 1
        if kind != "read" and self._others:
            self._others.pop()
        for index in range(len(self._log) - 1, -1, -1):
            if self._log[index][1] == kind:
                del self._log[index]
                break
        self._fill(now)

    def wait(self, now: float) -> float:
        """Seconds until the next call may start; 0.0 when one may now."""
        self._fill(now)
        blocked = self.blocked_for(now)
        if blocked > 0.0:
            return blocked
        _, rate = self._shape(now)
        return 0.0 if self._tokens >= _ONE else (1.0 - self._tokens) / rate

    def blocked_for(self, now: float) -> float:
        """Seconds the platform asked us to be silent for, from now."""
        return max(0.0, self._allowance.blocked_until - now)

    def refused(self, sent: float, now: float, retry_after: float | None = None) -> None:
        """A 429 to a call that left at `sent`."""
        self._forget(now)
        accepted = max(0, len(self._log) - len(self._refused) - 1)
        self._allowance.refused(sent, now, retry_after, accepted, self._frees_in(now))
        self._refused.append(now)
        self._tokens = min(self._tokens, 1.0)

    def accepted(self, sent: float, now: float) -> None:
        """The platform took a call that left at `sent`."""
        self._allowance.accepted(sent, now)

    def limit(self, now: float) -> float:
        """Calls a minute allowed now."""
        return self._allowance.now(now)

    def usage(self, now: float) -> Usage:
        """What was used, for status, summary and metrics."""
        self._forget(now)
        return Usage(
            total=sum(self._total.values()),
            last_minute=len(self._log),
            by_kind=dict(self._total),
            configured=self._configured,
            limit=self.limit(now),
            refused=self._allowance.refusals,
            blocked_for=self.blocked_for(now),
            others_lately=self._others_lately(now),
        )

    def _others_lately(self, now: float) -> float:
        while self._others and self._others[0] <= now - LATELY:
            self._others.popleft()
        return len(self._others) * _MINUTE / LATELY

    def _shape(self, now: float) -> tuple[float, float]:
        """(burst, calls a second) of the limit in force."""
        limit = self.limit(now)
        burst = max(1.0, limit / _MINUTE)
        return burst, (limit - burst + 1.0) / _WINDOW

    def _fill(self, now: float) -> None:
        self._forget(now)
        burst, rate = self._shape(now)
        since = now - max(self._filled, self._allowance.blocked_until)
        grown = self._tokens + max(0.0, since) * rate if math.isfinite(since) else burst
        self._tokens, self._filled = min(grown, burst), now

    def _forget(self, now: float) -> None:
        while self._log and self._log[0][0] <= now - _MINUTE:
            self._log.popleft()
        while self._refused and self._refused[0] <= now - _MINUTE:
            self._refused.popleft()

    def _frees_in(self, now: float) -> float:
        return self._log[0][0] + _MINUTE - now if self._log else 0.0
