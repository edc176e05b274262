"""What people write is text and nothing else, wherever it is shown (reliability 2-H)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.app.house import EVENT
from tests.browser.desk import ENGAGEMENT, TOKENS, Desk, a_desk
from tests.browser.hostile import PAYLOADS

SHOWN = re.compile("‹U\\+([0-9A-F]+)›")
ELEMENTS = "script, iframe, object, embed, img, video, audio, svg, math, link[href*=evil], base, form[action], marquee, style"
STACKED = re.compile("[\u0300-\u036f\u0e49]{5,}")
BAD_OPTIONS = ("<img src=x onerror=window.hit=1>", "\u202egnp.exe", "javascript:window.hit=1", '"><svg onload=window.hit=1>')


def test_there_are_two_hundred_of_them() -> None:
    assert len(PAYLOADS) >= 200


def was(shown: str) -> str:
    """The text as it was before what cannot be seen was made visible."""
    return SHOWN.sub(lambda match: chr(int(match[1], 16)), shown)


async def test_two_hundred_names_and_lines_are_shown_as_text(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.shows("#works", "Working")
        before = await desk.page.evaluate("document.querySelectorAll('script').length")
        asked = _listen(desk)
        for at in range(200):
            desk.stage.door.say(EVENT, PAYLOADS[at], PAYLOADS[-1 - at], f"guest{at}@example.test")
        await desk.heard(200)
        await desk.count(".chatline", 200)
        stored = {one["ref"]: one for one in await _messages(desk)}
        rows = await desk.page.evaluate(
            "[...document.querySelectorAll('.chatline')].map(row => [row.dataset.key,"
            " ...[...row.querySelectorAll('bdi.said')].map(one => one.textContent)])"
        )
        wrong = [row for row in rows if not _is_the_same(row, stored[row[0]])]
        assert wrong == []
        assert await desk.page.evaluate("window.hit") is None
        assert await desk.page.locator(f":is(main, header, #done) :is({ELEMENTS})").count() == 0
        assert await desk.page.evaluate("document.querySelectorAll('script').length") == before
        assert [url for url in asked if not url.startswith(desk.url)] == []
        assert desk.said == []


def _is_the_same(row: list[str], message: dict[str, Any]) -> bool:
    """Long texts are cut and towers of marks taken down, nothing else is changed."""
    _ref, *shown = row
    name, text = shown if message["name"] else ["", shown[0]]
    return all(_fits(was(now), one) for now, one in ((name, message["name"]), (text, message["text"])))


def _fits(shown: str, meant: str) -> bool:
    if len(meant) > 600:
        return shown.startswith(meant[:500].rstrip("\u0301")[:100])
    if STACKED.search(meant):
        return shown.replace(" ", "")[:3] == meant.replace(" ", "")[:3]
    return shown == meant


async def test_no_line_reaches_beyond_its_own_place(tmp_path: Path) -> None:
    async with a_desk(tmp_path, viewport={"width": 360, "height": 780}) as desk:
        for at, text in enumerate(one for one in PAYLOADS if len(one) > 150 or "\u202e" in one):
            desk.stage.door.say(EVENT, text, text[:100], f"guest{at}@example.test")
        desk.stage.door.say(EVENT, "the last", "Zoë")
        await desk.shows(".chatline", "the last")
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= 360
        high = "Math.max(...[...document.querySelectorAll('.chatline .text')].map(one => one.scrollHeight - one.clientHeight))"
        assert await desk.page.evaluate(high) <= 4
        name = desk.page.locator(".chatline .author bdi", has_text="U+202E").first
        assert "‹U+202E›" in await name.inner_text()


async def test_addresses_and_searches_are_text_too(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.shows("#works", "Working")
        for payload in ('"><img src=x onerror=window.hit=1>', "javascript:window.hit=1", "%00%0d%0aX: y"):
            for path in (f"/?event={quote(payload)}", f"/?{payload}", f"/#{payload}", f"/stage?event={quote(payload)}"):
                await desk.page.goto(desk.url + path)
                await desk.page.locator("#works").wait_for()
                assert await desk.page.evaluate("window.hit") is None
        await desk.page.goto(desk.url)
        await desk.page.fill("#search", "<img src=x onerror=window.hit=1>")
        await desk.shows("#chat .count", "0 found")
        assert await desk.page.evaluate("window.hit") is None
        assert desk.said == []


async def test_polls_and_questions_are_text_on_every_page(tmp_path: Path) -> None:
    hostile = {"question": BAD_OPTIONS[0], "options": list(BAD_OPTIONS)}
    lines = f"    question: {json.dumps(hostile['question'])}\n    options: {json.dumps(hostile['options'])}\n"
    engagement = re.sub(r"    question: .*\n    options: .*\n", lambda _found: lines, ENGAGEMENT)
    async with a_desk(tmp_path, engagement=engagement) as desk:
        desk.stage.door.say(EVENT, "Why <script>window.hit=1</script> \u202egnp.exe ?", BAD_OPTIONS[3], qa=True)
        await desk.shows("#questions .card", "‹U+202E›gnp.exe")
        assert (await _post(desk, "polls/role/open")).ok
        await desk.shows("#poll .bar", "gnp.exe")  # the bot itself leaves steering marks out of what it says
        assert (await _post(desk, "questions/1/answering")).ok
        for path, mark in (("/stage", ".big"), ("/overlay/question", ".overlay"), ("/overlay/poll", ".bar >> nth=1")):
            await desk.page.goto(f"{desk.url}{path}#token={TOKENS['viewer']}")
            await desk.shows(mark, "gnp.exe")
            assert await desk.page.evaluate("window.hit") is None
            assert await desk.page.locator(f"body :is({ELEMENTS})").count() == 0
        assert desk.said == []


def _listen(desk: Desk) -> list[str]:
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.page.on("dialog", lambda dialog: asked.append(f"dialog: {dialog.message}"))
    return asked


async def _messages(desk: Desk) -> list[dict[str, Any]]:
    answer = await desk.page.request.get(f"{desk.url}/api/v1/messages?limit=500")
    found: list[dict[str, Any]] = (await answer.json())["messages"]
    return found


async def _post(desk: Desk, path: str) -> Any:
    headers = {"Authorization": f"Bearer {TOKENS['moderator']}"}
    return await desk.page.request.post(f"{desk.url}/api/v1/{path}", data={}, headers=headers)
