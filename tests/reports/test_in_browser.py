"""The page as a customer sees it, in a real Chromium: on a desk, on a telephone, in the dark, on paper."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.reports.conftest import Write
from tests.reports.making import Making

playwright = pytest.importorskip("playwright.async_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; `make test` installs one where it may")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"]


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    async with playwright.async_playwright() as started:
        opened = await started.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGS)
        yield opened
        await opened.close()


@pytest.fixture
async def address(making: Making, write: Write) -> str:
    await making.everything()
    long = "A question that goes on and on " * 20 + "https://example.test/" + "a" * 300
    await making.poll("long", [(0, who) for who in making.people], (long[:200], "No"), question=long[:300])
    return f"file://{await write('named', formats=('html',)) / 'report.html'}"


async def test_it_fits_every_width_without_a_complaint(browser: Any, address: str) -> None:
    for width in (1280, 768, 360):
        for scheme in ("light", "dark"):
            page = await browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            said: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            await page.goto(address)
            await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            assert said == []
            paper = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert (paper == "rgb(255, 255, 255)") == (scheme == "light")
            await page.close()


async def test_on_paper_numbers_are_shown_and_long_lists_are_not(browser: Any, address: str, tmp_path: Path) -> None:
    page = await browser.new_page(color_scheme="dark")
    await page.goto(address)
    assert not await page.is_visible(".twin .flow td")
    assert await page.is_visible(".long summary")
    await page.emulate_media(media="print", color_scheme="dark")
    assert await page.is_visible(".twin .flow td")
    assert not await page.is_visible(".long summary")
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for paper in ("A4", "Letter"):
        printed = await page.pdf(format=paper)
        assert printed.startswith(b"%PDF")
        assert 4 <= len(re.findall(rb"/Type /Page\b(?!s)", printed)) <= 9


async def test_a_hostile_name_reads_from_left_to_right(browser: Any, address: str) -> None:
    page = await browser.new_page()
    await page.goto(address)
    name = page.locator("bdi", has_text="U+202E").first
    assert await name.inner_text() == "abc‹U+202E›cba"
    assert await page.locator("script").count() == 0
