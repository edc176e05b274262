"""How people hide a word from a filter and still have it read: leet, dots, spaces, look-alikes and the like. Pure."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_LEET = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "$5", "t": "7"}
_CYRILLIC = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у"}
_ACCENTS = {"a": "áàä", "e": "éèë", "i": "íìï", "o": "óòö", "u": "úùü", "c": "ç"}
_FULLWIDTH = 0xFF41 - ord("a")


def _leet(word: str, dice: Random) -> str:
    return "".join(dice.choice(_LEET[letter]) if letter in _LEET else letter for letter in word)


def _separated(word: str, dice: Random) -> str:
    return dice.choice([".", "-", "_", "*", " "]).join(word)


def _repeated(word: str, dice: Random) -> str:
    at = dice.randrange(1, len(word))
    return word[:at] + word[at] * dice.randrange(2, 6) + word[at + 1 :]


def _look_alike(word: str, dice: Random) -> str:
    return "".join(_CYRILLIC.get(letter, letter) for letter in word)


def _fullwidth(word: str, dice: Random) -> str:
    return "".join(chr(ord(letter) + _FULLWIDTH) if "a" <= letter <= "z" else letter for letter in word)


def _zero_width(word: str, dice: Random) -> str:
    return "\u200b".join(word)


def _accented(word: str, dice: Random) -> str:
    return "".join(dice.choice(_ACCENTS[letter]) if letter in _ACCENTS else letter for letter in word)


def _mixed_case(word: str, dice: Random) -> str:
    return "".join(letter.upper() if at % 2 else letter for at, letter in enumerate(word))


WAYS: dict[str, Callable[[str, Random], str]] = {
    "leet": _leet,
    "separated": _separated,
    "repeated": _repeated,
    "look_alike": _look_alike,
    "fullwidth": _fullwidth,
    "zero_width": _zero_width,
    "accented": _accented,
    "mixed_case": _mixed_case,
}


def disguised(word: str, dice: Random) -> str:
    """The word, hidden in one of the ways; a way that would change nothing is not taken. `word` is lower case, one word."""
    for name in dice.sample(sorted(WAYS), len(WAYS)):
        changed = WAYS[name](word, dice)
        if changed != word:
            return changed
    return word
