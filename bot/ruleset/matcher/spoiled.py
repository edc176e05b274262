"""Listed words that were spoiled: a letter dropped (`fck`), two swapped (`fcuk`), turned round (`kcuf`), glued (`youidiotlol`).

Only for stretches of letters that are no known word, and only for listed words of four letters and more; what is allowed beside
a glued word are the most usual words, so that names (`Hancock`, `Cockburn`) stay names.
"""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase

from bot.ruleset.matcher.known import ranks
from bot.ruleset.matcher.lexicon import WHOLE

LEAST = 4
"""Letters of a listed word; of shorter ones everything is a spoiled form."""
_LONGEST = 24
_GLUE = 350
"""Rank up to which a known word may stand glued to a listed one."""
_CHAT = frozenset(["lol", "ur", "omg", "dumb", "stupid", "bro", "wtf", "lmao", "idiot", "dirty", "ugly", "filthy"])
_NEAR = 4_000
"""Up to this rank a known word is ordinary: a slip of the keyboard made it, not a disguise."""
_VOWELS = frozenset("aeiouy")


class Spoiled:
    """Listed words by the forms in which they can be spoiled."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._words = frozenset(word for word, manner in pairs if manner == WHOLE and len(word) >= LEAST and word.isalpha())
        self._slips: dict[str, str] = {}
        for word in self._words:
            for form in (*_dropped(word), *_swapped(word)):
                if form not in ranks() and form not in self._words:
                    self._slips.setdefault(form, word)

    def reading(self, core: str) -> tuple[str, int, int] | None:
        """The listed word that this stretch of letters is meant to be, and where it stands in it; None if none."""
        if not LEAST - 1 <= len(core) <= _LONGEST or core in ranks():
            return None
        word = self._slips.get(core) or (core[::-1] if core[::-1] in self._words else "")
        if word:
            return None if _ordinary(core) else (word, 0, len(core))
        return self._glued(core)

    def _glued(self, core: str) -> tuple[str, int, int] | None:
        for length in range(min(len(core) - 1, _LONGEST), LEAST - 1, -1):
            for start in range(len(core) - length + 1):
                word = core[start : start + length]
                if word in self._words and _glue(core[:start]) and _glue(core[start + length :]):
                    return (word, start, start + length)
        return None


def _dropped(word: str) -> Iterable[str]:
    """Without one of its inner letters; of a word of four only so that no vowel is left (`fck`)."""
    forms = (word[:at] + word[at + 1 :] for at in range(1, len(word) - 1))
    return forms if len(word) > LEAST else (form for form in forms if not _VOWELS & set(form))


def _swapped(word: str) -> Iterable[str]:
    """With two neighbours swapped; the first letter stays."""
    return (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1) if word[at] != word[at + 1])


def _ordinary(core: str) -> bool:
    """Could the same slip have made it of an ordinary word?"""
    at_once = (core[::-1], *_swapped(core))
    longer = (core[:at] + letter + core[at:] for at in range(len(core) + 1) for letter in ascii_lowercase)
    return any(ranks().get(word, _NEAR) < _NEAR for word in (*at_once, *longer))


def _glue(rest: str) -> bool:
    """Nothing, or one or two of the most usual words."""
    if not rest or _usual(rest):
        return True
    return any(_usual(rest[:at]) and _usual(rest[at:]) for at in range(1, len(rest)))


def _usual(piece: str) -> bool:
    return piece in _CHAT or (len(piece) > 2 and ranks().get(piece, _GLUE) < _GLUE)
