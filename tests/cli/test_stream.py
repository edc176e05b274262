"""`usher stream` against the stage: all five platforms, exit codes, and that only `key` prints a secret."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import build
from bot.clock import Clock
from bot.domain.errors import UsageError
from bot.stage import SECRET_KEY, TOKEN_ID, Stage
from tests.platform_api.livestreams import MEETING, SESSION
from tests.platform_api.test_livestreams import OF

CONFIG = """
[store]
url = "sqlite:{folder}/usher.db"
[[channel]]
base_url = "{url}"
token_id = "{token}"
secret_key = "{secret}"
[[stream]]
name = "beestreamed"
platform = "beestreamed"
event = "show"
[[stream]]
name = "realtimekit"
platform = "realtimekit"
base_url = "{url}/realtimekit"
account_id = "acc"
app_id = "app"
meeting_id = "{meeting}"
token = "stage-fake-token"
[[stream]]
name = "dyte"
platform = "dyte"
base_url = "{url}/dyte"
organization_id = "stage-org"
api_key = "stage-fake-key"
meeting_id = "{meeting}"
[[stream]]
name = "accelevents"
platform = "accelevents"
base_url = "{url}/accelevents"
event_url = "summit"
session_id = 42
api_key = "stage-fake-key"
[[stream]]
name = "golive"
platform = "golive"
base_url = "{url}/golive"
session_id = "{session}"
token = "stage-fake-token"
"""


@dataclass(frozen=True, slots=True)
class Shown:
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The stage, and the command with a configuration that leads there."""

    stage: Stage
    config: Path

    async def usher(self, *words: str) -> Shown:
        """In a thread: the command has a loop of its own."""
        app = build("stream")
        call = [*words, "--config", str(self.config)]
        result = await asyncio.to_thread(CliRunner().invoke, app, ["stream", *call])
        if isinstance(result.exception, UsageError):
            return Shown(2, result.stdout, str(result.exception))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Shown(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    stage = Stage(Clock(), seed=3)
    stage.door.event("show", title="Show", status="idle", settings={"webrtc": True})
    url = await stage.start()
    config = tmp_path / "config.toml"
    text = CONFIG.format(folder=tmp_path, url=url, token=TOKEN_ID, secret=SECRET_KEY, meeting=MEETING, session=SESSION)
    config.write_text(text, encoding="utf-8")
    yield Desk(stage, config)
    await stage.stop()


@pytest.mark.parametrize("name", ["beestreamed", "realtimekit", "dyte"])
async def test_start_drop_return_stop_and_figures(desk: Desk, name: str) -> None:
    async def said(verb: str) -> str:
        shown = await desk.usher(name, verb)
        assert (shown.code, shown.err) == (0, "")
        return shown.out

    assert "not started yet" in await said("status")
    assert "already" not in await said("start")
    assert "it was running already" in await said("start")
    assert ": on air" in await said("status")
    desk.stage.door.set_event("show", status="live")
    desk.stage.door.picture(name, OF[name], False)
    assert ": off air" in await said("status")
    desk.stage.door.picture(name, OF[name], True)
    assert ": on air" in await said("status")
    assert "off air" in await said("stop")
    desk.stage.door.set_event("show", status="done")
    assert "nothing was running" in await said("stop")
    figures = await said("analytics")
    assert ("views:" if name == "beestreamed" else "seconds on air:") in figures


@pytest.mark.parametrize("name", ["beestreamed", "realtimekit", "dyte", "accelevents", "golive"])
async def test_only_key_prints_a_secret(desk: Desk, name: str) -> None:
    told = ""
    for verb in ("start", "status", "stop", "analytics", "start"):
        shown = await desk.usher(name, verb)
        told += shown.out + shown.err
        if verb == "start" and "key" not in told:
            key = await desk.usher(name, "key")
    assert key.code == 0
    assert "fake-stream-key-" in key.out
    assert "fake-" not in told.replace("stage-fake", "")
    assert "fake-" not in key.err


@pytest.mark.parametrize(
    ("name", "verb"), [("accelevents", "stop"), ("accelevents", "analytics"), ("golive", "stop"), ("golive", "key")]
)
async def test_what_a_platform_cannot_do_is_said_and_is_a_1(desk: Desk, name: str, verb: str) -> None:
    shown = await desk.usher(name, verb)
    assert (shown.code, shown.out) == (1, "")
    assert shown.err.startswith(f"usher: {name}: ")


async def test_a_lost_start_is_found_by_looking(desk: Desk) -> None:
    desk.stage.door.fault("drop_after", method="POST", path="startwebrtcstream")
    shown = await desk.usher("beestreamed", "start")
    assert shown.code == 0
    assert "the answer was lost; it did take effect" in shown.out


async def test_a_lost_go_live_is_left_to_a_person_until_they_say_again(desk: Desk) -> None:
    desk.stage.door.fault("drop_before", path="go_live")
    for _ in range(2):
        shown = await desk.usher("golive", "start")
        assert shown.code == 1
        assert "not repeated by itself" in shown.err
    assert (await desk.usher("golive", "start", "--again")).code == 0
    assert desk.stage.livestreams.told()["counts"] == {"go_live": 1}


async def test_a_new_key_only_on_demand(desk: Desk) -> None:
    first, second = await desk.usher("accelevents", "key"), await desk.usher("accelevents", "key")
    third = await desk.usher("accelevents", "key", "--regenerate")
    assert first.out == second.out != third.out


async def test_a_wrong_token_is_a_1_and_not_shown(desk: Desk) -> None:
    desk.config.write_text(desk.config.read_text().replace("stage-fake-token", "planted-wrong"))
    shown = await desk.usher("realtimekit", "status")
    assert shown.code == 1
    assert "does not accept the credentials" in shown.err
    assert "planted" not in shown.err


async def test_unusable_calls_are_a_2(desk: Desk) -> None:
    assert "configured: beestreamed, realtimekit" in (await desk.usher("other", "status")).err
    desk.config.write_text(desk.config.read_text().replace('account_id = "acc"\n', ""))
    shown = await desk.usher("realtimekit", "status")
    assert (shown.code, "needs account_id" in shown.err) == (2, True)
