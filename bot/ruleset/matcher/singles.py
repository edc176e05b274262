"""Rows of letters that stand singly: `f u c k`, `y.o.u a b.i.t.c.h`, `s🙂h🙂i🙂t`.

A listed word in such a row counts where the row, or a wider gap, begins and ends it; else only where the whole row divides into
words that way (division.py), because `c a n a l s o` holds no word but can and also.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from bot.ruleset.matcher.belief import believed
from bot.ruleset.matcher.division import Division
from bot.ruleset.matcher.lexicon import Lexicons
from bot.ruleset.matcher.reader import Budget, Find, finds
from bot.ruleset.matcher.units import Units, units_of

_ALONE = r"{0,40}(?![^\W_])"
SINGLES = re.compile(
    r"(?<![^\W_])(?:[@$!|+(](?:[^\w@$!|+(]|_){1,6}){0,3}"
    rf"([^\W_])\1{_ALONE}(?:[\W_]{{1,12}}([^\W_])\2{_ALONE})+"
    r"(?:[ ._-]{1,6}[@$!+]){0,3}"
)
"""Two and more letters or digits, or runs of one, between separators; signs that are letters in leet may begin or end the row."""
_LEAST = 3
_WINDOW = 400
"""Characters of one row that are read."""
Gap = tuple[bool, int]
_WIDEST: Gap = (True, 99)


def read_singles(view: str, lexicons: Lexicons, budget: Budget) -> Iterator[tuple[str, str, int, int]]:
    """Word, manner and span of each listed word believed to be meant."""
    for row in SINGLES.finditer(view):
        units = units_of(row[0][:_WINDOW])
        if sum(kind != " " for kind in units.kinds) < _LEAST:
            continue
        found = [find for find in finds(units, lexicons, budget, passing=True) if find.how and believed(find, units, row[0])]
        believable = _bounded(found, units)
        yield from (
            (find.word, find.manner, row.start() + units.starts[find.first], row.start() + units.stops[find.last - 1])
            for find in believable
        )


def _bounded(found: list[Find], units: Units) -> list[Find]:
    """The finds that begin and end where words may."""
    if not found:
        return []
    gaps = _gaps(units)
    places = sorted(gaps)
    letters, place = _letters(units)
    division: Division | None = None
    kept: list[Find] = []
    for find in found:
        begins, ends = bisect_left(places, find.first), bisect_left(places, find.last)
        within = places[bisect_right(places, find.first) : ends]
        inner = max((gaps[at] for at in within), default=(False, 0))
        if all((gaps[places[at]] if at < len(places) else _WIDEST) > inner for at in (begins, ends)):
            kept.append(find)
            continue
        division = division or Division(letters)
        if division.allows(place[find.first], place[find.last - 1] + 1):
            kept.append(find)
    return kept


def _gaps(units: Units) -> dict[int, Gap]:
    """For each unit that is a letter or digit: how wide the gap before it is. The row's rims are the widest."""
    gaps: dict[int, Gap] = {}
    since = -1
    for at, kind in enumerate(units.kinds):
        if kind in "ld":
            between = units.kinds[since + 1 : at]
            width = units.stops[at - 1] - units.starts[since + 1] if between else 0
            gaps[at] = _WIDEST if since < 0 else (" " in between, width)
            since = at
    gaps.setdefault(0, _WIDEST)
    return gaps


def _letters(units: Units) -> tuple[str, dict[int, int]]:
    """The row as letters, and for each unit its place among them; a repeated letter without a gap counts once."""
    letters: list[str] = []
    place: dict[int, int] = {}
    for at, kind in enumerate(units.kinds):
        repeated = at > 0 and units.chars[at - 1] == units.chars[at] and kind == "l"
        if kind in "ld" and not repeated:
            letters.append(units.options[at][0][0] if units.options[at] else units.chars[at])
        place[at] = max(0, len(letters) - 1)
    return "".join(letters), place
