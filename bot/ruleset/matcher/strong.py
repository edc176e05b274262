"""Words under strong folding: the plain view first, then every stretch that may be a disguise, read and put in its place.

A message in plain words costs one table lookup per word and one pass of the automaton. For the others a second row of words is
made, in which each believed reading replaces the stretch it was read from; so phrases, wildcards and places work on readings as
on plain words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.ruleset.matcher.disjoint import Disjoint
from bot.ruleset.matcher.entries import Entry
from bot.ruleset.matcher.innocence import hides_innocent
from bot.ruleset.matcher.lexicon import HEAD, INNER, TAIL, Lexicons
from bot.ruleset.matcher.masks import Masks
from bot.ruleset.matcher.reader import Budget
from bot.ruleset.matcher.spoiled import Spoiled
from bot.ruleset.matcher.stretches import Reading, Stretches
from bot.ruleset.matcher.tokens import FILL, Token, Tokens, padded, words_of
from bot.ruleset.matcher.words import Hit, Words

STEPS = 6_000
"""Steps of reading for one message; a step is about half a microsecond."""
VARIANTS = 3
"""Readings of one message that exclude each other and are all looked at."""


class StrongWords:
    """All entries of letters under strong folding."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._words = Words(entries, digits=False)
        # What rescues is looked for in the open only, and a mask that fits a harmless word and a listed one means the listed one.
        listed = {pair for entry in entries if entry.words and entry.term.kind != "allowed" for pair in entry.manners()}
        allowed = {pair for entry in entries if entry.words and entry.term.kind == "allowed" for pair in entry.manners()}
        meant = listed - allowed
        self._stretches = Stretches(Lexicons.of(listed), Masks(meant), Spoiled(meant))

    def __bool__(self) -> bool:
        return bool(self._words)

    def find(self, view: str, *, backwards: bool) -> list[Hit]:
        """Every entry that stands in the plain view, in the open or in disguise;

        `backwards`: the text was turned round by a mark.
        """
        hits = self._open(view)
        readings = self._stretches.readings(view, Budget(STEPS), backwards=backwards)
        if readings:
            for chosen, covered in _variants(readings):
                hits += self._disguised(view, chosen, covered)
        return hits

    def _open(self, view: str) -> list[Hit]:
        raw = self._words.raw(padded(view, digits=False))
        if not raw:
            return []
        tokens = Tokens(words_of(view, digits=False))
        return [hit for hit in self._words.hits(raw, tokens, view) if not hides_innocent(view, hit[1], hit[2])]

    def _disguised(self, view: str, chosen: Sequence[Reading], covered: Disjoint) -> list[Hit]:
        tokens = Tokens(_replaced(words_of(view, digits=False), chosen, covered))
        raw = self._words.raw(tokens.padded)
        return [hit for hit in self._words.hits(raw, tokens, view) if covered.overlaps(hit[1], hit[2])]


def _variants(readings: Iterable[Reading]) -> list[tuple[list[Reading], Disjoint]]:
    """Readings that do not overlap, longest first, and what they cover; what was left out makes the next variant."""
    left = sorted(readings, key=lambda reading: (reading.start - reading.end, reading.manner))
    variants: list[tuple[list[Reading], Disjoint]] = []
    while left and len(variants) < VARIANTS:
        chosen, covered, left = _first_come(left)
        variants.append((chosen, covered))
    return variants


def _first_come(readings: Iterable[Reading]) -> tuple[list[Reading], Disjoint, list[Reading]]:
    """Those that overlap none before them, what they cover, and the rest."""
    covered = Disjoint()
    chosen: list[Reading] = []
    rest: list[Reading] = []
    for reading in readings:
        if covered.overlaps(reading.start, reading.end):
            rest.append(reading)
        else:
            covered.add(reading.start, reading.end)
            chosen.append(reading)
    return chosen, covered, rest


def _replaced(words: Iterable[Token], chosen: Sequence[Reading], covered: Disjoint) -> list[Token]:
    """The words of the view, with the readings in the place of the words they cover."""
    kept = [word for word in words if not covered.overlaps(word.start, word.end)]
    return sorted([*kept, *map(_token, chosen)], key=lambda token: token.start)


def _token(reading: Reading) -> Token:
    before = FILL if reading.manner in (TAIL, INNER) else ""
    after = FILL if reading.manner in (HEAD, INNER) else ""
    return Token(before + reading.word + after, reading.start, reading.end, true=False)
