"""Stretches of one text that do not overlap, asked for an overlap in logarithmic time: a text full of disguises has hundreds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Disjoint:
    """Half-open spans that do not touch each other's inside, in any order of adding."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        """Another span; it must overlap none that is held."""
        at = bisect_left(self._starts, start)
        self._starts.insert(at, start)
        self._ends.insert(at, end)

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a span that is held has a character in common with this one."""
        at = bisect_right(self._ends, start)
        return at < len(self._starts) and self._starts[at] < end
