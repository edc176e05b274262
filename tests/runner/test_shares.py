"""Which signals of a batch are judged together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.signals import PersonAct, Signal, Tick
from bot.ports import InboxItem
from bot.runner.shares import TRIES, side_by_side


def item(seq: int, event: str, attempts: int = 0, *, undo: bool = False) -> InboxItem:
    signal: Signal = PersonAct(event, "mia", "undo_all") if undo else Tick(event)
    return InboxItem(seq, event, signal, attempts, 1.0)


def numbers(items: list[InboxItem]) -> list[dict[str, list[int]]]:
    return [{event: [one.seq for one in share] for event, share in parts.items()} for parts in side_by_side(items)]


def test_nothing_is_nothing() -> None:
    assert numbers([]) == []


def test_all_events_at_once() -> None:
    assert numbers([item(1, "a"), item(2, "b"), item(3, "a")]) == [{"a": [1, 3], "b": [2]}]


def test_what_failed_before_stands_alone_and_what_comes_after_it_waits() -> None:
    found = numbers([item(1, "a"), item(2, "a", TRIES), item(3, "a"), item(4, "b")])
    assert found == [{"a": [1], "b": [4]}, {"a": [2]}, {"a": [3]}]


def test_an_event_that_begins_with_a_bulk_undo_comes_after_the_others() -> None:
    assert numbers([item(1, "a", undo=True), item(2, "a"), item(3, "b")]) == [{"b": [3]}, {"a": [1]}, {"a": [2]}]


ITEMS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, TRIES + 1), st.booleans()), max_size=30)


@given(ITEMS)
def test_every_signal_once_and_in_the_order_of_its_event(drawn: list[tuple[str, int, bool]]) -> None:
    items = [item(seq, event, attempts, undo=undo) for seq, (event, attempts, undo) in enumerate(drawn)]
    parts = list(side_by_side(items))
    for event in "abc":
        assert [one for part in parts for one in part.get(event, ())] == [one for one in items if one.event == event]
    assert all(part and all(part.values()) for part in parts)


@given(ITEMS)
def test_what_may_end_the_process_takes_nobody_along(drawn: list[tuple[str, int, bool]]) -> None:
    items = [item(seq, event, attempts, undo=undo) for seq, (event, attempts, undo) in enumerate(drawn)]
    for part in side_by_side(items):
        inside = [one for share in part.values() for one in share]
        assert len(inside) == 1 or not any(one.attempts >= TRIES or isinstance(one.signal, PersonAct) for one in inside)
