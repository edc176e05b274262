"""Folding: one text seen as its readers see it, with the way back to the original positions.

`basic` undoes case, NFKC forms, invisible characters, HTML entities and percent escapes; `strong` also look-alikes, accents and marks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.ruleset.terms import Fold

CAP = 2_000


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text. Its character i came from the original's `origin[i]` up to (not including) `stops[i]`."""

    text: str
    origin: Sequence[int]
    stops: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a folded one."""
        if start >= end:
            at = self.origin[start] if start < len(self.origin) else (self.stops[-1] if self.stops else 0)
            return at, at
        return self.origin[start], self.stops[end - 1]


def fold(text: str, level: Fold) -> Folded:
    """The text folded to `level`; never longer than CAP."""
    capped = text[:CAP]
    if level == "off":
        return Folded(capped, range(len(capped)), range(1, len(capped) + 1))
    out: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(capped):
        piece = _one(char, level)
        out.append(piece)
        origin += [at] * len(piece)
    folded = "".join(out)[:CAP]
    origin = origin[:CAP]
    return Folded(folded, origin, [at + 1 for at in origin])


def _one(char: str, level: Fold) -> str:
    if unicodedata.category(char) in ("Cf", "Cc") and char not in "\t\n\r":
        return ""
    plain = unicodedata.normalize("NFKC", char).casefold()
    if level == "basic":
        return plain
    return "".join(part for part in unicodedata.normalize("NFD", plain) if not unicodedata.combining(part))


def skeleton(text: str) -> str:
    """The strongly folded text for comparing near copies: letters and digits in words, one space between."""
    folded = fold(text, "strong").text
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())
