"""Intake over real HTTP: a stage, the platform client, a store in a file, and the feeds that read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.config import Bot, Channel
from bot.domain.signals import EventState, MessageRead, Signal
from bot.intake.feeds import Feeds
from bot.intake.pacing import reading_rate
from bot.platform_api.beestreamed.client import BeeStreamed
from bot.stage import SECRET_KEY, TOKEN_ID, Stage
from bot.stage.switches import Switches
from bot.store import Store, open_store
from bot.store.rows import read_signal
from tests.store.making import look

BOT = Bot(name="Usher", email="usher@example.test")
EVENT = "ev1"
CHANNEL = "main"


@dataclass
class Rig:
    """All of it, running."""

    stage: Stage
    client: BeeStreamed
    store: Store
    feeds: Feeds
    bell: asyncio.Event
    clock: Clock
    channel: Channel

    def say(self, *texts: str, **more: Any) -> list[str]:
        """Attendees write; returns the refs."""
        return [self.stage.door.say(EVENT, text, "Ann", "ann@example.test", **more).ref for text in texts]

    async def signals(self) -> Sequence[Signal]:
        """All that waits in the inbox; looking counts as no attempt."""
        return [
            read_signal(body) for (body,) in await look(self.store, "SELECT body FROM inbox WHERE state = 'waiting' ORDER BY seq")
        ]

    async def texts(self) -> list[str]:
        """Of all messages in the inbox, as often as they are there."""
        return [signal.message.text for signal in await self.signals() if isinstance(signal, MessageRead)]


async def until(true: Callable[[], Any], within: float = 8.0) -> None:
    """Waits for something to become true."""
    async with asyncio.timeout(within):
        while not (found := true()) or (asyncio.iscoroutine(found) and not await found):
            await asyncio.sleep(0.01)


def channel_for(url: str, **settings: Any) -> Channel:
    """Settings that read as fast as a test needs."""
    usual = {
        "base_url": url,
        "token_id": TOKEN_ID,
        "secret_key": SECRET_KEY,
        "requests_per_minute": 60_000,
        "fastest_read": 0.02,
        "slowest_read": 0.05,
        "idle_read": 0.3,
        "follow": (EVENT,),
    }
    return Channel.model_validate(usual | settings)


@asynccontextmanager
async def rig(tmp_path: Path, switches: dict[str, Any] | None = None, **settings: Any) -> AsyncIterator[Rig]:
    """Built, with the event there and live; the feeds do not run yet."""
    clock = Clock()
    stage = Stage(clock, Switches(**({"b01_limit_per_minute": 0} | (switches or {}))), seed=3)
    await stage.start()
    stage.door.event(EVENT, status="live", title="Show")
    channel = channel_for(stage.url, **settings)
    client = BeeStreamed(channel, BOT, clock)
    store = await open_store(f"sqlite:{tmp_path / 'usher.db'}", clock)
    await store.begin(CHANNEL, clock.now())
    bell = asyncio.Event()
    feeds = feeds_of(channel, client, store, clock, bell)
    try:
        yield Rig(stage, client, store, feeds, bell, clock, channel)
    finally:
        await client.close()
        await store.close()
        await stage.stop()


def feeds_of(channel: Channel, client: BeeStreamed, store: Store, clock: Clock, bell: asyncio.Event) -> Feeds:
    """A reader of this channel; another one after a crash."""

    def rate() -> float:
        return reading_rate(client.usage().limit, 0.0)

    return Feeds(channel, BOT, client, store, clock, wake=bell, rate=rate)


@asynccontextmanager
async def running(feeds: Feeds, *states: EventState) -> AsyncIterator[asyncio.Task[None]]:
    """Reads these events meanwhile."""
    for state in states or (EventState(EVENT, phase="on_air"),):
        feeds.follow(state)
    task = asyncio.create_task(feeds.run())
    try:
        yield task
    finally:
        await feeds.stop()
        await asyncio.wait_for(task, 2.0)
