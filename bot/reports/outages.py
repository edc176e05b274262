"""Writes down what does not work, since when and until when, so that the report can tell it months later.

Every few seconds the conditions are looked at. Each is a kind, an event ("" for the whole channel), since when, and why. That the
bot itself did not run shows at its next start: the last sign of life is in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain.errors import StoreBroken, StoreError, Superseded
from bot.ports import Clock, Outage, OutageStore

log = structlog.get_logger("reports")

EVERY = 5.0
GAP = 15.0
"""Seconds without a good read of a feed of an event on air that count as an interruption."""
ABSENT = 20.0
"""Seconds without a sign of life that count as not having run."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that does not work now."""

    kind: str
    event: str
    since: float
    why: str


class OutageBook:
    """`run` until it is cancelled. `conditions` tells what does not work at this moment."""

    def __init__(
        self,
        store: OutageStore,
        channel: str,
        clock: Clock,
        conditions: Callable[[float], Iterable[Condition]],
        new_secret: Callable[[], str],
    ) -> None:
        self._store = store
        self._channel = channel
        self._clock = clock
        self._conditions = conditions
        self._new_secret = new_secret

    async def run(self) -> None:
        """A store that cannot be written now is told by others; here it only leaves a hole."""
        await self._guarded(self.begin)
        while True:
            await self._guarded(self.look)
            await self._clock.sleep(EVERY)

    async def _guarded(self, step: Callable[[], Any]) -> None:
        try:
            await step()
        except (StoreBroken, Superseded):
            raise
        except StoreError as error:
            log.warning("outages.not_written", channel=self._channel, error=str(error))

    async def begin(self) -> None:
        """Was the bot away? What was open when it went is over: what still does not work shows again."""
        now, seen = self._clock.now(), await self._store.last_alive(self._channel)
        if seen is not None and now - seen > ABSENT:
            await self._store.begin_outage(self._channel, "", Outage("the bot", seen, now, "Usher did not run"))
        for event, kind in await self._store.open_outages(self._channel):
            await self._store.end_outage(self._channel, event, kind, now if seen is None else min(seen, now))

    async def look(self) -> None:
        """What is new begins, what is gone ends."""
        now = self._clock.now()
        await self._store.keep_alive(self._channel, now, self._new_secret)
        held = {(one.event, one.kind): one for one in self._conditions(now)}
        known = set(await self._store.open_outages(self._channel))
        for place, one in held.items():
            if place not in known:
                await self._store.begin_outage(self._channel, one.event, Outage(one.kind, one.since, None, one.why))
        for event, kind in known - set(held):
            await self._store.end_outage(self._channel, event, kind, now)


def feed_gaps(feeds: Iterable[Mapping[str, Any]], on_air: set[str], now: float) -> Iterable[Condition]:
    """Feeds of events on air that have not been read for a while. `feeds` as Feeds.health tells them."""
    for feed in feeds:
        age = feed["age"]
        if feed["event"] in on_air and age is not None and age > GAP:
            yield Condition(f"reading {feed['surface']}", feed["event"], now - age, str(feed["error"] or "no good answer"))


def breakers(health: Mapping[str, str], now: float) -> Iterable[Condition]:
    """A circuit breaker that is not closed: the platform kept failing. `health` as the transport tells it."""
    for name, state in health.items():
        if state != "closed":
            what = "reads" if name == "read" else "acts"
            yield Condition(f"platform ({what})", "", now, f"the platform kept failing; {what} were held back")
