"""The admin door by HTTP: what people do, and the whole truth."""

from __future__ import annotations

from typing import Any

import pytest

from bot.stage import Stage
from tests.stage.conftest import Caller


async def test_an_event_with_everything_in_it(stage: Stage, caller: Caller) -> None:
    await caller.admin("/events", ref="ev", title="Launch", status="live", zone="Europe/Berlin")
    burst = await caller.admin("/say-many", messages=[{"event": "ev", "text": f"line {n}", "name": "Ann"} for n in range(5)])
    assert len({each["ref"] for each in burst["messages"]}) == 5
    question = await caller.admin("/say", event="ev", text="why?", qa=True)
    poll = await caller.admin("/events/ev/polls", question="Tea?", options=["yes", "no"])
    await caller.admin(f"/polls/{poll['ref']}", active=True)
    await caller.admin(f"/polls/{poll['ref']}/votes", option=1, name="Bo", email="bo@example.test")
    await caller.admin("/events/ev/signups", name="Cy", email="cy@example.test")
    await caller.admin("/events/ev/viewers", count=4)
    await caller.admin("/events/ev/stream", status="active")
    await caller.admin(f"/messages/{question['ref']}", status="approved")
    truth = await caller.get("/stage-admin/truth")
    event = truth["events"][0]
    expected = {"messages": 5, "questions": 1, "polls": 1, "signups": 1, "viewers": 4, "stream": "active", "posts_by_api": 0}
    assert {name: event[name] for name in expected} == expected
    assert (truth["polls"][0]["tally"], truth["polls"][0]["votes"]) == ([0, 1], 1)
    assert truth["calls"]["total"] == 0
    assert (await caller.get(f"/stage-admin/messages/{question['ref']}"))["changes"][0][1:] == ["approved", "human"]


async def test_a_closed_chat_refuses_attendees(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev", chat=False)
    status, answer = await caller.call("POST", "/stage-admin/say", json={"event": "ev", "text": "hi"})
    assert (status, answer) == (409, {"error": "The chat is closed."})
    burst = await caller.admin("/say-many", messages=[{"event": "ev", "text": "hi"}, {"event": "ev", "text": "q", "qa": True}])
    assert ["error" in each for each in burst["messages"]] == [True, False]
    stage.door.set_switches({"closed_chat": "accepts"})
    await caller.admin("/say", event="ev", text="hi")


async def test_a_message_gone_or_softly_deleted(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev")
    soft, hard = stage.door.say("ev", "one").ref, stage.door.say("ev", "two").ref
    await caller.call("DELETE", f"/stage-admin/messages/{soft}")
    await caller.call("DELETE", f"/stage-admin/messages/{hard}?gone=1")
    rows = await caller.get("/chat/ev")
    assert [row["chat_ref"] for row in rows] == [soft]
    assert rows[0]["chat_deleted_time"] is not None
    stage.door.set_switches({"b42_deleted_listed": False})
    assert await caller.get("/chat/ev") == []


async def test_settings_change_while_it_runs(stage: Stage, caller: Caller) -> None:
    await caller.admin("/switches", b11_page_cap=7)
    await caller.admin("/faults", latency=0.01, rates={"429": 1.0})
    stage.door.event("ev")
    assert (await caller.call("GET", "/events/ev"))[0] == 429
    assert (await caller.get("/stage-admin/switches"))["b11_page_cap"] == 7
    assert (await caller.get("/stage-admin/faults"))["latency"] == 0.01
    await caller.admin("/faults", rates={})
    await caller.admin("/faults/next", fault="429", times=5)
    await caller.call("DELETE", "/stage-admin/faults/next")
    assert (await caller.call("GET", "/events/ev"))[0] == 200


@pytest.mark.parametrize(
    ("path", "fields", "status", "text"),
    [
        ("/say", {"event": "nowhere", "text": "x"}, 404, "Event not found"),
        ("/say", {"text": "x"}, 400, "event"),
        ("/switches", {"b11_page_capp": 7}, 400, "did you mean 'b11_page_cap'"),
        ("/faults/next", {"fault": "explode"}, 400, "unknown fault"),
        ("/messages/none", {"status": "hidden"}, 404, "Message not found"),
        ("/polls/none", {"active": True}, 404, "Poll not found"),
    ],
)
async def test_errors_are_told(caller: Caller, path: str, fields: dict[str, Any], status: int, text: str) -> None:
    answer = await caller.call("POST", f"/stage-admin{path}", json=fields)
    assert answer[0] == status
    assert text in answer[1]["error"]


async def test_the_calls_are_in_the_journal_and_writes_apart(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev")
    await caller.get("/chat/ev", maxResults=3)
    await caller.call("POST", "/chat/ev", json={"name": "Usher", "email": "usher@example.test", "message": "Welcome"})
    calls = (await caller.get("/stage-admin/truth/calls"))["calls"]
    assert [(each["method"], each["path"], each["status"], each["applied"]) for each in calls] == [
        ("GET", "/chat/ev", 200, True),
        ("POST", "/chat/ev", 201, True),
    ]
    writes = (await caller.get("/stage-admin/truth/writes", since=calls[1]["at"]))["calls"]
    assert writes[0]["fields"]["message"] == "Welcome"
    counts = (await caller.get("/stage-admin/truth"))["calls"]
    assert counts["by_kind"] == {"GET /chat/{event}": 1, "POST /chat/{event}": 1}
    assert (counts["total"], counts["peak_minute"]) == (2, 2)
    assert counts["by_token"] == {"stage-id": 2}
    assert (await caller.get("/stage-admin/truth"))["events"][0]["posts_by_api"] == 1


async def test_the_same_seed_makes_the_same_refs(stage: Stage) -> None:
    twin = Stage(stage.parts.clock, seed=1)
    made = [[each.door.event().ref, each.door.say(each.door.event("e").ref, "x").ref] for each in (stage, twin)]
    assert made[0] == made[1]


async def test_an_edited_message_keeps_its_ref(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev")
    ref = stage.door.say("ev", "before").ref
    assert (await caller.call("PUT", f"/stage-admin/messages/{ref}", json={"text": "after"}))[0] == 200
    assert [(row["chat_ref"], row["chat_message"]) for row in await caller.get("/chat/ev")] == [(ref, "after")]


async def test_what_the_bot_does_changes_no_ref_of_an_attendee(stage: Stage) -> None:
    twin = Stage(stage.parts.clock, seed=1)
    refs = []
    for each in (stage, twin):
        each.door.event("ev")
        if each is twin:
            each.door.poll("ev", "?", ["a"])
            each.door.say("ev", "welcome", by_api=True)
        refs.append(each.door.say("ev", "hello").ref)
    assert refs[0] == refs[1]
