"""A relay with its store and a platform in memory, in virtual time; it can be killed and started again on the same state."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config import Channel
from bot.domain.actions import CreatePoll, Entry
from bot.outbox import Relay
from bot.ports import OutboxRow, Performs
from bot.store import Store
from tests.outbox.platform import Faults, Platform
from tests.outbox.virtual import EPOCH, InlineDatabase, VirtualClock, open_inline, virtually
from tests.store.making import CHANNEL, entry, post, step

KINDS = ("set_message_status", "post_message", "create_poll", "set_poll", "count_poll", "set_event", "set_stream")


@dataclass(slots=True)
class House:
    """`up` starts it, `die` is a `kill -9`."""

    path: Path
    platform: Platform
    settle: float = 60.0
    others: Mapping[str, Performs] = field(default_factory=dict)
    clock: VirtualClock = field(default_factory=VirtualClock)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    store: Store = field(init=False)
    relay: Relay = field(init=False)
    running: asyncio.Task[None] = field(init=False)

    def up(self) -> House:
        self.store = open_inline(self.path)
        self.relay = Relay(
            Channel(name=CHANNEL, settle=self.settle),
            self.store,
            {**dict.fromkeys(KINDS, self.platform), **self.others},
            self.clock,
            wake=self.wake,
            told=self.told,
            draw=random.Random(5).random,
        )
        self.running = asyncio.create_task(self.relay.run())
        return self

    async def die(self) -> None:
        """Whatever was not committed is gone; what was sent is not."""
        database = self.store.db
        assert isinstance(database, InlineDatabase)
        database.die()
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)

    async def down(self) -> None:
        await self.relay.stop()
        await self.running
        await self.store.close()

    async def ask(self, *entries: Entry) -> None:
        await step(self.store, entries=entries)
        self.wake.set()

    async def row(self, key: str) -> OutboxRow:
        return {row.entry.key: row for row in await self.store.outbox(CHANNEL, limit=100_000)}[key]

    async def open_rows(self) -> int:
        return len(await self.store.outbox(CHANNEL, states=["pending", "sending", "unknown"], limit=100_000))


Story = Callable[[House], Coroutine[Any, Any, None]]
SLOW = Faults(latency=(2.0, 2.0))
QUICK = Faults(latency=(0.1, 0.1))


def play(path: Path, story: Story, faults: Faults = QUICK, **more: Any) -> Platform:
    """Runs a story in virtual time; gives the platform as it is then."""

    async def main() -> Platform:
        house = House(path / "usher.db", Platform(VirtualClock(), faults=faults), **more).up()
        await story(house)
        await house.down()
        return house.platform

    return virtually(main)


def poll(key: str = "poll") -> Any:
    return entry(key, CreatePoll("Which?", ("a", "b")), what="engagement", created=EPOCH)


def line(key: str = "p", text: str = "welcome", **more: Any) -> Any:
    return post(key, text, created=EPOCH, **more)
