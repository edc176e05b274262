"""Acts over real HTTP: what is sent, and what each answer means."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from bot.domain.actions import (
    Action,
    CallWebhook,
    CountPoll,
    CreatePoll,
    PostMessage,
    SendAlert,
    SetEvent,
    SetMessageStatus,
    SetPoll,
    SetStream,
    WriteReport,
)
from bot.domain.errors import NoRight, NotSent, PlatformError, Refused, Throttled, Unclear
from tests.platform_api.beestreamed.account import account, chat_row, paged, refused
from tests.platform_api.server import Asked, Platform, dropped

HIDE = SetMessageStatus("c1", "chat", "hidden")
POST = PostMessage("Welcome!")
CREATE = CreatePoll("Tea?", ("Yes", "No"))


@pytest.mark.parametrize(
    ("answer", "changed", "rows"),
    [
        ({"message": "ok", "rows": 1}, True, 1),
        ({"message": "ok", "rows": 0}, False, 0),
        ({"message": "ok", "rows": "0"}, False, 0),
        ({"message": "ok", "updated_rows": 0, "status": 200}, False, 0),
        ({"data": {"rows": 0}}, False, 0),
        ({"message": "ok"}, True, None),
        ([], True, None),
    ],
)
async def test_hiding(platform: Platform, answer: Any, changed: bool, rows: int | None) -> None:
    platform.answers["PATCH /chat/ev/c1"] = answer
    async with account(platform) as client:
        applied = await client.perform("ev", HIDE)
    assert (applied.changed, applied.remote, applied.result) == (changed, "c1", {"rows": rows})
    assert platform.asked[0].json == {"status": "hidden"}
    assert platform.asked[0].headers["Content-Type"] == "application/json"


async def test_form_bodies(platform: Platform) -> None:
    platform.answers["PATCH /events/ev"] = {"rows": 1}
    async with account(platform, body="form") as client:
        await client.perform("ev", SetEvent({"chat": False, "status": "live"}))
    assert platform.asked[0].body == b"chat=false&status=live"


@pytest.mark.parametrize(
    "action",
    [
        SetMessageStatus("c1", "chat", "approved"),
        SetMessageStatus("c1", "chat", "new"),
        SetMessageStatus("q1", "qa", "hidden"),
        SetMessageStatus("q1", "qa", "new"),
        SetMessageStatus("#17", "chat", "hidden"),
        SetMessageStatus("", "chat", "hidden"),
        SetEvent({}),
        SetEvent({"chat": "yes"}),
        SetEvent({"password": "x"}),
        SetEvent({"status": "ended"}),
        SetStream("unknown", True),
        SendAlert("x"),
        WriteReport(),
        CallWebhook("http://example.test"),
    ],
    ids=repr,
)
async def test_what_is_refused_before_anything_is_sent(platform: Platform, action: Action) -> None:
    async with account(platform) as client:
        with pytest.raises(Refused) as caught:
            await client.perform("ev", action)
    assert len(str(caught.value)) > 20
    assert platform.asked == []


async def test_a_ref_keeps_the_kind_it_was_read_with(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = [chat_row(1)]
    async with account(platform) as client:
        await client.read_messages("ev", "chat", limit=10)
        with pytest.raises(Refused, match="read from chat"):
            await client.perform("ev", SetMessageStatus("c1", "qa", "approved"))
    assert platform.sent("PATCH") == []


@pytest.mark.parametrize("key", ["chat_ref", "qa_ref"])
async def test_posting(platform: Platform, key: str) -> None:
    platform.answers["POST /chat/ev"] = web.json_response({key: "c9", "message": "Message created"}, status=201)
    async with account(platform) as client:
        assert (await client.perform("ev", POST)).remote == "c9"
    assert platform.asked[0].json == {"name": "Usher", "email": "usher@example.test", "message": "Welcome!"}


@pytest.mark.parametrize("answer", [{"message": "created"}, {"chat_ref": None}, [], {"chat_ref": ""}])
async def test_a_post_whose_ref_is_not_told_is_unclear(platform: Platform, answer: Any) -> None:
    platform.answers["POST /chat/ev"] = answer
    async with account(platform) as client:
        with pytest.raises(Unclear):
            await client.perform("ev", POST)


@pytest.mark.parametrize("action", [HIDE, POST, CREATE, SetEvent({"chat": False})], ids=lambda action: action.kind)
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _a, _r: refused(400), Refused),
        (lambda _a, _r: refused(404), Refused),
        (lambda _a, _r: refused(410), Refused),
        (lambda _a, _r: refused(422), Refused),
        (lambda _a, _r: refused(401), NoRight),
        (lambda _a, _r: refused(403), NoRight),
        (lambda _a, _r: refused(429), Throttled),
        (lambda _a, _r: refused(500), Unclear),
        (lambda _a, _r: refused(504), Unclear),
        (lambda _a, _r: web.Response(text="<html>busy</html>"), Unclear),
        (lambda _a, request: dropped(request), Unclear),
    ],
)
async def test_what_failures_mean(platform: Platform, action: Action, answer: Any, error: type[PlatformError]) -> None:
    async def every(asked: Asked, request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = answer(asked, request)
        return response

    platform.every = every
    async with account(platform) as client:
        with pytest.raises(PlatformError) as caught:
            await client.perform("ev", action)
    assert type(caught.value) is error
    assert len(platform.asked) == 1  # nothing is repeated here
    assert "planted" not in str(caught.value)


async def test_a_poll_is_made_closed_and_always_in_json(platform: Platform) -> None:
    platform.answers["POST /polls/ev"] = web.json_response({"poll_ref": "p1", "message": "ok", "status": 201}, status=201)
    async with account(platform, body="form") as client:
        assert (await client.perform("ev", CREATE)).remote == "p1"
        assert client.polls.event_of("p1") == "ev"
    assert [asked.method for asked in platform.asked] == ["POST"]
    assert platform.asked[0].json == {"question": "Tea?", "options": ["Yes", "No"]}


@pytest.mark.parametrize(
    ("read_back", "verified"),
    [({"data": {"poll_ref": "p1", "poll_active": True}}, True), ({"data": {"poll_ref": "p1"}}, False), (refused(500), False)],
)
async def test_opening_a_poll_is_read_back(platform: Platform, read_back: Any, verified: bool) -> None:
    platform.answers["PATCH /polls/ev/p1"] = {"message": "ok", "status": 200}
    platform.answers["GET /polls/ev/p1"] = read_back
    async with account(platform) as client:
        applied = await client.perform("ev", SetPoll("p1", True))
    assert applied.result == {"verified": verified}
    assert platform.asked[0].json == {"state": True}


async def test_a_poll_that_stays_closed_is_unclear(platform: Platform) -> None:
    platform.answers["PATCH /polls/ev/p1"] = {"message": "ok", "status": 200}
    platform.answers["GET /polls/ev/p1"] = {"poll_ref": "p1", "poll_active": False}
    async with account(platform) as client:
        with pytest.raises(Unclear, match="reads closed"):
            await client.perform("ev", SetPoll("p1", True))


def entry(number: int, index: int, email: str = "") -> dict[str, Any]:
    return {"poll_entry_id": number, "poll_entry_option_index": index, "poll_entry_email": email or f"p{number}@example.test"}


@pytest.mark.parametrize("cap", [7, 1000])
async def test_counting_reads_every_page(platform: Platform, cap: int) -> None:
    entries = [entry(number, number % 3) for number in range(250)]
    platform.answers["GET /polls/ev/p1/entries"] = paged([*entries, *entries[:9], {"x": 1}], cap=cap, envelope=True)
    async with account(platform) as client:
        applied = await client.perform("ev", CountPoll("p1", ("a", "b", "c")))
    assert applied.result["counts"] == [84, 83, 83]
    assert (applied.result["voters"], applied.result["index_base"], applied.changed) == (250, 0, False)


@pytest.mark.parametrize(
    ("base", "indexes", "counts", "found"),
    [
        ("auto", [1, 1], [0, 2], None),
        ("auto", [1, 2], [1, 1], 1),
        ("auto", [0, 1], [1, 1], 0),
        (1, [1, 1], [2, 0], 1),
        (0, [1, 1], [0, 2], 0),
    ],
)
async def test_the_index_base(platform: Platform, base: Any, indexes: list[int], counts: list[int], found: int | None) -> None:
    platform.answers["GET /polls/ev/p1/entries"] = paged([entry(n, index) for n, index in enumerate(indexes)], envelope=True)
    async with account(platform, option_index_base=base) as client:
        result = (await client.perform("ev", CountPoll("p1", ("a", "b")))).result
    assert (result["counts"], result["index_base"]) == (counts, found)


async def test_what_one_poll_proves_holds_for_the_next(platform: Platform) -> None:
    platform.answers["GET /polls/ev/p1/entries"] = paged([entry(1, 2)])
    platform.answers["GET /polls/ev/p2/entries"] = paged([entry(1, 1)])
    async with account(platform) as client:
        await client.perform("ev", CountPoll("p1", ("a", "b")))
        assert (await client.perform("ev", CountPoll("p2", ("a", "b")))).result["counts"] == [1, 0]


async def test_a_count_that_cannot_be_read_is_not_sent(platform: Platform) -> None:
    platform.answers["GET /polls/ev/p1/entries"] = web.Response(text="<html>")
    async with account(platform) as client:
        with pytest.raises(NotSent):
            await client.perform("ev", CountPoll("p1", ("a", "b")))
