"""Regular expressions and wildcards, by RE2: linear in the text whatever the pattern (performance.md section 7).

All expressions of one view are asked at once by a set; only those that are in the text are then looked for one by one, and only
when their spans are wanted. RE2's `\\b` and `\\w` know ASCII only, so for other texts a second form of each expression is used,
in which `\\w` is any letter or digit and a `\\b` at either end is an edge in our sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2

from bot.ruleset.fold import fold
from bot.ruleset.matcher.entries import Entry, view_text
from bot.ruleset.terms import Fold

Span = tuple[int, int]

_LETTER = r"\pL"
_ALNUM = r"\pL\pN"
_SET_MEMORY = 256 << 20
_ONE_MEMORY = 16 << 20
SET_SIZE = 1_000
_CLASS_OR_ESCAPE = re.compile(r"\\[\s\S]|\[|\]|[^\\\[\]]+")


def options(*, memory: int = _ONE_MEMORY, ignore_case: bool = False) -> Any:
    """RE2 options that stay silent on standard error."""
    made = re2.Options()
    made.log_errors = False
    made.max_mem = memory
    made.case_sensitive = not ignore_case
    return made


@dataclass(frozen=True, slots=True)
class Expression:
    """An entry as RE2 text. `core` is the group whose span counts, 0 for the whole."""

    number: int
    ascii_form: str
    wide_form: str
    core: int
    ignore_case: bool


def expression_of(entry: Entry) -> Expression:
    """What RE2 is given for a term."""
    term = entry.term
    if term.kind == "wildcard":
        form = _wildcard(view_text(term.text.lstrip("\ufeff"), term.fold).strip(), term.fold)
        return Expression(entry.number, form, form, 1, ignore_case=False)
    wide, wrapped = widened(term.text)
    return Expression(entry.number, term.text, wide, 1 if wrapped else 0, ignore_case=term.fold != "off")


def _wildcard(text: str, level: Fold) -> str:
    """`*` a run of what is no space, `?` exactly one of them; edges around, as for words."""
    core = "".join({"*": r"\S*", "?": r"\S"}.get(char) or (r"\s+" if char == " " else re2.escape(char)) for char in text)
    beside = _LETTER if level == "strong" else _ALNUM
    return f"(?:^|[^{beside}])({core})(?:$|[^{beside}])"


def widened(pattern: str) -> tuple[str, bool]:
    """The form for texts beyond ASCII, and whether its group 1 is what the writer's whole match was."""
    inside = False
    parts: list[str] = []
    for piece in _CLASS_OR_ESCAPE.findall(pattern):
        if piece in "[]":
            inside = piece == "["
        parts.append(_WIDE_IN_CLASS.get(piece, piece) if inside else _WIDE.get(piece, piece))
    starts = pattern.startswith(r"\b")
    ends = pattern.endswith(r"\b") and not pattern.endswith(r"\\b")
    if not (starts or ends) or _has_top_level_choice(pattern):
        return "".join(parts), False
    middle = "".join(parts[1 if starts else 0 : -1 if ends else None])
    before = rf"(?:^|[^{_ALNUM}_])" if starts else ""
    after = rf"(?:$|[^{_ALNUM}_])" if ends else ""
    return f"{before}({middle}){after}", True


_WIDE = {r"\w": rf"[{_ALNUM}_]", r"\W": rf"[^{_ALNUM}_]"}
_WIDE_IN_CLASS = {r"\w": rf"{_ALNUM}_"}


def _has_top_level_choice(pattern: str) -> bool:
    """Is there a `|` outside every bracket? Then an edge at the end belongs to the last choice only."""
    depth = 0
    inside = False
    for piece in re.findall(r"\\[\s\S]|[\s\S]", pattern):
        inside = (inside or piece == "[") and piece != "]"
        depth += 0 if inside else (piece == "(") - (piece == ")")
        if piece == "|" and depth == 0 and not inside:
            return True
    return False


class Expressions:
    """Entries of one level that are expressions."""

    def __init__(self, entries: Sequence[Entry], level: Fold) -> None:
        self._level = level
        self.expressions = [expression_of(entry) for entry in entries]
        chunks = [self.expressions[at : at + SET_SIZE] for at in range(0, len(self.expressions), SET_SIZE)]
        self._ascii = [Chunk(chunk, wide=False) for chunk in chunks]
        self._wide = [Chunk(chunk, wide=True) for chunk in chunks]

    def __bool__(self) -> bool:
        return bool(self.expressions)

    def found(self, views: Iterable[str]) -> set[int]:
        """Numbers of the terms that are in one of the views."""
        return {number for view in views for chunk in self._for(view) for number in chunk.found(view)}

    def spans(self, number: int, view: str) -> list[Span]:
        """Where that term is in the view."""
        return next((list(chunk.spans(number, view)) for chunk in self._for(view) if number in chunk.numbers), [])

    def _for(self, view: str) -> list[Chunk]:
        return self._ascii if view.isascii() else self._wide


class Chunk:
    """Up to SET_SIZE expressions in one form: for ASCII texts, or `wide` for all others."""

    def __init__(self, expressions: Sequence[Expression], *, wide: bool) -> None:
        self._wide = wide
        self._rows = list(expressions)
        self.numbers = {one.number: one for one in expressions}
        self._compiled: dict[int, Any] = {}
        if not wide:
            _ = self._sets

    @cached_property
    def _sets(self) -> list[tuple[Any, list[int]]]:
        made = []
        for ignore in (False, True):
            rows = [one for one in self._rows if one.ignore_case == ignore]
            if rows:
                joined = re2.Set.SearchSet(options(memory=_SET_MEMORY, ignore_case=ignore))
                for one in rows:
                    joined.Add(self._form(one))
                joined.Compile()
                made.append((joined, [one.number for one in rows]))
        return made

    def _form(self, one: Expression) -> str:
        return one.wide_form if self._wide else one.ascii_form

    def found(self, view: str) -> Iterator[int]:
        """Numbers of the expressions in the view."""
        for joined, numbers in self._sets:
            for index in joined.Match(view) or ():  # None when nothing matches
                yield numbers[index]

    def spans(self, number: int, view: str) -> Iterator[Span]:
        """Where one of them is; empty matches do not count."""
        one = self.numbers[number]
        if number not in self._compiled:
            self._compiled[number] = re2.compile(self._form(one), options(ignore_case=one.ignore_case))
        group = one.core if self._wide or self.numbers[number].ascii_form == one.wide_form else 0
        at = 0
        while at <= len(view) and (match := self._compiled[number].search(view, at)):
            start, end = match.span(group)
            if start < end:
                yield start, end
            at = max(end, at + 1)  # not from the whole match's end: the edge behind one is the edge before the next


def folded_view(text: str, level: Fold) -> str:
    """The text that expressions of a level are looked for in."""
    return fold(text, level).text
