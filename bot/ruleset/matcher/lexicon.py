"""The listed words as the reader needs them: which beginnings lead to a word, and where a word may begin and end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

WHOLE, HEAD, TAIL, INNER = "whole", "head", "tail", "inner"
"""A whole word; `cat*`, the beginning of one; `*cat`, the end of one; `*cat*`, anywhere in one."""


@dataclass(slots=True)
class Lexicon:
    """`ends` maps a word to its manners; `prefixes` has every beginning of every word; `second` maps a first letter to what may be
    seen next: itself, repeated, or a second letter."""

    ends: dict[str, set[str]] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)
    second: dict[str, set[str]] = field(default_factory=dict)

    def add(self, word: str, manner: str) -> None:
        """Take a word up."""
        self.ends.setdefault(word, set()).add(manner)
        self.prefixes.update(word[:length] for length in range(1, len(word) + 1))
        self.second.setdefault(word[0], set()).update(word[:2])

    def __bool__(self) -> bool:
        return bool(self.ends)


@dataclass(frozen=True, slots=True)
class Lexicons:
    """Words that begin at an edge, and words that may begin within another."""

    edged: Lexicon
    free: Lexicon

    @classmethod
    def of(cls, words: Iterable[tuple[str, str]]) -> Lexicons:
        """From pairs of word and manner."""
        edged, free = Lexicon(), Lexicon()
        for word, manner in words:
            (edged if manner in (WHOLE, HEAD) else free).add(word, manner)
        return cls(edged, free)
