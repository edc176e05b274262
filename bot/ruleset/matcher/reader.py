"""Reading a stretch of disguised text: which listed words may its units be meant to spell?

From each place where a word may begin, all readings are followed at once along the listed words' beginnings: a unit gives one of
its letters, repeats the letter before, or is passed over as a separator. What does not lead to a listed word dies within a letter
or two, so ambiguity costs little. Whether a find is believed is decided in belief.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.ruleset.matcher.lexicon import HEAD, TAIL, WHOLE, Lexicon, Lexicons
from bot.ruleset.matcher.units import DIGIT, REPEAT, SKIP, SYMBOL, Units

STRETCH = 6
"""A reading gives up after so many units for each letter of the longest beginning it may follow, plus a few."""


@dataclass(frozen=True, slots=True)
class Find:
    """A listed word read from units first to last (excluded), how its letters were come by, and its manner."""

    word: str
    manner: str
    first: int
    last: int
    how: int


class Budget:
    """Steps left for one message, so that no text of any content takes long."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def spend(self, steps: int) -> bool:
        """Take so many; False if they are used up."""
        self.steps -= steps
        return self.steps > 0


def finds(units: Units, lexicons: Lexicons, budget: Budget, *, passing: bool) -> list[Find]:
    """Every listed word that can be read; `passing`: separators may be passed over."""
    found: list[Find] = []
    for first in range(len(units.kinds)):
        if not units.options[first]:
            continue
        is_edge = first == 0 or units.kinds[first - 1] != "l"
        for lexicon in (lexicons.edged, lexicons.free) if is_edge else (lexicons.free,):
            if _may_begin(first, units, lexicon, passing):
                found += _from(first, units, lexicon, budget, passing)
    return found


def _may_begin(first: int, units: Units, lexicon: Lexicon, passing: bool) -> bool:
    """At most places two units are enough to see that no word begins there."""
    for letter, _, width in units.options[first]:
        after = lexicon.second.get(letter)
        if after is None:
            continue
        if letter in lexicon.ends:
            return True
        at = first + width
        if at < len(units.kinds) and (
            (passing and units.kinds[at] in "s ") or any(option[0] in after for option in units.options[at])
        ):
            return True
    return False


def _from(first: int, units: Units, lexicon: Lexicon, budget: Budget, passing: bool) -> Iterator[Find]:
    """The finds that begin at this unit. `rows[i]` holds the readings that go on at unit i, with how each came about."""
    rows: dict[int, dict[str, int]] = {first: {"": 0}}
    prefixes, ends = lexicon.prefixes, lexicon.ends
    at = first
    limit = min(len(units.kinds), first + 120)
    while rows and at < limit:
        readings = rows.pop(at, None)
        if not readings:
            at += 1
            continue
        if not budget.spend(len(readings)):
            return
        for prefix, how in readings.items():
            for letter, flag, width in units.options[at]:
                longer = prefix + letter
                last = at + width
                if longer in prefixes:
                    _keep(rows, last, longer, how | flag)
                    for manner in ends.get(longer, ()):
                        if _may_end(units, manner, first, last, how | flag):
                            yield Find(longer, manner, first, last, how | flag)
                if prefix and prefix[-1] == letter and width == 1:
                    _keep(rows, last, prefix, how | flag | REPEAT)
                    for manner in ends.get(prefix, ()):
                        if _may_end(units, manner, first, last, how | flag | REPEAT):
                            yield Find(prefix, manner, first, last, how | flag | REPEAT)
            if passing and prefix and units.kinds[at] in "s ":
                _keep(rows, at + 1, prefix, how | SKIP)
        at += 1


def _keep(rows: dict[int, dict[str, int]], at: int, prefix: str, how: int) -> None:
    """Of two ways to the same reading the plainer one stays."""
    row = rows.setdefault(at, {})
    if prefix not in row or how < row[prefix]:
        row[prefix] = how


def _may_end(units: Units, manner: str, first: int, last: int, how: int) -> bool:
    """Does the word stand where its manner wants it? Digits are edges, except beside letters that were digits themselves."""
    inner = "ld" if how & DIGIT else "l"
    before = units.kinds[first - 1] if first else " "
    after = units.kinds[last] if last < len(units.kinds) else " "
    if manner in (WHOLE, HEAD) and before in inner:
        return False
    return manner not in (WHOLE, TAIL) or after not in inner


def symbols_used(how: int) -> bool:
    """Was some letter not a letter?"""
    return bool(how & (DIGIT | SYMBOL))
