"""The session's stream key over real HTTP, and the common face on a platform that has one call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import NoRight, PlatformError, Refused, Unclear, UsageError
from tests.platform_api.accelevents.test_wire import ANSWER
from tests.platform_api.livestreams import opened
from tests.platform_api.server import Asked, Platform, dropped

PATH = "/rest/host/event/summit/session/42/rtmp"
CALL = f"POST {PATH}"


@pytest.fixture
async def server() -> AsyncIterator[Platform]:
    async with Platform() as made:
        made.answers[CALL] = ANSWER
        yield made


def failing(status: int, body: Any) -> web.Response:
    return web.json_response(body, status=status)


async def test_what_is_sent(server: Platform, tmp_path: Path) -> None:
    async with opened("accelevents", server, tmp_path) as live:
        done = await live.start()
        found = await live.ingest()
        assert "planted" not in repr(found) + repr(live)
    assert done.changed
    assert "encoder" in done.state.note
    assert (found.push_address, found.warnings) == ("rtmps://in.example.test/app/planted-key", ())
    for asked in server.asked:
        assert (asked.path, asked.query, asked.headers["Key"], "Authorization" in asked.headers) == (PATH, {}, "planted-key", False)


async def test_another_header_path_and_method(server: Platform, tmp_path: Path) -> None:
    server.answers = {"PUT /x/summit%2Fa/42": web.Response(text='{"streamKey": "k", "rtmpUrl": "rtmp://in.example.test"}')}
    settings = {"auth_header": "Authorization", "auth_scheme": "Bearer", "path": "/x/{event_url}%2Fa/{session_id}", "method": "PUT"}
    async with opened("accelevents", server, tmp_path, **settings) as live:
        found = await live.ingest()
    assert server.asked[0].headers["Authorization"] == "Bearer planted-key"
    assert found.warnings == ("the address is not encrypted: the key travels in clear (A-10)",)


async def test_a_key_is_replaced_only_when_asked_and_never_twice(server: Platform, tmp_path: Path) -> None:
    async with opened("accelevents", server, tmp_path) as live:
        await live.ingest(regenerate=True)
        server.answers[CALL] = lambda _asked, request: dropped(request)
        with pytest.raises(Unclear):
            await live.ingest(regenerate=True)
    assert [asked.query for asked in server.asked] == [{"regenerate": "true"}] * 2


async def test_a_lost_answer_is_asked_for_once_more(server: Platform, tmp_path: Path) -> None:
    times = 0

    def lost(_asked: Asked, request: web.Request) -> Any:
        nonlocal times
        times += 1
        return dropped(request) if times == 1 else web.json_response(ANSWER)

    server.answers[CALL] = lost
    async with opened("accelevents", server, tmp_path) as live:
        assert (await live.ingest()).key == "planted-key"
        server.answers[CALL] = lambda _asked, request: dropped(request)
        with pytest.raises(Unclear):
            await live.start()
    assert len(server.asked) == 4


@pytest.mark.parametrize(("code", "calls"), [(4044005, 4), (4044004, 2), (404800, 1), (4030201, 1)])
async def test_how_often_each_error_is_tried(server: Platform, tmp_path: Path, code: int, calls: int) -> None:
    server.answers[CALL] = lambda _asked, _request: failing(404, {"errorCode": code, "message": "technical"})
    async with opened("accelevents", server, tmp_path) as live:
        with pytest.raises(Refused) as caught:
            await live.start()
    assert len(server.asked) == calls
    assert caught.value.code == str(code)


async def test_already_running_is_no_error_for_a_start(server: Platform, tmp_path: Path) -> None:
    server.answers[CALL] = lambda _asked, _request: failing(406, {"errorCode": 4068912, "message": "running"})
    async with opened("accelevents", server, tmp_path) as live:
        done = await live.start()
        assert (done.changed, done.state.status) == (False, "on_air")
        with pytest.raises(Refused, match="cannot be replaced"):
            await live.ingest(regenerate=True)


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (400, Refused, "malformed"),
        (401, NoRight, "auth_header"),
        (403, NoRight, "no right"),
        (404, Refused, r"\{event_url\}"),
        (405, Refused, "neither is documented"),
    ],
)
async def test_errors_in_plain_words(server: Platform, tmp_path: Path, status: int, error: type[PlatformError], said: str) -> None:
    server.answers[CALL] = failing(status, {"message": "technical"})
    async with opened("accelevents", server, tmp_path) as live:
        with pytest.raises(error, match=said):
            await live.start()
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer", [{"streamProvider": "YOUTUBE", "streamKey": None, "rtmpUrl": ""}, {"data": {"streamProvider": "ZOOM"}}]
)
async def test_a_provider_without_a_push_address(server: Platform, tmp_path: Path, answer: Any) -> None:
    server.answers[CALL] = answer
    async with opened("accelevents", server, tmp_path) as live:
        with pytest.raises(Refused, match="has no push address"):
            await live.ingest()


async def test_what_it_cannot(server: Platform, tmp_path: Path) -> None:
    async with opened("accelevents", server, tmp_path) as live:
        for act in (live.stop(), live.analytics(0.0, 1.0)):
            with pytest.raises(Refused, match="no call"):
                await act
        assert (await live.status()).status == "unknown"
        assert not await live.settled(True, 0.0)
        assert set(live.cannot) == {"stop", "status", "analytics"}
    assert server.asked == []


@pytest.mark.parametrize("more", [{"path": "/x/{event}"}, {"event_url": "https://"}])
async def test_settings_that_cannot_work(server: Platform, tmp_path: Path, more: dict[str, str]) -> None:
    async with opened("accelevents", server, tmp_path, **more) as live:
        with pytest.raises(Refused):
            await live.start()


async def test_an_address_that_is_none(tmp_path: Path, server: Platform) -> None:
    with pytest.raises(UsageError, match="livestream 'main'"):
        async with opened("accelevents", server, tmp_path, base_url="nonsense"):
            pass
