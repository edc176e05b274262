"""Takes the pictures of docs/img anew, from a rehearsal with the shipped rules: the desk on a laptop and a telephone, the speaker's
screen, the overlays.

    python -m tests.browser.screenshots [FOLDER]
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from playwright.async_api import Browser, Page
from rich.console import Console

from bot.rehearsal.audience import plan
from bot.rehearsal.show import Show, rehearse
from tests.browser.desk import a_browser

HERE = Path(__file__).resolve().parents[2]
TOKEN = "fake-screenshots"
LENGTH = 150.0  # seconds of show
PATIENCE = 120.0
NOTES = ("Two more minutes for this one, then the demo.", "The room on the second floor hears you now.")
OTHERS = (("stage", "/stage", ".big"), ("overlay-poll", "/overlay/poll", ".bar"), ("overlay-question", "/overlay/question", "p"))
LAPTOP = {"width": 1280, "height": 860}
PHONE = {"width": 360, "height": 740}


class Api:
    """The control API of the rehearsal, for what a moderator would have done by now."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = f"{url}/api/v1/"

    async def get(self, path: str) -> Any:
        async with self._session.get(self._url + path) as answer:
            return await answer.json()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> None:
        async with self._session.post(self._url + path, json=body or {}) as answer:
            answer.raise_for_status()


async def main(folder: Path) -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as out:
        show = Show(plan(7, LENGTH), Path("rules"), port=port, headless=True, out=Path(out), token=TOKEN)
        played = asyncio.create_task(rehearse(show, Console(quiet=True)))
        taken = asyncio.create_task(_take(f"http://127.0.0.1:{port}", folder))
        done, _ = await asyncio.wait({played, taken}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await task
        played.cancel()
        await asyncio.wait({played})


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def _take(url: str, folder: Path) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session, a_browser() as browser:
        api = Api(session, url)
        await _until(api, "questions", lambda found: len(found["questions"]) >= 4)
        await _work(api)
        await _until(api, "polls", lambda found: any(one["state"] == "open" and one["votes"] > 5 for one in found["polls"]))
        await _keep_open(api)
        await _pictures(browser, url, folder)


async def _until(api: Api, path: str, holds: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                if holds(await api.get(path)):
                    return
            except (aiohttp.ClientError, KeyError):
                await asyncio.sleep(0.2)
            await asyncio.sleep(0.5)


async def _work(api: Api) -> None:
    """The first question is on stage, the next wait in the queue, and the speaker has notes."""
    first, second, third, *_ = sorted((await api.get("questions"))["questions"], key=lambda one: one["n"])
    await api.post(f"questions/{first['n']}/answering")
    await api.post(f"questions/{second['n']}/queue")
    await api.post(f"questions/{third['n']}/queue")
    for text in NOTES:
        await api.post("notes", {"text": text})


async def _keep_open(api: Api) -> None:
    """The poll's overlay comes last, and a busy machine takes its time."""
    key = next(one["key"] for one in (await api.get("polls"))["polls"] if one["state"] == "open")
    await api.post(f"polls/{quote(key, safe='')}/extend", {"for": "1m"})


async def _pictures(browser: Browser, url: str, folder: Path) -> None:
    for scheme in ("light", "dark"):
        for name, size in (("desk", LAPTOP), ("phone", PHONE)):
            page = await _open(browser, url, "/", scheme, size)
            await page.locator("#works", has_text="Working").wait_for()
            await page.wait_for_timeout(1500)
            if name == "desk":
                await _show_why(page)
            await page.screenshot(path=folder / f"{name}-{scheme}.png")
            if (name, scheme) == ("desk", "light"):
                await _whole(page, folder / "desk-whole.png")
            await page.close()
    for name, path, mark in OTHERS:
        page = await _open(browser, url, path, "dark", {"width": 1280, "height": 720})
        await page.locator(mark).first.wait_for()
        await page.wait_for_timeout(1000)
        await page.screenshot(path=folder / f"{name}.png", omit_background=True)
        await page.close()


async def _whole(page: Page, path: Path) -> None:
    """In a window twice as high. For a picture of the whole page the browser lays it out one pixel wide for a moment; rows out of
    sight would keep the heights of then, so here all rows are laid out."""
    await page.evaluate("() => document.styleSheets[0].insertRule('.card, .chatline { content-visibility: visible !important }')")
    await page.set_viewport_size({"width": LAPTOP["width"], "height": LAPTOP["height"] * 2})
    await page.wait_for_timeout(800)
    await page.screenshot(path=path, full_page=True)


async def _open(browser: Browser, url: str, path: str, scheme: Any, size: Any) -> Page:
    page = await browser.new_page(viewport=size, color_scheme=scheme, has_touch=size is PHONE, is_mobile=size is PHONE)
    await page.goto(f"{url}{path}#token={TOKEN}")
    return page


async def _show_why(page: Page) -> None:
    why = page.locator("#deeds button[data-does=why]").first
    if await why.count():
        await why.click()
        await page.locator(".why .verdicts").first.wait_for()
        await page.mouse.move(0, 0)


if __name__ == "__main__":
    wanted = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "docs" / "img"
    wanted.mkdir(parents=True, exist_ok=True)
    wanted = wanted.resolve()
    os.chdir(HERE)  # the pictures show the folder of the rules as it was given
    asyncio.run(main(wanted))
