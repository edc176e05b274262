"""The stage itself never breaks: hostile requests, faults in any mixture, many clients at once."""

from __future__ import annotations

import asyncio
import json
import logging
import time

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import Clock
from bot.stage import Stage, Switches
from bot.stage.beestreamed.service import BeeStreamed
from bot.stage.beestreamed.table import ALWAYS, ENDPOINT_PAGES
from bot.stage.faults import AFTER, KINDS
from bot.stage.server import TOKEN_ID
from bot.stage.wire import Call, printed
from tests.stage.conftest import Caller

_ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**12) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(
    [
        "status",
        "message",
        "name",
        "email",
        "qa",
        "question",
        "options",
        "state",
        "vote",
        "option_index",
        "title",
        "date",
        "chat",
        "desc",
        "url",
        "passthrough",
        "stream_key",
        "filename",
        "asset_id",
        "event_ref",
        "duration",
        "connref",
        "excludeSent",
    ]
)
_QUERY = st.dictionaries(
    st.sampled_from(
        ["page", "maxResults", "indexStart", "qa", "timeframe", "group_by", "limit", "startDateFrom", "status", "search"]
    ),
    st.sampled_from(["", "0", "-1", "1", "true", "x", "99999999999999999999", "1,2", "1,x", "minute", "2031-02-03 10:00:00"]),
    max_size=3,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ALWAYS + ENDPOINT_PAGES), st.dictionaries(_NAMES, _ODD, max_size=4), _QUERY, st.booleans())
def test_no_request_whatever_breaks_it(route: object, fields: dict[str, object], query: dict[str, str], known: bool) -> None:
    stage = Stage(Clock())
    stage.door.event("ev")
    poll = stage.door.poll("ev", "?", ["a"])
    message = stage.door.say("ev", "\ud83d half an emoji")
    real = {"{event}": "ev", "{poll}": poll.ref, "{message}": message.ref, "{client}": "stage", "{session}": TOKEN_ID}
    template: str = route.template  # type: ignore[attr-defined]  # sampled_from forgets the type
    method: str = route.method  # type: ignore[attr-defined]  # ditto
    path = tuple(real.get(part, "none") if known else part for part in template.strip("/").split("/"))
    answer = BeeStreamed(stage.world, stage.courier).apply(Call(method, path, query, fields, fields, TOKEN_ID))
    assert answer.status < 500
    json.loads(printed(answer, Switches(b33_truth="text", b33_numbers="text"))[0])


async def test_half_an_emoji_travels_as_an_escape(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev")
    stage.door.say("ev", "\ud83d")
    _, _, body = await caller.raw("GET", "/chat/ev")
    assert b'"chat_message":"\\ud83d"' in body


async def test_every_fault_at_once_leaves_the_server_whole(stage: Stage, caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    stage.door.event("ev", status="live")
    stage.door.set_faults({"rates": dict.fromkeys(KINDS, 0.04), "late_seconds": 0.05, "endless_bytes": 200_000})
    quick = aiohttp.ClientTimeout(total=0.5)

    async def use(number: int) -> int:
        ref = stage.door.say("ev", f"line {number}").ref
        try:
            await caller.raw("GET", "/chat/ev", params={"maxResults": "100"}, timeout=quick)
            await caller.raw("PATCH", f"/chat/ev/{ref}", json={"status": "hidden"}, timeout=quick)
        except (aiohttp.ClientError, TimeoutError):
            return 0
        return 1

    lucky = sum(await asyncio.gather(*(use(number) for number in range(150))))
    stage.door.set_faults({"rates": {}})
    assert 0 < lucky < 150
    assert len(await caller.get("/chat/ev", maxResults=100)) == 100
    met = stage.parts.journal.by_fault
    assert len(set(met) & set(AFTER)) >= len(AFTER) - 3
    assert [record.getMessage() for record in caplog.records] == []


async def test_a_hundred_rows_of_a_hundred_thousand_come_quickly(stage: Stage, caller: Caller) -> None:
    stage.door.set_switches({"b01_limit_per_minute": 0})
    stage.door.event("ev")
    for number in range(100_000):
        stage.door.say("ev", f"line number {number}", "Ann", "ann@example.test")
    start = time.perf_counter()
    pages = await asyncio.gather(*(caller.get("/chat/ev", maxResults=100, indexStart=number * 500) for number in range(2, 200)))
    spent = time.perf_counter() - start
    assert {len(page) for page in pages} <= {100}
    assert spent / len(pages) < 0.02, "a page must cost its own size, not the length of the feed"
