"""Polls, entries and signups on the wire."""

from __future__ import annotations

import pytest

from bot.stage import Refused, Stage
from tests.stage.conftest import Caller, basic

TEA = {"question": "Tea or coffee?", "options": ["Tea", "Coffee", "Water"]}


@pytest.fixture(autouse=True)
def event(stage: Stage) -> None:
    stage.door.event("ev", status="live")


async def test_a_poll_from_creation_to_deletion(stage: Stage, caller: Caller) -> None:
    status, made = await caller.call("POST", "/polls/ev", json=TEA)
    assert (status, set(made), made["status"]) == (201, {"poll_ref", "message", "status"}, 201)
    ref = made["poll_ref"]
    shown = (await caller.get(f"/polls/ev/{ref}"))["data"]
    assert (shown["poll_options"], shown["poll_active"]) == (TEA["options"], False)
    assert set(shown) == {"poll_ref", "poll_event_ref", "poll_question", "poll_options", "poll_active", "poll_created"}
    assert (await caller.call("PATCH", f"/polls/ev/{ref}", json={"state": True}))[0] == 200
    listed = await caller.get("/polls/ev")
    assert listed["status"] == 200
    assert listed["data"] == [{**shown, "poll_active": True}]
    assert (await caller.call("DELETE", f"/polls/ev/{ref}"))[1]["status"] == 200
    assert (await caller.call("GET", f"/polls/ev/{ref}"))[0] == 404


@pytest.mark.parametrize("base", [0, 1])
async def test_votes_and_their_entries_page_by_page(stage: Stage, caller: Caller, base: int) -> None:
    stage.door.set_switches({"b39_option_base": base})
    poll = stage.door.poll("ev", "?", ["a", "b", "c"])
    stage.door.switch_poll(poll.ref, True)
    for number in range(25):
        stage.door.vote(poll.ref, number % 3, f"V{number}", f"v{number}@example.test")
    assert (await caller.call("PATCH", f"/polls/ev/{poll.ref}", json={"vote": True, "option_index": base}))[1]["updated_rows"] == 1
    pages = [(await caller.get(f"/polls/ev/{poll.ref}/entries", page=page))["data"] for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [10, 10, 6, 0]
    rows = [row for page in pages for row in page]
    assert sorted(row["poll_entry_option_index"] - base for row in rows) == sorted([number % 3 for number in range(25)] + [0])
    blank = next(row for row in rows if row["poll_entry_email"] is None)
    assert "poll_entry_name" not in blank
    found = (await caller.get(f"/polls/ev/{poll.ref}/entries", search="V12@"))["data"]
    assert [row["poll_entry_name"] for row in found] == ["V12"]


async def test_a_closed_poll_takes_no_votes(stage: Stage, caller: Caller) -> None:
    poll = stage.door.poll("ev", "?", ["a"])
    assert (await caller.call("PATCH", f"/polls/ev/{poll.ref}", json={"vote": True, "option_index": 0}))[0] == 422
    stage.door.switch_poll(poll.ref, True)
    with pytest.raises(Refused, match="no such option"):
        stage.door.vote(poll.ref, 1)


async def test_one_vote_per_email_replaces_the_first(stage: Stage) -> None:
    stage.door.set_switches({"b40_one_vote_per_email": True, "b37_poll_active": True})
    poll = stage.door.poll("ev", "?", ["a", "b"])
    for option in (0, 1):
        stage.door.vote(poll.ref, option, email="ann@example.test")
    assert [vote.option for vote in poll.votes] == [1]


async def test_the_state_s_key_and_the_right_to_set_it(stage: Stage, caller: Caller) -> None:
    poll = stage.door.poll("ev", "?", ["a"])
    path = f"/polls/ev/{poll.ref}"
    assert (await caller.call("PATCH", path, json={"active": True}))[0] == 422
    stage.door.set_switches({"b38_state_key": "active"})
    assert (await caller.call("PATCH", path, json={"active": True}))[0] == 200
    assert poll.active
    stage.door.set_switches({"b03_poll_state_needs_client": True})
    assert (await caller.call("PATCH", path, json={"active": False}))[0] == 403
    await caller.admin("/accounts", token_id="c", secret_key="also-fake", client_ref="stage-channel", level="client")
    assert (await caller.call("PATCH", path, json={"active": False}, auth=basic("c", "also-fake")))[0] == 200


@pytest.mark.parametrize("body", [{}, {"question": "?"}, {"question": "?", "options": "a,b"}, {"question": "?", "options": []}])
async def test_question_and_options_are_required(caller: Caller, body: dict[str, object]) -> None:
    assert (await caller.call("POST", "/polls/ev", json=body))[0] == 422


async def test_options_as_objects_and_paths_of_the_introduction(stage: Stage, caller: Caller) -> None:
    stage.door.set_switches({"b25_options": "objects", "b15_paths": "introduction"})
    poll = stage.door.poll("ev", "?", ["a", "b"])
    assert (await caller.call("GET", "/polls/ev"))[0] == 404
    assert (await caller.get("/events/ev/polls"))["data"][0]["poll_options"] == [{"option": "a"}, {"option": "b"}]
    assert (await caller.get(f"/events/ev/polls/{poll.ref}/entries"))["data"] == []
    stage.door.set_switches({"b15_paths": "both"})
    assert (await caller.call("GET", "/polls/ev"))[0] == 200


async def test_signups(stage: Stage, caller: Caller) -> None:
    status, made = await caller.call("POST", "/signup/ev", json={"name": "Ann", "email": "ann@example.test", "Company": "X"})
    assert (status, set(made)) == (201, {"signup_ref", "message"})
    rows = await caller.get("/signup/ev")
    assert rows[0]["signup_data"]["Company"] == "X"
    assert {"row_num", "signup_id", "signup_event_ref"} <= set(rows[0])
    one = await caller.get(f"/signup/ev/{made['signup_ref']}")
    assert not {"row_num", "signup_id", "signup_event_ref"} & set(one)
    assert (await caller.call("GET", "/signup/ev/none"))[0] == 404
    stage.door.set_switches({"b26_message_required": True})
    assert (await caller.call("POST", "/signup/ev", json={"name": "Bo", "email": "bo@example.test"}))[0] == 422
