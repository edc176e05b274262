"""A page that stays open for a whole rehearsal: how much memory its process takes, and how far it is behind the bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page
from rich.console import Console

from bot.rehearsal.audience import plan
from bot.rehearsal.show import Show, rehearse
from tests.browser.desk import a_browser, complaints
from tests.browser.screenshots import HERE, free_port

TOKEN = "fake-watching"
LOOK = 1.0
GIVEN_UP = 20.0
SHOWN = "read => [...document.querySelectorAll('.chatline')].some(line => Number(line.dataset.read) >= read)"
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
    played = asyncio.create_task(rehearse(show, Console(quiet=True)))
    seen = Watched()
    async with a_browser() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 860})
        looking = asyncio.create_task(_look(browser, page, f"http://127.0.0.1:{port}", seen))
        seen.lines = (await played).messages
        looking.cancel()
        await asyncio.wait({looking})
    if not looking.cancelled():
        looking.result()
    return seen


async def _look(browser: Browser, page: Page, url: str, seen: Watched) -> None:
    heard: list[str] = []
    await _open(page, f"{url}/#token={TOKEN}")
    complaints(page, heard)
    probe = await page.context.new_cdp_session(page)
    await probe.send("Performance.enable")
    probes = await browser.new_browser_cdp_session()
    began, worked = time.perf_counter(), await _metric(probe, "TaskDuration")
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        async for newest in _newest(session, url):
            seen.said = list(heard)  # the bot has just answered: what the page says when it is gone at the end is no complaint
            seen.delays.append(await _delay(page, newest))
            seen.heap.append(await _metric(probe, "JSHeapUsedSize") / 1e6)
            seen.process.append(await _private(probes))
            seen.busy = (await _metric(probe, "TaskDuration") - worked) / (time.perf_counter() - began)


async def _open(page: Page, address: str) -> None:
    """The rehearsal needs a moment until it listens."""
    async with asyncio.timeout(GIVEN_UP):
        while True:
            try:
                await page.goto(address)
                await page.locator("#works", has_text="Working").wait_for()
            except Exception:
                await asyncio.sleep(0.3)
            else:
                return


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


async def _delay(page: Page, read: float) -> float:
    began = time.perf_counter()
    await page.wait_for_function(SHOWN, arg=read, timeout=GIVEN_UP * 1000)
    return time.perf_counter() - began


async def _metric(probe: Any, name: str) -> float:
    found = await probe.send("Performance.getMetrics")
    return float(next(one["value"] for one in found["metrics"] if one["name"] == name))


async def _private(probe: Any) -> float:
    """Private memory in MB of the page's process: of the renderers the one that takes most; 0 where the system does not tell."""
    found = (await probe.send("SystemInfo.getProcessInfo"))["processInfo"]
    return max((_of_process(int(one["id"])) for one in found if one["type"] == "renderer"), default=0.0)


def _of_process(process: int) -> float:
    try:
        rows = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(row.split()[1]) for row in rows if row.startswith(("Private_", "SwapPss"))) / 1000
