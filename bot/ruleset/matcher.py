"""All words and patterns of all rules, looked for in one text at once.

Assumes terms that `check_term` accepted. Knows nothing of rules; answers with term numbers and spans in the original text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cached_property

import re2

from bot.ruleset.fold import Folded, fold
from bot.ruleset.terms import Fold, Term, TermError

Span = tuple[int, int]
_EDGE = r"[^\pL\pN]"


def check_term(term: Term) -> None:
    """Raise TermError with what is wrong and what to write instead."""
    if not fold(term.text, "basic").text.strip():
        raise TermError(term, "an empty text would match every message", "remove the entry, or write a word")
    try:
        re2.compile(_pattern(term))
    except re2.error as why:
        raise TermError(
            term, f"this expression cannot be compiled: {why}", "the engine is RE2: no look-around, no backreferences"
        ) from why


def _pattern(term: Term) -> str:
    if term.kind == "regex":
        return term.text
    core = r"[^\pL\pN]+".join(_escaped(word, term) for word in fold(term.text, term.fold).text.split())
    if term.kind in ("word", "wildcard"):
        return f"(?:^|{_EDGE})({core})(?:$|{_EDGE})"
    return {
        "contains": f"({core})",
        "starts_with": rf"^\s*({core})",
        "ends_with": rf"({core})\s*$",
        "exact": rf"^\s*({core})\s*$",
        "exact_text": rf"^[^\pL\pN]*({core})[^\pL\pN]*$",
    }[term.kind]


def _escaped(word: str, term: Term) -> str:
    if term.kind == "wildcard" or (term.kind == "word" and "*" in (word[0], word[-1])):
        return "".join({"*": r"\S*", "?": "."}.get(char) or re.escape(char) for char in word)
    return re.escape(word)


class Scan:
    """What was found in one text; spans are worked out when asked for."""

    def __init__(self, hits: dict[int, tuple[Span, ...]]) -> None:
        self._hits = hits

    @cached_property
    def found(self) -> Collection[int]:
        """Numbers of the terms that stand in the text."""
        return frozenset(self._hits)

    def spans(self, term: int) -> Sequence[Span]:
        """Where that term stands in the original text, in code points."""
        return self._hits.get(term, ())


class Matcher:
    """The compiled terms. Immutable from outside; safe to keep for a whole rule set's life."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        options = re2.Options()
        options.log_errors = False
        self._compiled = [(number, term.fold, re2.compile(_pattern(term), options)) for number, term in enumerate(self.terms)]

    def scan(self, text: str) -> Scan:
        """Look for every term in one text."""
        views: dict[Fold, Folded] = {}
        hits: dict[int, tuple[Span, ...]] = {}
        clean = text.encode("utf-8", "replace").decode()
        for number, level, pattern in self._compiled:
            view = views.setdefault(level, fold(clean, level))
            spans = tuple(view.span(*(found.span(1) if pattern.groups else found.span())) for found in pattern.finditer(view.text))
            if spans:
                hits[number] = spans
        return Scan(hits)
