"""Rows in the order of their ids, and pages of them under each reading of `indexStart` (B-09).

A page costs its own size, not the length of the feed: positions are found by bisection. Only rows that are not listed (hidden or
deleted ones, where a switch says so) have to be stepped over.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice
from typing import Generic, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for. `page` counts from 1; `shift` moves the page by so many rows (rows came or went between two reads)."""

    size: int
    page: int = 1
    index: int | None = None
    direction: Literal["older", "newer"] = "older"
    inclusive: bool = True
    absent: Literal["newest_page", "latest_entry"] = "newest_page"
    newer_pages: Literal["from_index", "from_newest"] = "from_index"
    shift: int = 0


class Feed(Generic[T]):
    """Items by rising number. An item may be put in now and be listed later (`seen_from`): a late insert with an older id."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._items: list[T] = []
        self._late: list[tuple[float, int, T]] = []

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    @property
    def last(self) -> int:
        """The highest number, 0 when empty."""
        return self._numbers[-1] if self._numbers else 0

    def add(self, number: int, item: T, seen_from: float | None = None) -> None:
        """Puts an item in at its place; with `seen_from` it stays away until `settle` reaches that moment."""
        if seen_from is not None:
            heappush(self._late, (seen_from, number, item))
            return
        at = bisect_right(self._numbers, number)
        self._numbers.insert(at, number)
        self._items.insert(at, item)

    def settle(self, now: float) -> None:
        """Lists what was held back until now."""
        while self._late and self._late[0][0] <= now:
            _, number, item = heappop(self._late)
            self.add(number, item)

    def remove(self, item: T) -> None:
        """Takes an item out for good."""
        at = self._items.index(item)
        del self._items[at], self._numbers[at]

    def page(self, want: Window, listed: Callable[[T], bool] | None = None) -> list[tuple[int, T]]:
        """(position, item) pairs, rising, of the page that is asked for; `listed` leaves rows out."""
        places = self._places(want)
        skip = min(len(self._items), max(0, (want.page - 1) * want.size + want.shift))
        chosen = (
            list(places[skip : skip + want.size])
            if listed is None
            else list(islice((at for at in places if listed(self._items[at])), skip, skip + want.size))
        )
        return [(at, self._items[at]) for at in sorted(chosen)]

    def _places(self, want: Window) -> range:
        """Positions from the start of page 1 on."""
        count = len(self._items)
        if want.index is None:
            alone = want.direction == "newer" and want.absent == "latest_entry" and count
            return range(count - 1, count - 2 if alone else -1, -1)
        first = bisect_left(self._numbers, want.index)
        after = bisect_right(self._numbers, want.index)
        if want.direction == "older":
            return range((after if want.inclusive else first) - 1, -1, -1)
        low = first if want.inclusive else after
        return range(low, count) if want.newer_pages == "from_index" else range(count - 1, low - 1, -1)
