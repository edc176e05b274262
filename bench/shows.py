"""The whole bot as a process of its own against the stage as another: how long offending messages are seen, how many calls that
takes, how much memory and processor. `python -m bench.shows [one] [silence] [quiet] [fifty] [raid] [many]`, all without a name.

True times by the stage's clock, 30 ms latency, default settings; the audience is this process.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

RULES = "rules:\n  - { id: swearing, severity: 4, if: { word: [heck] }, do: [ hide ] }\n# end\n"
CONFIG = """
[[channel]]
base_url = "{url}"
token_id = "{token}"
secret_key = "{secret}"
follow = {follow}
rules = "{folder}/rules"

[store]
url = "sqlite:{folder}/usher.db"

[control]
port = 0
"""
TICKS = os.sysconf("SC_CLK_TCK")
BUDGET = 3000


@dataclass
class Show:
    """A stage, a bot and the doors to both."""

    admin: aiohttp.ClientSession
    bot: asyncio.subprocess.Process
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - when people write, no secrets
    said: int = 0

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the stage's admin door."""
        async with self.admin.request(method, f"/stage-admin/{path}", json=body) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def say(self, lines: Sequence[tuple[str, bool]]) -> None:
        """Lines of these events, offending or not, each by somebody else."""
        messages = []
        for event, bad in lines:
            self.said += 1
            text = f"what the heck {self.said}" if bad else f"good morning from row {self.said}"
            messages.append({"event": event, "text": text, "name": f"Guest {self.said % 2000}"})
        if messages:
            await self.ask("POST", "say-many", {"messages": messages})

    def cpu(self) -> float:
        """Seconds of processor time the bot has used."""
        fields = Path(f"/proc/{self.bot.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> float:
        """Megabytes the bot holds now."""
        return int(Path(f"/proc/{self.bot.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@asynccontextmanager
async def show(events: Sequence[tuple[str, str]]) -> AsyncIterator[Show]:
    """A bot that follows these events (name, status)."""
    pipe = asyncio.subprocess.PIPE
    stage = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.stage", "--faults", '{"latency": 0.03}', stdout=pipe, limit=1 << 20
    )
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ready = json.loads(await stage.stdout.readline()) if stage.stdout else {}
        (folder / "rules").mkdir()
        (folder / "rules" / "rules.yaml").write_text(RULES)
        follow = json.dumps([name for name, _ in events])
        text = CONFIG.format(url=ready["url"], token=ready["token_id"], secret=ready["secret_key"], follow=follow, folder=folder)
        (folder / "config.toml").write_text(text)
        async with aiohttp.ClientSession(ready["url"]) as admin:
            for name, status in events:
                body = {"ref": name, "title": name, "status": status, "chat": True, "qa": True}
                async with admin.post("/stage-admin/events", json=body) as answer:
                    answer.raise_for_status()
            errors = (folder / "bot.log").open("wb")
            bot = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "--config", str(folder / "config.toml"), stdout=errors, stderr=errors
            )
            await asyncio.sleep(4.0)
            try:
                yield Show(admin, bot)
            finally:
                bot.terminate()
                await bot.wait()
                stage.terminate()
                await stage.wait()


def at(found: Sequence[float], part: float) -> float:
    """A quantile."""
    return found[min(len(found) - 1, int(part * len(found)))] if found else float("nan")


async def exposures(one: Show, since: float = 0.0, but: str = "") -> tuple[list[float], int]:
    """Of all offending messages written since then (but those of one event), sorted; and how many are still to be seen."""
    rows = [row for row in (await one.ask("GET", f"truth/messages?since={since}"))["messages"] if "heck" in row["text"]]
    rows = [row for row in rows if not but or row["event"] != but]
    return sorted(row["exposure"] for row in rows if row["exposure"] is not None), sum(row["exposure"] is None for row in rows)


async def calls(one: Show) -> tuple[int, int]:
    """The most calls in any 60 s, and how many answers were 429."""
    rows = (await one.ask("GET", "truth/calls"))["calls"]
    times = sorted(row["at"] for row in rows)
    first = most = 0
    for last, moment in enumerate(times):
        while times[first] <= moment - 60.0:
            first += 1
        most = max(most, last - first + 1)
    return most, sum(row["status"] == 429 for row in rows)


async def report(one: Show, title: str, since: float = 0.0, but: str = "") -> list[float]:
    """A line of the table."""
    found, left = await exposures(one, since, but)
    most, refused = await calls(one)
    print(
        f"{title}: {len(found)} hidden, {left} left; p50 {at(found, 0.5):.2f} p95 {at(found, 0.95):.2f} p99 {at(found, 0.99):.2f} "
        f"longest {at(found, 1.0):.2f} s; at most {most} calls in 60 s of {BUDGET}, {refused} refused",
        flush=True,
    )
    return found


async def steady(one: Show, rates: Sequence[tuple[str, float]], share: float, seconds: float) -> None:
    """People write at these rates (messages a second), this share of it offending."""
    ends = time.monotonic() + seconds
    step = 0.05
    while time.monotonic() < ends:
        began = time.monotonic()
        lines = []
        for event, rate in rates:
            count = int(rate * step) + (one.dice.random() < rate * step % 1.0)
            lines += [(event, one.dice.random() < share) for _ in range(count)]
        await one.say(lines)
        await asyncio.sleep(max(0.0, step - (time.monotonic() - began)))


async def one_event() -> None:
    """Somebody writes every two seconds."""
    async with show([("busy", "live")]) as one:
        for _ in range(40):
            await one.say([("busy", True)])
            await asyncio.sleep(1.8 + 0.4 * one.dice.random())
        await asyncio.sleep(3.0)
        await report(one, "one event, an offence every two seconds")


async def silence() -> None:
    """The first message after a minute of silence, of ten events one after the other."""
    names = [f"quiet{number}" for number in range(10)]
    async with show([(name, "live") for name in names]) as one:
        await one.say([(name, False) for name in names])
        await asyncio.sleep(62.0)
        for _ in range(3):
            for name in names:
                await asyncio.sleep(0.3 * one.dice.random())
                await one.say([(name, True)])
            await asyncio.sleep(62.0)
        await report(one, "ten events, the first message after a minute of silence")


async def quiet() -> None:
    """What silent events cost."""
    for status in ("live", "idle"):
        async with show([("alone", status)]) as one:
            await asyncio.sleep(5.0)
            before = len((await one.ask("GET", "truth/calls"))["calls"])
            await asyncio.sleep(40.0)
            after = len((await one.ask("GET", "truth/calls"))["calls"])
            print(f"a silent event, {status}: {(after - before) / 40.0:.2f} calls a second", flush=True)


async def fifty() -> None:
    """2,000 messages a minute over 50 events, one in twenty offending."""
    names = [f"show{number:02}" for number in range(50)]
    weights = [1.0 / (rank + 1) for rank in range(50)]
    rates = [(name, 2000 / 60 * weight / sum(weights)) for name, weight in zip(names, weights, strict=True)]
    async with show([(name, "live") for name in names]) as one:
        await steady(one, rates, 0.05, 120.0)
        await asyncio.sleep(6.0)
        await report(one, "50 events, 2,000 messages a minute, 5 % offending")
        print(f"  bot: {one.memory():.0f} MB, {one.cpu() / 126.0 * 100:.0f} % of a core", flush=True)


async def raid() -> None:
    """Ten events; one of them is raided."""
    names = [f"show{number}" for number in range(10)]
    async with show([(name, "live") for name in names]) as one:
        rates = [(name, 1.0) for name in names]
        await steady(one, rates, 0.1, 60.0)
        await asyncio.sleep(3.0)
        usual = await report(one, "ten events before the raid", but="show0")
        since = max(row["created"] for row in (await one.ask("GET", "truth/messages"))["messages"])
        raided = [("show0", 150.0), *[(name, rate) for name, rate in rates if name != "show0"]]
        await asyncio.gather(steady(one, raided[:1], 0.9, 20.0), steady(one, raided[1:], 0.1, 60.0))
        await asyncio.sleep(5.0)
        during = await report(one, "the other nine during and after the raid (150 a second for 20 s)", since, but="show0")
        mean = sum(during) / max(1, len(during)) / (sum(usual) / max(1, len(usual)))
        print(f"  mean {mean:.2f} times the usual", flush=True)
        await report(one, "all ten", since)


async def many() -> None:
    """500 events, 450 of them not live."""
    names = [(f"show{number:03}", "live" if number < 50 else "idle") for number in range(500)]
    async with show(names) as one:
        await asyncio.sleep(30.0)
        before = one.cpu()
        await steady(one, [(name, 0.2) for name, status in names if status == "live"], 0.05, 60.0)
        used = one.cpu() - before
        await asyncio.sleep(4.0)
        await report(one, "500 events, 450 not live, 10 messages a second")
        print(f"  bot: {one.memory():.0f} MB, {used / 60.0 * 100:.0f} % of a core", flush=True)


SHOWS: dict[str, Callable[[], Awaitable[None]]] = {
    "one": one_event,
    "silence": silence,
    "quiet": quiet,
    "fifty": fifty,
    "raid": raid,
    "many": many,
}


async def main() -> None:
    """Those that are named, or all."""
    for name in sys.argv[1:] or SHOWS:
        await SHOWS[name]()


if __name__ == "__main__":
    asyncio.run(main())
