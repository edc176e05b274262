"""WCAG 2.2 AA as far as a machine can tell (axe-core), on every page, in both themes; reflow, targets, focus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.app.house import EVENT
from tests.browser.bring import AXE, bring_axe
from tests.browser.desk import TOKENS, Desk, a_browser, a_desk, opened

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL = """() => [...document.querySelectorAll('button, select, input, summary, a[href]')]
  .filter(one => one.checkVisibility() && !one.closest('.skip, .unseen') && one.getClientRects().length)
  .map(one => [one.textContent.slice(0, 30), one.getBoundingClientRect()])
  .map(([text, box]) => [text, Math.round(box.width), Math.round(box.height)])
  .filter(([, wide, high]) => wide < 24 || high < 24)"""


@pytest.fixture(scope="module")
def axe() -> str:
    bring_axe()
    return AXE.read_text(encoding="utf-8")


async def violations(page: Any, axe: str) -> list[str]:
    await page.evaluate(axe)
    asked = {"runOnly": {"type": "tag", "values": TAGS}}
    found = await page.evaluate("async (asked) => (await axe.run(document, asked)).violations", asked)
    return [f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}" for one in found for node in one["nodes"]]


async def busy(desk: Desk) -> None:
    """Something to be seen in every panel."""
    door = desk.stage.door
    door.say(EVENT, "hello there", "Ann")
    door.say(EVENT, "oh heck no", "Bo")
    door.say(EVENT, "win the lottery", "Cy")
    door.say(EVENT, "my giveaway, click", "Di")
    for number, text in enumerate(("How long is the talk today?", "How long will the talk be today?", "Is it recorded?")):
        door.say(EVENT, text, f"Guest {number}", qa=True)
    await desk.heard(7)
    for path in ("polls/role/open", "questions/1/queue", "questions/3/answering"):
        answer = await desk.page.request.post(
            f"{desk.url}/api/v1/{path}", data={}, headers={"Authorization": f"Bearer {TOKENS['moderator']}"}
        )
        assert answer.ok, path
    await desk.shows("#poll .card", "open")
    await desk.shows("#questions .card", "on stage")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_the_desk(tmp_path: Path, axe: str, scheme: str) -> None:
    async with a_desk(tmp_path, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True) as desk:
        await desk.shows("#works", "Working")
        await busy(desk)
        await desk.page.locator("#needs .card", has_text="lottery").focus()
        await desk.press("w")
        await desk.shows(".why", "strange-link")
        await desk.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert await violations(desk.page, axe) == []
        await desk.press("?")
        assert await violations(desk.page, axe) == []
        await desk.press("Escape", "Shift+P")
        await desk.shows("#works", "Paused")
        assert await violations(desk.page, axe) == []
        for path, mark in (("/stage", ".big"), ("/overlay/question", ".overlay"), ("/overlay/poll", ".overlay")):
            await desk.page.goto(desk.url + path)
            await desk.page.locator(mark).wait_for()
            assert await violations(desk.page, axe) == []
        async with a_browser() as other:
            page = await opened(other, desk.url, [], color_scheme=scheme, bypass_csp=True)
            await page.get_by_label("Token").wait_for()
            assert await violations(page, axe) == []


async def test_it_reflows_at_320_pixels_and_every_target_is_large_enough(tmp_path: Path) -> None:
    async with a_desk(tmp_path, viewport={"width": 320, "height": 640}) as desk:
        await desk.shows("#works", "Working")
        await busy(desk)
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= 320
        assert await desk.page.evaluate(SMALL) == []
        await desk.page.goto(desk.url + "/stage")
        await desk.page.locator(".big").wait_for()
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= 320
        size = await desk.page.evaluate("parseFloat(getComputedStyle(document.querySelector('.big')).fontSize)")
        assert size >= 32


async def test_what_has_the_focus_is_never_hidden_behind_the_head_or_the_foot(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.shows("#works", "Working")
        await busy(desk)
        covered = """() => { const one = document.activeElement, box = one.getBoundingClientRect();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 12));
          return one.contains(top) || top?.contains(one) ? '' : one.outerHTML.slice(0, 100); }"""
        hidden = []
        for _ in range(40):
            await desk.press("Tab")
            hidden.append(await desk.page.evaluate(covered))
        assert [one for one in hidden if one] == []


async def test_the_overlays_are_transparent_and_still_for_those_who_want_no_motion(tmp_path: Path) -> None:
    async with a_desk(tmp_path, reduced_motion="reduce") as desk:
        await desk.shows("#works", "Working")
        await busy(desk)
        for path in ("/overlay/poll", "/overlay/question"):
            await desk.page.goto(desk.url + path)
            card = desk.page.locator(".overlay")
            await card.wait_for()
            assert await desk.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgba(0, 0, 0, 0)"
            assert await desk.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
            assert await card.evaluate("one => getComputedStyle(one).animationName") == "none"
