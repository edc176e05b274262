"""Everything else that the documents list: livestream, analytics, videos, channel, user."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.stage import Stage
from bot.stage.beestreamed.table import ALWAYS, ENDPOINT_PAGES
from tests.stage.conftest import Caller


@pytest.fixture(autouse=True)
def event(stage: Stage) -> None:
    stage.door.event("ev", status="live")


def test_all_documented_calls_are_there() -> None:
    assert len(ALWAYS) + len(ENDPOINT_PAGES) == 51
    assert len({(route.method, route.template) for route in ALWAYS + ENDPOINT_PAGES}) == 51


async def test_the_livestream_starts_stops_and_counts_viewers(stage: Stage, caller: Caller) -> None:
    shown = (await caller.get("/events/ev/stream"))["data"]
    assert (shown["status"], shown["view_data"][0]) == ("idle", {"views": 0, "viewers": 0, "updated_at": "0001-01-01T00:00:00Z"})
    assert (await caller.call("POST", "/events/ev/startwebrtcstream"))[1]["status"] == 200
    stage.door.viewers("ev", 5)
    stage.door.viewers("ev", 2)
    shown = (await caller.get("/events/ev/stream"))["data"]
    assert (shown["status"], shown["view_data"][0]["views"], shown["view_data"][0]["viewers"]) == ("active", 5, 2)
    await caller.call("POST", "/events/ev/stopwebrtcstream")
    assert (await caller.get("/events/ev/stream"))["data"]["status"] == "idle"


async def test_a_start_can_take_time(stage: Stage, caller: Caller) -> None:
    stage.door.set_switches({"stream_start_seconds": 0.2})
    await caller.call("POST", "/events/ev/startwebrtcstream")
    assert (await caller.get("/events/ev/stream"))["data"]["status"] == "idle"
    await asyncio.sleep(0.25)
    assert (await caller.get("/events/ev/stream"))["data"]["status"] == "active"


async def test_simulcast_targets_come_and_go(stage: Stage, caller: Caller) -> None:
    body = {"url": "rtmps://other.example.test/app", "passthrough": "Other", "stream_key": "fake-key"}
    status, made = await caller.call("POST", "/events/ev/simulcast", json=body)
    assert (status, set(made)) == (200, {"message", "status"})
    assert (await caller.call("POST", "/events/ev/simulcast", json={"url": "x"}))[0] == 422
    target = (await caller.get("/events/ev/stream"))["data"]["simulcast_targets"][0]
    assert target["passthrough"] == "Other"
    path = "/events/ev/simulcast"
    assert await caller.call("DELETE", path) == (400, {"error": "target_id_required", "status": 400})
    assert await caller.call("DELETE", f"{path}?target_id=none") == (400, {"error": "delete_failed", "status": 400})
    assert (await caller.call("DELETE", f"{path}?target_id={target['id']}"))[0] == 200
    stage.door.set_switches({"b23_simulcast_listed": False})
    assert "simulcast_targets" not in (await caller.get("/events/ev/stream"))["data"]


async def test_pictures_keys_and_mails(stage: Stage, caller: Caller) -> None:
    assert "signed_url" in (await caller.get("/events/ev/image"))["data"]
    status, made = await caller.call("POST", "/events/ev/upload", json={"filename": "a.png"})
    assert (status, set(made), set(made["data"])) == (201, {"data", "message", "status"}, {"asset_ref", "upload_url"})
    assert (await caller.call("POST", "/events/ev/upload", json={"filename": "a.exe"}))[0] == 422
    assert set((await caller.get("/events/ev/rtmp"))["data"]) == {"key", "server"}
    stage.door.sign_up("ev", name="Ann", email="ann@example.test")
    assert (await caller.call("POST", "/events/ev/sendemails", json={"excludeSent": True}))[0] == 200
    await caller.call("POST", "/events/ev/sendemails", json={"excludeSent": True})
    assert stage.world.event("ev").stream.emails_sent == 1
    both = {"excludeSent": True, "excludeNotSent": True}
    assert (await caller.call("POST", "/events/ev/sendemails", json=both))[0] == 422


async def test_analytics_agree_with_who_watched(stage: Stage, caller: Caller) -> None:
    stage.door.viewers("ev", 7)
    stage.door.viewers("ev", 3)
    now = stage.parts.clock.now()
    frame = f"{int(now) - 60},{int(now) + 60}"
    overall = (await caller.get("/analytics/ev/overall"))["data"]
    assert overall == {"metric": "views", "value": 7, "measurement": "count"}
    series = (await caller.get("/analytics/ev/timeseries", timeframe=frame))["data"]
    assert sum(row["value"] for row in series) == 7
    views = (await caller.get("/analytics/ev/views", limit=4, timeframe=frame))["data"]
    assert (len(views["views"]), views["total_row_count"]) == (4, 7)
    groups = (await caller.get("/analytics/ev/breakdown", group_by="country"))["data"]
    assert sum(row["value"] for row in groups) == 7
    viewer = stage.world.event("ev").stream.views[0].viewer
    assert (await caller.get(f"/analytics/ev/viewers/{viewer}"))["data"]["viewer_data"]["total_views"] == 1
    stage.door.set_switches({"b27_analytics_numbers": "text"})
    assert (await caller.get("/analytics/ev/overall"))["data"]["value"] == "7"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/analytics/ev/breakdown", 400),
        ("/analytics/ev/viewers", 400),
        ("/analytics/ev/viewers/none", 404),
        ("/analytics/ev/timeseries", 422),
        ("/analytics/ev/timeseries?group_by=minute&timeframe=0,4000", 422),
        ("/analytics/ev/timeseries?group_by=day", 200),
        ("/analytics/ev/overall?timeframe=yesterday", 422),
        ("/analytics/theirs/overall", 403),
    ],
)
async def test_analytics_refusals(stage: Stage, caller: Caller, path: str, status: int) -> None:
    stage.door.event("theirs", client_ref="theirs")
    assert (await caller.call("GET", path))[0] == status


async def test_videos(stage: Stage, caller: Caller) -> None:
    status, made = await caller.call("POST", "/videos", json={"title": "Replay", "asset_id": "as-1"})
    assert (status, set(made)) == (201, {"video_ref", "message", "status"})
    path = f"/videos/{made['video_ref']}"
    assert (await caller.call("PATCH", path, json={"event_ref": "ev"}))[1] == {"rows": 1, "message": "Event updated."}
    assert (await caller.get(path))["data"]["video_event_ref"] == "ev"
    assert (await caller.call("PATCH", path, json={"event_ref": ""}))[1]["rows"] == 1
    assert (await caller.get("/videos", search="repl"))["data"][0]["row_num"] == 1
    assert (await caller.get(f"{path}/master"))["data"] == "preparing"
    assert (await caller.call("DELETE", path))[1]["rows"] == 1
    assert (await caller.get("/videos"))["data"][0]["video_deleted"] == 1


async def test_an_upload_has_two_levels_of_data_and_shadows_a_video(stage: Stage, caller: Caller) -> None:
    status, made = await caller.call("POST", "/videos/upload", json={"duration": 60})
    assert status == 201
    ref = made["data"]["data"]["id"]
    again = (await caller.call("POST", "/videos/upload", json={"duration": 60}))[1]
    assert (again["data"]["status"], again["data"]["id"], "status" in again) == ("waiting", ref, False)
    await caller.admin(f"/uploads/{ref}")
    assert (await caller.get(f"/videos/upload/{ref}"))["data"]["status"] == "asset_created"
    assert (await caller.call("POST", "/videos/upload", json={"duration": "long"}))[0] == 422


async def test_the_channel_and_its_connections(stage: Stage, caller: Caller) -> None:
    assert (await caller.get("/client/stage"))["client_ref"] == "stage-channel"
    assert (await caller.call("GET", "/client/other"))[0] == 403
    assert "light" in (await caller.get("/client/stage/image", light="true"))["data"]["signed_url"]
    assert set((await caller.call("POST", "/client/stage/image", json={"filename": "a.png"}))[1]) == {"asset_ref", "upload_url"}
    assert set((await caller.get("/client/stage-channel/usage"))["data"]) == {"currency", "total", "types"}
    tie: Any = (await caller.admin("/connections", email="bo@example.test"))["ref"]
    assert (await caller.get("/client/stage-channel/connections"))["data"] == []
    assert (await caller.call("POST", "/user/stage-id/connections", json={"connref": tie}))[0] == 200
    assert (await caller.get("/client/stage-channel/connections"))["data"][0]["data"]["user_email"] == "bo@example.test"
    assert (await caller.get("/user/stage-id/connections"))["data"][0]["conn_ref"] == tie
    assert (await caller.call("DELETE", "/user/stage-id/connections"))[0] == 422
    assert (await caller.call("DELETE", f"/client/stage-channel/connections?connref={tie}"))[0] == 200
    assert (await caller.call("POST", "/client/stage-channel/connections"))[0] == 200
    assert (await caller.call("GET", "/user/somebody/connections"))[0] == 401
