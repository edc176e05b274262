"""Which signals of a batch are judged together, and which events time must be told to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeGuard

from bot.domain.signals import EventState, PersonAct, Signal
from bot.ports import InboxItem

TRIES = 2
"""A signal that was tried so often is evaluated alone, and set aside if it raises again."""
DAY = 86400.0


def shares(items: Sequence[InboxItem]) -> Iterator[Sequence[InboxItem]]:
    """The items in their order; alone stands what failed before, and a bulk undo: it looks back on what is stored."""
    share: list[InboxItem] = []
    for item in items:
        if item.attempts < TRIES and not is_bulk_undo(item.signal):
            share.append(item)
            continue
        if share:
            yield share
            share = []
        yield (item,)
    if share:
        yield share


def is_bulk_undo(signal: Signal) -> TypeGuard[PersonAct]:
    """An act that takes many others back."""
    return isinstance(signal, PersonAct) and signal.verb == "undo_all"


def awaits(state: EventState, now: float) -> bool:
    """Whether the clock may bring something there: it is on, or it is still to come."""
    if state.phase == "over":
        return False
    return state.phase in ("on_air", "playback") or state.starts is None or state.starts > now - DAY
