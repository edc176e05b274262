"""What is sent first under a budget. Pure.

Classes are those of reliability 3.5, 0 first. A status change keeps its class, because an old hide is worth less than a new one
(newest first is the point of a raid's order); "severe" lasts 30 s. Everything else gains a class a minute and never passes class 1,
so a reply is not starved by a raid for ever. Within a class events take turns; within an event: hides before the rest, severe
before mild, newest before oldest; posts, polls and switches oldest first, because the audience sees their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.domain.actions import AskService, SetMessageStatus
from bot.domain.lanes import lane
from bot.ports import OutboxRow

SEVERE_FOR = 30.0
"""Seconds after which a severe status change is like any other."""
AGEING = 60.0
"""Seconds of waiting that lift other acts by one class."""
ORDINARY = 3
"""The class of an ordinary hide."""


def in_order(rows: Iterable[OutboxRow], now: float) -> list[OutboxRow]:
    """The rows as they should be sent: within a class the events take turns, so that a raid on one does not hold up the others."""
    turns: Counter[tuple[str, float]] = Counter()
    keyed: list[tuple[tuple[float, int], OutboxRow]] = []
    for row in sorted(rows, key=lambda row: rank(row, now)):
        own = class_of(row, now)
        turns[row.entry.event, own] += 1
        keyed.append(((own, turns[row.entry.event, own]), row))
    return [row for _, row in sorted(keyed, key=lambda one: one[0])]


def rank(row: OutboxRow, now: float) -> tuple[float, int, int, float]:
    """Smaller is sooner."""
    entry = row.entry
    if isinstance(entry.action, SetMessageStatus):
        when = entry.created if entry.priority == 0 else -entry.created
        return (class_of(row, now), 0, -entry.severity, when)
    return (class_of(row, now), 1, 0, entry.created)


def class_of(row: OutboxRow, now: float) -> int:
    """The class after ageing."""
    entry = row.entry
    waited = max(0.0, now - entry.created)
    if entry.priority <= 0:
        return 0
    if isinstance(entry.action, SetMessageStatus):
        return max(entry.priority, ORDINARY) if waited > SEVERE_FOR else entry.priority
    return min(entry.priority, max(1, entry.priority - int(waited // AGEING)))


def startable(rows: Sequence[OutboxRow], busy: set[str], free: int, free_status: int, free_asked: int = 0) -> list[OutboxRow]:
    """The first rows that may start beside what is on its way: one a lane, at most `free`, of them `free_status` status changes and
    `free_asked` questions to services.
    """
    taken = set(busy)
    chosen: list[OutboxRow] = []
    for row in rows:
        is_status, is_asked = isinstance(row.entry.action, SetMessageStatus), isinstance(row.entry.action, AskService)
        own = lane_of(row)
        if own in taken or (is_status and free_status <= 0) or (is_asked and free_asked <= 0):
            continue
        if len(chosen) >= free:
            break
        taken.add(own)
        chosen.append(row)
        free_status -= is_status
        free_asked -= is_asked
    return chosen


def lane_of(row: OutboxRow) -> str:
    """The lane of a row."""
    return lane(row.entry.event, row.entry.key, row.entry.action)
