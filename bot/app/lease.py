"""How long this process may act without having heard from the database again.

Counted from the moment before the renewal was asked for, by both of our clocks, less a margin: so it ends before the database lets
others take over, also when the answer was slow, the process was stopped, or the machine slept (reliability 3.9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.config import Channel
from bot.domain.actions import Action
from bot.domain.errors import NotSent
from bot.ports import Applied, Performs
from bot.rulefiles import RuleMirror
from bot.rulefiles.folder import Coming

MARGIN = 1.0
"""Seconds before the database's end of the lease."""


class Lease:
    """`holds` is asked before every claim's request goes out."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.seconds = seconds
        self._clock = clock
        self._until = (0.0, 0.0)

    def asks(self) -> tuple[float, float]:
        """The moment before a renewal."""
        return self._clock.monotonic(), self._clock.now()

    def renewed(self, asked: tuple[float, float]) -> None:
        """The database agreed to what was asked then."""
        left = self.seconds - min(MARGIN, self.seconds / 4)
        self._until = (asked[0] + left, asked[1] + left)

    def end(self) -> None:
        """From now on nothing is done."""
        self._until = (0.0, 0.0)

    def holds(self) -> bool:
        """May we act?"""
        return self._clock.monotonic() < self._until[0] and self._clock.now() < self._until[1]


@dataclass(frozen=True, slots=True)
class Share:
    """What a channel's parts need to know of the other replicas."""

    permit: Callable[[], bool]
    """May this process act?"""
    rules: Callable[[Channel, Coming], RuleMirror]
    where: Callable[[str], Mapping[str, Any]]
    """Who acts for a channel, for status."""


def permitted(performers: Mapping[str, Performs], permit: Callable[[], bool]) -> dict[str, Performs]:
    """The same performers under the lease; what was one performer stays one."""
    wrapped = {id(one): Permitted(one, permit) for one in performers.values()}
    return {kind: wrapped[id(one)] for kind, one in performers.items()}


@dataclass(frozen=True, slots=True)
class Permitted:
    """A performer that does nothing more once the lease has run out (a Performs)."""

    performer: Performs
    permit: Callable[[], bool]

    async def perform(self, event: str, action: Action) -> Applied:
        """Raises NotSent without the lease."""
        if not self.permit():
            raise NotSent("the lease of this replica has run out; another one acts for this account")
        return await self.performer.perform(event, action)

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        """Looking is free."""
        return await self.performer.look_for(event, action, since, known)
