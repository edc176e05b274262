"""The livestream platforms of the stage, asked in the plainest way: log-in, strictness, and the truth at the admin door."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import Clock
from bot.stage import Stage, Switches
from bot.stage.livestreams.meetings import ONLY_DYTE, ROUTES
from bot.stage.livestreams.service import platforms
from bot.stage.livestreams.world import LivestreamWorld
from bot.stage.wire import Call
from tests.stage.conftest import Caller

RTK = "/realtimekit/accounts/a/realtime/kit/b"
BEARER = "Bearer stage-fake-token"
BASIC = "Basic " + base64.b64encode(b"stage-org:stage-fake-key").decode()


@pytest.mark.parametrize(
    ("method", "path", "auth"),
    [
        ("GET", f"{RTK}/livestreams", BASIC),
        ("GET", "/dyte/livestreams", BEARER),
        ("POST", "/golive/sessions/s/go_live", "Bearer wrong"),
        ("POST", "/accelevents/rest/host/event/e/session/1/rtmp", BEARER),
    ],
)
async def test_who_does_not_log_in_right_is_refused(caller: Caller, method: str, path: str, auth: str) -> None:
    status, _, _ = await caller.raw(method, path, auth=auth)
    assert status == 401


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("/meetings/m/livestreams", {}, 422),
        ("/meetings/m/livestreams", {"json": {}}, 201),
        ("/meetings/m/livestreams", {"json": {"name": "two words"}}, 422),
        ("/meetings/m/active-livestream/stop", {"json": {}}, 415),
        ("/meetings/m/active-livestream/stop", {}, 404),
        ("/livestreams", {"json": {"name": "x"}}, 201),
        ("/nothing/there", {"json": {}}, 404),
    ],
)
async def test_bodies_are_wanted_and_refused(caller: Caller, path: str, more: dict[str, Any], status: int) -> None:
    found, _, _ = await caller.raw("POST", RTK + path, auth=BEARER, **more)
    assert found == status


@pytest.mark.parametrize(
    "path",
    [
        f"{RTK}/livestreams?sort_order=DESC",
        f"{RTK}/livestreams?start_time=5",
        f"{RTK}/analytics/livestreams/overall?start_time=2031-05-06T00:00:00Z",
        f"{RTK}/livestreams?page_no=x",
    ],
)
async def test_wrong_parameters_are_refused(caller: Caller, path: str) -> None:
    status, _, _ = await caller.raw("GET", path, auth=BEARER)
    assert status == 400


async def test_the_admin_door_drops_the_picture_and_tells_the_truth(caller: Caller, stage: Stage) -> None:
    await caller.raw("POST", "/dyte/meetings/m/livestreams", auth=BASIC, json={})
    await caller.admin("/livestreams/dyte/m", picture=False)
    told = await caller.get("/stage-admin/truth/livestreams")
    assert told["broadcasts"][0]["status"] == "OFFLINE"
    assert told["counts"] == {"start dyte": 1}
    await caller.admin("/livestreams/dyte/m", picture=True)
    assert stage.livestreams.told()["broadcasts"][0]["status"] == "LIVE"
    status, _ = await caller.call("POST", "/stage-admin/livestreams/nowhere/m", json={"picture": True})
    assert status == 422


async def test_seconds_without_a_picture_do_not_count() -> None:
    class HandClock:
        at = 1000.0

        def now(self) -> float:
            return self.at

        def monotonic(self) -> float:
            return self.at

        async def sleep(self, seconds: float) -> None:
            self.at += seconds

    clock = HandClock()
    world = Stage(clock).livestreams
    made = world.start("dyte", "m", None)
    for seconds, comes in ((10.0, False), (5.0, True), (20.0, False)):
        clock.at += seconds
        world.picture("dyte", "m", comes)
    clock.at += 7
    assert made.runs[0].seconds(clock.at) == 30.0
    world.stop("dyte", "m")
    assert made.runs[0].seconds(clock.at + 99) == 30.0


_VALUES = st.none() | st.booleans() | st.integers(-3, 10**12) | st.text(max_size=8) | st.lists(st.integers(), max_size=2)
_BODIES = st.dictionaries(st.sampled_from(["name", "video_config", "regenerate"]), _VALUES, max_size=3)
_QUERIES = st.dictionaries(
    st.sampled_from(["page_no", "per_page", "status", "sort_order", "start_time", "end_time", "regenerate"]),
    st.sampled_from(["", "0", "-1", "1", "x", "99999999999999999999", "LIVE", "DSC", "2031-05-06T00:00:00Z", "true"]),
    max_size=4,
)
_PATHS = st.sampled_from(
    [
        *(route.split(" ")[1] for route in [*ROUTES, *ONLY_DYTE]),
        "/sessions/{id}/go_live",
        "/rest/host/event/e/session/{id}/rtmp",
        "/x",
        "",
    ]
)


@given(_PATHS, st.sampled_from(["GET", "POST", "PUT", "DELETE"]), _QUERIES, _BODIES, st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_request_breaks_it(path: str, method: str, query: dict[str, str], body: dict[str, Any], known: bool) -> None:
    world = LivestreamWorld(Clock(), Switches())
    made = world.start("dyte", "m", None)
    ref = {True: made.ref, False: "nowhere"}[known]
    for kind, platform in platforms(world).items():
        prefix = ("accounts", "a", "realtime", "kit", "b") if kind == "realtimekit" else ()
        parts = tuple(part for part in path.replace("{id}", ref).split("/") if part)
        answer = platform.apply(Call(method, (*prefix, *parts), query, body, body, kind, bool(body)))
        assert 200 <= answer.status < 500
        json.dumps(answer.payload)
