"""A raid on one event: a thousand messages a second from 300 authors, for a minute. `python -m bench.raid [SECONDS [RATE]]`.

The stage and the raiders are processes of their own; the whole bot runs here and is measured here. First the chat stays open, so
that all of it has to be read and judged: p50 and p99 from read to decision, memory, calls, and in which order was hidden. Then a
short one with the lock: when it came, when it went. Exit code 1 if a promise was broken: p99 under 1 s, memory under 300 MB,
nothing unjudged, severe and newest first, never above the budget.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot import garbage
from bot.app import App
from bot.clock import Clock
from bot.config import Channel, Config, Control, Store
from bot.domain.signals import MessageRead, Signal
from bot.engine.situation import Step
from bot.logs import start_logging
from bot.stage import SECRET_KEY, TOKEN_ID

EVENT = "raided"
AUTHORS = 300
SHARES = (0.25, 0.25)
"""Of all lines, the severe ones and the mild ones."""
BATCH = 0.1
RULES = """
rules:
  - { id: severe, severity: 5, limit: "off", if: { word: [heck] }, do: [ hide ] }
  - { id: mild, severity: 1, limit: "off", if: { word: [darn] }, do: [ hide ] }
# end
"""
LAG = 0.5
"""Seconds by which sending may lag behind the right order; besides, it can only choose among what is judged."""


@dataclass(slots=True)
class Raid:
    """What was measured. Seconds and MB."""

    said: int = 0
    stored: int = 0
    judged: int = 0
    latencies: list[float] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    """When each decision was saved."""
    behind: float = 0.0
    """Seconds from the last line until everything was judged."""
    memory: float = 0.0
    peak_minute: int = 0
    budget: int = 0
    hidden: int = 0
    out_of_order: int = 0
    """Mild ones that were sent while a severe one had been waiting for a while."""
    oldest_first: int = 0
    """Severe ones that were sent while a newer one had been waiting for a while."""
    switched: list[bool] = field(default_factory=list)

    def at(self, share: float) -> float:
        """A percentile of the time from read to decision."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    @property
    def pace(self) -> float:
        """Messages judged a second, in the middle eight tenths."""
        tenth = len(self.moments) // 10
        first, last = tenth, len(self.moments) - tenth - 1
        return (last - first) / max(self.moments[last] - self.moments[first], 0.001)

    def broken(self) -> list[str]:
        """Promises that did not hold, whatever the machine."""
        wrong = [f"{self.said - self.stored} not stored"] if self.stored != self.said else []
        wrong += [f"{self.stored - self.judged} not judged"] if self.judged != self.stored else []
        wrong += [f"{self.peak_minute} calls in a minute"] if self.peak_minute > self.budget else []
        wrong += [f"{self.out_of_order} mild before severe"] if self.out_of_order > 0.02 * self.hidden else []
        return wrong + ([f"{self.oldest_first} old before new"] if self.oldest_first > 0.02 * self.hidden else [])

    def __str__(self) -> str:
        return (
            f"{self.said} said, {self.stored} stored, {self.judged} judged; read to decision p50 {self.at(0.5) * 1000:.0f} ms, "
            f"p99 {self.at(0.99) * 1000:.0f} ms, longest {self.at(1.0) * 1000:.0f} ms; {self.memory:.0f} MB; {self.hidden} hidden, "
            f"{self.out_of_order} mild before severe, {self.oldest_first} old before new; "
            f"{self.peak_minute} calls in a minute of {self.budget}; chat switched {self.switched}"
        )


class Watch:
    """Takes the time of every decision."""

    def __init__(self, clock: Clock, raid: Raid) -> None:
        self._clock = clock
        self._raid = raid

    def saw(self, signal: Signal, step: Step) -> None:
        """A signal was judged and saved."""
        if isinstance(signal, MessageRead):
            now = self._clock.now()
            self._raid.latencies.append(now - signal.message.read)
            self._raid.moments.append(now)


@asynccontextmanager
async def stage_process(rooms: int, limit: int = 0) -> AsyncIterator[str]:
    """The stage's URL. `limit`: calls a minute it allows; 0 leaves it as it is."""
    events = [word for event in events_of(rooms) for word in ("--event", event)]
    arguments = ["-m", "bot.stage", "--port", "0", *events, "--faults", '{"latency": 0.02}']
    arguments += ["--switches", json.dumps({"b01_limit_per_minute": limit})] if limit else []
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None  # noqa: S101 - asked for above
    try:
        yield json.loads(await process.stdout.readline())["url"]
    finally:
        process.terminate()
        await process.wait()


def events_of(rooms: int) -> list[str]:
    """Names of so many events."""
    return [EVENT, *(f"{EVENT}{number}" for number in range(2, rooms + 1))]


async def feed(url: str, seconds: float, rate: float, severe: float, mild: float, rooms: float = 1) -> int:
    """The raiders: so many messages a second, whatever becomes of them; returns how many were taken."""
    events = events_of(int(rooms))
    dice, taken, loop = random.Random(1), 0, asyncio.get_running_loop()  # noqa: S311 - who says what, no secrets
    async with aiohttp.ClientSession() as session:
        begun, number = loop.time(), 0
        while loop.time() - begun < seconds:
            batch = [_line(dice, events, number + more, severe, mild) for more in range(int(rate * BATCH))]
            number += len(batch)
            async with session.post(f"{url}/stage-admin/say-many", json={"messages": batch}) as answer:
                taken += sum("error" not in one for one in (await answer.json())["messages"])
            await asyncio.sleep(max(0.0, begun + number / rate - loop.time()))
    return taken


def _line(dice: random.Random, events: list[str], number: int, severe: float, mild: float) -> dict[str, Any]:
    who, cast = f"raider{dice.randrange(AUTHORS)}", dice.random()
    word = "heck" if cast < severe else "darn" if cast < severe + mild else "well"
    event = events[number % len(events)]
    return {"event": event, "text": f"{word} this is line {number}", "name": who, "email": f"{who}@example.test"}


async def raid(
    folder: Path,
    seconds: float,
    rate: float,
    shares: tuple[float, float] = SHARES,
    *,
    rooms: int = 1,
    cores: set[int] | None = None,
    **channel: Any,
) -> Raid:
    """One raid from the first line until everything is read and judged (and unlocked, if it was locked).

    It is spread over `rooms` events. `cores`: the bot's. With `requests_per_minute` among the channel's settings the stage allows
    a sixth more than that.
    """
    rules = folder / "rules"
    rules.mkdir(parents=True)
    (rules / "rules.yaml").write_text(RULES, encoding="utf-8")
    found, clock = Raid(), Clock()
    async with stage_process(rooms, channel.get("requests_per_minute", 0) * 7 // 6) as url, aiohttp.ClientSession() as session:
        if cores:
            os.sched_setaffinity(0, cores)  # threads that are started from now on inherit it
        config = _config(url, folder, follow=tuple(events_of(rooms)), **channel)
        app = App(config, clock, Watch(clock, found))
        await app.start()
        garbage.rarely()  # as `usher run` does
        await session.post(f"{url}/stage-admin/say", json={"event": EVENT, "text": "good evening", "name": "Host"})
        await asyncio.sleep(2.0)
        found.said = 1 + await _raiders(url, seconds, rate, *shares, rooms)
        ended = clock.now()
        await _until_judged(app, found)
        found.behind = max(0.0, max(found.moments, default=ended) - ended)
        if config.channel[0].lock_when_behind:
            await _until_open(session, url)
        found.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        await app.stop()
        async with session.get(f"{url}/stage-admin/truth") as answer:
            found.peak_minute = (await answer.json())["calls"]["peak_minute"]
        found.switched = await _switched(session, url)
    found.budget = config.channel[0].requests_per_minute
    _read_order(folder / "usher.db", found)
    return found


async def _raiders(url: str, *numbers: float) -> int:
    arguments = ["-m", "bench.raid", "feed", url, *map(str, numbers)]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    return int(told)


async def _until_judged(app: App, found: Raid, within: float = 120.0) -> None:
    deadline = asyncio.get_running_loop().time() + within
    # Counting in the store again and again would cost the bot more than judging.
    while asyncio.get_running_loop().time() < deadline and len(found.latencies) < found.said:  # noqa: ASYNC110 - no event is set there
        await asyncio.sleep(0.1)
    tally = await app.store.tally("main")
    found.stored, found.judged = tally.messages, tally.judged


async def _until_open(session: aiohttp.ClientSession, url: str, within: float = 180.0) -> None:
    deadline = asyncio.get_running_loop().time() + within
    while asyncio.get_running_loop().time() < deadline and (await _switched(session, url))[-1:] != [True]:  # noqa: ASYNC110 - it lies behind HTTP
        await asyncio.sleep(1.0)


async def _switched(session: aiohttp.ClientSession, url: str) -> list[bool]:
    async with session.get(f"{url}/stage-admin/truth/writes") as answer:
        calls = (await answer.json())["calls"]
    return [call["fields"]["chat"] for call in calls if "chat" in (call["fields"] or {}) and call["path"].endswith(EVENT)]


def _read_order(state: Path, found: Raid) -> None:
    with closing(sqlite3.connect(state)) as rows:
        asked = "SELECT severity, created, COALESCE(sent_at, 1e18) FROM outbox WHERE kind = 'set_message_status' ORDER BY created"
        entries = rows.execute(asked).fetchall()
    sent = [one for one in entries if one[2] < 1e18]
    found.hidden = len(sent)
    severe = [one for one in entries if one[0] == 5]
    lag = LAG + found.at(1.0)
    found.out_of_order = sum(one[0] == 1 and _waited(severe, one[2], lag) for one in sent)
    recent = [one for one in severe if one[2] < 1e18]
    found.oldest_first = sum(_newer_waited(recent, one, lag) for one in recent)


def _waited(severe: list[Any], moment: float, lag: float) -> bool:
    """Whether a severe one had been waiting when a mild one was sent."""
    return any(created < moment - lag and sent > moment + lag for _, created, sent in severe)


def _newer_waited(severe: list[Any], one: Any, lag: float) -> bool:
    """Whether a newer severe one, under 30 s old as this one, was sent after it although it had been waiting."""
    _, created, moment = one
    return any(
        created + lag < other < moment - lag and sent > moment + lag and moment - created < 30.0 for _, other, sent in severe
    )


def _config(url: str, folder: Path, **channel: Any) -> Config:
    values: dict[str, Any] = {"lock_when_behind": 0.0, **channel}
    made = Channel(
        base_url=url,
        token_id=SecretStr(TOKEN_ID),
        secret_key=SecretStr(SECRET_KEY),
        rules=str(folder / "rules"),
        **values,
    )
    return Config(channel=(made,), store=Store(url=f"sqlite:{folder / 'usher.db'}"), control=Control(port=0))


async def _all(seconds: float, rate: float) -> int:
    with tempfile.TemporaryDirectory() as folder:
        open_all_along = await raid(Path(folder) / "open", seconds, rate)
        print(f"chat open: {open_all_along}", flush=True)
        locked = await raid(Path(folder) / "locked", 4.0, min(rate, 200.0), lock_when_behind=10.0, requests_per_minute=1200)
        print(f"with lock: {locked}")
    broken = open_all_along.broken() + locked.broken()
    broken += ["p99 above 1 s"] if open_all_along.at(0.99) > 1.0 else []
    broken += ["memory above 300 MB"] if open_all_along.memory > 300 else []
    broken += ["not locked and opened again"] if locked.switched != [False, True] else []
    print("; ".join(broken) or "all promises held")
    return 1 if broken else 0


def main() -> int:
    """The bench, or (called by it) the raiders."""
    start_logging(json_lines=True, level="error")
    if sys.argv[1:2] == ["feed"]:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))  # who called this may have kept itself to one core
        print(asyncio.run(feed(sys.argv[2], *map(float, sys.argv[3:]))))
        return 0
    given = [float(one) for one in sys.argv[1:3]]
    return asyncio.run(_all(*(given or [60.0]), *([1000.0] if len(given) < 2 else [])))


if __name__ == "__main__":
    raise SystemExit(main())
