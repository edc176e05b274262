"""Pages under every reading of `indexStart`, held against a plain model that scans all rows."""

from __future__ import annotations

from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from bot.stage.feed import Feed, Window


def _feed(numbers: list[int]) -> Feed[int]:
    feed: Feed[int] = Feed()
    for number in numbers:
        feed.add(number, number)
    return feed


def _numbers(found: list[tuple[int, int]]) -> list[int]:
    return [number for _, number in found]


@given(
    st.lists(st.integers(1, 60), unique=True, max_size=40),
    st.integers(0, 61),
    st.sampled_from(["older", "newer"]),
    st.booleans(),
    st.sampled_from(["from_index", "from_newest"]),
    st.integers(1, 9),
    st.integers(1, 4),
)
def test_a_page_is_what_a_scan_of_all_rows_gives(
    numbers: list[int],
    index: int,
    direction: Literal["older", "newer"],
    inclusive: bool,
    newer_pages: Literal["from_index", "from_newest"],
    size: int,
    page: int,
) -> None:
    want = Window(size, page, index, direction, inclusive, newer_pages=newer_pages)
    rest = [each for each in numbers if (each < index if direction == "older" else each > index) or (inclusive and each == index)]
    rest.sort(reverse=direction == "older" or newer_pages == "from_newest")
    assert _numbers(_feed(numbers).page(want)) == sorted(rest[(page - 1) * size : page * size])


def test_without_an_index_the_newest_page_comes() -> None:
    assert _numbers(_feed([1, 2, 3, 4, 5]).page(Window(2))) == [4, 5]
    assert _numbers(_feed([1, 2, 3, 4, 5]).page(Window(2, page=3))) == [1]


def test_without_an_index_newer_can_mean_literally_the_latest_entry() -> None:
    want = Window(10, direction="newer", absent="latest_entry")
    assert _numbers(_feed([1, 2, 3]).page(want)) == [3]
    assert _feed([]).page(want) == []


def test_rows_that_are_not_listed_are_stepped_over_and_keep_the_page_full() -> None:
    assert _numbers(_feed(list(range(1, 11))).page(Window(3), listed=lambda number: number % 2 == 0)) == [6, 8, 10]


def test_a_late_row_appears_between_older_ones() -> None:
    feed = _feed([1, 3])
    feed.add(2, 2, seen_from=10.0)
    feed.settle(9.9)
    assert _numbers(feed.page(Window(5))) == [1, 3]
    feed.settle(10.0)
    assert _numbers(feed.page(Window(5))) == [1, 2, 3]
    assert feed.last == 3


def test_a_shift_moves_the_page() -> None:
    assert _numbers(_feed([1, 2, 3, 4, 5]).page(Window(2, shift=2))) == [2, 3]


def test_a_page_far_beyond_the_end_is_empty() -> None:
    assert _feed([1, 2]).page(Window(10, page=10**30), listed=bool) == []
    assert _feed([1, 2]).page(Window(10, page=10**30)) == []


def test_a_removed_row_is_gone() -> None:
    feed = _feed([1, 2, 3])
    feed.remove(2)
    assert list(feed) == [1, 3]
    assert len(feed) == 2
