"""Alerts gathered into letters: the first is told at once, what comes soon after waits and is told together. Pure; times on any one
clock. Nothing is dropped: a letter that cannot be sent goes back, and what one letter has no room for is counted in it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

SAME_AGAIN = 60.0
"""Seconds in which an alert of the same text is counted, not told."""
GAP = 30.0
"""Seconds between two letters."""
URGENT_GAP = 10.0
LONG_GAP = 300.0
"""After `OFTEN` letters within an hour: nobody reads that many."""
OFTEN = 20
HOUR = 3600.0
LINES = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One alert, as often as it came."""

    event: str
    text: str
    urgent: bool
    times: int = 1

    @property
    def words(self) -> str:
        """For people."""
        where = f"[{self.event}] " if self.event else ""
        return f"{where}{self.text}" + (f" ({self.times} times)" if self.times > 1 else "")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told together."""

    lines: tuple[Line, ...]

    @property
    def urgent(self) -> bool:
        """Is anything in it urgent?"""
        return any(line.urgent for line in self.lines)

    @property
    def title(self) -> str:
        """In a line."""
        events = sorted({line.event for line in self.lines if line.event})
        where = f": {', '.join(events[:3])}" if events else ""
        return f"{where.removeprefix(': ')}" if len(self.lines) == 1 else f"{len(self.lines)} alerts{where}"

    @property
    def body(self) -> str:
        """Urgent ones first."""
        if len(self.lines) == 1:
            line = self.lines[0]
            return line.text + (f" ({line.times} times)" if line.times > 1 else "")
        ordered = sorted(self.lines, key=lambda line: not line.urgent)
        more = len(ordered) - LINES
        return "\n".join([*(line.words for line in ordered[:LINES]), *([f"and {more} more"] if more > 0 else [])])


class Merging:
    """What waits to be told, and when it may be."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], Line] = {}
        self._told: dict[tuple[str, str], float] = {}
        self._sent: deque[float] = deque()
        self._not_before = 0.0

    def add(self, event: str, text: str, urgent: bool, now: float) -> bool:
        """False: the same was told a moment ago, or waits already."""
        self._told = {key: at for key, at in self._told.items() if now - at < SAME_AGAIN}
        key = (event, text)
        known = self._waiting.get(key)
        if known is None and key in self._told:
            return False
        self._waiting[key] = Line(event, text, urgent or (known is not None and known.urgent), known.times + 1 if known else 1)
        return known is None

    def due(self, now: float) -> float | None:
        """Seconds until the next letter; None while nothing waits."""
        if not self._waiting:
            return None
        self._forget(now)
        last = self._sent[-1] if self._sent else -HOUR
        usual = URGENT_GAP if any(line.urgent for line in self._waiting.values()) else GAP
        gap = LONG_GAP if len(self._sent) >= OFTEN else usual
        return max(0.0, last + gap - now, self._not_before - now)

    def take(self, now: float) -> Letter:
        """The next letter, with all that waits."""
        letter = Letter(tuple(self._waiting.values()))
        self._told.update(dict.fromkeys(self._waiting, now))
        self._waiting = {}
        self._forget(now)
        self._sent.append(now)
        return letter

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0] <= now - HOUR:
            self._sent.popleft()

    def back(self, letter: Letter, until: float) -> None:
        """It could not be sent; it goes with the next one, not before `until`."""
        for line in letter.lines:
            self._waiting.setdefault((line.event, line.text), line)
        self._not_before = until
