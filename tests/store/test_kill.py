"""`kill -9` of a real process in the middle of T1 to T5, again and again on one state (reliability B1 to B3)."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from bot.clock import Clock
from bot.store import Store, open_store
from tests.store.crashing import judge, refs_of
from tests.store.making import CHANNEL, EVENT

KILLS = 6
ROOT = Path(__file__).parents[2]


def run_and_kill(state: Path, seen: Path, seconds: float) -> int:
    """Lets the program work for so long after its first page; returns how many pages it had told as safe in all."""
    child = subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, "-m", "tests.store.crashing", str(state), str(seen)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    with child:
        assert child.stdout is not None
        first = child.stdout.readline()
        assert first, "the program ended by itself"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        told = (first + child.stdout.read()).split(b"\n")[:-1]
    return int(told[-1]) + 1


async def check(state: Path, seen: Path, safe: int) -> None:
    store = await open_store(f"sqlite:{state}", Clock())
    try:
        await _check(store, seen, safe)
    finally:
        await store.close()


async def _check(store: Store, seen: Path, safe: int) -> None:
    cursor = await store.load_cursor(CHANNEL, EVENT, "chat")
    assert cursor is not None
    pages = cursor["n"]
    assert pages >= safe, "a page that was told as safe is lost"
    read = [row.message.ref for row in await store.messages(CHANNEL, limit=1_000_000)]
    assert sorted(read) == sorted(ref for page in range(pages) for ref in refs_of(page)), "cursor and messages differ"
    await store.begin(CHANNEL, store.clock.now())
    await judge(store)
    decided = Counter(row.decision.ref for row in await store.decisions(CHANNEL, limit=1_000_000))
    assert decided == Counter(read), "not exactly one decision a message"
    rows = {row.entry.key: row for row in await store.outbox(CHANNEL, limit=1_000_000)}
    assert rows.keys() == {f"post:{ref}" for ref in read}, "not exactly one entry a decision"
    posted = Counter(seen.read_text("ascii").split())  # noqa: ASYNC240 - a short file, in a test
    assert not [key for key, count in posted.items() if count > 1], "posted twice"
    assert {rows[key].state for key in posted} <= {"done", "unknown"}, "sent without a claim"
    assert {key for key, row in rows.items() if row.state == "done"} <= posted.keys(), "said to be done and was not"


def test_killed_again_and_again(tmp_path: Path) -> None:
    state, seen = tmp_path / "usher.db", tmp_path / "seen.txt"
    chance = random.Random(3)
    for _ in range(KILLS):
        safe = run_and_kill(state, seen, chance.uniform(0.0, 0.15))
        asyncio.run(check(state, seen, safe))
