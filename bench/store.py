"""How fast the store is: `python bench/store.py [PAGES]`. Pages of 100 through T1 and T3 with durable commits, then the outbox.

Needs a local disk (not a RAM disk: its commits cost nothing). Prints one line for each figure: medians of several runs, each on a
file of its own. The peer is in bench/steps.py.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.machine import machine
from bot.clock import Clock
from bot.domain.actions import Entry, SetMessageStatus
from bot.domain.decisions import Decision, Verdict
from bot.domain.history import Changes, Key, Remembered
from bot.domain.ids import text_version
from bot.domain.signals import Author, Message, MessageRead
from bot.ports import FeedCursor, InboxItem
from bot.store import Store, open_store

PAGE, RUNS = 100, 5
BACKLOG = 27_480
"""What a raid of a minute leaves (reliability 3.5)."""


def page_of(number: int, now: float) -> list[Message]:
    """A hundred short messages of a hundred authors."""
    authors = [Author(f"Ann {n}", f"ann{n}@example.test") for n in range(PAGE)]
    text = "good morning from the third row, can everybody hear us?"
    return [Message("ev1", f"m{number}-{n}", "chat", f"{text} {n}", who, posted=now, read=now) for n, who in enumerate(authors)]


def judged(items: list[InboxItem], now: float) -> tuple[list[Decision], list[Entry], Changes]:
    """One in twenty is hidden; each author is remembered."""
    decisions: list[Decision] = []
    entries: list[Entry] = []
    history: dict[Key, Remembered | None] = {}
    messages = [item.signal.message for item in items if isinstance(item.signal, MessageRead)]
    for n, message in enumerate(messages):
        id_ = f"{message.ref}:{text_version(message.text)}"
        verdicts = (Verdict("swearing", "act", ({"hide": True},)),) if n % 20 == 0 else ()
        decisions.append(Decision(id_, "ev1", message.ref, "hide" if verdicts else "none", now, "sha", verdicts=verdicts))
        if verdicts:
            entries.append(hide(message.ref, id_, now))
        history["author", message.author.key] = Remembered({"messages": n, "first": now})
    return decisions, entries, history


def hide(ref: str, decision: str, now: float) -> Entry:
    """An ordinary hide."""
    return Entry(f"hide:{decision}", "ev1", SetMessageStatus(ref, "chat", "hidden", "public"), decision=decision, created=now)


async def one_page(store: Store, number: int) -> None:
    """T1, the count of attempts, T3."""
    now = store.clock.now()
    await store.save_page("main", FeedCursor("ev1", "chat", {"n": number}), page_of(number, now), now, ("Usher", "u@example.test"))
    items = list(await store.next_signals("main", PAGE))
    decisions, entries, history = judged(items, now)
    done = [item.seq for item in items]
    await store.save_step("main", "ev1", done=done, decisions=decisions, entries=entries, cancelled=(), history=history, fired=())


async def known_page(store: Store, number: int) -> None:
    """A page of which everything is known: what most reads bring."""
    now = store.clock.now()
    await store.save_page("main", FeedCursor("ev1", "chat", {"n": number}), page_of(0, now), now, ("Usher", "u@example.test"))


async def one_act(store: Store) -> None:
    """T4 and T5."""
    now = store.clock.now()
    rows = await store.waiting("main", now, 1)
    await store.claim("main", rows[0].entry.key, now)
    await store.settle("main", rows[0].entry.key, "done", at=now)


async def measure(store: Store, pages: int, tell: Callable[[str, float, str], None]) -> None:
    """All figures."""
    began = time.perf_counter()
    for number in range(pages):
        await one_page(store, number)
    took = time.perf_counter() - began
    tell("new messages, read to decision", pages * PAGE / took, "messages/s")
    began = time.perf_counter()
    for number in range(pages):
        await known_page(store, number)
    tell("known messages read again", pages * PAGE / (time.perf_counter() - began), "messages/s")
    began = time.perf_counter()
    for _ in range(200):
        await one_act(store)
    tell("acts, claim to outcome", 200 / (time.perf_counter() - began), "acts/s")
    now = store.clock.now()
    raid = [hide(f"r{n}", f"r{n}:x", now - n / 500) for n in range(BACKLOG)]
    await store.save_step("main", "ev1", done=(), decisions=(), entries=raid, cancelled=(), history={}, fired=())
    began = time.perf_counter()
    for _ in range(10):
        await store.waiting("main", now, 64)
    tell(f"one look into a backlog of {BACKLOG}", (time.perf_counter() - began) * 100, "ms")
    began = time.perf_counter()
    await store.tally("main")
    tell(f"tally of {pages * PAGE} messages", (time.perf_counter() - began) * 1000, "ms")
    began = time.perf_counter()
    await store.messages("main", text="nobody wrote this")
    tell(f"search in {pages * PAGE} messages", (time.perf_counter() - began) * 1000, "ms")


async def run(pages: int, tell: Callable[[str, float, str], None]) -> None:
    """On a file in the current folder, removed afterwards."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        store = await open_store(f"sqlite:{Path(folder) / 'bench.db'}", Clock())
        await store.begin("main", store.clock.now())
        try:
            await measure(store, pages, tell)
        finally:
            await store.close()


async def main(pages: int) -> None:
    """Prints a line for each figure."""
    found: dict[tuple[str, str], list[float]] = {}
    for _ in range(RUNS):
        await run(pages, lambda what, value, unit: found.setdefault((what, unit), []).append(value))
    sys.stdout.write(f"{machine()}; medians of {RUNS} runs\n")
    for (what, unit), values in found.items():
        sys.stdout.write(f"{what:45} {statistics.median(values):12,.1f} {unit}\n")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
