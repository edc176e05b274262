"""The matcher: each level of folding with its words, texts and expressions, asked once per message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property, lru_cache
from typing import Any

from bot.ruleset.fold import Folded, fold, strong_text
from bot.ruleset.fold.views import basic_view, capped, plain, source
from bot.ruleset.matcher.entries import Entry, entry_of, view_text
from bot.ruleset.matcher.expressions import Expressions
from bot.ruleset.matcher.strong import StrongWords
from bot.ruleset.matcher.words import Hit, Literals, Span, Words
from bot.ruleset.terms import Fold, Term

_TURNERS = ("\u202e", "\u202d", "\u2067")
"""Marks after which the text runs from right to left."""


SCANS, SHORT = 512, 300
"""So many scans are remembered, of texts up to so many code points."""


class Level:
    """All entries of one level of folding."""

    def __init__(self, level: Fold, entries: Sequence[Entry]) -> None:
        self.level = level
        ways: dict[str, list[Entry]] = {"letters": [], "digits": [], "literal": [], "expression": []}
        for entry in entries:
            if entry.way == "expression" or entry.text:  # nothing is in every text: a blank line in a list matches none
                ways[entry.way].append(entry)
        self._strong = StrongWords(ways["letters"])
        self._words = Words(ways["digits"], digits=True)
        self._literals = Literals(ways["literal"])
        self.expressions = Expressions(ways["expression"], level)

    def hits(self, text: str) -> list[Hit]:
        """Terms other than expressions, with their spans in the level's view."""
        view = view_text(text, self.level)
        hits = self._words.find(view) + self._literals.find(view)
        if self._strong:
            hits += self._strong.find(view, backwards=not text.isascii() and any(mark in text for mark in _TURNERS))
        return hits


class Scan:
    """What was found in one text. Spans are worked out only when somebody asks."""

    def __init__(self, text: str, levels: Sequence[Level]) -> None:
        self._text = text
        self._levels = {level.level: level for level in levels}
        self._hits: dict[int, list[tuple[Fold, int, int]]] = {}
        self._expressions: dict[int, Fold] = {}
        self._views: dict[tuple[Fold, bool], Folded] = {}
        self.views: dict[str, Any] = {}
        for level in levels:
            for number, start, end in level.hits(text):
                self._hits.setdefault(number, []).append((level.level, start, end))
            if level.expressions:
                views = {view_text(text, level.level)} | ({strong_text(text)} if level.level == "strong" else set())
                self._expressions |= dict.fromkeys(level.expressions.found(views), level.level)

    @cached_property
    def found(self) -> Collection[int]:
        """Numbers of the terms that stand in the text."""
        return self._hits.keys() | self._expressions.keys()

    def spans(self, term: int) -> Sequence[Span]:
        """Where that term stands in the original text, in code points, in order; empty if nowhere."""
        spans = {self._view(level, folded=False).span(start, end) for level, start, end in self._hits.get(term, ())}
        if term in self._expressions:
            level = self._expressions[term]
            for folded in (False, True):
                view = self._view(level, folded=folded)
                spans |= {view.span(*span) for span in self._levels[level].expressions.spans(term, view.text)}
        return sorted(spans)

    def _view(self, level: Fold, *, folded: bool) -> Folded:
        """The level's view with the way back; `folded`: with disguises undone, as expressions see it."""
        key = (level, folded and level == "strong")
        if key not in self._views:
            self._views[key] = fold(self._text, level) if key[1] else _mapped(self._text, level)
        return self._views[key]


def _mapped(text: str, level: Fold) -> Folded:
    if level == "off":
        return capped(text)
    return basic_view(text) if level == "basic" else plain(source(text))


class Matcher:
    """The compiled terms. Safe to keep for a whole rule set's life; scanning changes nothing that can be seen."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        first: dict[Term, int] = {}
        self._same: dict[int, int] = {number: first.setdefault(term, number) for number, term in enumerate(self.terms)}
        by_level: dict[Fold, list[Entry]] = {}
        for term, number in first.items():
            by_level.setdefault(term.fold, []).append(entry_of(number, term))
        self._levels = [Level(level, entries) for level, entries in by_level.items()]
        self.keep_scans(SCANS)

    def keep_scans(self, count: int) -> None:
        """From now on remembers so many scans; each takes one to two kilobytes."""
        self._scan = lru_cache(maxsize=count)(self._look)

    def scan(self, text: str) -> Scan:
        """Look for every term in one text; what was found in the last texts is remembered, because chat repeats itself."""
        return self._scan(text) if len(text) <= SHORT else self._look(text)

    def _look(self, text: str) -> Scan:
        return Scan(text, self._levels)
