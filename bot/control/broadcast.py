"""What happens, told to many readers at once: a short memory, and a bounded queue for each reader.

Nobody waits for a reader: telling only puts a reference into each queue. A queue that is full loses its oldest, its reader is told
of the gap, and the others notice nothing (reliability G7). What was told is written out once for all, and only if somebody reads.
Assumes one event loop; knows nothing of HTTP.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

KEPT = 2000
"""So many are kept for readers who come back (Last-Event-ID)."""
QUEUE = 2000
"""So many wait for one reader: some seconds of a raging chat."""
READERS = 100
GATHER = 0.05
"""Seconds in which news is gathered, so that a raging chat costs each reader 20 writes a second and not hundreds."""
CHUNK = 64 * 1024
HEARTBEAT = b": still here\n\n"


def told(data: Any) -> str:
    """One line of JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class Item:
    """One thing that happened. `make` writes its data as one line of JSON, at most once."""

    kind: str
    make: Callable[[], str]
    ident: str = ""
    """Empty: not kept, and no place to come back to."""
    _wire: bytes = b""

    @property
    def wire(self) -> bytes:
        """As it goes out."""
        if not self._wire:
            ident = f"id: {self.ident}\n" if self.ident else ""
            self._wire = f"{ident}event: {self.kind}\ndata: {self.make()}\n\n".encode("utf-8", "replace")
        return self._wire


@dataclass(eq=False, slots=True)
class Reader:
    """One who reads. `name` and `role` say who it is."""

    name: str
    role: str
    size: int = QUEUE
    missed: int = 0
    """Since the last gap was told."""
    lost: int = 0
    """Altogether."""
    closed: bool = False
    _queue: deque[Item] = field(default_factory=deque)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def push(self, item: Item) -> None:
        """Never waits."""
        if len(self._queue) >= self.size:
            self._queue.popleft()
            self.missed += 1
            self.lost += 1
        self._queue.append(item)
        self._news.set()

    def close(self) -> None:
        """It is to go."""
        self.closed = True
        self._news.set()

    async def take(self, patience: float) -> bytes:
        """What is new, ready to be sent; after `patience` seconds of silence a heartbeat."""
        if not self._queue:
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._news.wait()
            if self._queue and not self.closed:
                await asyncio.sleep(GATHER)
        return self._packed() or HEARTBEAT

    def _packed(self) -> bytes:
        parts: list[bytes] = []
        size, gap, self.missed = 0, self.missed, 0
        if gap:
            parts.append(Item("gap", lambda: told({"missed": gap})).wire)
        while self._queue and size < CHUNK:
            parts.append(self._queue.popleft().wire)
            size += len(parts[-1])
        return b"".join(parts)


class Broadcast:
    """`boot` names this run: ids of an earlier one lead nowhere."""

    def __init__(self, boot: str) -> None:
        self.boot = boot
        self.readers: list[Reader] = []
        self.lost = 0
        """Lost by readers that are gone."""
        self.elsewhere = False
        """Somebody reads on another replica."""
        self.tap: Callable[[str, Callable[[], str]], None] | None = None
        """Takes what is told here to the readers elsewhere."""
        self._kept: deque[Item] = deque(maxlen=KEPT)
        self._number = 0

    @property
    def is_heard(self) -> bool:
        """Does anybody read, here or elsewhere?"""
        return bool(self.readers) or self.elsewhere

    @property
    def has_readers(self) -> bool:
        """Does anybody read here?"""
        return bool(self.readers)

    @property
    def lost_altogether(self) -> int:
        """What slow readers have lost since the start."""
        return self.lost + sum(reader.lost for reader in self.readers)

    def tell(self, kind: str, make: Callable[[], str]) -> None:
        """Something happened; it is kept for those who come back."""
        if self.elsewhere and self.tap is not None:
            self.tap(kind, make)
        self._keep(kind, make)

    def retell(self, kind: str, line: str) -> None:
        """What another replica told."""
        self._keep(kind, lambda: line)

    def _keep(self, kind: str, make: Callable[[], str]) -> None:
        self._number += 1
        item = Item(kind, make, f"{self.boot}-{self._number}")
        self._kept.append(item)
        self._to_all(item)

    def whisper(self, kind: str, make: Callable[[], str]) -> None:
        """Only for those who read now: ages, and other things that are old in a second."""
        self._to_all(Item(kind, make))

    def _to_all(self, item: Item) -> None:
        for reader in self.readers:
            reader.push(item)

    def join(self, name: str, role: str, last: str = "") -> Reader | None:
        """A new reader, who gets what came after `last` (an id). None: too many read already."""
        if len(self.readers) >= READERS:
            return None
        reader = Reader(name, role)
        if last:
            self._catch_up(reader, last)
        self.readers.append(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        """It is gone."""
        self.readers.remove(reader)
        self.lost += reader.lost

    def close(self) -> None:
        """Everybody is to go."""
        for reader in self.readers:
            reader.close()

    def _catch_up(self, reader: Reader, last: str) -> None:
        boot, _, number = last.rpartition("-")
        place = int(number) if boot == self.boot and number.isdecimal() and len(number) < 16 else None
        oldest = self._number - len(self._kept)
        if place is None or place > self._number:
            reader.push(Item("gap", lambda: told({"missed": None})))
            return
        if place < oldest:
            lost = oldest - place
            reader.push(Item("gap", lambda: told({"missed": lost})))
        skip = max(0, place - oldest)
        for item in list(self._kept)[skip:]:
            reader.push(item)
