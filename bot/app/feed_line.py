"""The live feed over several replicas: what is told on one reaches the readers of the others.

Only while somebody reads elsewhere is anything written: some rows a tenth of a second, in a table that no crash needs to survive,
and a word (NOTIFY) that they are there. Readers look every second in any case, and a little behind the newest row they know: rows
become visible in another order than they are numbered.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.domain.errors import StoreError
from bot.ports.replicas import FeedItem, ReplicaLine

log = structlog.get_logger("app")

GATHER = 0.1
"""Seconds in which news is gathered before it is written."""
LOOK_EVERY = 1.0
BEHIND = 500
"""So far behind the newest known number one looks again."""
KEEP = 30.0
"""Seconds that news is kept for the others."""
_REMEMBERED = 10 * BEHIND
LONGEST = 4000
"""So much waits to be written at most; then the oldest is left out."""


class Teller(Protocol):
    """control/broadcast.py."""

    elsewhere: bool
    tap: Callable[[str, Callable[[], str]], None] | None

    @property
    def has_readers(self) -> bool:
        """Somebody reads here."""
        ...

    def retell(self, kind: str, line: str) -> None:
        """What another replica told."""
        ...


class FeedLine:
    """`heard_elsewhere` says whether another replica has readers."""

    def __init__(self, broadcast: Teller, line: ReplicaLine, clock: Clock, heard_elsewhere: Callable[[], bool]) -> None:
        self._broadcast = broadcast
        self._line = line
        self._clock = clock
        self._heard_elsewhere = heard_elsewhere
        self._out: deque[tuple[str, Callable[[], str]]] = deque(maxlen=LONGEST)
        self._news = asyncio.Event()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._newest = 0
        self._cleaned = 0.0
        broadcast.tap = self._tapped

    def look_now(self) -> None:
        """Another replica says that there is news."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        looked = -LOOK_EVERY
        while True:
            self._broadcast.elsewhere = self._heard_elsewhere()
            try:
                await self._write()
                now = self._clock.monotonic()
                if self._news.is_set() or now - looked >= LOOK_EVERY:
                    looked = now
                    await self._read()
            except StoreError as error:
                log.warning("feed.not_shared", error=str(error))
                await self._clock.sleep(LOOK_EVERY)
            await self._clock.sleep(GATHER)

    def _tapped(self, kind: str, make: Callable[[], str]) -> None:
        self._out.append((kind, make))

    async def _write(self) -> None:
        if not self._out:
            return
        items = [(kind, make()) for kind, make in self._out]
        self._out.clear()
        await self._line.share_news(items)
        await self._line.tell("feed")

    async def _read(self) -> None:
        self._news.clear()
        if not self._broadcast.has_readers:
            self._newest = 0
            return
        begins = not self._newest
        if begins:  # the first reader came: what was told before is shown by the page itself
            self._newest = await self._line.newest_news() or 1
        for item in await self._line.news(self._newest - BEHIND):
            self._take(item, tell=not begins)
        await self._clean()

    def _take(self, item: FeedItem, *, tell: bool) -> None:
        if item.number in self._seen:
            return
        self._seen[item.number] = None
        self._newest = max(self._newest, item.number)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        if tell:
            self._broadcast.retell(item.kind, item.line)

    async def _clean(self) -> None:
        now = self._clock.monotonic()
        if now - self._cleaned > KEEP:
            self._cleaned = now
            await self._line.drop_news(self._clock.now() - KEEP)
