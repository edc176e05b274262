"""A meeting's livestream behind the common face: start, stop, status, push address and figures, on both platforms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import NoRight, Refused, Unclear
from tests.platform_api.livestreams import MEETING, PREFIX, opened
from tests.platform_api.realtimekit.test_wire import LIVE, RUN
from tests.platform_api.server import Asked, Platform, dropped

BOTH = pytest.mark.parametrize("kind", ["realtimekit", "dyte"])


class Meeting:
    """The platform's side of one meeting: what is active, and what became of the calls."""

    def __init__(self, kind: str, server: Platform) -> None:
        self.server = server
        self.active: Any = None
        self.starts = 0
        self.stops = 0
        self.lose = False
        base = f"{PREFIX[kind]}/meetings/{MEETING}"
        server.answers[f"GET {base}/active-livestream"] = self.read
        server.answers[f"POST {base}/livestreams"] = self.start
        server.answers[f"POST {base}/active-livestream/stop"] = self.stop
        server.answers[f"GET {base}/livestream"] = lambda _asked, _request: self.past
        self.past: Any = None
        self.base = base

    def read(self, _asked: Asked, _request: web.Request) -> Any:
        return {"success": True, "data": self.active} if self.active is not None else missing()

    def start(self, _asked: Asked, request: web.Request) -> Any:
        self.starts += 1
        self.active = {**LIVE, "id": f"ls-{self.starts}", "status": "INVOKED"}
        return dropped(request) if self.lose else web.json_response({"success": True, "data": self.active}, status=201)

    def stop(self, _asked: Asked, request: web.Request) -> Any:
        self.stops += 1
        if self.active is None:
            return missing()
        self.active = None
        return dropped(request) if self.lose else {"success": True, "data": {"message": "stopped"}}


def missing() -> web.Response:
    return web.json_response({"success": False, "error": {"code": 404, "message": "none"}}, status=404)


@pytest.fixture
async def server() -> AsyncIterator[Platform]:
    async with Platform() as made:
        yield made


@BOTH
async def test_start_twice_stop_twice(server: Platform, tmp_path: Path, kind: str) -> None:
    meeting = Meeting(kind, server)
    async with opened(kind, server, tmp_path) as live:
        first, second = await live.start(), await live.start()
        assert (first.changed, second.changed, first.state.status) == (True, False, "starting")
        meeting.active = {**meeting.active, "status": "LIVE"}
        assert (await live.status()).status == "on_air"
        third, fourth = await live.stop(), await live.stop()
        assert (third.changed, fourth.changed) == (True, False)
    assert (meeting.starts, meeting.stops) == (1, 2)


@BOTH
async def test_a_lost_answer_is_found_out_by_reading(server: Platform, tmp_path: Path, kind: str) -> None:
    meeting = Meeting(kind, server)
    meeting.lose = True
    async with opened(kind, server, tmp_path) as live:
        assert (await live.start()).changed
        assert (await live.stop()).changed
    assert (meeting.starts, meeting.stops) == (1, 1)


async def test_a_start_that_cannot_be_found_is_unclear_and_not_repeated(server: Platform, tmp_path: Path) -> None:
    meeting = Meeting("realtimekit", server)
    server.answers[f"POST {meeting.base}/livestreams"] = lambda _asked, request: dropped(request)
    async with opened("realtimekit", server, tmp_path) as live:
        with pytest.raises(Unclear):
            await live.start()
        assert not await live.settled(True, 0.0)
        assert await live.settled(False, 0.0)
    assert len(server.sent("POST")) == 1


async def test_a_start_is_also_seen_by_a_younger_idle_livestream(server: Platform, tmp_path: Path) -> None:
    """Right after a start one page shows OFFLINE (D-04)."""
    meeting = Meeting("dyte", server)
    meeting.active = {**LIVE, "status": "OFFLINE"}
    async with opened("dyte", server, tmp_path) as live:
        assert await live.settled(True, 1935817689.0)
        assert not await live.settled(True, 1935817889.0)


async def test_one_that_is_about_to_start_is_not_started_again(server: Platform, tmp_path: Path) -> None:
    """When it begins to count as active is not said: call 9 knows of it before call 6 does."""
    meeting = Meeting("realtimekit", server)

    def lost(_asked: Asked, request: web.Request) -> Any:
        meeting.past = {"data": {"livestream": {**LIVE, "status": "INVOKED"}, "sessions": []}}
        return dropped(request)

    server.answers[f"POST {meeting.base}/livestreams"] = lost
    async with opened("realtimekit", server, tmp_path) as live:
        assert (await live.start()).changed
        assert not (await live.start()).changed
        assert await live.settled(True, 0.0)
        assert not await live.settled(False, 0.0)
    assert len(server.sent("POST")) == 1


async def test_one_runs_already_says_the_platform(server: Platform, tmp_path: Path) -> None:
    meeting = Meeting("realtimekit", server)

    def conflict(_asked: Asked, _request: web.Request) -> Any:
        meeting.active = LIVE
        return web.json_response({"success": False, "errors": [{"code": 409, "message": "already live"}]}, status=409)

    server.answers[f"POST {meeting.base}/livestreams"] = conflict
    async with opened("realtimekit", server, tmp_path) as live:
        done = await live.start()
    assert (done.changed, done.state.status) == (False, "on_air")


async def test_a_real_refusal_stays_one(server: Platform, tmp_path: Path) -> None:
    meeting = Meeting("realtimekit", server)
    server.answers[f"POST {meeting.base}/livestreams"] = web.json_response(
        {"success": False, "errors": [{"message": "paid only"}]}, status=422
    )
    async with opened("realtimekit", server, tmp_path) as live:
        with pytest.raises(Refused, match="paid only"):
            await live.start()


async def test_no_right_stays_no_right(server: Platform, tmp_path: Path) -> None:
    meeting = Meeting("realtimekit", server)
    server.answers[f"GET {meeting.base}/active-livestream"] = web.json_response({}, status=403)
    async with opened("realtimekit", server, tmp_path) as live:
        with pytest.raises(NoRight):
            await live.start()


@pytest.mark.parametrize(
    ("active", "past", "wanted"),
    [
        (None, None, "before"),
        (None, {"livestream": {**LIVE, "status": "IDLE"}, "sessions": []}, "before"),
        (None, {"livestreams": [{**LIVE, "status": "IDLE"}], "sessions": [{**RUN, "stopped_time": "2031-05-06T08:00:00Z"}]}, "off"),
        (None, {"livestreams": [{**LIVE, "status": "ERRORED"}], "sessions": {**RUN, "err_message": "encoder left"}}, "failed"),
        (None, {"livestreams": [{**LIVE, "status": "INVOKED"}], "sessions": []}, "starting"),
        ({**LIVE, "status": "LIVE"}, None, "on_air"),
        ({**LIVE, "status": "PAUSED"}, None, "unknown"),
        ({**LIVE, "status": "ERRORED"}, None, "failed"),
    ],
)
async def test_status(server: Platform, tmp_path: Path, active: Any, past: Any, wanted: str) -> None:
    meeting = Meeting("realtimekit", server)
    meeting.active = active
    meeting.past = {"success": True, "data": past} if past is not None else None
    async with opened("realtimekit", server, tmp_path) as live:
        assert (await live.status()).status == wanted


@BOTH
async def test_the_push_address_wherever_it_is_told(server: Platform, tmp_path: Path, kind: str) -> None:
    meeting = Meeting(kind, server)
    bare = {"id": "ls-1", "status": "LIVE"}
    async with opened(kind, server, tmp_path) as live:
        with pytest.raises(Refused, match="no push address yet"):
            await live.ingest()
        meeting.active = LIVE
        assert (await live.ingest()).push_address == "rtmps://in.example.test:443/live/planted-key"
        meeting.active, meeting.past = bare, {"data": {"livestream": LIVE, "sessions": []}}
        assert (await live.ingest()).key == "planted-key"
        meeting.past = {"data": {"livestreams": [bare]}}
        server.answers[f"GET {PREFIX[kind]}/livestreams/ls-1"] = {"success": True, "data": {"livestream": LIVE}}
        found = await live.ingest()
        assert (found.key, "planted" in repr(found)) == ("planted-key", False)
        with pytest.raises(Refused, match="cannot replace"):
            await live.ingest(regenerate=True)


async def test_figures_are_those_of_the_runs_in_that_time(server: Platform, tmp_path: Path) -> None:
    meeting = Meeting("realtimekit", server)
    old = {**RUN, "id": "run-0", "started_time": "2030-01-01T00:00:00Z", "stopped_time": "2030-01-01T01:00:00Z"}
    silent = {**RUN, "id": "run-2", "ingest_seconds": "soon", "viewer_seconds": None}
    meeting.past = {"data": {"livestream": LIVE, "sessions": [RUN, old, silent]}}
    async with opened("realtimekit", server, tmp_path) as live:
        found = await live.analytics(1935817289.0, 1935826689.0)
    assert (found.runs, found.ingest_seconds, found.viewer_seconds) == (2, 12.0, 7.25)


async def test_no_figures_of_what_never_ran(server: Platform, tmp_path: Path) -> None:
    Meeting("realtimekit", server)
    async with opened("realtimekit", server, tmp_path) as live:
        found = await live.analytics(0.0, 1.0)
    assert (found.runs, found.ingest_seconds) == (0, None)
