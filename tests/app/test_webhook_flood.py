"""A flood of webhooks at the real listener: no forged one is stored, no genuine one is lost, the chat is read on."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import aiohttp

from bot.app import App
from tests.app.house import EVENT, a_bot, a_stage, settled

SECRET = "fake-hook-secret"
FLOOD = 2_000
AT_ONCE = 100
PACE = 0.1
"""Seconds between two lines of somebody in the chat meanwhile."""


def delivery(number: int) -> tuple[bytes, str, bool]:
    """Body, signature, whether it is genuine: every third is forged, in one of four ways; every tenth comes twice."""
    data = {
        "id": f"d{number - number % 10 // 9}",
        "type": "signup.created",
        "data": {"signup_ref": f"s{number}", "event_ref": EVENT},
    }
    body = json.dumps(data).encode()
    signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    forged = ("0" * 64, "", hmac.new(b"guess", body, hashlib.sha256).hexdigest(), signed[:-1])
    return (body, signed, True) if number % 3 else (body, forged[number % 4], False)


async def deliver(session: aiohttp.ClientSession, url: str, number: int, answers: Counter[int]) -> None:
    """As the platform does: again until it is taken or refused for good."""
    body, signed, _ = delivery(number)
    while True:
        async with session.post(url, data=body, headers={"X-Beestreamed-Signature": signed}) as answer:
            answers[answer.status] += 1
            if answer.status != 503:
                return
        await asyncio.sleep(0.05)


async def flood(app: App) -> Counter[int]:
    """All of them, as fast as they are taken."""
    answers: Counter[int] = Counter()
    numbers = iter(range(FLOOD))

    async def one_line(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            await deliver(session, f"{app.url}/webhooks/main", number, answers)

    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(one_line(session) for _ in range(AT_ONCE)))
    return answers


async def test_a_flood_of_webhooks_loses_none_stores_none_forged_and_stops_no_reading(tmp_path: Path) -> None:
    async with a_stage() as stage, a_bot(stage, tmp_path) as app:
        flooding = asyncio.create_task(flood(app))
        said = 0
        while not flooding.done():
            said += 1
            stage.door.say(EVENT, f"what the heck {said}", f"Guest {said}")
            await asyncio.sleep(PACE)
        answers = await flooding
        await settled(app, said, within=60.0)
        ages = [feed["age"] for feed in app.channels["main"].feeds.health(app.clock.now()) if feed["surface"] == "chat"]
    genuine = {json.loads(body)["id"] for body, _, is_genuine in map(delivery, range(FLOOD)) if is_genuine}
    with closing(sqlite3.connect(tmp_path / "usher.db")) as state:
        stored = [key.partition("/")[2] for (key,) in state.execute("SELECT delivery FROM delivery WHERE delivery LIKE 'signup%'")]
        (waiting,) = state.execute("SELECT count(*) FROM inbox WHERE kind = 'webhook' AND state <> 'done'").fetchone()
    assert answers[401] == sum(not is_genuine for _, _, is_genuine in map(delivery, range(FLOOD)))
    assert sorted(stored) == sorted(genuine)
    assert waiting == 0
    assert ages[0] is not None
    assert ages[0] < 5.0
