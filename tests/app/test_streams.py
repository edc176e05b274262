"""Livestreams in the running bot, over the stage: started by a cue, watched, dropped, returned, stopped, told in the report."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import App
from bot.clock import Clock
from bot.config import Stream
from bot.stage import Stage, truth
from bot.stage.livestreams.world import API_KEY, ORGANIZATION, TOKEN
from tests.app.house import EVENT, a_stage, settings, until, write_rules
from tests.app.house import TOKEN as ADMIN
from tests.platform_api.livestreams import MEETING, SESSION

RULES = """
speech: { min_gap: 0s, max_share: null, quiet_above: null }
cues:
  - { id: on-air, when: { command: go }, do: [ { start_stream: main } ] }
  - { id: off-air, when: { command: end }, do: [ { stop_stream: main } ] }
  - { id: dropout, when: { stream: offline }, do: [ { alert: "Stream lost" }, { post: "We'll be right back." } ] }
commands:
  - { id: go, trigger: "!go", reply: "ok" }
  - { id: end, trigger: "!end", reply: "ok" }
"""
SECTIONS: dict[str, dict[str, Any]] = {
    "beestreamed": {"event": EVENT},
    "realtimekit": {"account_id": "acc", "app_id": "app", "meeting_id": MEETING, "token": TOKEN},
    "dyte": {"organization_id": ORGANIZATION, "api_key": API_KEY, "meeting_id": MEETING},
    "accelevents": {"event_url": "summit", "session_id": 42, "api_key": API_KEY},
    "golive": {"session_id": SESSION, "token": TOKEN},
}
OF = {"beestreamed": EVENT, "realtimekit": MEETING, "dyte": MEETING}
SPEED = 20.0


def section(platform: str, url: str) -> Stream:
    base = "" if platform == "beestreamed" else f"{url}/{platform}"
    return Stream.model_validate({"name": "main", "platform": platform, "base_url": base, **SECTIONS[platform]})


@asynccontextmanager
async def showing(stage: Stage, folder: Path, platform: str, rules: str = RULES, **channel: Any) -> AsyncIterator[App]:
    write_rules(folder / "rules", rules)
    config = settings(stage.url, folder, **channel)
    app = App(config.model_copy(update={"stream": (section(platform, stage.url),)}), Clock(SPEED))
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


def said(stage: Stage) -> list[str]:
    return [one["text"] for one in truth.messages(stage.world) if one["by_api"]]


def status(app: App) -> str:
    return str(app.channels["main"].livestreams[0]["status"])


@pytest.mark.parametrize("platform", ["beestreamed", "realtimekit", "dyte"])
async def test_start_on_air_drop_return_stop_report(tmp_path: Path, platform: str) -> None:
    async with a_stage(speed=SPEED) as stage:
        stage.door.set_event(EVENT, webrtc=True)
        async with showing(stage, tmp_path, platform) as app:
            stage.door.say(EVENT, "!go", "Ann")
            await until(lambda: status(app) == "on_air")
            stage.door.picture(platform, OF[platform], False)
            await until(lambda: "We'll be right back." in said(stage))
            stage.door.picture(platform, OF[platform], True)
            await until(lambda: status(app) == "on_air" and app.channels["main"].livestreams[0]["dropped"] is None)
            stage.door.say(EVENT, "!end", "Ann")
            await until(lambda: app.channels["main"].runner.situation(EVENT).stream == "")
            records = await app.store.streams_of("main", EVENT)
            report = await app.channels["main"].report(EVENT, format="json", table="streams")
            page = await app.channels["main"].report(EVENT)
    assert said(stage).count("We'll be right back.") == 1
    [row] = json.loads(report.body)
    assert (row["stream"], row["platform"], row["drops"]) == ("main", platform, 1)
    assert row["seconds_lost"] > 0
    assert records[0].ended is not None
    counted = row["views"] if platform == "beestreamed" else row["seconds_on_air"]
    assert counted is not None
    assert b"Livestream" in page.body
    if platform != "beestreamed":
        assert stage.livestreams.told()["counts"] == {f"start {platform}": 1, f"stop {platform}": 1}


async def test_a_lost_start_is_looked_for_and_never_doubled(tmp_path: Path) -> None:
    async with a_stage(speed=SPEED) as stage, showing(stage, tmp_path, "realtimekit", settle=20.0) as app:
        stage.door.fault("late", method="POST", path="/meetings", seconds=5.0)
        stage.door.say(EVENT, "!go", "Ann")
        await until(lambda: status(app) == "on_air")
        await until(lambda: app.channels["main"].relay.stats.adopted == 1)
    assert stage.livestreams.told()["counts"] == {"start realtimekit": 1}


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "silent_before"])
async def test_go_live_is_never_repeated_by_itself(tmp_path: Path, fault: str) -> None:
    async with a_stage(speed=SPEED) as stage, showing(stage, tmp_path, "golive", settle=2.0) as app:
        stage.door.fault(fault, path="go_live")
        stage.door.say(EVENT, "!go", "Ann")
        await until(lambda: app.channels["main"].relay.stats.failed >= 1, within=60.0)
        await Clock(SPEED).sleep(30.0)
    assert len([call for call in stage.parts.journal.calls if "go_live" in call.path]) == 1


async def test_go_live_is_not_repeated_after_a_crash_either(tmp_path: Path) -> None:
    """The daemon was killed between claim and answer: its entry stands as sent, and nobody can tell what became of it."""
    async with a_stage(speed=SPEED) as stage:
        async with showing(stage, tmp_path, "golive", settle=2.0) as app:
            stage.door.fault("silent_after", path="go_live")
            stage.door.say(EVENT, "!go", "Ann")
            await until(lambda: stage.livestreams.told()["counts"] == {"go_live": 1})
        async with showing(stage, tmp_path, "golive", settle=2.0) as app:
            await until(lambda: app.channels["main"].relay.stats.failed >= 1, within=60.0)
        assert stage.livestreams.told()["counts"] == {"go_live": 1}


async def test_people_see_and_switch_livestreams(tmp_path: Path) -> None:
    async with a_stage(speed=SPEED) as stage, showing(stage, tmp_path, "dyte") as app, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {ADMIN}", "Content-Type": "application/json"}

        async def ask(method: str, path: str) -> tuple[int, Any]:
            body = "{}" if method == "POST" else None
            async with session.request(method, f"{app.url}/api/v1/{path}", headers=headers, data=body) as answer:
                return answer.status, await answer.json(content_type=None)

        await until(lambda: EVENT in app.channels["main"].discovery.states)
        for _ in range(2):
            code, done = await ask("POST", "streams/main/start")
            assert (code, done.get("done")) == (200, True), done
        await until(lambda: status(app) == "on_air")
        code, listed = await ask("GET", "streams")
        [one] = listed["streams"]
        assert (one["name"], one["platform"], one["status"], one["wanted"], one["channel"]) == (
            "main",
            "dyte",
            "on_air",
            True,
            "main",
        )
        assert "fake-stream-key" not in json.dumps(listed)
        assert (await ask("POST", "streams/other/start"))[0] == 404
        assert (await ask("POST", "streams/main/restart"))[0] == 404
        await ask("POST", "streams/main/stop")
        await until(lambda: status(app) == "off")
    assert stage.livestreams.told()["counts"] == {"start dyte": 1, "stop dyte": 1}
