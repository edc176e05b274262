"""What was odd in platforms' answers: rows that cannot be used, counted by their key names and never by their values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

Row = Mapping[str, Any]


class BadRow(Exception):
    """One row cannot be used; the others can."""


class Oddities:
    """What was odd in the platform's answers: counted by kind and key names, never by values, and told once each."""

    def __init__(self, tell: Callable[[str], None] = lambda _text: None, most: int = 200) -> None:
        self._counts: Counter[str] = Counter()
        self._tell = tell
        self._most = most

    def note(self, what: str, row: Any = None, times: int = 1) -> None:
        """One more of this kind. Of a row only its key names are kept."""
        text = f"{what} ({', '.join(sorted(str(key)[:40] for key in list(row)[:40]))})" if isinstance(row, Mapping) else what
        if text not in self._counts:
            if len(self._counts) >= self._most:  # hostile key names must not fill the memory
                text = what
            if text not in self._counts:
                self._tell(text)
        self._counts[text] += times

    def counts(self) -> Mapping[str, int]:
        """How often each was seen."""
        return dict(self._counts)
