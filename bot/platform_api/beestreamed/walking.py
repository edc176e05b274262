"""Walking a list to its end, when nothing says where that is: no total, no next link, unknown page cap (B-06 to B-11).

A short page proves nothing. Neither do pages of known rows: where the newest come first and a page holds few, a burst of new rows
shifts known ones onto page after page. So a walk ends on an empty page; or on pages that repeat the one before while page 1 shows
nothing new either (a platform that repeats its last page); or when as many pages in a row brought nothing as had brought something.
Rows that come twice are dropped. Each walk has a bound, and says so when it is hit instead of lying.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.domain.errors import BadAnswer
from bot.platform_api.beestreamed.rows import Rows

T = TypeVar("T")
FEW = 2
"""So many pages without news prove nothing, however short the list was until there."""


@dataclass(slots=True)
class _Seen(Generic[T]):
    """The rows met so far."""

    identity: Callable[[T], Hashable]
    known: set[Hashable] = field(default_factory=set)
    last: frozenset[Hashable] = frozenset()
    repeats: int = 0
    """So many times in a row the page taken last was the one before once more."""
    idle: int = 0
    useful: int = 0

    def take(self, rows: Rows[T]) -> tuple[T, ...]:
        """Rows not seen before."""
        held = frozenset(self.identity(row) for row in rows.good)
        fresh = {self.identity(row): row for row in rows.good if self.identity(row) not in self.known}
        # a page of nothing but unreadable rows is not idle: good ones may follow
        quiet = not fresh and bool(rows.good)
        self.idle, self.useful = (self.idle + 1, self.useful) if quiet else (0, self.useful + 1)
        self.repeats = self.repeats + 1 if quiet and held == self.last else 0
        self.last = held
        self.known.update(fresh)
        return tuple(fresh.values())


async def walk(
    fetch: Callable[[int], Awaitable[Rows[T]]], identity: Callable[[T], Hashable], *, most: int, what: str
) -> AsyncGenerator[tuple[T, ...], None]:
    """Yields, page by page from page 1, the rows not seen before. Raises BadAnswer after `most` pages that all brought new ones."""
    seen = _Seen(identity)
    for page in range(1, most + 1):
        rows = await fetch(page)
        fresh = seen.take(rows)
        if not rows.received or seen.idle > max(FEW, seen.useful):
            return
        yield fresh
        if seen.repeats >= FEW:
            top = seen.take(await fetch(1))
            if not top:
                return
            yield top  # a whole page of rows had come on top: the list moved on, it did not end
    raise BadAnswer(f"the list of {what} does not end within {most} pages")
