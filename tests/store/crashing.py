"""A program that reads, judges and acts as fast as it can, to be killed at any moment: `python -m tests.store.crashing STATE SEEN`.

SEEN is what the audience sees: one line for each post, on disk before the call returns. Each finished step is told on stdout.
"""

from __future__ import annotations

import asyncio
import os
import sys

from bot.clock import Clock
from bot.domain.signals import MessageRead
from bot.ports import FeedCursor
from bot.store import Store, open_store
from tests.store.making import BOT, CHANNEL, EVENT, decision, message, post

ROWS = 5


def refs_of(page: int) -> list[str]:
    return [f"{page}-{n}" for n in range(ROWS)]


async def take_in(store: Store, page: int) -> None:
    cursor = FeedCursor(EVENT, "chat", {"n": page + 1})
    await store.save_page(CHANNEL, cursor, [message(ref) for ref in refs_of(page)], store.clock.now(), BOT)


async def judge(store: Store) -> None:
    """All that waits; what a kill left without an outcome comes alone."""
    while items := await store.next_signals(CHANNEL, 100):
        found = [item.signal.message for item in items if isinstance(item.signal, MessageRead)]
        await store.save_step(
            CHANNEL,
            EVENT,
            done=[item.seq for item in items],
            decisions=[decision(one.ref) for one in found],
            entries=[post(f"post:{one.ref}", one.ref) for one in found],
            cancelled=(),
            history={},
            fired=[("page", one.ref) for one in found],
        )


async def act(store: Store, seen: int) -> None:
    for row in await store.waiting(CHANNEL, store.clock.now(), 10):
        if row.state == "pending" and await store.claim(CHANNEL, row.entry.key, store.clock.now()):
            os.write(seen, f"{row.entry.key}\n".encode())
            os.fsync(seen)
            await store.settle(CHANNEL, row.entry.key, "done", at=store.clock.now(), remote=row.entry.key)


async def main(state: str, audience: str) -> None:
    store = await open_store(f"sqlite:{state}", Clock())
    await store.begin(CHANNEL, store.clock.now())
    cursor = await store.load_cursor(CHANNEL, EVENT, "chat")
    seen = os.open(audience, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    page = int(cursor["n"]) if cursor else 0
    while True:
        await take_in(store, page)
        os.write(sys.stdout.fileno(), f"{page}\n".encode())
        await judge(store)
        await act(store, seen)
        page += 1


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
