"""go_live over real HTTP: made once, remembered, and never repeated by itself."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import CannotTell, NotSent, PlatformError, Refused, Throttled
from bot.platform_api.golive.record import Note, Record
from tests.platform_api.golive.test_wire import ANSWER
from tests.platform_api.livestreams import SESSION, opened
from tests.platform_api.server import Platform, dropped

CALL = f"POST /sessions/{SESSION}/go_live"
FILE = "usher-stream-main.json"


@pytest.fixture
async def server() -> AsyncIterator[Platform]:
    async with Platform() as made:
        made.answers[CALL] = ANSWER
        yield made


async def test_it_goes_live_once_and_remembers_the_keys(server: Platform, tmp_path: Path) -> None:
    async with opened("golive", server, tmp_path, livekit_url="wss://lk.example.test") as live:
        assert (await live.status()).status == "unknown"
        first = await live.start()
        assert (first.changed, first.state.status, first.state.viewers) == (True, "starting", 3)
        assert not (await live.start()).changed
    async with opened("golive", server, tmp_path, livekit_url="wss://lk.example.test") as again:
        assert not (await again.start()).changed
        found = await again.ingest()
        assert await again.settled(True, 0.0)
    assert found.push_address == "rtmps://in.example.test/x/planted-key"
    assert dict(found.more) == {
        "whip_url": "https://whip.example.test/w/planted-whip",
        "livekit_token": "planted-token-2",
        "livekit_url": "wss://lk.example.test",
    }
    assert "planted" not in repr(found) + repr(live)
    [asked] = server.asked
    assert (asked.body, asked.headers["Authorization"]) == (b"", "Bearer planted-token")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


async def test_a_lost_answer_is_never_repeated_whoever_asks(server: Platform, tmp_path: Path) -> None:
    server.answers[CALL] = lambda _asked, request: dropped(request)
    async with opened("golive", server, tmp_path) as live:
        for _ in range(3):
            with pytest.raises(CannotTell, match=r"remove .*usher-stream-main\.json"):
                await live.start()
        with pytest.raises(CannotTell):
            await live.settled(True, 0.0)
        assert (await live.status()).status == "unknown"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.json_response({"success": False, "error": "forbidden"}, status=403), Refused),
        (web.json_response({"success": False, "error": "unauthorized"}, status=401), Refused),
        (web.json_response({"error": "rate_limited"}, status=429), Throttled),
        (web.json_response({"success": False, "message": "not yet"}), Refused),
        (web.json_response({"message": "nothing"}, status=404), Refused),
    ],
    ids=["403", "401", "429", "200 but no", "404"],
)
async def test_what_was_surely_not_done_may_be_tried_again(
    server: Platform, tmp_path: Path, answer: web.Response, error: type[PlatformError]
) -> None:
    async def every(_asked: Any, _request: Any) -> web.StreamResponse:
        return web.json_response(text=answer.text, status=answer.status)

    server.every = every
    async with opened("golive", server, tmp_path) as live:
        with pytest.raises(error) as caught:
            await live.start()
    assert not isinstance(caught.value, CannotTell)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    "body", [{"data": {"session": {"id": "another"}}}, "no json", {"error": "broken"}], ids=["other", "text", "500"]
)
async def test_a_strange_answer_is_a_lost_one(server: Platform, tmp_path: Path, body: Any) -> None:
    status = 500 if body == {"error": "broken"} else 200
    server.answers[CALL] = web.Response(text=body) if isinstance(body, str) else web.json_response(body, status=status)
    async with opened("golive", server, tmp_path) as live:
        with pytest.raises(CannotTell):
            await live.start()
    assert (tmp_path / FILE).exists()


async def test_without_a_record_nothing_is_sent(server: Platform, tmp_path: Path) -> None:
    async with opened("golive", server, tmp_path, record=str(tmp_path / "missing" / "x.json")) as live:
        with pytest.raises(NotSent, match="set `record`"):
            await live.start()
    assert server.asked == []


async def test_two_addresses_that_differ_are_warned_of(server: Platform, tmp_path: Path) -> None:
    data = {**ANSWER["data"], "rtmp_setup": {"server": "rtmps://b.example.test", "stream_key": "planted-other"}}
    server.answers[CALL] = {**ANSWER, "data": data}
    async with opened("golive", server, tmp_path) as live:
        await live.start()
        assert (await live.ingest()).warnings == ("the platform told two push addresses that differ; this is `rtmp` (G-04)",)


async def test_what_it_cannot(server: Platform, tmp_path: Path) -> None:
    async with opened("golive", server, tmp_path) as live:
        for act in (live.stop(), live.analytics(0.0, 1.0), live.ingest(), live.ingest(regenerate=True)):
            with pytest.raises(Refused):
                await act
        assert set(live.cannot) == {"stop", "status", "analytics"}
    assert server.asked == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"session": 7}', "\x00"])
def test_a_damaged_record_permits_nothing_that_could_double(tmp_path: Path, text: str) -> None:
    record = Record(tmp_path / "r.json")
    assert record.read("s") is None
    record.path.write_text(text)
    note = record.read("s")
    assert note is None or note.state == "asked"
    record.write(Note("s", "live", 5.0, "a", "planted"))
    assert record.read("s") == Note("s", "live", 5.0, "a", "planted")
    assert record.read("other") is None
    assert "planted" not in repr(record.read("s"))
    record.forget()
    assert record.read("s") is None
