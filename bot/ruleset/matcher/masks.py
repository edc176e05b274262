"""Words with letters hidden behind a sign: `f*ck`, `sh*t`, `b**ch`, `f#ck`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.ruleset.matcher.known import masked_rank, ranks
from bot.ruleset.matcher.lexicon import WHOLE

SIGNS = "*#%&@^~?=+$!"
"""Signs that hide a letter. `*` hides any, and so does a row of signs; another one alone hides a vowel."""
_RUN = re.compile(r"([*#%&@^~?=+$!_.-])\1+|[^\W\d_]|.")
_SHAPE = re.compile(
    r"[^\W\d_]+(?:[*#%&@^~?=+$!_\-.]{1,}[^\W\d_]+)+|\*{1,2}[^\W\d_]{2,}|[^\W\d_]{2,}\*{1,2}|[^\W\d_](?:\*+[^\W\d_]*)+"
)
_HIDING = frozenset("*#%&@^~?=+$!_-.")
_VOWELS = "aeiouy"
_SEPARATED = re.compile(r"[^\W\d_](?:([_.*-])[^\W\d_])(?:\1[^\W\d_])*")
_RIVAL = 12_000
"""A known word of at most this rank that fits the mask as well makes the mask ambiguous."""


class Masks:
    """Listed words by length, ready to be fitted to a mask."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._words: dict[tuple[int, str], list[str]] = {}
        for word, manner in sorted(pairs):
            if manner == WHOLE and len(word) > 2:
                for start in ("", word[0]):
                    self._words.setdefault((len(word), start), []).append(word)
        self._fit = lru_cache(maxsize=2_048)(self._fitting)

    def fitting(self, mask: str) -> tuple[str, ...]:
        """The listed words that a mask may hide."""
        return self._fit(mask)

    def _fitting(self, mask: str) -> tuple[str, ...]:
        words = self._words.get((len(mask), mask[0] if mask[0].isalpha() else ""), ())
        places = [place for run in _RUN.finditer(mask) for place in _hidden(run[0])] if words else []
        return tuple(word for word in words if all(map(_fits, word, places)))


def _hidden(run: str) -> list[str]:
    """What may stand at each place of a letter, a sign or a row of one sign: these letters, or "" for any."""
    if run.isalpha():
        return [run]
    return [""] * len(run) if len(run) > 1 or run == "*" else [_VOWELS]


def _fits(letter: str, place: str) -> bool:
    return letter in place if place else letter.isalpha()


def shape(stretch: str) -> re.Match[str] | None:
    """The masked word in a stretch, if it is one."""
    return None if _HIDING.isdisjoint(stretch) else _SHAPE.search(stretch)


def readable(mask: str) -> bool:
    """Are enough letters left to tell the word?"""
    letters = sum(map(str.isalpha, mask))
    signs = len(mask) - letters
    if letters < 2 or signs > letters + 1 or len(mask) < 3:
        return False
    if _SEPARATED.fullmatch(mask) and (len(mask) < 5 or mask.replace(mask[1], "") in ranks()):
        return False  # `n-g` out of n-o-t-h-i-n-g, `a*r*e`: letters with something between them, and singles.py reads those
    if len(mask) == 3 and "*" not in mask:
        return False  # `t+t` weeps
    return mask[0].isalpha() or letters >= 3


def ambiguous(mask: str) -> bool:
    """Does an ordinary word fit the mask as well?"""
    stars = "".join(char if char.isalpha() else "*" for char in mask)
    return stars.isascii() and masked_rank(stars) < _RIVAL
