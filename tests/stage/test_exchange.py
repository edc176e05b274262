"""Faults as a client meets them, over real HTTP: what was applied, what was answered, what the journal says."""

from __future__ import annotations

import asyncio
import json
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from bot.clock import Clock
from bot.stage import Faults, Stage
from tests.stage.conftest import Caller, basic

GONE = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)


@pytest.fixture
def ref(stage: Stage) -> str:
    stage.door.event("ev", status="live")
    return stage.door.say("ev", "hello", "Ann", "ann@example.test").ref


def _last(stage: Stage) -> Any:
    return stage.parts.journal.calls[-1]


@pytest.mark.parametrize(("fault", "status"), [("drop_before", "public"), ("drop_after", "hidden")])
async def test_a_dropped_call_took_effect_or_not(stage: Stage, caller: Caller, ref: str, fault: str, status: str) -> None:
    stage.door.fault(fault, method="PATCH")
    with pytest.raises(GONE):
        await caller.call("PATCH", f"/chat/ev/{ref}", json={"status": "hidden"})
    assert stage.door.message(ref).status == status
    assert (_last(stage).fault, _last(stage).status, _last(stage).applied) == (fault, 0, status == "hidden")


@pytest.mark.parametrize(("fault", "posts"), [("5xx_before", 0), ("html_error", 0), ("5xx_after", 1)])
async def test_a_server_error_before_or_after_the_effect(stage: Stage, caller: Caller, ref: str, fault: str, posts: int) -> None:
    stage.door.fault(fault, method="POST", path="/polls")
    body = {"question": "Tea?", "options": ["yes", "no"]}
    status, headers, _ = await caller.raw("POST", "/polls/ev", json=body)
    assert status in (500, 502, 503, 504)
    assert fault != "html_error" or headers["content-type"].startswith("text/html")
    assert len(stage.world.polls) == posts


async def test_a_late_call_is_cut_now_and_applied_later(stage: Stage, caller: Caller, ref: str) -> None:
    stage.door.fault("late", method="PATCH", seconds=0.2)
    with pytest.raises(GONE):
        await caller.call("PATCH", f"/chat/ev/{ref}", json={"status": "hidden"})
    assert stage.door.message(ref).status == "public"
    await asyncio.sleep(0.35)
    assert stage.door.message(ref).status == "hidden"
    record = stage.parts.journal.writes[-1]
    assert record.applied_at is not None
    assert 0.15 < record.applied_at - record.at < 2


async def test_a_silent_call_is_never_answered(stage: Stage, caller: Caller, ref: str) -> None:
    stage.door.fault("silent_after", method="PATCH")
    with pytest.raises(TimeoutError):
        await caller.call("PATCH", f"/chat/ev/{ref}", json={"status": "hidden"}, timeout=aiohttp.ClientTimeout(total=0.2))
    assert stage.door.message(ref).status == "hidden"


@pytest.mark.parametrize("fault", ["truncated", "garbled", "empty", "html_200"])
async def test_a_spoilt_body_is_no_json_of_the_right_rows(stage: Stage, caller: Caller, ref: str, fault: str) -> None:
    stage.door.fault(fault)
    status, _, body = await caller.raw("GET", "/chat/ev")
    assert status == 200
    try:
        rows = json.loads(body)
    except ValueError:
        return
    assert fault == "garbled", "only garbling may leave valid JSON, by a lucky hit inside a text"
    assert rows


async def test_an_endless_body_goes_on_until_the_client_leaves(stage: Stage, caller: Caller, ref: str) -> None:
    stage.door.fault("endless")
    async with caller.session.get(stage.url + "/chat/ev") as answer:
        taken = 0
        async for piece in answer.content.iter_any():
            taken += len(piece)
            if taken > 10_000_000:
                break
    assert taken > 10_000_000


async def test_a_redirect_leads_elsewhere(stage: Stage, caller: Caller, ref: str) -> None:
    stage.door.set_faults({"redirect_to": "http://elsewhere.example.test/x"})
    stage.door.fault("redirect")
    status, headers, _ = await caller.raw("GET", "/chat/ev")
    assert (status, headers["location"]) == (302, "http://elsewhere.example.test/x")


async def test_rows_repeat_or_change_their_types_but_for_one_answer_only(stage: Stage, caller: Caller, ref: str) -> None:
    for number in range(20):
        stage.door.say("ev", f"line {number}")
    right = await caller.get("/chat/ev", maxResults=50)
    stage.door.fault("duplicate_rows")
    doubled = await caller.get("/chat/ev", maxResults=50)
    assert len(doubled) > len(right)
    assert {row["chat_ref"] for row in doubled} == {row["chat_ref"] for row in right}
    stage.door.fault("wrong_types")
    assert await caller.get("/chat/ev", maxResults=50) != right
    assert await caller.get("/chat/ev", maxResults=50) == right


async def test_a_shifted_page_starts_elsewhere(stage: Stage, caller: Caller, ref: str) -> None:
    for number in range(30):
        stage.door.say("ev", f"line {number}")
    right = await caller.get("/chat/ev", page=2)
    stage.door.fault("page_shift")
    assert await caller.get("/chat/ev", page=2) != right


async def test_late_rows_are_listed_after_rows_with_higher_ids(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev")
    late = stage.door.say("ev", "slow", late=0.2)
    quick = stage.door.say("ev", "quick")
    assert [row["chat_ref"] for row in await caller.get("/chat/ev")] == [quick.ref]
    await asyncio.sleep(0.25)
    assert [row["chat_ref"] for row in await caller.get("/chat/ev")] == [late.ref, quick.ref]
    assert late.number < quick.number


async def test_a_429_on_order_and_its_header(stage: Stage, caller: Caller, ref: str) -> None:
    stage.door.fault("429", retry_after="7")
    status, headers, _ = await caller.raw("GET", "/chat/ev")
    assert (status, headers["retry-after"]) == (429, "7")


@pytest.mark.parametrize("style", ["none", "seconds", "date", "junk", "ten_years"])
async def test_over_the_limit(stage: Stage, caller: Caller, ref: str, style: str) -> None:
    stage.door.set_switches({"b01_limit_per_minute": 3, "b01_retry_after": style})
    answers = [await caller.raw("GET", "/events/ev") for _ in range(4)]
    assert [status for status, _, _ in answers] == [200, 200, 200, 429]
    text = answers[-1][1].get("retry-after")
    assert (text is None) == (style == "none")
    assert style != "seconds" or 55 <= int(text or 0) <= 60
    assert style != "date" or parsedate_to_datetime(text or "") > parsedate_to_datetime(answers[-1][1]["date"])
    assert stage.parts.journal.counts()["most_in_60s"] == {"stage-id": 4}


async def test_the_limit_is_each_token_s_own(stage: Stage, caller: Caller, ref: str) -> None:
    await caller.admin("/accounts", token_id="second", secret_key="also-fake", client_ref="stage-channel")
    stage.door.set_switches({"b01_limit_per_minute": 1})
    assert (await caller.call("GET", "/events/ev"))[0] == 200
    assert (await caller.call("GET", "/events/ev"))[0] == 429
    assert (await caller.call("GET", "/events/ev", auth=basic("second", "also-fake")))[0] == 200


async def test_a_wrong_clock_shows_in_the_date_header_and_the_rows(caller: Caller) -> None:
    clock = Clock()
    stage = Stage(clock, faults=Faults(clock_skew=86_400.0))
    await stage.start()
    stage.door.event("ev")
    stage.door.say("ev", "hello")
    try:
        _, headers, body = await Caller(caller.session, stage.url).raw("GET", "/chat/ev")
    finally:
        await stage.stop()
    ahead = parsedate_to_datetime(headers["date"]).timestamp() - clock.now()
    assert 86_390 < ahead < 86_410
    created = json.loads(body)[0]["chat_created"]
    assert created[:10] == parsedate_to_datetime(headers["date"]).strftime("%Y-%m-%d")


async def test_latency_is_half_before_and_half_after_the_effect(stage: Stage, caller: Caller, ref: str) -> None:
    stage.door.set_faults({"latency": 0.2})
    start = stage.parts.clock.now()
    await caller.call("PATCH", f"/chat/ev/{ref}", json={"status": "hidden"})
    end = stage.parts.clock.now()
    hidden = stage.door.message(ref).hidden_at
    assert hidden is not None
    assert hidden - start >= 0.09
    assert end - hidden >= 0.09


@pytest.mark.parametrize("status", [401, 404, 409, 410, 422])
async def test_any_refusal_on_order(stage: Stage, caller: Caller, ref: str, status: int) -> None:
    stage.door.fault("refused", method="PATCH", status=status)
    path = f"/chat/ev/{ref}"
    assert (await caller.call("PATCH", path, json={"status": "hidden"}))[0] == status
    assert stage.door.message(ref).status == "public"
    assert (await caller.call("PATCH", path, json={"status": "hidden"}))[0] == 200
