"""Which lines will have to wait: the running order unrolled under several assumptions about what nobody knows before.

Two lines that miss each other by a second in one course meet in another: a platform that answers late, a chat that writes less.
What waits in the expected course is foretold; what waits in another one may have to wait. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.signals import EventState
from bot.engine.engagement.unrolling import Deferred, Unrolled, unroll
from bot.ruleset.engagement import Engagement

COURSES = ((0.2, 30.0), (1.5, 30.0), (0.5, 24.0), (0.5, 20.0), (0.5, 36.0))
"""(seconds until the platform has answered, attendee lines a minute) beside the expected 0.5 and 30."""
SAME = 60.0
"""Two waits of one source within so many seconds are the same."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """`order` is the expected course; `perhaps` are the waits of others."""

    order: Unrolled
    perhaps: tuple[Deferred, ...]


def foretell(engagement: Engagement, event: EventState, since: float, until: float) -> Foretold:
    """Everything between two moments; see `unroll`."""
    order = unroll(engagement, event, since, until)
    perhaps: list[Deferred] = []
    for answered, rate in COURSES:
        other = unroll(engagement, event, since, until, answered_after=answered, lines_per_minute=rate)
        perhaps += _new(other.deferred, (*order.deferred, *perhaps))
    return Foretold(order, tuple(sorted(perhaps, key=lambda one: one.at)))


def _new(found: Sequence[Deferred], known: Sequence[Deferred]) -> Iterator[Deferred]:
    for one in found:
        if not any(same(one, other) for other in known):
            yield one


def same(one: Deferred, other: Deferred) -> bool:
    """The same line of the same source, give or take a minute."""
    return one.source == other.source and abs(one.at - other.at) <= SAME
