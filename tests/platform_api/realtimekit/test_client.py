"""All calls of RealtimeKit and Dyte over real HTTP: paths, headers, bodies, and both shapes of the answers."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import BadAnswer, NoRight, Refused, Throttled, Unclear
from bot.platform_api.dyte.client import Dyte
from bot.platform_api.realtimekit.client import RealtimeKit, iso_time, unix_time
from bot.platform_api.realtimekit.live import MeetingStream
from bot.platform_api.realtimekit.values import LivestreamId, LivestreamSessionId, MeetingId, MeetingSessionId, Totals, Video
from tests.platform_api.livestreams import MEETING, PREFIX, opened
from tests.platform_api.realtimekit.test_wire import LIVE, PAGING, RUN
from tests.platform_api.server import Asked, Platform

M, S, L, R = MeetingId(MEETING), MeetingSessionId("s/1"), LivestreamId("ls-1"), LivestreamSessionId("run-1")
BOTH = pytest.mark.parametrize("kind", ["realtimekit", "dyte"])


@pytest.fixture
async def server() -> AsyncIterator[Platform]:
    async with Platform() as made:
        yield made


async def called(kind: str, server: Platform, tmp_path: Path, name: str, *given: Any, **more: Any) -> Any:
    async with opened(kind, server, tmp_path) as live:
        assert isinstance(live, MeetingStream)
        return await getattr(live.client, name)(*given, **more)


def answers(server: Platform, body: Any, status: int = 200) -> None:
    async def every(_asked: Asked, _request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    server.every = every


CALLS: list[tuple[str, tuple[Any, ...], str, str]] = [
    ("create_livestream", ("show-1",), "POST", "/livestreams"),
    ("livestreams", (), "GET", "/livestreams"),
    ("livestream", (L,), "GET", "/livestreams/ls-1"),
    ("active_session", (L,), "GET", "/livestreams/ls-1/active-livestream-session"),
    ("session", (R,), "GET", "/livestreams/sessions/run-1"),
    ("active_livestream", (M,), "GET", f"/meetings/{MEETING}/active-livestream"),
    ("start", (M,), "POST", f"/meetings/{MEETING}/livestreams"),
    ("stop", (M,), "POST", f"/meetings/{MEETING}/active-livestream/stop"),
    ("meeting_livestreams", (M,), "GET", f"/meetings/{MEETING}/livestream"),
    ("sessions_of", (S,), "GET", "/sessions/s%2F1/livestream-sessions"),
    ("overall", (0.0, 10.9), "GET", "/analytics/livestreams/overall"),
    ("daywise", (0.0, 10.9), "GET", "/analytics/livestreams/daywise"),
]


@BOTH
@pytest.mark.parametrize(("name", "given", "method", "path"), CALLS, ids=[call[0] for call in CALLS])
async def test_where_each_call_goes(
    server: Platform, tmp_path: Path, kind: str, name: str, given: tuple[Any, ...], method: str, path: str
) -> None:
    answers(server, {"success": True, "data": {**LIVE, **RUN, "id": "x", "message": "ok"}})
    await called(kind, server, tmp_path, name, *given)
    [asked] = server.asked
    assert (asked.method, asked.path) == (method, PREFIX[kind] + path)
    basic = base64.b64encode(b"org:planted-key").decode()
    assert asked.headers["Authorization"] == ("Bearer planted-token" if kind == "realtimekit" else f"Basic {basic}")
    if method == "POST":
        assert asked.headers["Content-Type"] == "application/json"
    if name == "stop":
        assert asked.body == b""


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [("reset_stream_key", "POST", "reset-stream-key"), ("enable", "PUT", "enable"), ("disable", "PUT", "disable")],
)
@pytest.mark.parametrize("under", ["data", "LivestreamBase"])
async def test_what_only_dyte_has(server: Platform, tmp_path: Path, name: str, method: str, path: str, under: str) -> None:
    answers(server, {"success": True, under: {**LIVE, "stream_key": "", "org_id": "o"}})
    found = await called("dyte", server, tmp_path, name, L)
    assert (found.id, found.key) == ("ls-1", "")
    assert (server.asked[0].method, server.asked[0].path, server.asked[0].body) == (method, f"/livestreams/ls-1/{path}", b"")
    assert issubclass(Dyte, RealtimeKit)


async def test_bodies_and_queries(server: Platform, tmp_path: Path) -> None:
    answers(server, {"success": True, "data": LIVE})
    await called("realtimekit", server, tmp_path, "start", M, "show-1", Video(720, 1280))
    await called("realtimekit", server, tmp_path, "start", M)
    await called("realtimekit", server, tmp_path, "create_livestream")
    listing = {"page": 2, "per_page": 5, "status": "LIVE", "since": 0.0, "until": 1.0, "order": "DSC", "exclude_meetings": True}
    await called("realtimekit", server, tmp_path, "livestreams", **listing)
    await called("realtimekit", server, tmp_path, "overall", 5.0, 9.0, "x")
    await called("dyte", server, tmp_path, "overall", 5.0, 9.0)
    assert [asked.json for asked in server.asked[:3]] == [
        {"name": "show-1", "video_config": {"height": 720, "width": 1280}},
        {},
        {},
    ]
    assert server.asked[3].query == {
        "page_no": "2",
        "per_page": "5",
        "exclude_meetings": "true",
        "status": "LIVE",
        "start_time": "1970-01-01T00:00:00Z",
        "end_time": "1970-01-01T00:00:01Z",
        "sort_order": "DSC",
    }
    assert server.asked[4].query == {"start_time": "5", "end_time": "9", "filters": "x"}
    assert server.asked[5].query == {"start_time": "1970-01-01T00:00:05Z", "end_time": "1970-01-01T00:00:09Z"}
    assert (iso_time(0.9), unix_time(0.9)) == ("1970-01-01T00:00:00Z", "0")


@pytest.mark.parametrize("name", ["two words", "ä", "x" * 257])
async def test_a_name_it_cannot_have(server: Platform, tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="cannot name"):
        await called("realtimekit", server, tmp_path, "create_livestream", name)
    assert server.asked == []


@pytest.mark.parametrize("meeting", ["", "..", "x" * 200], ids=["empty", "dots", "long"])
async def test_an_id_that_cannot_stand_in_a_path(server: Platform, tmp_path: Path, meeting: str) -> None:
    with pytest.raises(Refused, match="cannot be the id"):
        await called("realtimekit", server, tmp_path, "stop", MeetingId(meeting))


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        (200, {"success": False, "errors": [{"code": 7, "message": "not now"}], "result": None}, Refused, "not now"),
        (404, {"success": False, "errors": [{"code": 7, "message": "no meeting"}]}, Refused, "no meeting"),
        (401, {"success": False, "error": {"code": 1, "message": "bad token"}}, NoRight, "bad token"),
        (429, {}, Throttled, "429"),
        (503, {"error": "x"}, Unclear, "503"),
        (201, [], BadAnswer, "holds none"),
    ],
)
async def test_errors(server: Platform, tmp_path: Path, status: int, body: Any, error: type[Exception], said: str) -> None:
    answers(server, body, status)
    with pytest.raises(error, match=said):
        await called("realtimekit", server, tmp_path, "start", M)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"count": 2, "total_ingest_seconds": 5, "total_viewer_seconds": 9}, Totals(2, 5.0, 9.0)),
        ({"count": "2", "total_ingest_seconds": "5", "total_viewer_seconds": "9"}, Totals(2, 5.0, 9.0)),
        (
            [{"count": 1, "total_ingest_seconds": 5}, {"count": 2, "total_viewer_seconds": 9, "date": "2031-05-06"}],
            Totals(3, 5.0, 9.0),
        ),
        ([], Totals()),
    ],
    ids=["object", "texts", "days", "nothing"],
)
@BOTH
async def test_overall_in_each_shape(server: Platform, tmp_path: Path, kind: str, data: Any, wanted: Totals) -> None:
    answers(server, {"success": True, "data": data})
    assert await called(kind, server, tmp_path, "overall", 0.0, 1.0) == wanted


async def test_every_page_is_read_until_nothing_new_comes(server: Platform, tmp_path: Path) -> None:
    def page(asked: Asked, _request: web.Request) -> Any:
        number = min(int(asked.query["page_no"]), 3)
        return {"success": True, "data": [{**LIVE, "id": f"ls-{number}"}]}

    server.answers[f"GET {PREFIX['realtimekit']}/livestreams"] = page
    found = await called("realtimekit", server, tmp_path, "all_livestreams")
    assert sorted({row.id for row in found}) == ["ls-1", "ls-2", "ls-3"]
    assert len(server.asked) == 4


async def test_the_last_offset_ends_the_walk(server: Platform, tmp_path: Path) -> None:
    answers(server, {"success": True, "data": {"livestreams": [LIVE], "sessions": [RUN]}, "paging": PAGING})
    assert [run.id for run in await called("realtimekit", server, tmp_path, "meeting_runs", M)] == ["run-1"]
    assert len(server.asked) == 1


async def test_a_key_that_the_platform_told_is_hidden_from_then_on(server: Platform, tmp_path: Path) -> None:
    answers(server, {"success": True, "data": LIVE})
    async with opened("realtimekit", server, tmp_path) as live:
        assert isinstance(live, MeetingStream)
        await live.client.active_livestream(M)
        answers(server, {"success": False, "errors": [{"code": 1, "message": "planted-key is in use"}]}, 400)
        with pytest.raises(Refused) as caught:
            await live.client.start(M)
    assert "planted" not in str(caught.value)
