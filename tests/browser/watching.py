"""A page that stays open for a whole rehearsal: how much memory its process takes, and how far it is behind the bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console

from bot.rehearsal.audience import plan
from bot.rehearsal.show import Show, rehearse
from tests.browser.alone import GIVEN_UP, Wire, alone
from tests.browser.screenshots import HERE, free_port

TOKEN = "fake-watching"
LOOK = 1.0
STEP = 50  # ms between two looks of the page at itself
OPEN = "document.querySelector('#desk:not([hidden]) .chatline') !== null"
SHOWN = "[...document.querySelectorAll('.chatline')].some(line => Number(line.dataset.read) >= {read})"
"""This line, or one that was read after it: the page keeps the newest two hundred."""


@dataclass(slots=True)
class Watched:
    """What was seen, second by second. Memory in MB, delays in seconds."""

    heap: list[float] = field(default_factory=list)
    """What the page's own objects take."""
    process: list[float] = field(default_factory=list)
    """What the page's process has for itself alone, code and pictures of the browser included."""
    busy: float = 0.0
    """Share of a core that the page's own work took."""
    delays: list[float] = field(default_factory=list)
    """From the bot having stored a line to the page showing it."""
    lines: int = 0
    said: list[str] = field(default_factory=list)


async def watch(out: Path, minutes: float, speed: float, seed: int = 1) -> Watched:
    """Opens the desk on a rehearsal of so many minutes at this speed and stays to its end."""
    port = free_port()
    show = Show(plan(seed, minutes * 60), HERE / "rules", speed=speed, port=port, headless=True, out=out, token=TOKEN)
    seen = Watched()
    async with alone() as (page, browser):
        played = asyncio.create_task(rehearse(show, Console(quiet=True)))
        looking = asyncio.create_task(_look(page, browser, f"http://127.0.0.1:{port}", seen))
        seen.lines = (await played).messages
        looking.cancel()
        await asyncio.wait({looking})
    if not looking.cancelled():
        looking.result()
    return seen


async def _look(page: Wire, browser: Wire, url: str, seen: Watched) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        await _listens(session, url)
        await page.ask("Page.navigate", url=f"{url}/#token={TOKEN}")
        await page.value(until(OPEN))
        began, worked = time.perf_counter(), await _metric(page, "TaskDuration")
        async for newest in _newest(session, url):
            seen.said = list(page.said)  # the bot has just answered: what the page says when it is gone at the end is no complaint
            seen.delays.append(await _delay(page, newest))
            seen.heap.append(await _metric(page, "JSHeapUsedSize") / 1e6)
            seen.process.append(await _private(browser))
            seen.busy = (await _metric(page, "TaskDuration") - worked) / (time.perf_counter() - began)


def until(condition: str) -> str:
    """A promise in the page that is kept when the condition holds."""
    return f"new Promise(done => {{ const look = () => ({condition}) ? done() : setTimeout(look, {STEP}); look(); }})"


async def _listens(session: aiohttp.ClientSession, url: str) -> None:
    """The rehearsal needs a moment until it listens."""
    async with asyncio.timeout(GIVEN_UP):
        while True:
            try:
                async with session.get(f"{url}/api/v1/status"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.3)


async def _newest(session: aiohttp.ClientSession, url: str) -> AsyncIterator[float]:
    """When the newest line that the bot has stored was read, once a second, for as long as there is a bot."""
    while True:
        await asyncio.sleep(LOOK)
        try:
            async with session.get(f"{url}/api/v1/messages?surface=chat&limit=1") as answer:
                found: list[dict[str, Any]] = (await answer.json())["messages"]
        except aiohttp.ClientError:
            return
        if found:
            yield found[0]["read"]


async def _delay(page: Wire, read: float) -> float:
    began = time.perf_counter()
    await page.value(until(SHOWN.format(read=read)))
    return time.perf_counter() - began


async def _metric(page: Wire, name: str) -> float:
    found = await page.ask("Performance.getMetrics")
    return float(next(one["value"] for one in found["metrics"] if one["name"] == name))


async def _private(browser: Wire) -> float:
    """Private memory in MB of the page's process: of the renderers the one that takes most; 0 where the system does not tell."""
    found = (await browser.ask("SystemInfo.getProcessInfo"))["processInfo"]
    return max((_of_process(int(one["id"])) for one in found if one["type"] == "renderer"), default=0.0)


def _of_process(process: int) -> float:
    try:
        rows = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(row.split()[1]) for row in rows if row.startswith(("Private_", "SwapPss"))) / 1000
