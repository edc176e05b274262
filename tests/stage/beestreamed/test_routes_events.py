"""Events on the wire: list, details, changes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.stage import Stage
from tests.stage.conftest import Caller


def _refs(rows: list[dict[str, Any]]) -> list[str]:
    return [row["event_ref"] for row in rows]


async def test_the_list_is_bare_filtered_and_paged(stage: Stage, caller: Caller) -> None:
    for number in range(12):
        stage.door.event(f"ev{number}", title=f"Talk {number}", status="live" if number % 3 == 0 else "idle", date=1000.0 - number)
    stage.door.event("theirs", client_ref="theirs")
    assert len(await caller.get("/events")) == 10
    assert _refs(await caller.get("/events", page=2)) == ["ev0", "ev1"]
    live = await caller.get("/events", status="live")
    assert _refs(live) == ["ev0", "ev3", "ev6", "ev9"]
    assert not {"event_webrtc", "row_num"} & set(live[0])
    assert _refs(await caller.get("/events", search="talk 7")) == ["ev7"]
    assert _refs(await caller.get("/events", orderBy="startDate", maxResults=2)) == ["ev1", "ev0"]
    assert _refs(await caller.get("/events", startDateFrom="1970-01-01 00:16:38", startDateTo="1970-01-01 00:16:39")) == [
        "ev1",
        "ev2",
    ]


async def test_details(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev", title="Launch", password="fake-password", zone="Europe/Berlin", date=1_927_880_105.0)
    row = await caller.get("/events/ev")
    assert (row["event_title"], row["event_webrtc"], row["event_signup"]) == ("Launch", False, None)
    assert row["event_date"] == "2031-02-03 10:15:05"
    stage.door.set_switches({"b12_event_date": "offset", "b12_times": "unix", "b20_signup_form": "list"})
    row = await caller.get("/events/ev")
    assert row["event_date"] == "2031-02-03 11:15:05 +01:00"
    assert isinstance(row["event_created"], int)
    assert row["event_signup"] == [{"title": "Name", "type": "text"}, {"title": "Email", "type": "text"}]


async def test_the_public_view_without_a_valid_token(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev", title="Launch")
    assert (await caller.call("GET", "/events/ev", auth=None))[0] == 401
    stage.door.set_switches({"b48_public_details": True})
    status, row = await caller.call("GET", "/events/ev", auth=None)
    assert status == 200
    assert "event_ref" not in row
    assert "event_password" not in row


async def test_create_change_delete(stage: Stage, caller: Caller) -> None:
    status, made = await caller.call("POST", "/events")
    assert (status, set(made)) == (201, {"event_ref", "message"})
    path = f"/events/{made['event_ref']}"
    assert (await caller.call("PATCH", path, json={"title": "Launch", "chat": False, "status": "live"}))[1]["rows"] == 1
    assert (await caller.call("PATCH", path, json={"title": "Launch", "chat": "false"}))[1]["rows"] == 0
    row = await caller.get(path)
    assert (row["event_title"], row["event_chat"], row["event_status"]) == ("Launch", False, "live")
    log = await caller.get(f"{path}/log")
    assert log[0]["events_log_response"] == {"title": "Launch", "chat": False, "status": "live"}
    assert (await caller.call("PATCH", path, json={"status": "ended"}))[0] == 422
    assert (await caller.call("DELETE", path))[1]["rows"] == 1
    assert (await caller.call("GET", path))[0] == 404


async def test_the_words_of_a_status(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev")
    stage.door.set_switches({"b16_words": "scheduled_ended"})
    assert (await caller.get("/events/ev"))["event_status"] == "scheduled"
    assert (await caller.call("PATCH", "/events/ev", json={"status": "done"}))[0] == 200
    assert (await caller.get("/events/ev"))["event_status"] == "ended"


@pytest.mark.parametrize(("wanted", "naive", "offset"), [("any", 200, 200), ("offset", 422, 200), ("naive", 200, 422)])
async def test_which_dates_are_taken(stage: Stage, caller: Caller, wanted: str, naive: int, offset: int) -> None:
    stage.door.event("ev", zone="Europe/Berlin")
    stage.door.set_switches({"b12_date_input": wanted})
    assert (await caller.call("PATCH", "/events/ev", json={"date": "2031-02-03 11:15:05"}))[0] == naive
    assert (await caller.call("PATCH", "/events/ev", json={"date": "2031-02-03 11:15:05 +01:00"}))[0] == offset
    assert stage.world.event("ev").date == 1_927_880_105.0
    assert (await caller.call("PATCH", "/events/ev", json={"date": "soon"}))[0] == 422


@pytest.mark.parametrize(("wanted", "body"), [("desc", {"description": "new"}), ("description", {"desc": "new"})])
async def test_the_other_name_of_the_description_changes_nothing(
    stage: Stage, caller: Caller, wanted: str, body: dict[str, str]
) -> None:
    stage.door.event("ev", description="old")
    stage.door.set_switches({"b21_description": wanted})
    assert (await caller.call("PATCH", "/events/ev", json=body))[1]["rows"] == 0
    assert (await caller.call("PATCH", "/events/ev", json={wanted: "new"}))[1]["rows"] == 1


async def test_unknown_paths_and_methods(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev")
    assert (await caller.call("GET", "/nothing/here"))[0] == 404
    assert (await caller.call("PUT", "/events/ev"))[0] == 405
