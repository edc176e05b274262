"""Which signals of a batch are judged together, and which events time must be told to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from bot.domain.signals import EventState, PersonAct, Signal
from bot.ports import InboxItem

TRIES = 2
"""A signal that was tried so often is evaluated alone, and set aside if it raises again."""
DAY = 86400.0
Parts = Mapping[str, Sequence[InboxItem]]
"""Event → its items that are judged together."""


def side_by_side(items: Sequence[InboxItem]) -> Iterator[Parts]:
    """First the shares with which the events begin, all at once; then what has to stand alone, and what comes after it."""
    of_event: dict[str, list[InboxItem]] = {}
    for item in items:
        of_event.setdefault(item.event, []).append(item)
    begin: dict[str, Sequence[InboxItem]] = {}
    later: list[Parts] = []
    for event, own in of_event.items():
        first, *others = shares(own)
        if _stands_alone(first[0]):
            others.insert(0, first)
        else:
            begin[event] = first
        later += [{event: share} for share in others]
    if begin:
        yield begin
    yield from later


def shares(items: Sequence[InboxItem]) -> Iterator[Sequence[InboxItem]]:
    """The items of one event in their order."""
    share: list[InboxItem] = []
    for item in items:
        if not _stands_alone(item):
            share.append(item)
            continue
        if share:
            yield share
            share = []
        yield (item,)
    if share:
        yield share


def _stands_alone(item: InboxItem) -> bool:
    """What failed before, and a bulk undo: it looks back on what is stored."""
    return item.attempts >= TRIES or is_bulk_undo(item.signal)


def is_bulk_undo(signal: Signal) -> TypeGuard[PersonAct]:
    """An act that takes many others back."""
    return isinstance(signal, PersonAct) and signal.verb == "undo_all"


def awaits(state: EventState, now: float) -> bool:
    """Whether the clock may bring something there: it is on, or it is still to come."""
    if state.phase == "over":
        return False
    return state.phase in ("on_air", "playback") or state.starts is None or state.starts > now - DAY
