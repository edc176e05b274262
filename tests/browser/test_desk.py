"""The moderators' desk in a real Chromium: health, stop, held items, why, undo, chat, log-in; some by keyboard alone."""

from __future__ import annotations

import time
from pathlib import Path

from tests.app.house import people
from tests.browser.desk import EVENT, RULES, TOKENS, a_browser, a_desk, opened

HELD = "#needs .card"


async def test_a_moderator_clears_twenty_held_lines_with_the_keyboard_alone(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        for number in range(20):
            desk.stage.door.say(EVENT, f"win the lottery, offer number {number}", f"Guest {number}")
        await desk.heard(20)
        await desk.count(HELD, 20)
        began = time.perf_counter()
        await desk.press("1")
        for number in range(20):
            left = 19 - number
            await desk.press("a" if number % 2 else "h")
            await desk.count(HELD, left)
            if left:
                assert await desk.page.evaluate("document.activeElement.closest('#needs .card') !== null")
        assert time.perf_counter() - began < 60
        await desk.heard(20)
        assert [one["status"] for one in people(desk.stage)] == ["hidden", "public"] * 10
        assert desk.said == []


async def test_the_oldest_comes_first_and_says_why_in_its_place(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        desk.stage.door.say(EVENT, "the lottery is near, ää", "Ann")
        await desk.heard(1)
        desk.stage.door.say(EVENT, "another lottery", "Bo")
        await desk.heard(2)
        await desk.count(HELD, 2)
        assert "Ann" in await desk.page.inner_text(f"{HELD}:first-child")
        await desk.press("1", "w")
        await desk.shows(".why", "strange-link")
        why = desk.page.locator(".why").first
        text = await why.inner_text()
        assert "(rules.yaml, line 8)" in text
        assert "severity 3 of 5" in text
        assert "set the message to hidden – done" in text
        assert await why.locator(".quote mark").inner_text() == "lottery"
        await why.get_by_label("Ask another rule").select_option("swearing")
        await desk.shows(".why .answer", "its condition did not hold")
        await desk.press("w")
        await desk.count(".why", 0)
        assert desk.said == []


async def test_a_line_that_nobody_decided_on_leaves_what_waits_and_stands_in_what_was_done(tmp_path: Path) -> None:
    asked: list[str] = []
    async with a_desk(tmp_path, rules=RULES.replace("30m", "3s")) as desk:
        await desk.shows("#works", "Working")
        desk.page.on("request", lambda request: asked.append(request.url))
        desk.stage.door.say(EVENT, "win the lottery", "Ann")
        await desk.count(HELD, 1)
        asked.clear()
        await desk.shows("#deeds .card", "nobody decided in time")
        await desk.count(HELD, 0)
        assert "win the lottery" in await desk.page.inner_text("#deeds .card:first-child")
        assert not [url for url in asked if "/decisions?" in url]  # the feed has told it all
        assert desk.said == []


async def test_pausing_stops_and_tells_and_resuming_asks_what_becomes_of_what_waited(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.shows("#works", "Working")
        await desk.press("Shift+P")
        await desk.shows("#works", "Paused")
        await desk.shows("#pauses", "everything paused by moderator")
        desk.stage.door.say(EVENT, "oh heck", "Cy")
        await desk.shows("#deeds .card", "not sent yet")
        assert people(desk.stage)[0]["status"] == "public"
        await desk.press("Shift+P")
        await desk.shows("dialog", "Send what waited, or drop it")
        await desk.press("Enter")
        await desk.shows("#works", "Working")
        await desk.heard(1)
        assert people(desk.stage)[0]["status"] == "hidden"
        await desk.shows("#chat .removed", "removed by swearing")
        assert desk.said == []


async def test_what_was_done_is_undone_where_it_stands(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        desk.stage.door.say(EVENT, "what the heck", "Di")
        await desk.heard(1)
        await desk.shows("#deeds .card", "swearing")
        await desk.press("2", "u")
        await desk.shows("#deeds .card", "undone by moderator")
        await desk.shows("#done", "Undone: Hid “what the heck”")
        await desk.heard(1)
        assert people(desk.stage)[0]["status"] == "public"
        await desk.press("3", "h")
        await desk.shows("#chat .removed", "what the heck")
        await desk.press("1", "u")
        await desk.shows("#done", "Undone")
        assert desk.said == []


async def test_single_keys_are_ignored_in_fields_and_can_be_switched_off(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.shows("#works", "Working")
        await desk.press("/")
        await desk.page.keyboard.type("P?fau")
        assert await desk.page.input_value("#search") == "P?fau"
        assert await desk.page.locator("dialog").count() == 0
        await desk.press("Escape", "?")
        await desk.shows("dialog", "pause all at once")
        assert await desk.page.locator("dialog tbody tr").count() == 17
        await desk.press("Escape")
        await desk.page.uncheck("#keys-on")
        await desk.press("?", "Shift+P")
        assert await desk.page.locator("dialog").count() == 0
        await desk.page.reload()
        await desk.shows("#works", "Working")
        assert not await desk.page.is_checked("#keys-on")
        assert desk.said == []


async def test_a_long_list_begins_with_twenty_five_and_the_keyboard_reaches_the_others(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        for number in range(28):
            desk.stage.door.say(EVENT, f"win the lottery, offer number {number}", f"Guest {number}")
        await desk.heard(28)
        await desk.shows("#needs .more", "Show more (3 left)")
        assert await desk.page.locator(HELD).count() == 25
        assert await desk.page.locator("#needs-title .count").inner_text() == "28"
        await desk.page.locator(HELD).last.focus()
        await desk.press("j", "Enter")
        await desk.count(HELD, 28)
        assert await desk.page.evaluate("[...document.querySelectorAll('#needs .card')].indexOf(document.activeElement)") == 25
        assert not await desk.page.locator("#needs .more").is_visible()
        await desk.press("k", "k")
        assert await desk.page.evaluate("[...document.querySelectorAll('#needs .card')].indexOf(document.activeElement)") == 23
        assert desk.said == []


async def test_a_chat_that_is_read_further_up_does_not_jump(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        for number in range(40):
            desk.stage.door.say(EVENT, f"line {number}", "Eve")
        await desk.heard(40)
        await desk.count(".chatline", 40)
        await desk.press("f")
        place = await desk.page.evaluate("document.querySelector('#chat .body').scrollTop")
        for number in range(12):
            desk.stage.door.say(EVENT, f"news {number}", "Fay")
        await desk.shows("#chat .news", "12 lines new")
        assert await desk.page.locator(".chatline").count() == 40
        assert await desk.page.evaluate("document.querySelector('#chat .body').scrollTop") == place
        await desk.press("f")
        await desk.count(".chatline", 52)
        assert await desk.page.locator(".chatline", has_text="news 11").is_visible()
        assert desk.said == []


async def test_the_log_in_form_takes_a_token_and_tells_when_it_is_wrong(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk, a_browser() as other:
        page = await opened(other, desk.url, [])
        await page.get_by_label("Token").fill("fake-wrong")
        await page.keyboard.press("Enter")
        await page.get_by_text("This token is not known here").wait_for()
        await page.get_by_label("Token").fill(TOKENS["viewer"])
        await page.keyboard.press("Enter")
        await page.get_by_text("viewer, viewer").wait_for()
        await page.reload()
        await page.get_by_text("viewer, viewer").wait_for()
        assert await page.locator("#pause button").is_disabled()
        assert "token" not in page.url
