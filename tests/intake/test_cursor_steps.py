"""The cursor step by step, each with its exact outcome: what is asked, what an answer changes, what is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.intake.cursor import BLANK, DEEP, PEEK, VERIFY, Cursor, Query, Took, from_json, query, rejected, take, to_json
from bot.intake.indexing import Inquiry, Reading
from bot.intake.walk import TAIL, Mark, Walk

FULL = Cursor(
    reading="newer",
    sure=True,
    assumed=True,
    high=41,
    top=43,
    tail=(Mark(40, "r40"), Mark(None, "x"), Mark(41, "r41")),
    capacity=77,
    marks=(11, 22, 33),
    rigid=True,
    rising=True,
    attached=True,
)


def marks(*numbers: int) -> tuple[Mark, ...]:
    return tuple(Mark(number, f"r{number}") for number in numbers)


def settled(reading: Reading, **more: Any) -> Cursor:
    """A list that was read once, newest 50, and asked a moment ago."""
    known: dict[str, Any] = {"high": 50, "top": 50, "tail": marks(*range(41, 51)), "capacity": 10, "attached": True, "sure": True}
    return Cursor(**({"reading": reading, **known} | more))


# ── stored and read again ──


def test_everything_that_is_stored_comes_back() -> None:
    assert from_json(to_json(FULL)) == replace(FULL, marks=(11,))
    plain = Cursor(reading="older")
    assert from_json(to_json(plain)) == plain


def test_what_an_older_version_stored_is_understood() -> None:
    old = to_json(FULL)
    del old["assumed"]
    assert from_json(old).assumed is False


@pytest.mark.parametrize("name", [name for name in to_json(FULL) if name != "assumed"])
def test_what_is_missing_is_damage(name: str) -> None:
    value = to_json(FULL)
    del value[name]
    with pytest.raises(ValueError, match=f"cannot be used: KeyError\\('{name}'\\)"):
        from_json(value)


@pytest.mark.parametrize("change", [{"tail": None}, {"tail": [[1, "a", "b"]]}, {"marks": 5}, {"high": []}, {"capacity": "many"}])
def test_other_damage_is_told_apart(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"cannot be used|invalid literal|too many values"):
        from_json(to_json(FULL) | change)


# ── what is asked ──


def test_an_empty_list_is_asked_in_the_other_way_now_and_then() -> None:
    other = Query(100, index_start=0, purpose="verify")
    for turn in range(2 * BLANK):
        own = replace(settled("older", tail=(), high=None, top=None), blank=True, turn=turn)
        assert (query(own, 100, 0.0) == other) is (turn % 2 == 1)
        assert (query(replace(own, assumed=True), 100, 0.0) == other) is (turn % BLANK == 1)
    walking = replace(own, turn=1, walk=Walk())
    assert query(walking, 100, 0.0).purpose == "walk"


def test_a_reading_is_checked_once_a_minute_from_the_middle_of_what_is_known() -> None:
    for reading in ("older", "newer", "ignored"):
        cursor = settled(reading, verified_at=100.0, deep_at=100.0)
        assert query(cursor, 100, 100.0 + VERIFY - 0.1).purpose == "walk"
        assert query(cursor, 100, 100.0 + VERIFY) == Query(100, index_start=46, purpose="verify")
        assert query(replace(cursor, sure=False), 100, 100.0).purpose == "verify"
        assert query(replace(cursor, sure=False, tail=marks(49, 50)), 100, 100.0).purpose == "walk"
        assert query(replace(cursor, sure=False, tail=(*marks(47, 48, 49), Mark(None, "x"))), 100, 100.0).purpose == "walk"
        assert query(replace(cursor, walk=Walk()), 100, 100.0 + VERIFY).purpose != "verify"


def test_the_middle_is_of_the_newest_only() -> None:
    cursor = settled("older", sure=False, tail=marks(*range(1, 51)), capacity=10)
    assert query(cursor, 100, 0.0).index_start == 46
    assert query(replace(cursor, capacity=1000), 100, 0.0).index_start == 41
    assert query(replace(cursor, capacity=0), 100, 0.0).index_start == 49


def test_in_a_long_walk_down_the_newest_page_is_looked_at() -> None:
    for pages in range(2 * PEEK):
        cursor = settled("older", walk=Walk(pages=pages, reach=10 * pages, size=10, low=1))
        due = pages % PEEK == PEEK - 1
        assert (query(cursor, 100, 0.0) == Query(100, purpose="peek")) is due
        assert query(replace(cursor, peeked=True), 100, 0.0).purpose == "walk"
    upwards = settled("newer", walk=Walk(base=40, pages=PEEK - 1))
    assert query(upwards, 100, 0.0).purpose == "walk"
    looked, took = take(settled("older", walk=Walk(pages=7)), Query(100, purpose="peek"), (), 0, 0.0)
    assert (looked.peeked, took) == (True, Took(more=True))


@pytest.mark.parametrize(
    ("change", "since"),
    [
        ({}, 47),  # a third of a page, and one
        ({"capacity": 300}, 40),  # more than is known: below all of it
        ({"capacity": 300, "tail": marks(*range(1, 51))}, 17),
        ({"capacity": 2}, 50),
        ({"tail": (Mark(0, "r0"),), "capacity": 30}, 0),
        ({"attached": False}, 50),
        ({"attached": False, "high": None}, 0),
        ({"tail": (Mark(None, "x"),)}, 50),
        ({"marks": (30,), "deep_at": -DEEP}, 29),
        ({"marks": (0,), "deep_at": -DEEP}, 0),
        ({"marks": (30,), "deep_at": 0.1 - DEEP}, 47),
    ],
)
def test_upwards_it_reads_on_a_little_below_what_is_covered(change: dict[str, Any], since: int) -> None:
    assert query(settled("newer", **change), 100, 0.0) == Query(100, 1, since)


# ── what a refusal means ──


def test_a_refused_plain_page_begins_the_walk_again() -> None:
    assert rejected(replace(FULL, walk=Walk()), Query(100)) == FULL


@pytest.mark.parametrize(("reading", "purpose"), [("newer", "look"), ("older", "walk"), ("ignored", "verify"), ("unknown", "look")])
def test_a_number_that_is_refused_is_not_used_again(reading: Any, purpose: Any) -> None:
    cursor = replace(FULL, reading=reading, sure=False, walk=Walk(), blank=True)
    assert rejected(cursor, Query(100, index_start=7, purpose=purpose)) == replace(FULL, reading="ignored")


def test_refused_under_newer_everything_is_learned_anew() -> None:
    cursor = replace(FULL, inquiry=Inquiry(tries=2), walk=Walk())
    anew = Cursor(capacity=77, rigid=True, assumed=True, inquiry=Inquiry(tries=3))
    assert rejected(cursor, Query(100, index_start=7)) == anew


# ── checking what was learned ──


def check(cursor: Cursor, start: int, numbers: tuple[int, ...], now: float = 70.0) -> tuple[Cursor, Took]:
    return take(cursor, Query(100, index_start=start, purpose="verify"), marks(*numbers), len(numbers), now)


@pytest.mark.parametrize(
    ("reading", "numbers"),
    [("older", (41, 42, 43, 44, 45, 46)), ("newer", (46, 47, 48, 49, 50)), ("ignored", tuple(range(41, 51)))],
)
def test_what_agrees_is_noted_and_no_more(reading: Reading, numbers: tuple[int, ...]) -> None:
    cursor, took = check(settled(reading, sure=False), 46, numbers)
    assert (cursor.reading, cursor.verified_at, cursor.sure, cursor.turn) == (reading, 70.0, True, 1)
    assert took == Took(more=True)
    assert check(settled(reading, sure=False, blank=True), 0, ())[1] == Took(more=False)
    assert check(settled(reading, sure=False, blank=True), 0, ())[0].sure is False


def test_newer_that_is_ignored_and_the_other_way_round_lost_nothing() -> None:
    cursor, took = check(settled("newer", capacity=100), 46, tuple(range(41, 51)))
    assert (cursor.reading, took) == ("ignored", Took(more=True, note="indexStart is now read as 'ignored'"))
    assert cursor.tail == settled("newer").tail
    cursor, took = check(settled("ignored", capacity=100), 46, (41, 42, 43, 44, 45))
    assert (cursor.reading, took) == ("older", Took(more=True, note="indexStart is now read as 'older'"))


def test_newer_that_is_older_is_read_anew() -> None:
    cursor, took = check(settled("newer", capacity=100, rigid=True, assumed=True), 46, (41, 42, 43, 44, 45))
    assert cursor == Cursor(capacity=100, rigid=True, assumed=True, inquiry=Inquiry(tries=0))
    assert took == Took(more=True, note="indexStart is not 'newer': the list is read anew")
    again, took = check(settled("older", capacity=100), 46, (47, 48, 49, 50))
    assert (again.reading, again.tail) == ("unknown", ())
    assert took.note == "indexStart is not 'older': the list is read anew"


# ── walking ──


def page(cursor: Cursor, numbers: tuple[int, ...], now: float = 0.0, received: int | None = None) -> tuple[Cursor, Took]:
    asked = query(cursor, 100, now)
    return take(cursor, asked, marks(*numbers), len(numbers) if received is None else received, now)


@pytest.mark.parametrize("reading", ["older", "ignored"])
def test_one_page_that_joins_ends_the_read(reading: Reading) -> None:
    cursor, took = page(settled(reading, marks=(30,)), tuple(range(44, 54)))
    assert took == Took(covers=True)
    assert (cursor.high, cursor.top, cursor.tail[-1], cursor.walk) == (53, 53, Mark(53, "r53"), None)
    assert (cursor.attached, cursor.blank, cursor.peeked, cursor.marks) == (True, False, False, (30,))


def test_a_page_that_does_not_join_goes_on_and_covers_nothing_yet() -> None:
    cursor, took = page(settled("ignored", marks=(30,)), tuple(range(80, 90)))
    assert took == Took(more=True)
    assert (cursor.high, cursor.top) == (50, 50)
    assert cursor.walk is not None


def test_a_row_below_joins_even_if_none_of_the_known_is_left() -> None:
    gone = settled("ignored", marks=(30,))
    cursor, took = take(gone, query(gone, 100, 0.0), marks(*range(30, 40), *range(60, 65)), 15, 0.0)
    assert (took.covers, cursor.high) == (True, 64)


def test_rows_that_the_reading_rules_out_begin_it_anew() -> None:
    for reading, start, number in (("older", 46, 47), ("newer", 46, 45)):
        cursor, took = take(settled(reading), Query(100, 2, start), marks(number), 1, 0.0)  # type: ignore[arg-type]  # both are readings
        assert cursor == Cursor(capacity=10, inquiry=Inquiry(tries=0))
        assert took == Took(more=True, note=f"indexStart is not '{reading}': the list is read anew")
    kept, _ = take(settled("older"), Query(100, 2, 46), marks(46, 45), 2, 0.0)
    assert kept.reading == "older"
    kept, _ = take(settled("newer"), Query(100, 1, 46), marks(46, 47), 2, 0.0)
    assert kept.reading == "newer"


def test_more_rows_than_asked_for_are_remembered() -> None:
    cursor = settled("ignored", marks=(30,))
    assert take(cursor, Query(5), marks(*range(44, 50)), 6, 0.0)[0].rigid
    assert not take(cursor, Query(5), marks(*range(45, 50)), 5, 0.0)[0].rigid
    assert take(cursor, Query(100), marks(*range(31, 51)), 20, 0.0)[0].capacity == 20


def test_a_full_page_upwards_may_be_cut() -> None:
    cursor, took = page(settled("newer", marks=(30,), capacity=6), (48, 49, 50, 51, 52, 53))
    assert (took, cursor.high) == (Took(more=True, covers=False), 53)
    cursor, took = page(settled("newer", marks=(30,), capacity=7), (48, 49, 50, 51, 52, 53))
    assert took == Took(covers=True)
    cursor, took = page(settled("newer", marks=(30,), capacity=1), (50,))
    assert took == Took(covers=True)  # nothing new on it


def test_a_list_that_was_emptied_is_blank_and_keeps_its_height() -> None:
    cursor, took = page(settled("ignored", marks=(30,)), ())
    assert (took.covers, cursor.blank, cursor.top, cursor.high) == (True, True, None, 50)


def test_marks_are_set_every_ten_seconds_and_four_are_kept() -> None:
    cursor = settled("ignored")
    for number, (now, expected) in enumerate(
        [
            (100.0, (0, 50)),
            (100.0 + DEEP - 0.1, (0, 50)),
            (100.0 + DEEP, (0, 50, 50)),
            (100.0 + 2 * DEEP, (0, 50, 50, 50)),
            (100.0 + 3 * DEEP, (50, 50, 50, 50)),
        ]
    ):
        cursor, _ = take(replace(cursor, walk=Walk(size=10)), Query(100), cursor.tail, 10, now)
        cursor = replace(cursor, walk=None)
        assert cursor.marks == expected, number
    long = settled("ignored", tail=marks(*range(51 - TAIL, 51)), marks=())
    done, _ = take(long, Query(100), marks(50), 1, 100.0)
    assert done.marks == (51 - TAIL, 50)
