"""Panels of the desk: who is at what, switches, rules, polls, and what the page says when the bot is gone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bot.stage import truth
from tests.app.house import EVENT, people
from tests.browser.desk import TOKENS, Desk, a_desk, opened

ROOT = Path(__file__).resolve().parents[2]


async def post(desk: Desk, path: str, body: dict[str, Any] | None = None) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['moderator']}"}
    answer = await desk.page.request.post(f"{desk.url}/api/v1/{path}", data=body or {}, headers=headers)
    assert answer.ok, f"{path}: {answer.status}"


async def test_two_people_see_what_the_other_one_is_at(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        desk.stage.door.say(EVENT, "win the lottery", "Ann")
        await desk.heard(1)
        await desk.shows("#needs .card", "lottery")
        browser = desk.page.context.browser
        assert browser is not None
        other = await opened(browser, f"{desk.url}/#token={TOKENS['admin']}", desk.said)
        await other.locator("#needs .card").focus()
        await desk.shows("#needs .card", "admin is at it")
        await desk.shows("#people", "at “win the lottery”")
        assert desk.said == []


async def test_without_the_feed_it_asks_again_and_again_and_says_so(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.shows("#works", "Working")
        await desk.page.route("**/api/v1/feed", lambda route: route.abort())
        await desk.page.reload()
        await desk.shows("#figures", "no live news")
        desk.stage.door.say(EVENT, "win the lottery, all the same", "Ann")
        await desk.shows("#needs .card", "all the same")
        await desk.shows("#chat .chatline", "all the same")


async def test_it_says_when_the_bot_is_gone_and_when_an_act_is_refused(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        desk.stage.door.say(EVENT, "win the lottery", "Ann")
        await desk.heard(1)
        await desk.shows("#needs .card", "lottery")
        await desk.cut_off()
        await desk.press("1", "a")
        await desk.shows("#done", "Not done: the bot cannot be reached")
        await desk.shows("#needs .card", "the bot cannot be reached")
        await desk.page.evaluate("window.stop()")
        await desk.page.locator("#works", has_text="No answer from the bot").wait_for(timeout=30_000)
        assert "No answer" in await desk.page.inner_text("#alarm")


async def test_a_suggestion_is_accepted_and_another_one_dismissed(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        desk.stage.door.say(EVENT, "my giveaway one", "Ann")
        desk.stage.door.say(EVENT, "my giveaway two", "Bo")
        await desk.heard(2)
        await desk.count("#needs .card", 2)
        await desk.shows("#needs .card", "perhaps-spam suggests: hide (spam)")
        await desk.press("1", "a")
        await desk.count("#needs .card", 1)
        await desk.press("x")
        await desk.count("#needs .card", 0)
        await desk.heard(2)
        assert sorted(one["status"] for one in people(desk.stage)) == ["hidden", "public"]
        assert desk.said == []


async def test_a_switch_asks_first_says_what_it_means_and_can_be_taken_back(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        chat = desk.page.get_by_role("button", name="Chat is open: close")
        await chat.click()
        await desk.shows("dialog", "Nobody can write until it is opened again")
        await desk.press("Escape")
        assert desk.stage.world.event(EVENT).chat
        await chat.click()
        await desk.page.get_by_role("button", name="Close it").click()
        await desk.page.get_by_role("button", name="Chat is closed: open").wait_for()
        assert not desk.stage.world.event(EVENT).chat
        await desk.press("u")
        await chat.wait_for()
        assert desk.stage.world.event(EVENT).chat
        assert desk.said == []


async def test_a_text_is_tried_and_all_acts_of_a_rule_are_undone_after_a_look(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        for number in range(3):
            desk.stage.door.say(EVENT, f"oh heck {number}", "Ann")
        await desk.heard(3)
        await desk.page.fill("#try-text", "what the heck")
        await desk.press("Enter")
        await desk.shows("#rules .answer", "Outcome: hide. Nothing was stored or sent.")
        assert await desk.page.locator("#rules .answer mark").first.inner_text() == "heck"
        await desk.shows("#rules tr", "swearing")
        await desk.page.get_by_role("button", name="Undo all…: swearing").click()
        await desk.shows("dialog", "3 messages")
        await desk.page.get_by_role("button", name="Undo all of it").click()
        await desk.shows("#done", "of rule swearing")
        await desk.heard(3)
        assert {one["status"] for one in people(desk.stage)} == {"public"}
        await desk.page.get_by_label("Switch rule swearing").select_option("disable")
        await desk.shows("#done", "Rule swearing: disable")
        assert desk.said == []


async def test_a_poll_grows_is_extended_and_voided(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.shows("#works", "Working")
        await post(desk, "polls/role/open")
        await desk.shows("#poll .card", "closes in 9:")
        ref = truth.whole(desk.stage.world, desk.stage.parts.journal, 0.0)["polls"][0]["ref"]
        for number in range(3):
            desk.stage.door.vote(ref, min(number, 1), f"Guest {number}", f"guest{number}@example.test")
        await desk.page.locator("#poll .bar", has_text="2 · 67 %").wait_for(timeout=20_000)
        await desk.page.get_by_role("button", name="+2 min").click()
        await desk.shows("#poll .card", "closes in 11:")
        await desk.page.get_by_role("button", name="Void…").click()
        await desk.page.get_by_role("button", name="Void it").click()
        await desk.shows("#poll", "No poll is open.")
        assert desk.said == []


async def test_a_poll_that_is_over_is_archived_and_taken_out(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.shows("#works", "Working")
        await post(desk, "polls/role/open")
        await desk.shows("#poll .card", "closes in 9:")
        await desk.page.get_by_role("button", name="Close: ").click()
        await desk.page.get_by_role("button", name="Close it").click()
        await desk.shows("#poll", "No poll is open.")
        await desk.page.get_by_text("The newest that are over").click()
        await desk.page.get_by_role("button", name="Archive: ").click(timeout=20_000)
        await desk.page.get_by_text("Archived", exact=True).click()
        await desk.page.get_by_role("button", name="Take out: ").click()
        await desk.page.get_by_role("button", name="Archive: ").wait_for()
        assert desk.said == []


async def test_the_speaker_takes_the_next_question_and_sees_notes(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        for text in ("Is it recorded?", "How long is it?"):
            desk.stage.door.say(EVENT, text, text[:2], qa=True)
            await desk.shows("#questions .card", text)
        await post(desk, "questions/1/queue")
        await post(desk, "questions/2/queue")
        await post(desk, "notes", {"text": "Two more minutes"})
        await desk.page.goto(f"{desk.url}/stage")
        await desk.shows("#notes", "Two more minutes")
        await desk.page.get_by_role("button", name="Take the first").click()
        await desk.shows("#now", "Is it recorded?")
        await desk.page.get_by_role("button", name="Answered – next").click()
        await desk.shows("#now", "How long is it?")
        await desk.page.goto(f"{desk.url}/stage#token={TOKENS['viewer']}")
        await desk.page.reload()
        await desk.shows("#now", "How long is it?")
        assert not await desk.page.locator("#acts").is_visible()
        assert desk.said == []


async def test_the_manual_tells_every_key_of_the_help(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.shows("#works", "Working")
        await desk.press("?")
        shown = await desk.page.locator("dialog tbody th").all_inner_texts()
    manual = (ROOT / "docs" / "moderators-desk.md").read_text(encoding="utf-8")
    keys = "".join(row.split("|")[1] for row in manual.splitlines() if row.startswith("| `"))
    assert sorted(re.findall(r"`([^`]+)`", keys)) == sorted(shown)
