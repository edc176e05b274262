"""From terms to what is looked for: words between spaces, texts with symbols, or expressions.

Which way a term goes:
- words of letters (any kind but `regex` and `wildcard` with inner stars): the padded words of its view;
- words with digits: the same with digits kept; with other symbols (`c++`, `$5`, `a$$`): the view itself, edges looked at
afterwards;
- `regex` and wildcards with `?` or an inner `*`: an expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.ruleset.fold.views import basic_text, plain_text
from bot.ruleset.matcher.lexicon import HEAD, INNER, TAIL, WHOLE
from bot.ruleset.matcher.tokens import padded
from bot.ruleset.terms import Fold, Term

Way = Literal["letters", "digits", "literal", "expression"]

_BETWEEN = frozenset(" -'’.,/_‐‑–")
"""Between the letters of a term these only part words."""
_STARS = "*"


@dataclass(frozen=True, slots=True)
class Entry:
    """A term made ready. `words` are its words; `open_start` and `open_end` say that it may go on there within a word."""

    number: int
    term: Term
    way: Way
    words: tuple[str, ...] = ()
    text: str = ""
    open_start: bool = False
    open_end: bool = False

    @property
    def pattern(self) -> str:
        """What stands in the padded words."""
        core = " ".join(self.words)
        return ("" if self.open_start else " ") + core + ("" if self.open_end else " ")

    def manners(self) -> list[tuple[str, str]]:
        """Each word with the manner in which it may stand in the text."""
        if len(self.words) == 1:
            open_ends = (self.open_start, self.open_end)
            manner = {(False, False): WHOLE, (False, True): HEAD, (True, False): TAIL, (True, True): INNER}[open_ends]
            return [(self.words[0], manner)]
        first = (self.words[0], TAIL if self.open_start else WHOLE)
        last = (self.words[-1], HEAD if self.open_end else WHOLE)
        return [first, *((word, WHOLE) for word in self.words[1:-1]), last]


def view_text(text: str, level: Fold) -> str:
    """A term's or message's view at a level."""
    if level == "off":
        return text
    return basic_text(text) if level == "basic" else plain_text(text)


def entry_of(number: int, term: Term) -> Entry:
    """The term made ready."""
    if term.kind == "regex":
        return Entry(number, term, "expression")
    text = " ".join(view_text(term.text.lstrip("\ufeff"), term.fold).split())
    open_start, open_end = _openness(term, text)
    core = text.strip(_STARS) if _starred(term) else text
    if term.kind == "wildcard" and ("?" in core or "*" in core):
        return Entry(number, term, "expression")
    way = _way(core, term.fold)
    words = tuple(padded(core, digits=way != "letters").split())
    return Entry(number, term, way, words, core.strip(), open_start, open_end)


def _starred(term: Term) -> bool:
    """Do stars at its ends mean "goes on"? In a list, `cat*` among words is read as everywhere else."""
    return term.kind in ("word", "wildcard", "allowed")


def _openness(term: Term, text: str) -> tuple[bool, bool]:
    if term.kind == "contains":
        return True, True
    if not _starred(term):
        return term.kind == "ends_with", term.kind == "starts_with"
    return text.startswith(_STARS) and text != "*", text.endswith(_STARS) and text != "*"


def _way(core: str, level: Fold) -> Way:
    """Letters and what only parts words; else digits; else the literal text."""
    if any(not (char.isalnum() or char in _BETWEEN) for char in core) or not any(map(str.isalnum, core)):
        return "literal"
    if level != "strong" or any(char.isalnum() and not char.isalpha() for char in core):
        return "digits"
    return "letters"
