"""Which of the configured channels this replica acts for: one owner each, by leases in the database (reliability 4.2).

Every second the lease is renewed and the lay of the land looked at. Channels whose owner is gone are taken over up to the fair
share; what is above it is ended in order and given back, a few at a time. A channel that was taken from us (we were stopped, or cut
off) is dropped at once: whatever it still had in hand is refused by the store's epoch.

A channel that cannot be started or fails does not take the others with it: it is tried again, and said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from bot.app.lease import Lease
from bot.clock import Clock
from bot.domain.errors import StoreBroken, StoreError, Superseded
from bot.ports.replicas import Assignments, ReplicaLine

log = structlog.get_logger("app")

RENEW = 1.0
"""Seconds between two renewals."""
AT_ONCE = 8
"""Channels that are being started at the same time."""
PER_ROUND = 4
"""Channels that are given back in one round, so that a new replica does not silence half of them at once."""
AGAIN = 10.0
"""Seconds until a channel that failed is tried again."""
LONGEST_END = 20.0
"""Seconds that a channel's orderly end may take."""


class Parts(Protocol):
    """A channel's parts, as far as their life goes."""

    async def prepare(self) -> None:
        """Before anything runs."""
        ...

    def run(self) -> list[asyncio.Task[None]]:
        """Everything that runs until `stop`."""
        ...

    async def stop(self) -> None:
        """In order."""
        ...


P = TypeVar("P", bound=Parts)


@dataclass(slots=True)
class House(Generic[P]):
    """A channel of ours, from its taking over to its end."""

    channel: str
    task: asyncio.Task[None] | None = None
    parts: P | None = None
    error: str = ""
    in_order: bool = False
    """It ends in order: what is on its way may finish."""


class Shards(Generic[P]):
    """`begin` raises the channel's epoch in the store, `make` builds its parts. `url` tells where our control API is."""

    def __init__(
        self,
        channels: Collection[str],
        line: ReplicaLine,
        lease: Lease,
        clock: Clock,
        *,
        begin: Callable[[str], Awaitable[object]],
        make: Callable[[str], P],
    ) -> None:
        self._channels = frozenset(channels)
        self._line = line
        self._lease = lease
        self._clock = clock
        self._begin = begin
        self._make = make
        self._houses: dict[str, House[P]] = {}
        self._starting = asyncio.Semaphore(AT_ONCE)
        self._bell = asyncio.Event()
        self._fatal: StoreBroken | None = None
        self.url = ""
        self.watching = False
        self.land = Assignments()
        """As it was seen last."""
        self.error = ""
        """Why the lease cannot be renewed; empty when it can."""

    @property
    def running(self) -> Mapping[str, P]:
        """The channels that run here."""
        return {name: house.parts for name, house in self._houses.items() if house.parts is not None and not house.in_order}

    @property
    def failing(self) -> Mapping[str, str]:
        """Channels of ours that do not run, and why."""
        return {name: house.error for name, house in self._houses.items() if house.error}

    def look_now(self) -> None:
        """Somebody came or went."""
        self._bell.set()

    async def run(self) -> None:
        """Until it is cancelled. Raises StoreBroken."""
        while self._fatal is None:
            self._bell.clear()
            try:
                await self._round()
                self.error = ""
            except StoreBroken:
                raise
            except StoreError as error:
                self.error = str(error)
                log.warning("replica.not_renewed", error=str(error), may_act=self._lease.holds())
            await self._rest()
        raise self._fatal

    async def stop(self) -> None:
        """All channels end in order and are given back, then the lease."""
        await self._quietly(self._line.renew(self._lease.seconds + LONGEST_END, url=self.url, leaving=True))
        for house in self._houses.values():
            house.in_order = True
        await self._end(list(self._houses.values()))
        self._lease.end()
        await self._quietly(self._line.leave())
        await self._quietly(self._line.tell("land"))

    async def _round(self) -> None:
        asked = self._lease.asks()
        await self._line.renew(self._lease.seconds, url=self.url, watching=self.watching)
        self._lease.renewed(asked)
        for name in await self._line.bury():
            log.warning("replica.dead", name=name)
        self.land = await self._line.look(self._channels)
        ours = self.land.of(self._line.name)
        for lost in self._houses.keys() - ours:
            self._drop(self._houses[lost])
        for name in ours - self._houses.keys():
            self._enter(name)
        await self._balance(len(ours))

    async def _balance(self, held: int) -> None:
        fair = self.land.share_of(self._line.name)
        if held < fair:
            # One that still ends here is not entered again before it has ended.
            for name in await self._line.take(self._channels - self._houses.keys(), fair - held):
                log.info("replica.took", channel=name)
                self._enter(name)
        elif held > fair:
            surplus = [house for house in self._houses.values() if house.parts is not None and not house.in_order]
            leaving = sum(house.in_order for house in self._houses.values())
            for house in surplus[-min(held - fair - leaving, PER_ROUND) :] if held - fair > leaving else ():
                self._give_back(house)

    def _enter(self, name: str) -> None:
        house = self._houses[name] = House[P](name)
        house.task = asyncio.create_task(self._live(house), name=f"house of {name}")
        house.task.add_done_callback(lambda _task: None if house.in_order else self._forget(house))

    def _give_back(self, house: House[P]) -> None:
        house.in_order = True
        log.info("replica.gives_back", channel=house.channel)
        ending = asyncio.create_task(self._leave(house), name=f"giving back {house.channel}")
        ending.add_done_callback(self._ended)

    async def _leave(self, house: House[P]) -> None:
        await self._end([house])
        await self._line.release([house.channel])
        self._forget(house)
        await self._line.tell("land")

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.warning("replica.not_given_back", error=str(task.exception()))

    def _drop(self, house: House[P]) -> None:
        """Not awaited: a slow end must not hold up the lease of all the others."""
        if house.in_order or house.task is None or house.task.cancelling():
            return  # it is on its way out already
        log.warning("replica.lost", channel=house.channel)
        house.task.cancel()

    def _forget(self, house: House[P]) -> None:
        if self._houses.get(house.channel) is house:
            del self._houses[house.channel]

    async def _end(self, houses: list[House[P]]) -> None:
        tasks = [house.task for house in houses if house.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=LONGEST_END)

    async def _live(self, house: House[P]) -> None:
        """Runs the channel, and tries again when it fails, for as long as it is ours."""
        while True:
            try:
                await self._once(house)
            except Superseded as error:
                log.warning("replica.superseded", channel=house.channel, error=str(error))
                self._bell.set()
                house.error = str(error)
            except StoreBroken as error:
                self._fatal = error
                self._bell.set()
                return
            except Exception as error:  # one account's trouble is not the others'
                log.exception("replica.channel_failed", channel=house.channel)
                house.error = f"{type(error).__name__}: {error}"
            await self._clock.sleep(AGAIN)

    async def _once(self, house: House[P]) -> None:
        tasks: list[asyncio.Task[None]] = []
        parts: P | None = None
        try:
            async with self._starting:
                await self._begin(house.channel)
                parts = self._make(house.channel)
                await parts.prepare()
            house.parts, house.error = parts, ""
            tasks = parts.run()
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)  # some have nothing to do and end
            for task in done:
                if not task.cancelled():
                    task.result()
        finally:
            house.parts = None
            await asyncio.shield(_close(parts, tasks, in_order=house.in_order))

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(RENEW):
                await self._bell.wait()

    async def _quietly(self, work: Awaitable[None]) -> None:
        """At the end: what fails now is done by the lease's running out."""
        try:
            await work
        except StoreError as error:
            log.warning("replica.leaving", error=str(error))


async def _close(parts: Parts | None, tasks: list[asyncio.Task[None]], *, in_order: bool) -> None:
    if not in_order:
        await _cancel(tasks)
    if parts is not None:
        await parts.stop()
    await _cancel(tasks)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
