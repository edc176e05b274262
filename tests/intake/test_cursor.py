"""The cursor against a model of the list: no row is ever lost, under every reading, and calls are bounded."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake.cursor import Cursor, Query, assume, from_json, looks_at_newest, query, rejected, take, to_json
from bot.intake.walk import Mark, window
from tests.intake.list_model import ChatList, Reader

READINGS = [
    {"direction": "older", "inclusive": True},
    {"direction": "older", "inclusive": False},
    {"direction": "newer", "inclusive": True, "nearest": True, "plain": "newest"},
    {"direction": "newer", "inclusive": False, "nearest": True, "plain": "newest"},
    {"direction": "newer", "inclusive": True, "nearest": True, "plain": "latest entry"},
    {"direction": "newer", "inclusive": False, "nearest": True, "plain": "latest entry"},
    {"direction": "newer", "inclusive": True, "nearest": False, "plain": "newest"},
    {"direction": "newer", "inclusive": False, "nearest": False, "plain": "latest entry"},
    {"direction": "ignored"},
]
ORDERS = ["asc", "desc", "shuffled"]


def refs(numbers: Any) -> set[str]:
    return {f"r{number}" for number in numbers}


@pytest.mark.parametrize("cap", [7, 1000])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("reading", READINGS)
def test_the_first_read_takes_the_whole_list(reading: dict[str, Any], order: str, cap: int) -> None:
    chat = ChatList(**reading, order=order, cap=cap, rows=list(range(3, 1200, 3)))  # type: ignore[arg-type]  # drawn by name
    reader = Reader(chat)
    calls = reader.read_until_done()
    assert reader.seen == refs(chat.rows)
    assert reader.cursor.attached
    assert calls <= 2.0 * 400 / min(cap, 100) + 12


@pytest.mark.parametrize("cap", [7, 1000])
@pytest.mark.parametrize("reading", READINGS)
def test_a_quiet_list_costs_one_call_a_read(reading: dict[str, Any], cap: int) -> None:
    chat = ChatList(**reading, cap=cap, rows=list(range(1, 60)))
    reader = Reader(chat)
    reader.read_until_done()
    reader.read_until_done()
    calls = []
    for _ in range(250):
        reader.now += 0.25
        calls.append(reader.read_until_done())
    assert calls.count(1) >= 240
    assert sum(calls[150:]) <= 101


@pytest.mark.parametrize("cap", [7, 1000])
@pytest.mark.parametrize("reading", READINGS)
def test_one_new_row_is_seen_by_the_next_read(reading: dict[str, Any], cap: int) -> None:
    chat = ChatList(**reading, cap=cap, rows=list(range(1, 60)))
    reader = Reader(chat)
    reader.read_until_done()
    reader.read_until_done()
    calls = 0
    for number in range(100, 130):
        chat.rows.append(number)
        calls += reader.read_until_done()
        assert f"r{number}" in reader.seen
    assert calls <= 33


@pytest.mark.parametrize("reading", READINGS)
def test_an_empty_list_is_read_until_it_fills(reading: dict[str, Any]) -> None:
    chat = ChatList(**reading, cap=7)
    reader = Reader(chat)
    assert [reader.read_until_done() for _ in range(5)] == [2, 1, 1, 1, 1]
    for number in range(1, 40):
        chat.rows.append(number * 2)
        calls = reader.read_until_done() + reader.read_until_done()
        assert reader.seen == refs(chat.rows)
        assert calls <= 12


@pytest.mark.parametrize("reading", READINGS)
def test_a_burst_into_an_empty_list(reading: dict[str, Any]) -> None:
    chat = ChatList(**reading, cap=7)
    reader = Reader(chat)
    reader.read_until_done()
    chat.rows.extend(range(10, 70))
    reader.read_until_done()
    reader.read_until_done()
    assert reader.seen == refs(chat.rows)


@pytest.mark.parametrize("second", range(60, 71))
@pytest.mark.parametrize("reading", READINGS)
def test_a_row_that_is_listed_29_s_late_is_found_soon(reading: dict[str, Any], second: int) -> None:
    """One row a second on pages of seven; the late one was written in `second`."""
    chat = ChatList(**reading, cap=7, rows=[10])
    reader = Reader(chat)
    for now in range(1, second + 42):
        chat.rows.append(10 * now)
        if now == second + 29:
            chat.rows.append(10 * second + 5)
        for _ in range(2):
            reader.read_until_done()
            reader.now += 0.5
    assert f"r{10 * second + 5}" in reader.seen


def test_numbers_that_begin_anew_are_noticed() -> None:
    chat = ChatList(rows=list(range(1000, 1300)))
    reader = Reader(chat)
    reader.read_until_done()
    chat.rows = list(range(1, 30))
    reader.read_until_done()
    assert refs(chat.rows) <= reader.seen
    assert reader.read_until_done() == 1


def test_pages_that_keep_no_size_are_read_without_overlap() -> None:
    chat = ChatList(direction="ignored", exact_sizes=False, rows=list(range(1, 200)))
    reader = Reader(chat)
    reader.read_until_done()
    assert reader.seen == refs(chat.rows)
    assert reader.cursor.rigid


def test_rows_without_numbers_are_joined_by_ref() -> None:
    chat = ChatList(cap=7, rows=list(range(1, 90)), unnumbered=True)
    reader = Reader(chat)
    reader.read_until_done()
    chat.rows.extend(range(100, 130))
    reader.read_until_done()
    assert reader.seen == refs(chat.rows)


def test_rows_of_a_walk_that_was_cut_short_do_not_join() -> None:
    chat = ChatList(direction="ignored", cap=7, rows=list(range(1, 30)))
    reader = Reader(chat)
    reader.read_until_done()
    stored = to_json(reader.cursor)
    chat.rows.extend(range(100, 160))
    reader.read_once()
    reader.read_once()
    reader.cursor = from_json(stored)  # a crash in the middle of the walk
    reader.read_until_done()
    assert reader.seen == refs(chat.rows)


def test_a_refused_number_is_not_used_again() -> None:
    asked = Query(100, index_start=0, purpose="look")
    cursor = rejected(Cursor(), asked)
    assert query(cursor, 100, 0.0).index_start is None


def test_a_damaged_cursor_is_told_apart() -> None:
    assert from_json(None) == Cursor()
    for value in ({"reading": "older"}, {**to_json(Cursor()), "reading": "sideways"}, {**to_json(Cursor()), "tail": [1]}):
        with pytest.raises(ValueError, match="stored cursor"):
            from_json(value)


def test_a_wrong_reading_is_found_out_later() -> None:
    chat = ChatList(direction="newer", inclusive=False, plain="latest entry", rows=list(range(1, 50)))
    reader = Reader(chat, cursor=Cursor(reading="older", sure=False, attached=True, tail=(Mark(4, "r4"), Mark(5, "r5"))))
    for _ in range(6):
        reader.read_until_done()
    assert reader.cursor.reading == "newer"
    assert reader.seen == refs(chat.rows)


@given(size=st.integers(7, 200), steps=st.integers(1, 60))
def test_windows_overlap_and_go_on(size: int, steps: int) -> None:
    reach = size
    for _ in range(steps):
        page, limit = window(reach, size)
        assert 1 <= limit <= size
        assert (page - 1) * limit < reach < page * limit
        reach = page * limit
    assert reach >= size * steps * 0.5


def play(chat: ChatList, rng: random.Random, reader: Reader, calls: int) -> list[int]:
    """Arrivals, bursts or late rows with lower numbers, deletions and crashes between the calls. Returns the numbers that stayed.

    Late rows come within 200 rows and 30 s, as the cursor promises; so no bursts then.
    """
    with_late = rng.random() < 0.5
    number, late, stored = max(chat.rows, default=0), [], to_json(reader.cursor)
    for _ in range(calls):
        dice = rng.random()
        if dice < 0.20:
            for _ in range(rng.choice([1, 1, 1, 1, 2, 2, 3, 9, 9 if with_late else 60])):
                number += rng.choice([1, 1, 2, 5])
                chat.rows.append(number)
        elif dice < 0.28 and with_late:
            number += 2
            late.append((number - 1, reader.now + rng.uniform(0, 8)))
            chat.rows.append(number)
        elif dice < 0.40 and len(chat.rows) > 12:
            for gone in rng.sample(chat.rows, min(len(chat.rows), rng.choice([1, 3]))):
                if f"r{gone}" in reader.seen:
                    chat.rows.remove(gone)
        elif dice < 0.47:
            reader.cursor = from_json(stored)
        due = {row for row, at in late if at <= reader.now or number - row > 60}
        chat.rows.extend(due)
        late = [(row, at) for row, at in late if row not in due]
        if reader.read_once().more is False:
            stored = to_json(reader.cursor)
            reader.now += rng.choice([0.1, 0.25, 1.0])
    chat.rows.extend(row for row, _ in late)
    return list(chat.rows)


@settings(max_examples=400, deadline=None)
@given(
    reading=st.sampled_from(READINGS),
    order=st.sampled_from(ORDERS),
    cap=st.sampled_from([7, 25, 1000]),
    start=st.integers(0, 120),
    seed=st.integers(0, 10**9),
)
def test_no_row_is_ever_lost(reading: dict[str, Any], order: str, cap: int, start: int, seed: int) -> None:
    rng = random.Random(seed)
    chat = ChatList(**reading, order=order, cap=cap, seed=seed, rows=sorted(rng.sample(range(1, 400), start)))  # type: ignore[arg-type]  # drawn by name
    reader = Reader(chat)
    stayed = play(chat, rng, reader, calls=60)
    for _ in range(6):  # late rows may take three deep walks
        reader.read_until_done()
        reader.now += 11.0
    assert refs(stayed) - reader.seen == set()


def test_the_answer_to_a_look_is_taken_in() -> None:
    cursor, took = take(Cursor(), Query(100, purpose="look"), [Mark(5, "a"), Mark(6, "b"), Mark(7, "c")], 3, 1.0)
    assert took.more
    assert query(cursor, 100, 1.0) == Query(100, index_start=6, purpose="look")


def test_a_new_list_is_read_as_others_of_the_account_are() -> None:
    assumed = assume(Cursor(), "older")
    assert (assumed.reading, assumed.assumed, assumed.sure) == ("older", True, False)
    assert query(assumed, 100, 0.0).index_start is None
    assert assume(assumed, "newer") is assumed
    assert assume(Cursor(), "unknown") == Cursor()


def test_an_assumption_that_was_refuted_is_not_made_again() -> None:
    wrong = replace(assume(Cursor(), "newer"), attached=True, high=12, tail=tuple(Mark(n, f"m{n}") for n in (10, 11, 12)))
    asked = query(wrong, 100, 100.0)
    assert asked.purpose == "verify"
    rows = [Mark(n, f"m{n}") for n in (9, 10, 11)]
    after, took = take(wrong, asked, rows, 3, 100.0)
    assert after.reading == "unknown"
    assert took.more
    assert assume(after, "newer").reading == "unknown"


def test_which_questions_look_at_the_newest_rows() -> None:
    older, newer = Cursor(reading="older"), Cursor(reading="newer")
    assert looks_at_newest(older, Query(100))
    assert looks_at_newest(newer, Query(100, index_start=90))
    assert not looks_at_newest(older, Query(100, index_start=90, purpose="verify"))
    assert not looks_at_newest(older, Query(100, page=2))
