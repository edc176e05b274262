"""Values and a clock for the store's tests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.domain.actions import Action, Entry, PostMessage, SetMessageStatus
from bot.domain.decisions import Decision, Outcome, Verdict
from bot.domain.ids import text_version
from bot.domain.signals import Author, Message, Surface
from bot.ports import Bell, FeedCursor, InboxItem, Intaken
from bot.store import Store
from bot.store.postgres import PostgresDatabase
from bot.store.sqlite import SqliteDatabase

BOT = ("Usher", "usher@example.test")
CHANNEL = "main"
EVENT = "ev1"


class HandClock:
    """Time that moves when the test says so."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.time = now

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)

    async def rest(self, seconds: float, _bell: Bell) -> None:
        await self.sleep(seconds)


def message(ref: str, text: str = "hello", status: str = "public", surface: Surface = "chat", **more: Any) -> Message:
    name = more.pop("name", "Ann")
    email = more.pop("email", "ann@example.test")
    return Message(EVENT, ref, surface, text, Author(name, email), status, **more)


def decision(ref: str, outcome: Outcome = "none", text: str = "hello", rules: Sequence[str] = (), **more: Any) -> Decision:
    id_ = more.pop("id", f"{ref}:{text_version(text)}")
    verdicts = tuple(Verdict(rule, "act", ({"hide": True},)) for rule in rules)
    return Decision(id_, EVENT, ref, outcome, more.pop("at", 1_000.0), "sha", verdicts=verdicts, **more)


def hide(ref: str, **more: Any) -> Entry:
    action = SetMessageStatus(ref, more.pop("surface", "chat"), more.pop("status", "hidden"), "public")
    return Entry(more.pop("key", f"hide:{ref}"), more.pop("event", EVENT), action, **more)


def post(key: str, text: str = "welcome", **more: Any) -> Entry:
    return entry(key, PostMessage(text), **({"what": "engagement", "priority": 4} | more))


def entry(key: str, action: Action, **more: Any) -> Entry:
    return Entry(key, more.pop("event", EVENT), action, **more)


async def read_page(
    store: Store, *rows: Message, asked: float | None = None, n: int = 0, surface: Surface = "chat", unseen: bool = False
) -> Intaken:
    moment = store.clock.now() if asked is None else asked
    return await store.save_page(CHANNEL, FeedCursor(EVENT, surface, {"n": n}), rows, moment, BOT, unseen=unseen)


async def step(store: Store, **what: Any) -> Sequence[str]:
    event = what.pop("event", EVENT)
    full = {"done": (), "decisions": (), "entries": (), "cancelled": (), "history": {}, "fired": ()} | what
    return await store.save_step(CHANNEL, event, **full)


async def all_signals(store: Store) -> list[Any]:
    """Takes everything out of the inbox."""
    items: Sequence[InboxItem] = await store.next_signals(CHANNEL, 1_000)
    await step(store, done=[item.seq for item in items])
    return [item.signal for item in items]


async def state_of(store: Store, key: str) -> str:
    rows = {row.entry.key: row for row in await store.outbox(CHANNEL, limit=1_000)}
    return rows[key].state


async def look(store: Store, statement: str) -> list[tuple[Any, ...]]:
    """What stands in the database, past all queries of ours."""
    if isinstance(store.db, SqliteDatabase):
        return [tuple(row) for row in await store.db._writer.run(statement)]
    assert isinstance(store.db, PostgresDatabase)
    async with store.db._pool.acquire() as connection:
        return [tuple(row) for row in await connection.fetch(statement)]


async def act(store: Store, key: str, state: str = "done", **more: Any) -> None:
    """Claims and settles."""
    assert await store.claim(CHANNEL, key, store.clock.now())
    await store.settle(CHANNEL, key, state, at=store.clock.now(), **more)
