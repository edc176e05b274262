"""Chat and Q&A on the wire, under the switches."""

from __future__ import annotations

from typing import Any

import pytest

from bot.stage import Stage
from tests.stage.conftest import Caller, basic


@pytest.fixture(autouse=True)
def event(stage: Stage) -> None:
    stage.door.event("ev", status="live")


def _say(stage: Stage, count: int, **more: Any) -> list[str]:
    return [stage.door.say("ev", f"line {n}", "Ann", "ann@example.test", **more).ref for n in range(count)]


def _refs(rows: list[dict[str, Any]]) -> list[str]:
    return [row["chat_ref"] for row in rows]


async def test_a_row_has_the_documented_keys_and_no_envelope(stage: Stage, caller: Caller) -> None:
    _say(stage, 1)
    rows = await caller.get("/chat/ev")
    assert set(rows[0]) == {
        "chat_id", "chat_ref", "chat_event_ref", "chat_message", "chat_name", "chat_email", "chat_status", "chat_created",
        "chat_deleted_time", "row_num",
    }  # fmt: skip
    assert (rows[0]["chat_status"], rows[0]["chat_deleted_time"], rows[0]["row_num"]) == ("public", None, 1)


async def test_ten_rows_unless_more_are_asked_for_and_a_silent_cap(stage: Stage, caller: Caller) -> None:
    refs = _say(stage, 30)
    assert _refs(await caller.get("/chat/ev")) == refs[-10:]
    stage.door.set_switches({"b11_page_cap": 7})
    assert _refs(await caller.get("/chat/ev", maxResults=100)) == refs[-7:]
    stage.door.set_switches({"b11_over": "ten", "b11_page_cap": 20})
    assert len(await caller.get("/chat/ev", maxResults=21)) == 10
    stage.door.set_switches({"b11_over": "refuse"})
    assert (await caller.call("GET", "/chat/ev?maxResults=21"))[0] == 422


@pytest.mark.parametrize(
    ("direction", "inclusive", "expected"),
    [("older", True, [0, 1, 2]), ("older", False, [0, 1]), ("newer", True, [2, 3, 4]), ("newer", False, [3, 4])],
)
@pytest.mark.parametrize("order", ["asc", "desc", "shuffled"])
async def test_index_start(stage: Stage, caller: Caller, direction: str, inclusive: bool, expected: list[int], order: str) -> None:
    refs = _say(stage, 5)
    stage.door.set_switches({"b09_direction": direction, "b09_inclusive": inclusive, "b07_order": order, "id_holes": 3})
    rows = await caller.get("/chat/ev", indexStart=stage.door.message(refs[2]).number)
    shown = [refs.index(ref) for ref in _refs(rows)]
    assert sorted(shown) == expected
    assert order == "shuffled" or shown == (expected if order == "asc" else expected[::-1])


@pytest.mark.parametrize(
    ("style", "numbers"),
    [
        ("newest_is_one", [3, 2, 1]),
        ("newest_is_total", [1, 2, 3]),
        ("position", [1, 2, 3]),
        ("ones", [1, 1, 1]),
        ("missing", [None] * 3),
    ],
)
async def test_row_numbers(stage: Stage, caller: Caller, style: str, numbers: list[int | None]) -> None:
    _say(stage, 3)
    stage.door.set_switches({"b08_row_num": style})
    assert [row.get("row_num") for row in await caller.get("/chat/ev")] == numbers


@pytest.mark.parametrize("prefix", ["qa", "chat"])
@pytest.mark.parametrize("text", ["message", "question"])
async def test_questions_have_their_own_list_and_prefix(stage: Stage, caller: Caller, prefix: str, text: str) -> None:
    _say(stage, 1)
    asked = stage.door.say("ev", "why?", "Bo", "bo@example.test", qa=True)
    stage.door.set_switches({"b17_prefix": prefix, "b17_text": text})
    rows = await caller.get("/chat/ev", qa="true")
    assert len(rows) == 1
    assert (rows[0][f"{prefix}_ref"], rows[0][f"{prefix}_{text}"], rows[0][f"{prefix}_status"]) == (asked.ref, "why?", "new")


@pytest.mark.parametrize(
    ("style", "written", "seen"),
    [
        ("true", "1", False),
        ("true", "true", True),
        ("1", "true", False),
        ("1", "1", True),
        ("both", "1", True),
        ("ignored", "true", False),
    ],
)
async def test_how_qa_must_be_written(stage: Stage, caller: Caller, style: str, written: str, seen: bool) -> None:
    stage.door.say("ev", "why?", qa=True)
    stage.door.set_switches({"b06_true": style})
    assert len(await caller.get("/chat/ev", qa=written)) == int(seen)


async def test_posting_by_json_or_form(stage: Stage, caller: Caller) -> None:
    body = {"name": "Usher", "email": "usher@example.test", "message": "Welcome"}
    for style, json_status, form_status in (("json", 201, 422), ("form", 422, 201), ("both", 201, 201)):
        stage.door.set_switches({"b05_body": style})
        assert (await caller.call("POST", "/chat/ev", json=body))[0] == json_status
        assert (await caller.call("POST", "/chat/ev", data=body))[0] == form_status
    status, answer = await caller.call("POST", "/chat/ev", json=body)
    assert set(answer) == {"chat_ref", "message"}
    assert stage.door.message(answer["chat_ref"]).by_api
    stage.door.set_switches({"b17_created_key": "qa_ref", "b36_created": 200})
    status, answer = await caller.call("POST", "/chat/ev", json={**body, "qa": True})
    assert (status, set(answer)) == (200, {"qa_ref", "message"})


async def test_a_status_is_set_once_and_rows_tell(stage: Stage, caller: Caller) -> None:
    ref = _say(stage, 1)[0]
    patch = ("PATCH", f"/chat/ev/{ref}")
    assert (await caller.call(*patch, json={"status": "hidden"}))[1]["rows"] == 1
    assert (await caller.call(*patch, json={"status": "hidden"}))[1]["rows"] == 0
    stage.door.set_switches({"b14_same_state": "rows_1"})
    assert (await caller.call(*patch, json={"status": "hidden"}))[1]["rows"] == 1
    assert (await caller.call(*patch, json={}))[0] == 422
    assert (await caller.call(*patch, json={"status": "gone"}))[0] == 422
    assert len(stage.door.message(ref).changes) == 1


async def test_an_unknown_message_is_zero_rows_or_404(stage: Stage, caller: Caller) -> None:
    assert await caller.call("PATCH", "/chat/ev/none", json={"status": "hidden"}) == (
        200,
        {"rows": 0, "message": "Message updated."},
    )
    stage.door.set_switches({"b14_unknown_ref": "404"})
    assert (await caller.call("PATCH", "/chat/ev/none", json={"status": "hidden"}))[0] == 404


@pytest.mark.parametrize(("style", "status", "after"), [("refuse", 422, "new"), ("rows_0", 200, "new"), ("applies", 200, "hidden")])
async def test_a_chat_status_for_a_question(stage: Stage, caller: Caller, style: str, status: int, after: str) -> None:
    ref = _say(stage, 1, qa=True)[0]
    stage.door.set_switches({"b19_other_kind": style})
    assert (await caller.call("PATCH", f"/chat/ev/{ref}", json={"status": "hidden"}))[0] == status
    assert stage.door.message(ref).status == after


async def test_new_cannot_be_written_by_the_api_but_by_a_person(stage: Stage, caller: Caller) -> None:
    ref = _say(stage, 1, qa=True)[0]
    stage.door.moderate(ref, "approved")
    assert (await caller.call("PATCH", f"/chat/ev/{ref}", json={"status": "new"}))[0] == 422
    assert stage.door.moderate(ref, "new") == 1


async def test_hidden_rows_are_listed_or_not(stage: Stage, caller: Caller) -> None:
    refs = _say(stage, 3)
    stage.door.moderate(refs[1], "hidden")
    assert _refs(await caller.get("/chat/ev")) == refs
    stage.door.set_switches({"b42_hidden_listed": False})
    assert _refs(await caller.get("/chat/ev")) == [refs[0], refs[2]]


async def test_a_weaker_token_sees_reduced_rows_and_may_post_but_not_moderate(stage: Stage, caller: Caller) -> None:
    ref = _say(stage, 1)[0]
    await caller.admin("/accounts", token_id="weak", secret_key="also-fake", client_ref="stage-channel", level="global")
    weak = basic("weak", "also-fake")
    _, rows = await caller.call("GET", "/chat/ev", auth=weak)
    assert set(rows[0]) == {"chat_id", "chat_ref", "chat_message", "chat_name", "chat_created", "row_num"}
    body = {"name": "Usher", "email": "usher@example.test", "message": "Hi"}
    assert (await caller.call("POST", "/chat/ev", json=body, auth=weak))[0] == 201
    assert (await caller.call("PATCH", f"/chat/ev/{ref}", json={"status": "hidden"}, auth=weak))[0] == 403
    stage.door.set_switches({"b03_refusal": 401})
    assert (await caller.call("PATCH", f"/chat/ev/{ref}", json={"status": "hidden"}, auth=weak))[0] == 401


async def test_odd_rows(stage: Stage, caller: Caller) -> None:
    stage.door.say("ev", "<b>&", "A&B")
    stage.door.say("ev", "two")
    stage.door.set_switches({"b50_escaped_text": True, "extra_keys": True, "b35_repeated_ids": True, "b42_status_shown": False})
    rows = await caller.get("/chat/ev")
    assert rows[0]["chat_message"] == "&lt;b&gt;&amp;"
    assert rows[0]["chat_id"] == rows[1]["chat_id"]
    assert "future_key" in rows[0]
    assert "chat_status" not in rows[0]


async def test_another_channel_s_event_is_refused(stage: Stage, caller: Caller) -> None:
    stage.door.event("theirs", client_ref="theirs")
    assert (await caller.call("GET", "/chat/theirs"))[0] == 403
    assert (await caller.call("GET", "/chat/nowhere"))[0] == 404


@pytest.mark.parametrize("kind", ["message", "error"])
async def test_error_bodies(stage: Stage, caller: Caller, kind: str) -> None:
    stage.door.set_switches({"b13_error_body": kind})
    status, answer = await caller.call("GET", "/chat/nowhere")
    assert set(answer) == {kind, "status"}
    assert answer["status"] == status == 404


async def test_error_bodies_without_json(stage: Stage, caller: Caller) -> None:
    stage.door.set_switches({"b13_error_body": "html"})
    _, headers, body = await caller.raw("GET", "/chat/nowhere")
    assert headers["content-type"].startswith("text/html")
    assert b"Event not found" in body
    stage.door.set_switches({"b13_error_body": "empty"})
    assert (await caller.raw("GET", "/chat/nowhere"))[2] == b""


@pytest.mark.parametrize(
    ("envelope", "field", "shape"),
    [
        ("always", "documented", {"data"}),
        ("always", "always", {"data", "status"}),
        ("documented", "always", None),
        ("double", "never", None),
    ],
)
async def test_envelopes(stage: Stage, caller: Caller, envelope: str, field: str, shape: set[str] | None) -> None:
    _say(stage, 1)
    stage.door.set_switches({"b02_envelope": envelope, "b02_status_field": field})
    answer = await caller.get("/chat/ev")
    assert (set(answer) if isinstance(answer, dict) else None) == shape


async def test_truth_and_numbers_as_text(stage: Stage, caller: Caller) -> None:
    _say(stage, 1)
    stage.door.set_switches({"b33_truth": "text", "b33_numbers": "text"})
    assert (await caller.get("/chat/ev"))[0]["chat_id"] == str(stage.world.event("ev").chat_feed.last)
    assert (await caller.get("/events/ev"))["event_chat"] == "true"
    stage.door.set_switches({"b33_truth": "number", "b33_numbers": "number"})
    assert (await caller.get("/events/ev"))["event_chat"] == 1


async def test_how_the_token_must_be_written(stage: Stage, caller: Caller) -> None:
    plain = "Basic stage-id:stage-fake-secret"
    assert (await caller.call("GET", "/chat/ev", auth=plain))[0] == 401
    stage.door.set_switches({"b04_header": "plain"})
    assert (await caller.call("GET", "/chat/ev", auth=plain))[0] == 200
    assert (await caller.call("GET", "/chat/ev"))[0] == 401
    stage.door.set_switches({"b04_header": "either"})
    assert (await caller.call("GET", "/chat/ev"))[0] == 200
    assert (await caller.call("GET", "/chat/ev", auth="Basic %%%"))[0] == 401


async def test_a_revoked_token(stage: Stage, caller: Caller) -> None:
    await caller.admin("/accounts", token_id="stage-id", secret_key="stage-fake-secret", client_ref="stage-channel", revoked=True)
    assert (await caller.call("GET", "/chat/ev"))[0] == 401
