"""The stage from outside: start, answer, stop, and the process of its own."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from bot.clock import Clock
from bot.stage import Stage
from tests.stage.conftest import Caller, basic


async def test_a_message_said_at_the_door_is_read_and_hidden_by_the_api(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev1", title="Launch", status="live")
    said = await caller.admin("/say", event="ev1", text="heck", name="Ann", email="ann@example.test", label="bad")
    rows = await caller.get("/chat/ev1")
    assert [row["chat_ref"] for row in rows] == [said["ref"]]
    assert rows[0]["chat_status"] == "public"
    assert await caller.call("PATCH", f"/chat/ev1/{said['ref']}", json={"status": "hidden"}) == (
        200,
        {"rows": 1, "message": "Message updated."},
    )
    truth = (await caller.get("/stage-admin/truth/messages", event="ev1"))["messages"][0]
    assert truth["status"] == "hidden"
    assert 0 < truth["exposure"] < 5
    assert truth["label"] == "bad"


async def test_every_path_wants_a_token(stage: Stage, caller: Caller) -> None:
    stage.door.event("ev1")
    for auth in (None, basic("stage-id", "wrong")):
        status, answer = await caller.call("GET", "/chat/ev1", auth=auth)
        assert (status, answer["status"]) == (401, 401)


async def test_a_taken_port_is_an_os_error(stage: Stage) -> None:
    second = Stage(Clock())
    with pytest.raises(OSError, match="in use"):
        await second.start(port=int(stage.url.rsplit(":", 1)[1]))
    await second.stop()


async def test_the_stage_as_a_process(caller: Caller) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.stage",
        "--event",
        "ev9",
        "--switches",
        '{"b07_order": "desc"}',
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    outside = Caller(caller.session, ready["url"])
    assert (await outside.get("/events/ev9"))["event_status"] == "live"
    assert (await outside.get("/stage-admin/switches"))["b07_order"] == "desc"
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_the_process_refuses_an_unknown_switch() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.stage", "--switches", '{"b09_directon": "newer"}', stderr=asyncio.subprocess.PIPE
    )
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    assert "did you mean 'b09_direction'?" in errors.decode()
