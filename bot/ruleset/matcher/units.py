"""A stretch of plain text as a row of units, each with the letters that it may stand for.

`sh1t` is four units, the third of which is an i or an l; `/\\` is one shape of two characters, offered at its first. Long repeats
are shortened to three and rows of mere separators to one, so that a row is never long for its content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from bot.ruleset.fold.lookalikes import DIGITS, FLIPPED, GLYPHS, LOOKS, SOUNDS, SYMBOLS, TURNED

DIGIT, SYMBOL, SKIP, REPEAT, LOOK, SOUND = 1, 2, 4, 8, 16, 32
"""How a letter was come by; joined with `|` along a reading."""

Option = tuple[str, int, int]
"""A letter, how it was come by, and how many units it takes."""

_LETTERS_OF: dict[str, str] = {}
for _letter, _chars in LOOKS.items():
    for _char in _chars:
        _LETTERS_OF[_char] = _LETTERS_OF.get(_char, "") + _letter
for _char, _letters in TURNED.items():
    _LETTERS_OF[_char] = _letters + _LETTERS_OF.get(_char, "").translate(dict.fromkeys(map(ord, _letters)))
for _at in range(26):
    _LETTERS_OF[chr(0x1F1E6 + _at)] = chr(ord("a") + _at)

_GLYPH_STARTS = frozenset(glyph[0] for glyph in GLYPHS)
_LONGEST_GLYPH = max(map(len, GLYPHS))
_KEPT = 3
_RUNS = re.compile(rf"(.)\1{{{_KEPT}}}|  ", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Units:
    """Parallel rows, one entry a unit. `kinds` is l(etter), d(igit), s(ymbol) or a space; starts and stops index the stretch."""

    chars: str
    kinds: str
    options: list[tuple[Option, ...]]
    starts: list[int]
    stops: list[int]

    def text(self, first: int, last: int) -> str:
        """The characters of the units from first up to last."""
        return self.chars[first:last]

    def backwards(self) -> Units:
        """The same units, last first; shapes of several characters are those that are seen in the turned row."""
        row = self.chars[::-1]
        single = [tuple(option for option in options if option[2] == 1) for options in reversed(self.options)]
        return Units(row, self.kinds[::-1], _with_glyphs(row, single), self.starts[::-1], self.stops[::-1])


def units_of(stretch: str) -> Units:
    """The units of a stretch of plain text."""
    row, starts, stops = _shortened(stretch)
    turned = not row.isascii() and any(char in TURNED for char in row)
    options = _with_glyphs(row, [_options(char, turned) for char in row])
    return Units(row, "".join(map(kind_of, row)), options, starts, stops)


def _with_glyphs(row: str, options: list[tuple[Option, ...]]) -> list[tuple[Option, ...]]:
    for at, char in enumerate(row):
        if char in _GLYPH_STARTS:
            options[at] += _glyphs(row, at)
    return options


def _shortened(stretch: str) -> tuple[str, list[int], list[int]]:
    """Runs of one character cut to three, each keeping its whole span in its last unit; spaces and mere separators cut to one."""
    if not _RUNS.search(stretch):
        return stretch, list(range(len(stretch))), list(range(1, len(stretch) + 1))
    pieces = list(_pieces(stretch))
    return "".join(piece[0] for piece in pieces), [piece[1] for piece in pieces], [piece[2] for piece in pieces]


def _pieces(stretch: str) -> Iterator[tuple[str, int, int]]:
    at = 0
    for char, group in groupby(stretch):
        length = sum(1 for _ in group)
        keep = min(length, 1 if char == " " else _KEPT)
        for place in range(keep):
            yield char, at + place, at + place + 1 if place < keep - 1 else at + length
        at += length


@lru_cache(maxsize=8_192)
def kind_of(char: str) -> str:
    """l, d, s or a space."""
    if char.isdecimal():
        return "d"
    if char.isalpha():
        return "l"
    return " " if char == " " else "s"


@lru_cache(maxsize=8_192)
def _options(char: str, turned: bool) -> tuple[Option, ...]:
    if char in DIGITS:
        extra = FLIPPED.get(char, "") if turned else ""
        return tuple((letter, DIGIT, 1) for letter in DIGITS[char] + extra)
    found = [(char, 0, 1)] if char.isalpha() else []
    found += [(letter, SYMBOL, 1) for letter in SYMBOLS.get(char, "")]
    found += [(letter, LOOK, 1) for letter in _LETTERS_OF.get(char, "")]
    if char in SOUNDS:
        found.append((SOUNDS[char], SOUND, 1))
    if turned and char in FLIPPED:
        found.append((FLIPPED[char], LOOK, 1))
    return tuple(found)


def _glyphs(row: str, at: int) -> tuple[Option, ...]:
    ends = range(at + 2, min(len(row), at + _LONGEST_GLYPH) + 1)
    found = ((GLYPHS.get(row[at:end]), end - at) for end in ends)
    return tuple((letter, SOUND if row[at].isalpha() else SYMBOL, width) for letter, width in found if letter)


def looks_turned(text: str) -> bool:
    """Does a letter stand on its head here?"""
    return not text.isascii() and any(char in TURNED for char in text)


def has_looks(char: str) -> bool:
    """Can this character, which is no ASCII, be taken for a letter?"""
    return char in _LETTERS_OF
