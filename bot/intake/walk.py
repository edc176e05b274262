"""One walk over a list: page after page until it joins what is covered, or the list ends. Pure.

The platform says neither how rows are ordered nor how large a page may be, and rows come and go between two pages (B-07, B-08,
B-11, B-42). So a walk trusts nothing but this: a page is a run of neighbours in the platform's own order. Two runs that share a
row have no gap between them. Therefore each further page is asked for so that it overlaps what was read (page number *and* size
are chosen for that), and a page that shares nothing is not believed. Under the "older" reading of `indexStart` the next page is
asked for by the lowest number instead, which needs no overlap because nothing can shift.

Left out: a platform that mixes rows over pages at random, or shows one row a page. No client can read those without a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

TAIL = 200
"""So many of the newest covered rows are remembered by ref (reliability A14: 200 ids)."""
MOST_PAGES = 1000
"""A walk ends here at the latest."""
STALLS = 3
"""So many pages that end where the walk ended before are the list's end: some platforms never show an empty page."""


class Mark(NamedTuple):
    """What the cursor needs of a row."""

    number: int | None
    ref: str


class Ask(NamedTuple):
    """A page to ask for."""

    page: int
    limit: int
    index_start: int | None


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a walk has come. `low` and `top` bound the numbers it has read without a gap."""

    base: int | None = None
    """`indexStart` of its pages; None is a plain list."""
    keyed: bool = False
    """Further pages go by the lowest number ("older"), not by page number."""
    deep: int | None = None
    """Go on down to this number although the covered part begins above it."""
    size: int = 0
    """What page 1 brought; no later page asks for more, so that sizes are kept."""
    reach: int = 0
    """Ranks read without a gap; 0: begin (again) at page 1."""
    low: int | None = None
    top: int | None = None
    last: frozenset[str] = frozenset()
    """Refs of the last believed page."""
    rows: tuple[Mark, ...] = ()
    """The newest rows read."""
    step: int = 0
    """1 where "older" has proved to include the number asked for."""
    stalls: int = 0
    misses: int = 0
    pages: int = 0
    rose: bool = False
    """A later page brought higher numbers."""
    fell: bool = False
    """A later page brought lower numbers."""
    joined: bool = False
    over: bool = False
    """The list's end was reached."""


def window(reach: int, size: int) -> tuple[int, int]:
    """The page number and size that begin inside the first `reach` ranks and end as far beyond them as possible.

    Where no size does that (tiny pages), the page that follows without overlap; ends from which none would are avoided.

    >>> window(100, 100), window(198, 100), window(7, 7)
    ((2, 99), (3, 98), (2, 6))
    """
    ends = {limit: limit * ((reach - 1) // limit + 1) for limit in range(size, max(1, size - 12), -1)}
    limit = max(ends, key=lambda limit: (ends[limit] > reach and not _is_dead_end(ends[limit], size), ends[limit]), default=1)
    if ends.get(limit, 0) <= reach:
        return reach // size + 1, size
    return ends[limit] // limit, limit


def _is_dead_end(reach: int, size: int) -> bool:
    return all(reach % limit == 0 for limit in range(2, size + 1))


def next_ask(walk: Walk, limit: int, rigid: bool) -> Ask:
    """Which page comes next. `rigid`: the platform keeps no page sizes, so pages follow one another without overlap."""
    if walk.reach == 0:
        return Ask(1, limit, walk.base)
    if walk.keyed and walk.low is not None:
        return Ask(1, limit, walk.low - walk.step)
    if rigid:
        return Ask(walk.reach // walk.size + 1, limit, walk.base)
    page, size = window(walk.reach, walk.size)
    return Ask(page, size, walk.base)


def newest(rows: Sequence[Mark], count: int) -> tuple[Mark, ...]:
    """The `count` newest, oldest first. Rows without a number keep their place before the numbered ones."""
    unique = {row.ref: row for row in rows}
    ordered = sorted(unique.values(), key=lambda row: -1 if row.number is None else row.number)
    return tuple(ordered[-count:])


def advance(walk: Walk, ask: Ask, rows: Sequence[Mark], received: int, rigid: bool) -> Walk:
    """What a page makes of the walk. `received` counts rows that could not be decoded, too."""
    walk = replace(walk, pages=walk.pages + 1, over=walk.pages + 1 >= MOST_PAGES)
    if walk.reach == 0:
        grown = _grown(walk, rows) if received else walk
        return replace(grown, size=received, reach=received, over=walk.over or received == 0)
    if walk.keyed and walk.low is not None:
        return _keyed(walk, ask, rows, received)
    size = walk.size if rigid else ask.limit
    overlaps = not rigid and bool(walk.last) and (ask.page - 1) * ask.limit < walk.reach
    if received == 0 and (walk.stalls or not overlaps):
        return replace(walk, over=True)
    match _place(walk, rows, overlaps):
        case "miss":
            return _stepped_back(walk)
        case "shifted":
            return replace(walk, reach=max(walk.reach, ask.page * size), stalls=0)
        case "stall":
            stalls = walk.stalls + 1
            return replace(walk, reach=max(walk.reach, ask.page * size), stalls=stalls, over=walk.over or stalls >= STALLS)
        case "goes on":
            reach = (ask.page - 1) * size + received
            return replace(_grown(walk, rows), reach=max(walk.reach, reach), stalls=0, misses=0)


Place = Literal["goes on", "stall", "shifted", "miss"]


def _place(walk: Walk, rows: Sequence[Mark], overlaps: bool) -> Place:
    """Where a further page lies, compared with what the walk has read."""
    numbers = [row.number for row in rows if row.number is not None]
    shares = any(_is_inside(walk, row) for row in rows)
    fresh = any(not _is_inside(walk, row) for row in rows)
    if walk.low is None or walk.top is None or not numbers:
        if overlaps and not shares:
            return "miss"
        return "goes on" if fresh else "stall"
    if shares:
        # Rows that came in meanwhile push the list down: then the page shows again what was read, but not its end.
        return "goes on" if fresh else "stall" if _at_its_end(walk, numbers) else "shifted"
    if min(numbers) > walk.top and (walk.base is None or walk.fell):
        return "shifted"
    return "miss" if overlaps or min(numbers) > walk.top else "goes on"


def _at_its_end(walk: Walk, numbers: Sequence[int]) -> bool:
    falls = walk.base is None or not walk.rose
    rises = walk.base is not None and not walk.fell
    return (falls and min(numbers) == walk.low) or (rises and max(numbers) == walk.top)


def _is_inside(walk: Walk, row: Mark) -> bool:
    """Whether the walk has read past this row."""
    if row.number is None or walk.low is None or walk.top is None:
        return row.ref in walk.last
    return walk.low <= row.number <= walk.top


def _keyed(walk: Walk, ask: Ask, rows: Sequence[Mark], received: int) -> Walk:
    if received == 0:
        return replace(walk, over=True)
    if not rows:
        # A page without one readable row gives no number to go on from: count pages instead.
        return replace(walk, keyed=False)
    step = 1 if any(row.number == ask.index_start for row in rows) else walk.step
    if all(_is_inside(walk, row) for row in rows):
        return replace(walk, step=step, stalls=walk.stalls + 1, over=walk.over or walk.stalls + 1 >= STALLS)
    return replace(_grown(walk, rows), reach=walk.reach + received, step=step, stalls=0)


def _stepped_back(walk: Walk) -> Walk:
    reach = walk.reach - walk.size * 2**walk.misses
    if reach > 1 and walk.fell:
        return replace(walk, reach=reach, misses=walk.misses + 1, stalls=0)
    return Walk(base=walk.base, keyed=walk.keyed, deep=walk.deep, pages=walk.pages, over=walk.over)


def _grown(walk: Walk, rows: Sequence[Mark]) -> Walk:
    numbers = [row.number for row in rows if row.number is not None]
    low = min([*numbers, *([walk.low] if walk.low is not None else [])], default=None)
    top = max([*numbers, *([walk.top] if walk.top is not None else [])], default=None)
    return replace(
        walk,
        low=low,
        top=top,
        last=frozenset(row.ref for row in rows) or walk.last,
        rows=newest((*walk.rows, *rows), TAIL),
        rose=walk.rose or (walk.top is not None and top != walk.top),
        fell=walk.fell or (walk.low is not None and low != walk.low),
    )
