"""A moderator's shift with the keyboard alone: twenty held items, stop and go on, undo, a poll, two questions, a rule save."""

from __future__ import annotations

import time
from pathlib import Path

from bot.stage import truth
from tests.app.house import EVENT, people, write_rules
from tests.browser.desk import RULES, Desk, a_desk

HELD = "#needs .card"
GREEDY = RULES + "  - id: everybody\n    if: { word: [hello] }\n    do: [ hide ]\n"


async def test_a_whole_shift_with_the_keyboard_alone(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.shows("#works", "Working")
        await clears_twenty(desk)
        await pauses_and_goes_on(desk)
        await undoes(desk)
        await runs_a_poll(desk)
        await merges_two_questions(desk)
        await confirms_a_save(desk, tmp_path / "rules")
        assert desk.said == []


async def clears_twenty(desk: Desk) -> None:
    for number in range(20):
        desk.stage.door.say(EVENT, f"win the lottery, offer number {number}", f"Guest {number}")
    await desk.heard(20)
    await desk.count(HELD, 20)
    began = time.perf_counter()
    await desk.press("1")
    for number in range(20):
        await desk.press("h" if number % 2 else "a")
        await desk.count(HELD, 19 - number)
    assert time.perf_counter() - began < 60
    await desk.heard(20)
    assert sorted(one["status"] for one in people(desk.stage)) == ["hidden"] * 10 + ["public"] * 10


async def pauses_and_goes_on(desk: Desk) -> None:
    await desk.press("Shift+P")
    await desk.shows("#works", "Paused")
    await desk.press("Shift+P")
    await desk.shows("dialog", "Go on")
    await desk.press("Enter")
    await desk.shows("#works", "Working")


async def undoes(desk: Desk) -> None:
    await desk.press("1", "u")
    await desk.shows("#done", "Undone: Hid “win the lottery, offer number 19”")
    await desk.press("u")
    await desk.shows("#done", "Undone: Approved “win the lottery, offer number 18”")
    await desk.heard(20)
    assert sum(one["status"] == "public" for one in people(desk.stage)) == 9


async def runs_a_poll(desk: Desk) -> None:
    """Started, looked at and closed; nothing but keys."""
    await to(desk, "#next summary >> nth=0")
    await desk.press("Enter")
    await to(desk, "#next li.startable button")
    await desk.press("Enter")
    await desk.shows("#poll .card", "open")
    while not await desk.page.evaluate("document.activeElement.closest('#poll .card') !== null"):
        await desk.press("4")
    await desk.press("x")
    await desk.shows("dialog", "Close the poll?")
    await desk.press("Enter")
    await desk.count("#poll > .body > ul:first-child > .card", 0)
    assert [one["active"] for one in truth.whole(desk.stage.world, desk.stage.parts.journal, 0.0)["polls"]] == [False]


async def merges_two_questions(desk: Desk) -> None:
    for text in ("Is the talk recorded?", "Will there be a recording of it?"):
        desk.stage.door.say(EVENT, text, text[:4], qa=True)
        await desk.shows("#questions .card", text)
    await desk.press("1", "4")
    assert await desk.page.evaluate("document.activeElement.closest('#questions .card') !== null")
    await desk.press("m")
    await desk.shows("#done", "Question 1 is picked up")
    await desk.press("j", "m")
    await desk.shows("#questions .card", "asked by 2")
    await desk.shows("#questions .member", "Is the talk recorded?")
    await desk.press("u")
    await desk.count("#questions .card", 2)


async def confirms_a_save(desk: Desk, folder: Path) -> None:
    """A rule that would take away too much waits in shadow until somebody has looked."""
    for number in range(20):
        desk.stage.door.say(EVENT, f"hello number {number}", f"Guest {number}")
    await desk.heard(40)
    write_rules(folder, GREEDY)
    await desk.shows(HELD, "A saved rule waits in shadow")
    row = desk.page.locator(HELD, has_text="A saved rule waits in shadow")
    await desk.press("1")
    while not await row.evaluate("row => row.contains(document.activeElement)"):
        await desk.press("j")
    await desk.press("a")
    await desk.shows("dialog", "Let rule everybody act?")
    await desk.press("Enter")
    await desk.shows("#done", "Confirmed rule everybody")
    await row.wait_for(state="detached")


async def to(desk: Desk, selector: str) -> None:
    """Walks to a control with Tab; fails when it cannot be reached."""
    wanted = await desk.page.locator(selector).first.element_handle()
    for _ in range(120):
        await desk.press("Tab")
        if await desk.page.evaluate("one => document.activeElement === one", wanted):
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")
