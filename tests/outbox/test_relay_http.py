"""The whole way out over real HTTP: store on disk, relay, client, and the stage with faults; ten times as fast as the clock."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.config import Bot, Channel
from bot.domain.actions import CreatePoll, Entry, SetPoll
from bot.domain.signals import EntrySettled, MessageRead, StatusChanged
from bot.outbox import Relay
from bot.platform_api.beestreamed.client import BeeStreamed
from bot.ports import FeedCursor, Intaken
from bot.stage import SECRET_KEY, TOKEN_ID, Stage
from bot.stage.faults import Faults
from bot.store import Store, open_store
from tests.outbox.house import KINDS
from tests.store.making import CHANNEL, all_signals, entry, hide, post, step

BOT = Bot(name="Usher", email="usher@example.test")
WRITES = ("POST", "PATCH")


@dataclass
class Whole:
    """Everything between the store and the platform."""

    clock: Clock
    stage: Stage
    client: BeeStreamed
    store: Store
    relay: Relay
    wake: asyncio.Event
    event: str

    async def ask(self, *entries: Entry) -> None:
        await step(self.store, entries=entries)
        self.wake.set()

    async def settled(self, seconds: float = 200.0) -> list[str]:
        """Waits until nothing is open; the states of all entries."""
        end = self.clock.now() + seconds
        while await self.store.outbox(CHANNEL, states=["pending", "sending", "unknown"]):
            assert self.clock.now() < end, await self.store.outbox(CHANNEL, states=["pending", "sending", "unknown"])
            await self.clock.sleep(0.5)
        return [row.state for row in await self.store.outbox(CHANNEL, limit=1000)]

    async def read(self) -> Intaken:
        page = await self.client.read_messages(self.event, "chat", limit=100)
        cursor = FeedCursor(self.event, "chat", {})
        return await self.store.save_page(CHANNEL, cursor, page.rows, page.asked, (BOT.name, BOT.email))

    def status(self, ref: str) -> str:
        return self.stage.door.message(ref).status


@pytest.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    clock = Clock(speed=10.0)
    stage = Stage(clock, faults=Faults(late_seconds=8.0), seed=3)
    await stage.start()
    settings = {
        "base_url": stage.url,
        "token_id": TOKEN_ID,
        "secret_key": SECRET_KEY,
        "requests_per_minute": 60_000,
        "settle": 20.0,
    }
    channel = Channel.model_validate({"name": CHANNEL, **settings})
    client = BeeStreamed(channel, BOT, clock)
    store = await open_store(f"sqlite:{tmp_path / 'usher.db'}", clock)
    wake = asyncio.Event()
    performers = dict.fromkeys(KINDS, client)
    relay = Relay(channel, store, performers, clock, wake=wake, told=asyncio.Event(), draw=random.Random(1).random)
    running = asyncio.create_task(relay.run())
    event = stage.door.event(title="Town hall", status="live").ref
    yield Whole(clock, stage, client, store, relay, wake, event)
    await relay.stop()
    await running
    await client.close()
    await store.close()
    await stage.stop()


async def test_the_whole_way_once(whole: Whole) -> None:
    said = [whole.stage.door.say(whole.event, f"line {n}", name="Ann", email="ann@example.test") for n in range(12)]
    assert len((await whole.read()).new) == 12
    await whole.ask(*[hide(one.ref, event=whole.event) for one in said[:4]], post("hello", "welcome", event=whole.event))
    await whole.ask(entry("poll", CreatePoll("Which?", ("a", "b")), event=whole.event))
    assert Counter(await whole.settled()) == {"done": 6}
    assert [whole.status(one.ref) for one in said] == ["hidden"] * 4 + ["public"] * 8
    told = {signal.key: signal for signal in await all_signals(whole.store) if isinstance(signal, EntrySettled)}
    assert told.keys() == {"hello", "poll"}
    await whole.ask(entry("open", SetPoll(told["poll"].result["remote"], True), event=whole.event))
    assert Counter(await whole.settled()) == {"done": 7}
    assert whole.stage.door.find_poll(told["poll"].result["remote"]).active

    await whole.read()
    news = await all_signals(whole.store)
    assert [signal.message.own for signal in news if isinstance(signal, MessageRead)] == [True], "our own line is known as ours"
    assert not [signal for signal in news if isinstance(signal, StatusChanged)], "our own hides are no person's"

    await whole.clock.sleep(3)
    whole.stage.door.moderate(said[0].ref, "public")
    assert (await whole.read()).changed == (said[0].ref,)
    assert [signal.ref for signal in await all_signals(whole.store) if isinstance(signal, StatusChanged)] == [said[0].ref]


async def test_hide_of_what_is_gone_is_seen_not_to_have_taken(whole: Whole) -> None:
    """B-14: the platform answers 200 with `rows` 0 for a ref that it does not know."""
    await whole.ask(hide("NoSuchOne", event=whole.event))
    (state,) = await whole.settled()
    assert state in {"done", "gone"}
    assert whole.relay.stats.last_error == "" or state == "gone"


async def test_hostile_platform_gets_everything_once(whole: Whole) -> None:
    rates = {"5xx_before": 0.05, "5xx_after": 0.05, "drop_before": 0.05, "drop_after": 0.10, "late": 0.15, "429": 0.05}
    said = [whole.stage.door.say(whole.event, f"line {n}", name="Ann", email="ann@example.test") for n in range(30)]
    whole.stage.door.set_faults({"rates": rates, "methods": list(WRITES)})
    hides = [hide(one.ref, event=whole.event) for one in said[::2]]
    polls = [entry(f"poll{n}", CreatePoll(f"Which {n}?", ("a", "b")), event=whole.event) for n in range(6)]
    posts = [post(f"post{n}", f"notice {n}", event=whole.event, created=whole.clock.now()) for n in range(10)]
    await whole.ask(*hides, *polls, *posts)
    await whole.settled(600.0)
    whole.stage.door.set_faults({"rates": {}})

    rows = {row.entry.key: row for row in await whole.store.outbox(CHANNEL, limit=1000)}
    assert {rows[one.key].state for one in hides} == {"done"}
    assert [whole.status(one.ref) for one in said] == ["hidden", "public"] * 15
    lines = [one.text for one in whole.stage.world.messages.values() if one.text.startswith("notice")]
    questions = [poll.question for poll in whole.stage.world.event(whole.event).polls]
    assert len(set(lines)) == len(lines), "a line was said twice"
    assert len(set(questions)) == len(questions), "a poll was made twice"
    done = {key for key, row in rows.items() if row.state == "done"}
    assert {f"notice {n}" for n in range(10) if f"post{n}" in done} == set(lines)
    assert {f"Which {n}?" for n in range(6) if f"poll{n}" in done} == set(questions)
    assert {row.state for row in rows.values()} <= {"done", "parked"}


async def test_revoked_token_stops_acting_and_is_told(whole: Whole) -> None:
    whole.stage.door.fault("refused", method="PATCH", status=401, times=1)
    ref = whole.stage.door.say(whole.event, "x", name="Ann", email="ann@example.test").ref
    await whole.ask(hide(ref, event=whole.event))
    await whole.clock.sleep(5)
    assert "refuses our token" in whole.relay.stats.stopped
    await whole.settled(300.0)
    assert (whole.status(ref), whole.relay.stats.stopped) == ("hidden", "")
