"""An event's own livestream behind the common face, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.config import Stream
from bot.domain.errors import Refused, Unclear
from bot.ports import StreamState
from tests.platform_api.beestreamed.account import account, refused
from tests.platform_api.server import Asked, Platform, dropped

STREAM = Stream(name="main", platform="beestreamed", event="ev2")
SWITCHES = ("POST /events/ev2/startwebrtcstream", "POST /events/ev2/stopwebrtcstream", "PATCH /events/ev2")


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with Platform() as made:
        for call in SWITCHES:
            made.answers[call] = {"message": "ok", "status": 200}
        yield made


def looks(platform: Platform, status: str, webrtc: Any, stream: str) -> None:
    platform.answers["GET /events/ev2"] = {"event_ref": "ev2", "event_status": status, "event_webrtc": webrtc}
    platform.answers["GET /events/ev2/stream"] = {"data": {"status": stream, "view_data": [{"views": 9, "viewers": 4}]}}


def writes(platform: Platform) -> list[str]:
    return [f"{asked.method} {asked.path}" for asked in platform.asked if asked.method != "GET"]


@pytest.mark.parametrize(
    ("status", "webrtc", "stream", "on", "sent"),
    [
        ("idle", True, "idle", True, SWITCHES[0]),
        ("idle", None, "idle", True, SWITCHES[0]),
        ("live", True, "idle", True, SWITCHES[0]),
        ("live", True, "active", True, ""),
        ("idle", True, "active", True, ""),
        ("idle", False, "idle", True, SWITCHES[2]),
        ("live", False, "idle", True, ""),
        ("live", True, "active", False, SWITCHES[1]),
        ("live", True, "idle", False, SWITCHES[1]),
        ("force_live", False, "active", False, SWITCHES[2]),
        ("done", False, "idle", False, ""),
        ("idle", True, "idle", False, ""),
    ],
)
async def test_switching(platform: Platform, status: str, webrtc: Any, stream: str, on: bool, sent: str) -> None:
    looks(platform, status, webrtc, stream)
    async with account(platform) as client:
        live = client.livestream(STREAM)
        done = await (live.start("ev") if on else live.stop("ev"))
    assert done.changed is bool(sent)
    assert writes(platform) == ([sent] if sent else [])
    if sent == SWITCHES[2]:
        assert platform.sent("PATCH")[0].json == {"status": "live" if on else "done"}


@pytest.mark.parametrize(
    ("status", "stream", "wanted"),
    [
        ("idle", "idle", "before"),
        ("scheduled", "", "before"),
        ("live", "active", "on_air"),
        ("idle", "active", "on_air"),
        ("live", "idle", "off"),
        ("done", "idle", "over"),
        ("ended", "", "over"),
        ("live", "disabled", "failed"),
        ("live", "paused", "unknown"),
    ],
)
async def test_status(platform: Platform, status: str, stream: str, wanted: str) -> None:
    looks(platform, status, True, stream)
    async with account(platform) as client:
        state = await client.livestream(STREAM).status()
    assert state.status == wanted
    assert state.word == stream


async def test_viewers_come_with_the_status(platform: Platform) -> None:
    looks(platform, "live", True, "active")
    async with account(platform) as client:
        assert await client.livestream(STREAM).status() == StreamState("on_air", "active", "", 4)


async def test_an_event_without_a_stream_is_no_error(platform: Platform) -> None:
    looks(platform, "idle", True, "idle")
    platform.answers["GET /events/ev2/stream"] = refused(404)
    async with account(platform) as client:
        assert (await client.livestream(STREAM).status()).status == "before"


async def test_a_lost_answer_is_unclear_and_settled_by_looking(platform: Platform) -> None:
    looks(platform, "idle", True, "idle")

    def lost(_asked: Asked, request: Any) -> Any:
        looks(platform, "idle", True, "active")
        return dropped(request)

    platform.answers[SWITCHES[0]] = lost
    async with account(platform) as client:
        live = client.livestream(STREAM)
        with pytest.raises(Unclear):
            await live.start()
        assert await live.settled(True, 0.0)
        assert not await live.settled(False, 0.0)
        assert not (await live.start()).changed
    assert len(writes(platform)) == 1


async def test_the_push_address(platform: Platform) -> None:
    platform.answers["GET /events/ev2/rtmp"] = {
        "data": {"key": "planted-key", "server": "rtmps://in.example.test/app/"},
        "status": 200,
    }
    async with account(platform) as client:
        found = await client.livestream(STREAM).ingest()
        assert found.push_address == "rtmps://in.example.test/app/planted-key"
        assert "planted" not in repr(found)
        assert "planted" not in client.transport.redactor.text("said planted-key aloud")
        with pytest.raises(Refused, match="panel"):
            await client.livestream(STREAM).ingest(regenerate=True)


async def test_figures(platform: Platform) -> None:
    looks(platform, "live", True, "active")
    platform.answers["GET /analytics/ev2/overall"] = {"data": {"metric": "views", "value": "31", "measurement": "count"}}
    async with account(platform) as client:
        assert (await client.livestream(STREAM).analytics(100.0, 200.9)).views == 31
    assert platform.asked[0].query["timeframe"] == "100,200"


async def test_without_an_event_it_says_what_is_missing(platform: Platform) -> None:
    async with account(platform) as client:
        live = client.livestream(Stream(name="main", platform="beestreamed"))
        with pytest.raises(Refused, match="set `event`"):
            await live.status()
        assert "secret" not in repr(live)


async def test_simulcast_targets(platform: Platform) -> None:
    platform.answers["POST /events/ev2/simulcast"] = {"message": "made", "status": 200}
    platform.answers["DELETE /events/ev2/simulcast"] = {"message": "gone", "status": 200}
    async with account(platform, body="form") as client:
        await client.streams.add_target("ev2", url="rtmp://x.example.test", title="Mirror", key="planted-key")
        await client.streams.remove_target("ev2", "t1")
    assert platform.asked[0].json == {"url": "rtmp://x.example.test", "passthrough": "Mirror", "stream_key": "planted-key"}
    assert platform.asked[1].query == {"target_id": "t1"}
    assert platform.asked[1].body == b""
