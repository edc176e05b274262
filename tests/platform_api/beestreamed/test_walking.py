"""Walking lists whose end nobody announces: shifting rows, caps, repeats, junk pages."""

from __future__ import annotations

import pytest

from bot.domain.errors import BadAnswer
from bot.platform_api.beestreamed.rows import Rows
from bot.platform_api.beestreamed.walking import walk


class Source:
    """Pages given by a function; counts the calls."""

    def __init__(self, *pages: list[int] | None, after: list[int] | None = None) -> None:
        self.pages, self.after, self.calls = pages, after or [], 0

    async def fetch(self, page: int) -> Rows[int]:
        self.calls += 1
        rows = self.pages[page - 1] if page <= len(self.pages) else self.after
        return Rows((), 3) if rows is None else Rows(tuple(rows), len(rows))


async def walked(source: Source, most: int = 20) -> list[int]:
    return [row async for rows in walk(source.fetch, lambda row: row, most=most, what="numbers") for row in rows]


async def test_an_empty_page_ends_it() -> None:
    source = Source([1, 2, 3], [4])
    assert await walked(source) == [1, 2, 3, 4]
    assert source.calls == 3


async def test_short_pages_do_not() -> None:
    assert await walked(Source([1], [2, 3], [4])) == [1, 2, 3, 4]


async def test_rows_that_shift_come_once() -> None:
    assert await walked(Source([3, 2], [2, 1], [1, 0])) == [3, 2, 1, 0]


async def test_a_page_of_nothing_but_shifted_rows_does_not_end_it() -> None:
    assert await walked(Source([5, 4], [5, 4], [3, 2])) == [5, 4, 3, 2]


async def test_a_platform_that_repeats_its_last_page_for_ever() -> None:
    source = Source([1, 2], after=[1, 2])
    assert await walked(source) == [1, 2]
    assert source.calls == 4


async def test_a_page_of_unreadable_rows_is_passed_over() -> None:
    assert await walked(Source([1], None, None, None, [2])) == [1, 2]


async def test_the_bound_is_said_not_hidden() -> None:
    with pytest.raises(BadAnswer, match="numbers does not end within 3 pages"):
        await walked(Source(*[[number] for number in range(10)]), most=3)


class Growing:
    """Newest first, and a burst of new rows before certain pages are fetched."""

    def __init__(self, rows: int, cap: int, bursts: dict[int, int]) -> None:
        self.rows, self.cap, self.bursts = list(range(rows)), cap, bursts

    async def fetch(self, page: int) -> Rows[int]:
        self.rows += range(len(self.rows), len(self.rows) + self.bursts.get(page, 0))
        newest = self.rows[::-1][(page - 1) * self.cap : page * self.cap]
        return Rows(tuple(newest), len(newest))


@pytest.mark.parametrize("bursts", [{2: 25}, {5: 200}, {2: 10, 3: 10}, {4: 37, 6: 81}, {9: 1}])
async def test_a_burst_that_shifts_page_after_page_hides_no_old_row(bursts: dict[int, int]) -> None:
    source = Growing(300, 10, bursts)
    found = [row async for rows in walk(source.fetch, lambda row: row, most=500, what="numbers") for row in rows]
    assert set(found) >= set(range(300))
    assert len(found) == len(set(found))


async def test_a_platform_that_begins_again_after_the_last_page_is_noticed() -> None:
    source = Source(*[[number] for number in range(8)] * 4)
    assert await walked(source, most=40) == list(range(8))
    assert source.calls < 20
