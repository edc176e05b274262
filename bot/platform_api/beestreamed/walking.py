"""Walking a list to its end, when nothing says where that is: no total, no next link, unknown page cap (B-06 to B-11).

A short page proves nothing. Neither does one page of known rows: with a small cap, a burst of new rows shifts known ones onto it.
So a walk ends on an empty page, or on a second page in a row that holds nothing new. Rows that come twice are dropped.
Each walk has a bound, and says so when it is hit instead of lying.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from typing import TypeVar

from bot.domain.errors import BadAnswer
from bot.platform_api.beestreamed.rows import Rows

T = TypeVar("T")


async def walk(
    fetch: Callable[[int], Awaitable[Rows[T]]], identity: Callable[[T], Hashable], *, most: int, what: str
) -> AsyncGenerator[tuple[T, ...], None]:
    """Yields, page by page from page 1, the rows not seen before. Raises BadAnswer after `most` pages that all brought new ones."""
    seen: set[Hashable] = set()
    idle = 0
    for page in range(1, most + 1):
        rows = await fetch(page)
        fresh = {identity(row): row for row in rows.good if identity(row) not in seen}
        # a page of nothing but unreadable rows is not idle: good ones may follow
        idle = 0 if fresh or (rows.received and not rows.good) else idle + 1
        if not rows.received or idle == 2:
            return
        seen.update(fresh)
        yield tuple(fresh.values())
    raise BadAnswer(f"the list of {what} does not end within {most} pages")
