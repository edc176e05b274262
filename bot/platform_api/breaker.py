"""The circuit breaker of one account and one direction (reading or acting): pure, a table of three states.

    closed ──5 failures in a row, or half of at least 20 within 30 s──▶ open
    open ──its period is over (5 s, doubled each time up to 60 s)──▶ probing (one caller)
    probing ──the probe succeeded──▶ closed        probing ──it failed──▶ open

Only failures of the platform count: no connection, time-outs, 5xx, garbled answers. 429 belongs to the budget, and a 4xx is an
answer. The period falls back to 5 s only after a call of this direction itself went through (reliability 3.6).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal

Word = Literal["go", "probe", "wait"]
State = Literal["closed", "open", "probing"]


class Breaker:
    """`ask` before a call; then tell `succeeded` or `failed`. Times are seconds of one monotonic clock."""

    IN_A_ROW = 5
    ENOUGH = 20
    WINDOW = 30.0
    SHORTEST = 5.0
    LONGEST = 60.0

    def __init__(self, jitter: Callable[[], float] = lambda: 0.5) -> None:
        self.state: State = "closed"
        self.opened = 0
        """How often it opened since the start."""
        self._jitter = jitter
        self._until = 0.0
        self._period = self.SHORTEST
        self._row = 0
        self._lately: deque[tuple[float, bool]] = deque()

    def ask(self, now: float) -> Word:
        """May a call be made? `probe`: this one caller finds out whether the platform is back."""
        if self.state == "closed":
            return "go"
        if now < self._until:
            return "wait"
        self.state = "probing"
        self._until = now + self.LONGEST  # a probe whose caller vanished is not waited for longer than this
        return "probe"

    def wait(self, now: float) -> float:
        """Seconds until it is worth asking again."""
        return 0.0 if self.state == "closed" else max(0.0, self._until - now)

    def succeeded(self, now: float, *, probed_by_read: bool = False) -> None:
        """A call went through."""
        if self.state == "open":
            return  # a late answer to a call from before says nothing about now
        self.state = "closed"
        self._row = 0
        self._note(now, True)
        if not probed_by_read:
            self._period = self.SHORTEST

    def failed(self, now: float) -> None:
        """A call failed by the platform's fault."""
        self._row += 1
        self._note(now, False)
        if self.state == "probing" or (self.state == "closed" and self._is_too_much()):
            self._open(now)

    def abandoned(self, now: float) -> None:
        """The probe was cancelled before it told anything: the next caller probes."""
        if self.state == "probing":
            self.state, self._until = "open", now

    def _note(self, now: float, well: bool) -> None:
        self._lately.append((now, well))
        while self._lately and self._lately[0][0] <= now - self.WINDOW:
            self._lately.popleft()

    def _is_too_much(self) -> bool:
        bad = sum(not well for _, well in self._lately)
        return self._row >= self.IN_A_ROW or (len(self._lately) >= self.ENOUGH and bad * 2 >= len(self._lately))

    def _open(self, now: float) -> None:
        self.state = "open"
        self.opened += 1
        self._until = now + self._period * (0.8 + 0.4 * self._jitter())
        self._period = min(self._period * 2, self.LONGEST)
        self._row = 0
        self._lately.clear()
