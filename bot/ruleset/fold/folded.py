"""A folded text with the way back to the original."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text. Its character i came from the original's code points `origin[i]` up to (not including) `stops[i]`."""

    text: str
    origin: Sequence[int]
    stops: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a folded one; an empty one stays empty."""
        if start < end:
            return self.origin[start], max(self.stops[start:end])
        at = self.origin[start] if start < len(self.origin) else (self.stops[-1] if self.stops else 0)
        return at, at

    def then(self, pieces: Iterable[tuple[str, int, int]], limit: int | None = None) -> Folded:
        """This text folded once more: each piece is a new text for the characters start to end of this one.

        What comes after `limit` characters is not even looked at.
        """
        text: list[str] = []
        origin: list[int] = []
        stops: list[int] = []
        for new, start, end in pieces:
            # Nearly every piece is one character for one: asking span for each would take twice as long.
            first, last = (self.origin[start], self.stops[start]) if end - start == 1 else self.span(start, end)
            text.append(new)
            if len(new) == 1:
                origin.append(first)
                stops.append(last)
            else:
                origin += [first] * len(new)
                stops += [last] * len(new)
            if limit is not None and len(origin) >= limit:
                break
        return Folded("".join(text), origin, stops)

    def cut(self, length: int) -> Folded:
        """At most so many characters."""
        if len(self.text) <= length:
            return self
        return Folded(self.text[:length], self.origin[:length], self.stops[:length])


def unfolded(text: str) -> Folded:
    """The text as it is."""
    return Folded(text, range(len(text)), range(1, len(text) + 1))
