"""Dividing letters that ran together into words: `youareafool` into you, are, a, fool.

The division is the cheapest one, where a word costs the more the less it is used (a unigram model, as word splitters have it).
"""

from __future__ import annotations

from bot.ruleset.matcher.known import LETTER_COST, LONGEST, TERM_COST, UNKNOWN_COST, cost, ranks

MARGIN = 0.5
"""So much dearer a division with a listed word may be than the best one without."""


class Division:
    """The cheapest divisions of every beginning and every end of some letters."""

    def __init__(self, letters: str) -> None:
        self._before = _cheapest(letters, 1)
        self._after = _cheapest(letters[::-1], -1)[::-1]

    def allows(self, start: int, end: int) -> bool:
        """Is a listed word from start to end about as likely as the best division without it?"""
        return self._before[start] + TERM_COST + self._after[end] <= self._before[-1] + MARGIN

    def rest_is_known(self, start: int, end: int, per_word: float) -> bool:
        """Does what stands around the listed word divide into usual words, none dearer than `per_word`?"""
        return self._before[start] <= per_word and self._after[end] <= per_word


def _cheapest(letters: str, step: int) -> list[float]:
    """The price of the first i letters, for every i. `step` -1: the letters are given backwards."""
    known = ranks()
    best = [0.0]
    stretch = UNKNOWN_COST
    for end in range(1, len(letters) + 1):
        stretch = min(stretch, best[-1] + UNKNOWN_COST) + LETTER_COST
        words = ((start, letters[start:end][::step]) for start in range(max(0, end - LONGEST), end))
        prices = [best[start] + cost(word) for start, word in words if word in known]
        best.append(min([stretch, *prices]))
    return best
