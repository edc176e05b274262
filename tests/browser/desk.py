"""A whole bot against the stage with a real Chromium before it: what the browser tests stand on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bot.app import App
from bot.clock import Clock
from bot.stage import Stage
from tests.app.house import EVENT, a_stage, settings, settled, write_rules
from tests.browser.bring import ARGS, chromium
from tests.control.living import TOKENS, USERS

RULES = """
rules:
  - id: swearing
    reason: profanity
    severity: 4
    if: { word: [heck] }
    do: [ hide, { strike: 1 } ]
  - id: strange-link
    reason: link
    severity: 3
    if: { word: [lottery] }
    do: [ { hold: { for: 30m, then: hide } } ]
  - id: perhaps-spam
    mode: suggest
    reason: spam
    severity: 2
    if: { word: [giveaway] }
    do: [ hide ]
"""
ENGAGEMENT = """
qa: { policy: hold, duplicates: { suggest_at: 0.5 } }
polls:
  - id: role
    question: "What describes you best?"
    options: [Developer, Designer]
    close: { after: 10m }
    results: always
announcements:
  - id: reminder
    every: 10m
    messages: [ "Questions for the speaker? Use the Q&A tab." ]
"""


@dataclass(slots=True)
class Desk:
    """A running bot, its stage, and a page on it. `said` is everything that the page complained about."""

    stage: Stage
    app: App
    page: Page
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.app.url

    async def heard(self, messages: int) -> None:
        """Waits until so many messages are judged and acted on."""
        await settled(self.app, messages)

    async def press(self, *keys: str) -> None:
        """Single keys, one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def cut_off(self) -> None:
        """From now on no call of the page reaches the bot. Chromium minds a new route a moment after it has agreed to it."""
        await self.page.route("**/api/v1/**", lambda route: route.abort())
        async with asyncio.timeout(8):
            while not await self.page.evaluate("fetch('/api/v1/status').then(() => false, () => true)"):
                await asyncio.sleep(0.05)

    async def shows(self, selector: str, text: str) -> None:
        """Waits until an element shows this text."""
        await self.page.locator(selector, has_text=text).first.wait_for(timeout=20_000)

    async def count(self, selector: str, wanted: int) -> None:
        """Waits until so many elements are there."""
        what = "([selector, wanted]) => document.querySelectorAll(selector).length === wanted"
        await self.page.wait_for_function(what, arg=[selector, wanted], timeout=20_000)


Open = Callable[..., Awaitable[Page]]


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as started:
        browser = await started.chromium.launch(executable_path=chromium(), headless=True, args=ARGS)
        try:
            yield browser
        finally:
            await browser.close()


def complaints(page: Page, said: list[str]) -> None:
    """Keeps what the page's console and the page itself complain about."""
    page.on(
        "console",
        lambda message: said.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: said.append(str(error)))


async def opened(context: BrowserContext | Browser, address: str, said: list[str], **more: Any) -> Page:
    """A page that is being listened to."""
    page = await context.new_page(**more)
    complaints(page, said)
    await page.goto(address)
    return page


@asynccontextmanager
async def a_desk(
    folder: Path, path: str = "/", *, rules: str = RULES, engagement: str = ENGAGEMENT, role: str = "moderator", **page: Any
) -> AsyncIterator[Desk]:
    """Bot, stage and a page that is logged in by the address, as the rehearsal prints it."""
    async with a_stage() as stage, a_browser() as browser:
        write_rules(folder / "rules", rules)
        write_rules(folder / "rules", engagement, "engagement.yaml")
        config = settings(stage.url, folder)
        app = App(config.model_copy(update={"control": config.control.model_copy(update={"users": USERS})}), Clock())
        await app.start()
        try:
            said: list[str] = []
            wanted = {"viewport": {"width": 1280, "height": 860}} | page
            yield Desk(stage, app, await opened(browser, f"{app.url}{path}#token={TOKENS[role]}", said, **wanted), said)
        finally:
            await app.stop()


__all__ = ["ENGAGEMENT", "EVENT", "RULES", "TOKENS", "Desk", "a_browser", "a_desk", "complaints", "opened"]
