"""Secrets planted in every field that can hold one, and everything that is written or shown searched for them.

Platforms here tell keys in their answers and repeat them in their error texts, as careless ones do.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.app import App
from bot.cli import build
from bot.cli.settings import secret_values
from bot.clock import Clock
from bot.config import Config, Stream
from bot.logs import start_logging
from bot.reports import write_report
from bot.stage import Stage
from tests.app.house import EVENT, TOKEN, a_stage, settings, until, write_rules
from tests.platform_api.livestreams import MEETING, SESSION
from tests.platform_api.server import Asked, Platform

NAMES = ("realtimekit", "dyte", "accelevents", "golive")
SECRETS = (
    "stream_key", "livekit_token", "whip_url", "streamKey", "playBackRestrictionToken", "thumbnailRestrictionToken", "token", "key",
    "secret", "signed_url", "upload_url", "password", "api_key",
)  # fmt: skip
RULES = f"""
speech: {{ min_gap: 0s, max_share: null, quiet_above: null }}
cues:
  - {{ id: on-air, when: {{ command: go }}, do: [ {", ".join(f"{{ start_stream: {name} }}" for name in NAMES)} ] }}
  - {{ id: off-air, when: {{ command: end }}, do: [ {", ".join(f"{{ stop_stream: {name} }}" for name in NAMES)} ] }}
commands:
  - {{ id: go, trigger: "!go", reply: "ok" }}
  - {{ id: end, trigger: "!end", reply: "ok" }}
"""


def planted(name: str) -> str:
    return f"PLANTED-{name}"


class Careless:
    """All four platforms: every answer is full of secrets, and refusals quote them."""

    def __init__(self, server: Platform) -> None:
        self.told = 0
        server.every = self.answer

    async def answer(self, asked: Asked, _request: web.Request) -> web.StreamResponse:
        self.told += 1
        if self.told % 3 == 0 or asked.path.endswith("/stop"):
            words = ", ".join(f"{name}={planted(name)}" for name in SECRETS)
            body: dict[str, Any] = {
                "success": False,
                "errors": [{"code": 1, "message": f"refused: {words}"}],
                "message": words,
                "error": words,
            }
            return web.json_response(body, status=400)
        data = {name: planted(name) for name in SECRETS}
        row = {
            **data,
            "id": "ls-1",
            "status": "LIVE",
            "ingest_server": "rtmps://in.example.test",
            "rtmpUrl": "rtmps://in.example.test",
        }
        rtmp = {"url": "rtmps://in.example.test", "stream_key": planted("stream_key")}
        session = {"id": SESSION, "status": "live", "title": "Show"}
        more: dict[str, Any] = {"session": session, "rtmp": rtmp, "rtmp_setup": rtmp, "livestream": row, "sessions": [data]}
        is_list = asked.method == "GET" and asked.path.endswith("/livestream")
        shown: dict[str, Any] = {**row, **more} if is_list or "go_live" in asked.path else row
        return web.json_response({**row, "success": True, "data": shown})


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """The log goes to this test's captured output; the next test has another."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    structlog.reset_defaults()
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture
async def careless() -> AsyncIterator[Platform]:
    async with Platform() as server:
        Careless(server)
        yield server


def configured(stage: Stage, server: Platform, folder: Path) -> Config:
    base = settings(stage.url, folder, webhook_secret=SecretStr(planted("webhook")))
    own: dict[str, dict[str, Any]] = {
        "realtimekit": {"account_id": "a", "app_id": "b", "meeting_id": MEETING, "token": planted("rtk-token")},
        "dyte": {"organization_id": "org", "api_key": planted("dyte-key"), "meeting_id": MEETING},
        "accelevents": {"event_url": "summit", "session_id": 42, "api_key": planted("accel-key")},
        "golive": {"session_id": SESSION, "token": planted("golive-token")},
    }
    sections = [
        Stream.model_validate({"name": name, "platform": name, "base_url": server.url, "requests_per_minute": 6000, **given})
        for name, given in own.items()
    ]
    return base.model_copy(update={"stream": tuple(sections)})


async def everything_shown(app: App) -> str:
    """All that the control API tells."""
    told = ""
    paths = (
        "status",
        "streams",
        "decisions",
        "events",
        "rules",
        "messages",
        "polls",
        f"report?event={EVENT}&format=json",
        "openapi.json",
    )
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        for path in (*(f"api/v1/{path}" for path in paths), "metrics", "healthz", "readyz"):
            async with session.get(f"{app.url}/{path}") as answer:
                told += (await answer.read()).decode("utf-8", "replace")
    return told


async def test_nothing_written_or_shown_holds_a_secret(
    tmp_path: Path, careless: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    async with a_stage(speed=20.0) as stage:
        config = configured(stage, careless, tmp_path)
        start_logging(json_lines=True, secrets=secret_values(config), level="debug")
        structlog.configure(cache_logger_on_first_use=False)  # or later tests would write into this one's output
        write_rules(tmp_path / "rules", RULES)
        app = App(config, Clock(20.0))
        await app.start()
        try:
            channel = app.channels["main"]
            stage.door.say(EVENT, "!go", "Ann")
            await until(lambda: channel.relay.stats.done + channel.relay.stats.failed >= 5, within=30.0)
            stage.door.say(EVENT, "!end", "Ann")
            await until(lambda: channel.relay.stats.done + channel.relay.stats.failed >= 10, within=30.0)
            assert len(careless.asked) > 8
            shown = await everything_shown(app)
            shown += repr(app.config) + repr(channel.livestreams) + repr(list(channel.streams.live.values()))
            files = await write_report(app.store, "main", EVENT, tmp_path / "report")
        finally:
            await app.stop()
    printed = capsys.readouterr()
    written = _bytes_of(files, tmp_path)
    assert "livestream" in shown
    for name, text in {
        "shown": shown,
        "out": printed.out,
        "err": printed.err,
        "written": written.decode("utf-8", "replace"),
    }.items():
        at = text.find("PLANTED")
        assert at < 0, f"{name}: …{text[max(0, at - 200) : at + 60]}"


def _bytes_of(files: list[Path], folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in [*files, *folder.glob("usher.db*")])


@pytest.mark.parametrize("verb", ["start", "status", "stop", "analytics"])
async def test_no_command_but_key_shows_one(tmp_path: Path, careless: Platform, verb: str) -> None:
    async with a_stage() as stage:
        config = configured(stage, careless, tmp_path)
        file = tmp_path / "config.toml"
        file.write_text(_as_toml(config), encoding="utf-8")
        for name in NAMES:
            call = ["stream", name, verb, "--config", str(file)]
            result = await asyncio.to_thread(CliRunner().invoke, build("stream"), call)
            assert "PLANTED" not in result.output + repr(result.exception), (name, verb)
            assert result.exit_code in (0, 1), result.output


def _as_toml(config: Config) -> str:
    lines = [f'[store]\nurl = "{config.store.url}"', "[[channel]]\ntoken_id = 'x'\nsecret_key = 'y'"]
    for one in config.stream:
        lines.append("[[stream]]")
        for key, value in one.model_dump(exclude_defaults=True).items():
            plain = value.get_secret_value() if isinstance(value, SecretStr) else value
            lines.append(f"{key} = {json.dumps(plain)}")
    return "\n".join(lines) + "\n"


def test_the_settings_do_not_show_themselves(tmp_path: Path) -> None:
    given: dict[str, Any] = {
        "name": "a",
        "platform": "golive",
        "session_id": "s",
        "token": planted("token"),
        "api_key": planted("key"),
    }
    assert "PLANTED" not in repr(Stream.model_validate(given)) + str(Stream.model_validate(given))
