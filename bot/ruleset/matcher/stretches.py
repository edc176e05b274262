"""Which stretches of a text may be disguises, and what they are read as.

Three kinds: a row of single letters (`f.u_c k`), a stretch without spaces that is no known word (`sh1t`, `fuuuck`, `фuck`), and a
masked word (`f*ck`). What a stretch without spaces is read as is remembered, because chat repeats itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.ruleset.fold.lookalikes import CLOSE
from bot.ruleset.matcher import masks as masked
from bot.ruleset.matcher.belief import believed
from bot.ruleset.matcher.innocence import spellings
from bot.ruleset.matcher.known import ranks
from bot.ruleset.matcher.lexicon import HEAD, TAIL, WHOLE, Lexicons
from bot.ruleset.matcher.masks import Masks
from bot.ruleset.matcher.reader import Budget, Find, finds
from bot.ruleset.matcher.singles import SINGLES, read_singles
from bot.ruleset.matcher.spoiled import Spoiled
from bot.ruleset.matcher.units import LOOK, SKIP, Units, has_looks, looks_turned, units_of

MEMORY = 10_000
"""Stretches remembered of one matcher."""
FINDS = 80
"""Finds of one stretch that are looked at closely."""
LONGEST = 200
"""Longest stretch without spaces that is read; longer ones are read piece by piece."""
_STRETCH = re.compile(rf"\S{{1,{LONGEST}}}")
_RIM = ".,!?:;\"'()[]{}…-"
_PIECE = re.compile(r"[^\W_]+")
_LEET = re.compile(r"[0-9@$!|+€£¢¥]")
_MAY_DISGUISE = re.compile(r"[^a-z]|(.)\1|[vzcxqk]|ph|rn")
"""Of letters alone only a repeated one, one written for its sound or two drawn as one can be a disguise (units.py)."""
_SINGLE_BESIDE = re.compile(r"(?<![^\W_])[^\W_][\W_]+$|^[\W_]+[^\W_](?![^\W_])")


def _is_letter(char: str) -> bool:
    """A letter, or what is taken for one."""
    return char.isalpha() or char in "@$" or has_looks(char)


_ASCII_LETTERS = re.compile(f"[{''.join(filter(_is_letter, map(chr, range(128))))}]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A listed word and the span of the view it was read from.

    `native`: all its letters are of another alphabet, so that it could be a word of that language.
    """

    word: str
    manner: str
    start: int
    end: int
    native: bool = False


class Stretches:
    """Finds and reads the disguised stretches of a view."""

    def __init__(self, lexicons: Lexicons, masks: Masks, spoiled: Spoiled) -> None:
        self._lexicons = lexicons
        self._masks = masks
        self._spoiled = spoiled
        self._innocent: set[str] = set()
        self._read: dict[str, tuple[Reading, ...]] = {}

    def readings(self, view: str, budget: Budget, *, backwards: bool) -> list[Reading]:
        """All believed readings of a view."""
        found: list[Reading] = []
        innocent = self._innocent
        suspects = [stretch for stretch in view.split(" ") if stretch not in innocent]
        if suspects:
            found += self._stretches(view, budget, backwards)
        if SINGLES.search(view):
            found += (Reading(*one) for one in read_singles(view, self._lexicons, budget))
        return found

    def _stretches(self, view: str, budget: Budget, backwards: bool) -> Iterator[Reading]:
        unclear: list[Reading] = []
        generic = 0
        for match in _STRETCH.finditer(view):
            stretch = match[0]
            if stretch in self._innocent:
                continue
            readings = self._of(stretch, budget, backwards)
            start = match.start()
            yield from (
                replace(one, start=one.start + start, end=one.end + start)
                for one in readings
                if not one.native or _among_latin(view, match)
            )
            if not readings and "*" in stretch:
                fit = list(self._masked(stretch, start))
                unclear += fit
                generic += not fit and stretch.strip(_RIM + "*") != "" and masked.shape(stretch) is not None
            elif not readings:
                unclear += self._masked(stretch, start)
        yield from (one for one in unclear if not generic or not masked.ambiguous(view[one.start : one.end]))

    def _of(self, stretch: str, budget: Budget, backwards: bool) -> tuple[Reading, ...]:
        known = self._read.get(stretch)
        if known is not None and not backwards:
            return known
        if self._is_plain(stretch):
            self._remember_innocent(stretch)
            return ()
        disguised = backwards or _MAY_DISGUISE.search(stretch) is not None
        readings = (tuple(self._interpret(stretch, budget, backwards)) if disguised else ()) or self._slips(stretch)
        if not backwards and budget.steps > 0:
            if len(self._read) >= MEMORY:
                self._read.clear()
            self._read[stretch] = readings
            if not readings and masked.shape(stretch) is None:
                self._remember_innocent(stretch)
        return readings

    def _slips(self, stretch: str) -> tuple[Reading, ...]:
        core = stretch.strip(_RIM)
        found = self._spoiled.reading(core) if core.isalpha() else None
        if found is None:
            return ()
        word, start, end = found
        at = stretch.index(core)
        return (Reading(word, WHOLE, at + start, at + end),)

    def _remember_innocent(self, stretch: str) -> None:
        if len(self._innocent) >= MEMORY:
            self._innocent.clear()
        self._innocent.add(stretch)

    @staticmethod
    def _is_plain(stretch: str) -> bool:
        """A known word, or nothing with a letter."""
        core = stretch.strip(_RIM)
        return core in ranks() or not (_ASCII_LETTERS.search(core) if core.isascii() else any(map(_is_letter, core)))

    def _interpret(self, stretch: str, budget: Budget, backwards: bool) -> Iterator[Reading]:
        units = units_of(stretch)
        found = finds(units, self._lexicons, budget, passing=True)
        whole = self._known_as(stretch)
        for find in found[:FINDS]:
            if find.how and _covers(find, whole) and believed(find, units, stretch):
                if find.how & SKIP and _among_singles(find, units):
                    continue
                native = _is_native(find, units)
                yield Reading(find.word, find.manner, units.starts[find.first], units.stops[find.last - 1], native)
        if backwards or looks_turned(stretch):
            turned = units.backwards()
            for find in finds(turned, self._lexicons, budget, passing=True):
                if believed(find, turned, stretch):
                    yield Reading(find.word, find.manner, turned.starts[find.last - 1], turned.stops[find.first])

    @staticmethod
    def _known_as(stretch: str) -> set[str]:
        """Known words that the whole stretch spells in some way."""
        joined = "" if _LEET.search(stretch.strip(_RIM)) else "".join(_PIECE.findall(stretch))
        return {spelling for spelling in (*spellings(stretch), joined) if spelling in ranks()}

    def _masked(self, stretch: str, start: int) -> Iterator[Reading]:
        shape = masked.shape(stretch)
        if shape is None or not masked.readable(shape[0]):
            return
        for word in self._masks.fitting(shape[0]):
            yield Reading(word, "whole", start + shape.start(), start + shape.end())


def _covers(find: Find, whole: set[str]) -> bool:
    """A stretch that spells a known word is that word and holds no other."""
    return not whole or find.word in whole


def _is_native(find: Find, units: Units) -> bool:
    """Is it all in another alphabet, and not so like a longer Latin word that nobody would take it for anything else?"""
    text = units.text(find.first, find.last)
    if not find.how & LOOK or any(char.isascii() and char.isalnum() for char in text):
        return False
    native = [char for char in text if char in _NATIVE]
    return bool(native) and (len(find.word) <= 3 or not all(char in CLOSE for char in native))


def _among_latin(view: str, word: re.Match[str]) -> bool:
    """Does the rest of the message know only Latin letters, or does the word hold a letter that such words borrow?"""
    rest = view[: word.start()] + view[word.end() :]
    if any(char in _NATIVE for char in rest):
        return False
    return len(word[0]) > 3 and (any(char in _BORROWED for char in word[0]) or any(map(str.isalpha, rest)))


_NATIVE = frozenset(map(chr, [*range(0x370, 0x530), *range(0x5D0, 0x5EB), *range(0xE00, 0xE60)]))
_BORROWED = frozenset("ѕіјһԁѵԝԛӏԍҽϲϳ")
"""Letters of small alphabets that are used for their look far more often than for themselves."""


def _among_singles(find: Find, units: Units) -> bool:
    """Do single letters go on beyond the find? Then the row as a whole is looked at, in singles.py."""
    before = units.chars[max(0, find.first - 4) : find.first] if find.manner in (WHOLE, HEAD) else ""
    after = units.chars[find.last : find.last + 4] if find.manner in (WHOLE, TAIL) else ""
    return bool(_SINGLE_BESIDE.search(before) or _SINGLE_BESIDE.search(after))
