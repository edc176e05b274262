"""Words and phrases, found in one pass over a view by an Aho-Corasick automaton (ahocorasick-rs;

weighed in performance.md section 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick

from bot.ruleset.matcher.entries import Entry
from bot.ruleset.matcher.tokens import Tokens, padded, words_of

Span = tuple[int, int]
Hit = tuple[int, int, int]
"""A term's number and its span in a view."""
Raw = tuple[int, int, int]
"""A pattern's index and its span in the padded words."""


class Words:
    """Entries of one view that consist of words."""

    def __init__(self, entries: Sequence[Entry], *, digits: bool) -> None:
        self._digits = digits
        self._by_pattern: dict[str, list[Entry]] = {}
        for entry in entries:
            self._by_pattern.setdefault(entry.pattern, []).append(entry)
        self._entries = list(self._by_pattern.values())
        self._automaton = AhoCorasick(list(self._by_pattern), store_patterns=False) if entries else None

    def __bool__(self) -> bool:
        return self._automaton is not None

    def raw(self, padded_words: str) -> list[Raw]:
        """What stands in the padded words, not yet looked at closely."""
        return [] if self._automaton is None else self._automaton.find_matches_as_indexes(padded_words, overlapping=True)

    def find(self, view: str) -> list[Hit]:
        """Every entry that stands in the view."""
        row = padded(view, digits=self._digits)
        raw = self.raw(row)
        return list(self.hits(raw, Tokens(words_of(view, digits=self._digits)), view)) if raw else []

    def hits(self, raw: Sequence[Raw], tokens: Tokens, view: str) -> Iterator[Hit]:
        """Numbers and spans in the view of those that stand where their kind wants them."""
        for index, start, end in raw:
            span = tokens.within(start, end)
            for entry in self._entries[index]:
                if _PLACED[entry.term.kind](start, end, tokens.padded, span, view):
                    yield entry.number, *span


Placed = Callable[[int, int, str, Span, str], bool]


def _anywhere(_start: int, _end: int, _row: str, _span: Span, _view: str) -> bool:
    return True


def _at_start(_start: int, _end: int, _row: str, span: Span, view: str) -> bool:
    return not view[: span[0]].strip()


def _at_end(_start: int, _end: int, _row: str, span: Span, view: str) -> bool:
    return not view[span[1] :].strip()


def _all_words(start: int, end: int, row: str, _span: Span, _view: str) -> bool:
    return start == 0 and end == len(row)


def _all_text(start: int, end: int, row: str, span: Span, view: str) -> bool:
    whole = view.strip()
    return start == 0 and end == len(row) and span[1] - span[0] == len(whole)


_PLACED: dict[str, Placed] = {
    "word": _anywhere,
    "allowed": _anywhere,
    "wildcard": _anywhere,
    "contains": _anywhere,
    "starts_with": _at_start,
    "ends_with": _at_end,
    "exact_text": _all_words,
    "exact": _all_text,
}


class Literals:
    """Entries with symbols of their own (`c++`, `$5`): found as they stand, edges looked at afterwards."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = list(entries)
        self._automaton = AhoCorasick([entry.text for entry in entries], store_patterns=False) if entries else None

    def __bool__(self) -> bool:
        return self._automaton is not None

    def find(self, view: str) -> list[Hit]:
        """Every entry that stands in the view between its edges."""
        if self._automaton is None:
            return []
        raw = self._automaton.find_matches_as_indexes(view, overlapping=True)
        return [
            (self._entries[index].number, start, end)
            for index, start, end in raw
            if _stands(self._entries[index], view, start, end)
        ]


def _stands(entry: Entry, view: str, start: int, end: int) -> bool:
    kind = entry.term.kind
    if kind in ("starts_with", "exact", "exact_text") and view[:start].strip():
        return False
    if kind in ("ends_with", "exact", "exact_text") and view[end:].strip():
        return False
    strong = entry.term.fold == "strong"
    before = entry.open_start or start == 0 or _is_edge(view[start - 1], view[start], strong)
    after = entry.open_end or end == len(view) or _is_edge(view[end], view[end - 1], strong)
    return before and after


def _is_edge(neighbour: str, own: str, strong: bool) -> bool:
    """After strong folding a digit ends a word that does not end in a digit itself."""
    if strong and not own.isdecimal():
        return not neighbour.isalpha()
    return not neighbour.isalnum()
