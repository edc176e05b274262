"""A pure model of the platform's chat list, with every way in which its documents can be understood as a switch (B-07 … B-11)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Literal

from bot.intake.cursor import Cursor, Query, Took, query, take
from bot.intake.walk import Mark


@dataclass
class ChatList:
    """Rows by number. `plain` is what an absent indexStart means; `nearest` is which page comes first under "newer"."""

    direction: Literal["older", "newer", "ignored"] = "older"
    inclusive: bool = True
    plain: Literal["newest", "latest entry"] = "newest"
    nearest: bool = True
    order: Literal["asc", "desc", "shuffled"] = "desc"
    cap: int = 1000
    exact_sizes: bool = True
    seed: int = 0
    rows: list[int] = field(default_factory=list)
    unnumbered: bool = False

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.calls = 0

    def ask(self, asked: Query) -> list[Mark]:
        self.calls += 1
        rows = sorted(self.rows)
        start = asked.index_start
        if start is None and self.plain == "latest entry" and self.direction == "newer" and rows:
            start = rows[-1]
        ascending = False
        if start is not None and self.direction == "older":
            rows = [row for row in rows if row < start or (self.inclusive and row == start)]
        if start is not None and self.direction == "newer":
            rows = [row for row in rows if row > start or (self.inclusive and row == start)]
            ascending = self.nearest
        rows = rows if ascending else rows[::-1]
        size = min(asked.limit if self.exact_sizes else 10, self.cap)
        page = rows[(asked.page - 1) * size : asked.page * size]
        return [Mark(None if self.unnumbered else number, f"r{number}") for number in self._ordered(page)]

    def _ordered(self, page: list[int]) -> list[int]:
        if self.order == "shuffled":
            return self.random.sample(page, len(page))
        return sorted(page, reverse=self.order == "desc")


@dataclass
class Reader:
    """Reads such a list with the cursor and remembers what it has seen."""

    chat: ChatList
    limit: int = 100
    cursor: Cursor = field(default_factory=Cursor)
    now: float = 100.0
    seen: set[str] = field(default_factory=set)

    def read_once(self) -> Took:
        asked = query(self.cursor, self.limit, self.now)
        rows = self.chat.ask(asked)
        self.seen |= {row.ref for row in rows}
        self.cursor, took = take(self.cursor, asked, rows, len(rows), self.now)
        self.now += 0.05
        return took

    def read_until_done(self, most: int = 3000) -> int:
        """Reads as the feeds do: again at once while there is more. Returns the calls it took."""
        for call in range(1, most + 1):
            if not self.read_once().more:
                return call
        raise AssertionError(f"still not done after {most} calls: {self.cursor}")
