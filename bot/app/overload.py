"""Looks once a second how many messages wait to be hidden, and tells the runner of events in which that is more than the calls can
clear within `lock_when_behind`. What then happens is the engine's to decide (engine/overload.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.domain.errors import StoreBroken, StoreError, Superseded
from bot.platform_api.budget import SHARES
from bot.ports import Clock, OutboxStore

log = structlog.get_logger("app.overload")

EVERY = 1.0
ACTING = 1.0 - sum(SHARES.values())
"""The part of all calls that acting can have (platform_api/budget.py)."""
LEAST = 20
"""Fewer waiting messages are no crowd, however few calls there are."""
SHARE = 0.2
"""An event with less than this part of all that waits is not the one to lock."""


def crowded(waiting: Mapping[str, int], per_second: float, longest: float) -> dict[str, float]:
    """Events to be told of, with the seconds that clearing everything takes; none while that is at most `longest`.

    >>> crowded({"a": 500, "b": 3}, 35.0, 10.0)
    {'a': 14.371428571428572}
    """
    whole = sum(waiting.values())
    seconds = whole / max(per_second, 0.1)
    if longest <= 0.0 or seconds <= longest:
        return {}
    return {event: seconds for event, count in waiting.items() if count >= max(LEAST, SHARE * whole)}


class OverloadWatch:
    """One channel's. `calls` gives the calls a minute that are allowed now, `tells` is the runner's ear."""

    def __init__(
        self,
        channel: str,
        longest: float,
        store: OutboxStore,
        clock: Clock,
        calls: Callable[[], float],
        tells: Callable[[str, int, float], Awaitable[None]],
    ) -> None:
        self._channel = channel
        self._longest = longest
        self._store = store
        self._clock = clock
        self._calls = calls
        self._tells = tells

    async def run(self) -> None:
        """Until it is cancelled. Raises StoreBroken or Superseded when there is no going on."""
        while True:
            await self._clock.sleep(EVERY)
            try:
                if self._longest > 0.0:
                    await self.look()
            except (StoreBroken, Superseded):
                raise
            except StoreError as error:
                log.warning("overload.store_refused", channel=self._channel, error=str(error))

    async def look(self) -> None:
        """Once."""
        waiting = await self._store.hides_waiting(self._channel, self._clock.now())
        for event, seconds in crowded(waiting, ACTING * self._calls() / 60.0, self._longest).items():
            await self._tells(event, waiting[event], seconds)
