"""The client against a peer written by somebody else: the stage, under each reading of the documents, over real HTTP.

Readings that contradict the contract digest's own advice (credentials without base64, other paths, `active` instead of `state`) are
left out: there the client fails with a clear error, which test_performing and test_http hold.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.clock import Clock
from bot.config import Channel
from bot.domain.actions import CountPoll, CreatePoll, PostMessage, SetEvent, SetMessageStatus, SetPoll
from bot.domain.errors import BadAnswer, NotSent, Throttled
from bot.platform_api.beestreamed.client import BeeStreamed
from bot.stage import SECRET_KEY, TOKEN_ID, Stage
from bot.stage.switches import Switches
from tests.platform_api.beestreamed.account import BOT

READINGS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"b02_envelope": "always"}, {}),
    ({"b02_envelope": "never"}, {}),
    ({"b02_envelope": "double"}, {}),
    ({"b02_status_field": "always"}, {}),
    ({"b05_body": "json"}, {}),
    ({"b05_body": "form"}, {"body": "form"}),
    ({"b06_true": "1"}, {"query_true": "1"}),
    ({"b06_true": "true"}, {}),
    ({"b07_order": "desc"}, {}),
    ({"b07_order": "shuffled"}, {}),
    ({"b08_row_num": "missing"}, {}),
    ({"b09_direction": "newer"}, {}),
    ({"b11_page_cap": 7}, {}),
    ({"b11_page_cap": 10, "b11_over": "ten"}, {}),
    ({"b12_times": "offset"}, {}),
    ({"b13_error_body": "html"}, {}),
    ({"b14_same_state": "rows_1"}, {}),
    ({"b16_words": "scheduled_ended"}, {}),
    ({"b17_prefix": "chat"}, {}),
    ({"b17_text": "question"}, {}),
    ({"b25_options": "objects"}, {}),
    ({"b27_analytics_numbers": "text"}, {}),
    ({"b33_truth": "number"}, {}),
    ({"b33_truth": "text"}, {}),
    ({"b33_numbers": "text"}, {}),
    ({"b36_created": 200}, {}),
    ({"b39_option_base": 1}, {"option_index_base": 1}),
    ({"b39_option_base": 1}, {}),
    ({"b50_escaped_text": True}, {}),
    ({"extra_keys": True}, {}),
    ({"id_holes": 9}, {}),
]


@asynccontextmanager
async def playing(
    switches: dict[str, Any], settings: dict[str, Any], clock: Clock | None = None
) -> AsyncIterator[tuple[Stage, BeeStreamed]]:
    clock = clock or Clock()
    stage = Stage(clock, Switches(**switches), seed=1)
    await stage.start()
    base = {"base_url": stage.url, "token_id": TOKEN_ID, "secret_key": SECRET_KEY, "requests_per_minute": 60_000}
    async with BeeStreamed(Channel.model_validate({**base, **settings}), BOT, clock) as client:
        yield stage, client
    await stage.stop()


@pytest.mark.parametrize(("switches", "settings"), READINGS, ids=str)
async def test_everything_the_bot_does(switches: dict[str, Any], settings: dict[str, Any]) -> None:
    async with playing(switches, settings) as (stage, client):
        event = stage.door.event(title="Town hall", status="live").ref
        for number in range(25):
            stage.door.say(event, f"line {number}", name=f"n{number}", email=f"n{number}@example.test")
        question = stage.door.say(event, "why?", name="q", email="q@example.test", qa=True).ref
        stage.door.sign_up(event, name="Ann", email="ann@example.test")
        began = time.time()

        assert [state.event for state in await client.list_events("live")] == [event]
        assert (await client.read_event(event)).phase == "on_air"
        assert (await client.check(event)).level == "full"
        page = await client.read_messages(event, "chat", limit=100)
        assert all(row.text.startswith("line") and row.created == pytest.approx(began, abs=5) for row in page.rows)
        assert [row.ref for row in (await client.read_messages(event, "qa", limit=100)).rows] == [question]

        bad = page.rows[0].ref
        assert (await client.perform(event, SetMessageStatus(bad, "chat", "hidden"))).changed
        assert stage.door.message(bad).status == "hidden"
        assert (await client.perform(event, SetMessageStatus(question, "qa", "approved"))).changed
        assert stage.door.message(question).status == "approved"

        posted = (await client.perform(event, PostMessage("Q & A <now>"))).remote
        assert await client.look_for(event, PostMessage("Q & A <now>"), began, []) == [posted]
        assert await client.look_for(event, PostMessage("Q & A <now>"), began, [posted]) == []

        create = CreatePoll("Tea & milk?", ("x", "y", "z"))
        poll = (await client.perform(event, create)).remote
        assert await client.look_for(event, create, began, []) == [poll]
        assert (await client.perform(event, SetPoll(poll, True))).result == {"verified": True}
        for number in range(30):
            stage.door.vote(poll, option=number % 3, email=f"v{number}@example.test")
        result = (await client.perform(event, CountPoll(poll, create.options))).result
        assert (result["counts"], result["distinct"]) == ([10, 10, 10], 30)
        assert (await client.perform(event, SetPoll(poll, False))).result == {"verified": True}

        assert (await client.perform(event, SetEvent({"chat": False}))).changed
        assert (await client.read_event(event)).chat is False
        assert [row.email for row in await client.figures.signups(event)] == ["ann@example.test"]
        assert (await client.figures.overall(event)).value is not None
        assert (await client.streams.info(event)).status


@pytest.mark.parametrize("written", ["1", "ignored"])
async def test_a_qa_flag_that_is_not_understood_is_noticed(written: str) -> None:
    async with playing({"b06_true": written}, {}) as (stage, client):
        event = stage.door.event(status="live").ref
        stage.door.say(event, "hello", name="a")
        await client.read_messages(event, "chat", limit=10)
        with pytest.raises(BadAnswer, match="query_true"):
            await client.read_messages(event, "qa", limit=10)


@pytest.mark.parametrize("window", ["sliding", "fixed"])
async def test_a_limit_of_90_is_found_and_nothing_is_lost(window: str) -> None:
    clock, lowest = Clock(speed=30), 3000.0
    async with playing({"b01_limit_per_minute": 90, "b01_window": window}, {"requests_per_minute": 3000}, clock) as (stage, client):
        event = stage.door.event(status="live").ref
        refs = [stage.door.say(event, f"bad {number}", name="a").ref for number in range(60)]
        until = clock.monotonic() + 150.0

        async def insist(call: Any, once: bool) -> None:
            nonlocal lowest
            while clock.monotonic() < until:
                lowest = min(lowest, client.usage().limit)
                try:
                    await call()
                except (Throttled, NotSent):
                    await clock.sleep(1.0)
                else:
                    if once:
                        return

        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(insist(lambda: client.read_messages(event, "chat", limit=100), once=False))
            for ref in refs:
                hide = SetMessageStatus(ref, "chat", "hidden")
                group.create_task(insist(lambda hide=hide: client.perform(event, hide), once=True))
        assert {stage.door.message(ref).status for ref in refs} == {"hidden"}
        assert lowest < 200
        assert client.usage().refused <= 25  # of several hundred calls wanted
