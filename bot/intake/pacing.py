"""Which feed is read next, and when. Pure: every moment is handed in (seconds of one clock that only grows).

While the budget allows it, each feed has its own interval: `fastest` when something came within the last minute, `slowest` when the
event is live but silent (reached within ten seconds of watching it), `idle` when it is not live.

When the budget is too small for that, all feeds are overdue and the index decides: read next the feed with the largest

    rate × age² × (1 + (age / limit)⁴)

rate × age² is the square-root rule, which makes the mean time to detection least; the second factor bounds the tail: a feed older
than `limit` (its own longest interval, or a fifth more than an equal share of the budget would give it) overtakes quickly. Patient
feeds (Q&A, whose questions nobody sees before they are approved) and those of events that are not live give way: the scarcer the
calls are, the less their rows weigh. Rates are learned from exponentially forgotten counts: 5 s for bursts, leaning on 60 s where
5 s know too little. `bench/pacing.py` compares this with its peers.

Left out: sharing the budget with acting. `rate` is what reading may use; platform_api/budget keeps the share that reading has.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

TRAFFIC = 60.0
"""A feed is busy for so long after its last new row."""
BURST, STEADY = 5.0, 60.0
LEAN = 1.0
"""Seconds of the steady rate that the burst's memory leans on."""
GUESS, DOUBT = 0.2, 1.0
"""Before anything was seen: so many rows a second, trusted like so many seconds of reading."""
MORE = 10.0
"""Rows a second at least that are expected where the last page was full."""
EMPTY_ROOM = 0.005
"""Rows a second at most that are expected where no event is on and nobody has written for a minute."""
FIRST_LOOK = 1e6
"""The worth of the first look into such a room: what is live comes before, what was looked at already comes after."""
SPARE = 1.2
AMPLE = 0.75
"""While all silent intervals together need no more than this share of the budget, they are kept to the letter."""
SHARE = 0.35
"""Of all calls, what reading has even when everybody acts."""
WARMTH = 0.1
"""A feed that is new, or whose event has just begun, is not known to be silent: until something comes, its interval is this part of
the time it has been watched."""
CLOSING = 3.0
"""Seconds after a chat was closed in which what was written before is still read."""
LEAST_RATE = 0.1
"""Calls a second that reading never falls below."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Seconds between two reads of one feed: busy, silent but live, not live."""

    fastest: float = 0.25
    slowest: float = 1.0
    idle: float = 15.0


@dataclass(slots=True)
class Arrivals:
    """How many rows a second come, learned."""

    burst: float = 0.0
    burst_time: float = 0.0
    steady: float = 0.0
    steady_time: float = 0.0

    def saw(self, rows: int, seconds: float) -> None:
        """So many new rows within so many seconds."""
        fades = math.exp(-seconds / BURST)
        self.burst = self.burst * fades + rows
        self.burst_time = self.burst_time * fades + BURST * (1.0 - fades)
        fades = math.exp(-seconds / STEADY)
        self.steady = self.steady * fades + rows
        self.steady_time = self.steady_time * fades + STEADY * (1.0 - fades)

    @property
    def rate(self) -> float:
        """Rows a second now."""
        steady = (self.steady + GUESS * DOUBT) / (self.steady_time + DOUBT)
        return (self.burst + steady * LEAN) / (self.burst_time + LEAN)


@dataclass(slots=True)
class Pace:
    """What is known of one feed."""

    live: bool = True
    patience: float = 1.0
    """Its silent interval is so many times `slowest`."""
    arrivals: Arrivals = field(default_factory=Arrivals)
    rate: float = GUESS
    started: float | None = None
    """When the last read left that looked at the newest rows; during a read, when that one left."""
    before: float | None = None
    """The same of the read before."""
    heard: float = -math.inf
    """When the last new row came."""
    closed: float | None = None
    """Since when nobody can write there (a locked chat). Rows that still come after CLOSING show that somebody can."""
    watched: float | None = None
    """When the first read left since its event is live."""
    reading: bool = False
    due: bool = False
    """Read at once, before all others."""
    more: bool = False
    """The last page was not all there is."""
    not_before: float = -math.inf


@dataclass(frozen=True, slots=True)
class Choice(Generic[K]):
    """The feed to read now, or None and the seconds until one may be."""

    feed: K | None
    wait: float = 0.0


class Pacing(Generic[K]):
    """The paces of all feeds of one channel, and the calls that reading may make."""

    def __init__(self, intervals: Intervals, rate: float) -> None:
        self.intervals = intervals
        self._paces: dict[K, Pace] = {}
        self._rate = max(rate, LEAST_RATE)
        self._tokens = 1.0
        self._filled: float | None = None
        self._demand: float | None = None
        self._wanted, self._wanted_at = 0.0, -math.inf

    # ── what there is to read ──

    def add(self, feed: K, *, live: bool, patience: float = 1.0, closed: float | None = None) -> None:
        """A feed to be read from now on; an old one is told whether its event is live, and since when nobody can write there."""
        pace = self._paces.setdefault(feed, Pace(patience=patience))
        if live and not pace.live:
            pace.watched = None
        pace.live = live
        pace.closed = closed if closed is None or pace.closed is None else pace.closed
        self._demand = None

    def remove(self, feed: K) -> None:
        """No longer read."""
        self._paces.pop(feed, None)
        self._demand = None

    def __iter__(self) -> Iterator[K]:
        return iter(self._paces)

    def __contains__(self, feed: object) -> bool:
        return feed in self._paces

    def allow(self, rate: float) -> None:
        """Reading may use so many calls a second from now on."""
        self._rate = max(rate, LEAST_RATE)

    def due(self, feed: K) -> None:
        """Something happened there: read it at once. A back-off stays in force."""
        if feed in self._paces:
            self._paces[feed].due = True

    # ── which one next ──

    def choose(self, now: float) -> Choice[K]:
        """The feed whose turn it is. The caller reads it, and says `begin` and `end`."""
        token, demand = self._wait_for_token(now), self._demanded()
        self._look_at_wants(now)
        best: K | None = None
        most, wait = -1.0, math.inf
        for feed, pace in self._paces.items():
            if pace.reading:
                continue
            ready = self._ready_in(pace, now)
            if ready > 0.0:
                wait = min(wait, ready)
                continue
            worth = self._worth(pace, now, demand)
            if worth > most:
                best, most = feed, worth
        if best is None:
            return Choice(None, max(wait, token))
        return Choice(None, token) if token > 0.0 else Choice(best)

    def begin(self, feed: K, now: float) -> float | None:
        """A read leaves. Returns when the one before it left."""
        pace = self._paces[feed]
        before = pace.before = pace.started
        pace.started = now
        if pace.live and pace.watched is None:
            pace.watched = now
        pace.reading, pace.due, pace.more = True, False, False
        self._tokens -= 1.0
        return before

    def end(self, feed: K, now: float, *, since: float | None, rows: int, more: bool, newest: bool = True) -> None:
        """It came back with so many rows that had come since the read that left at `since` (None: their age is unknown).

        One that did not look at the `newest` rows makes the feed no younger.
        """
        pace = self._paces.get(feed)
        if pace is None:
            return
        pace.reading, pace.more, pace.not_before = False, more, -math.inf
        if not newest:
            pace.started = pace.before if pace.before is not None else pace.started
        elif since is not None and pace.started is not None:
            pace.arrivals.saw(rows, max(pace.started - since, 1e-3))
            pace.rate = pace.arrivals.rate
        if rows:
            pace.heard = now
            if pace.closed is not None and now - pace.closed > CLOSING:
                pace.closed = None

    def failed(self, feed: K, until: float) -> None:
        """It failed and is not to be tried again before `until`."""
        pace = self._paces.get(feed)
        if pace is not None:
            pace.reading, pace.not_before = False, until

    # ── in words ──

    def interval(self, feed: K, now: float) -> float:
        """Seconds between its reads, if the budget allows it."""
        return self._interval(self._paces[feed], now)

    def learned(self, feed: K) -> float:
        """Rows a second that are expected there."""
        return self._paces[feed].rate

    def _interval(self, pace: Pace, now: float) -> float:
        busy = now - pace.heard < TRAFFIC and pace.closed is None
        if not pace.live:
            # Somebody writes before the show begins: those lines are public, too.
            return min(self.intervals.slowest, self.intervals.idle) if busy else self.intervals.idle
        return self.intervals.fastest if busy else max(self.intervals.fastest, min(self._longest(pace), self._warm(pace, now)))

    @staticmethod
    def _warm(pace: Pace, now: float) -> float:
        """Patient feeds have time: nobody sees their rows before they are approved."""
        return math.inf if pace.patience > 1.0 or pace.watched is None else WARMTH * (now - pace.watched)

    def _longest(self, pace: Pace) -> float:
        return max(self.intervals.slowest * pace.patience if pace.live else self.intervals.idle, 1e-3)

    def _ready_in(self, pace: Pace, now: float) -> float:
        if now < pace.not_before:
            return pace.not_before - now
        if pace.due or pace.more or pace.started is None:
            return 0.0
        return pace.started + self._interval(pace, now) - now

    def _worth(self, pace: Pace, now: float, demand: float) -> float:
        if pace.due:
            return math.inf
        if pace.started is None:
            return math.inf if pace.live else FIRST_LOOK
        longest = self._longest(pace)
        age = max(now - pace.started, 0.0)
        if age >= longest and demand <= AMPLE * self._rate:
            return 1e9 * age / longest
        scarcity, giving = max(1.0, SPARE * demand / self._rate), 1.0
        rate = self._expected(pace, now)
        if pace.patience > 1.0 or not pace.live:
            giving = max(scarcity, self._wanted / self._rate)
            rate /= giving**3
        late = (age / (longest * scarcity * giving)) ** 2
        return rate * age * age * (1.0 + late * late)

    @staticmethod
    def _expected(pace: Pace, now: float) -> float:
        """Rows a second that weigh in the index."""
        if not pace.live and now - pace.heard >= TRAFFIC:
            return min(pace.rate, EMPTY_ROOM)
        if pace.more:
            return max(pace.rate, MORE)
        return pace.rate if pace.closed is None else min(pace.rate, GUESS)

    def _look_at_wants(self, now: float) -> None:
        """Once a second: the calls a second that all feeds would have if there were enough; the busy ones want many."""
        if now - self._wanted_at >= 1.0:
            self._wanted_at = now
            self._wanted = sum(1.0 / max(self._interval(pace, now), 1e-3) for pace in self._paces.values())

    def _demanded(self) -> float:
        """Calls a second that all feeds together need when nobody writes."""
        if self._demand is None:
            self._demand = sum(1.0 / self._longest(pace) for pace in self._paces.values())
        return self._demand

    def _wait_for_token(self, now: float) -> float:
        """Calls are spread evenly; a tenth of a second's worth may be caught up."""
        most = max(1.0, self._rate * 0.1)
        if self._filled is not None:
            self._tokens = min(most, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        return 0.0 if self._tokens >= 1.0 - 1e-9 else (1.0 - self._tokens) / self._rate


def reading_rate(per_minute: float, others_per_minute: float) -> float:
    """Calls a second that reading may plan with: what acting and control leave, a tenth kept free for them to start at once, and
    never less than reading's share (DESIGN: at least a quarter, also in a raid; platform_api/budget.py)."""
    return max(SHARE * per_minute, 0.9 * per_minute - others_per_minute, 0.0) / 60.0
