"""The clients of RealtimeKit and Dyte before a mock and a proxy that check every call against the contract files here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import App
from bot.clock import Clock
from bot.config import Stream
from bot.domain.errors import BadAnswer, Refused
from bot.platform_api.auth import Auth, basic, bearer
from bot.platform_api.budget import Budget
from bot.platform_api.dyte.client import Dyte
from bot.platform_api.http import Transport
from bot.platform_api.livestreams import Means, livestream_of
from bot.platform_api.oddities import Oddities
from bot.platform_api.realtimekit.client import RealtimeKit
from bot.platform_api.realtimekit.live import MeetingStream
from bot.platform_api.realtimekit.values import LivestreamId, LivestreamSessionId, MeetingId, MeetingSessionId, Video
from bot.stage import Stage
from bot.stage.livestreams.world import API_KEY, ORGANIZATION, TOKEN
from tests.app.house import EVENT, settings, until, write_rules
from tests.app.test_streams import RULES
from tests.contracts.prism import Prism, fetch, prism
from tests.platform_api.livestreams import MEETING, SESSION

PREFIX = "/accounts/acc/realtime/kit/app"
M, S, L, R = MeetingId(MEETING), MeetingSessionId(SESSION), LivestreamId("ls-1"), LivestreamSessionId("run-1")
CALLS: dict[str, dict[str, Any]] = {
    "create_livestream": {"name": "show-1"},
    "livestreams": {
        "page": 1,
        "per_page": 5,
        "status": "LIVE",
        "since": 0.0,
        "until": 1.0,
        "order": "DSC",
        "exclude_meetings": True,
    },
    "all_livestreams": {},
    "livestream": {"livestream": L},
    "active_session": {"livestream": L},
    "session": {"run": R},
    "active_livestream": {"meeting": M},
    "start": {"meeting": M, "name": "main", "video": Video(720, 1280)},
    "stop": {"meeting": M},
    "meeting_livestreams": {"meeting": M},
    "meeting_runs": {"meeting": M},
    "sessions_of": {"session": S},
    "overall": {"since": 0.0, "until": 10.5},
    "daywise": {"since": 0.0, "until": 10.5},
}
ONLY_DYTE: dict[str, dict[str, Any]] = {name: {"livestream": L} for name in ("reset_stream_key", "enable", "disable")}
WHAT = [(kind, name) for kind in ("realtimekit", "dyte") for name in ({**CALLS, **ONLY_DYTE} if kind == "dyte" else CALLS)]


@pytest.fixture(scope="module")
def mocks() -> Iterator[dict[str, Prism]]:
    missing = fetch()
    if missing:
        pytest.skip(missing)
    with ExitStack() as stack:
        yield {kind: stack.enter_context(prism("mock", kind)) for kind in ("realtimekit", "dyte")}


@asynccontextmanager
async def client_of(kind: str, url: str, prefer: str = "") -> AsyncIterator[RealtimeKit]:
    auth = bearer("planted-token") if kind == "realtimekit" else basic("org", "planted-key")
    asked = Auth({**auth.headers, **({"Prefer": prefer} if prefer else {})}, auth.secrets)
    transport = Transport(url, asked, Clock(), Budget(60_000))
    try:
        yield RealtimeKit(transport, PREFIX, Oddities()) if kind == "realtimekit" else Dyte(transport, Oddities())
    finally:
        await transport.close()


@pytest.mark.parametrize("shape", ["declared", "shown"])
@pytest.mark.parametrize(("kind", "name"), WHAT)
async def test_every_call_is_accepted_and_both_shapes_are_understood(
    mocks: dict[str, Prism], kind: str, name: str, shape: str
) -> None:
    async with client_of(kind, mocks[kind].url, f"example={shape}") as client:
        found = await getattr(client, name)(**{**CALLS, **ONLY_DYTE}[name])
        odd = client.oddities.counts()
    assert odd == {}
    understood: dict[str, Callable[[], bool]] = {
        "livestreams": lambda: (found.rows[0].id, found.paging.total, found.rows[0].disabled) == ("ls-1", 1, False),
        "all_livestreams": lambda: [row.id for row in found] == ["ls-1"],
        "livestream": lambda: (found.livestream.id, found.runs[0].ingest_seconds, found.paging.total) == ("ls-1", 12.0, 1),
        "active_session": lambda: (found.livestream.id, found.runs[0].viewer_seconds) == ("ls-1", 7.0),
        "session": lambda: (found.id, found.ingest_seconds, found.stopped) == ("run-1", 12.0, None),
        "stop": lambda: found == "Stopped",
        "meeting_livestreams": lambda: (found.livestream.key, found.runs[0].id, found.paging.end) == ("key-1", "run-1", 1),
        "meeting_runs": lambda: [row.id for row in found] == ["run-1"],
        "sessions_of": lambda: (found.rows[0].livestream, found.paging.total) == ("ls-1", 1),
        "overall": lambda: (found.count, found.ingest_seconds, found.viewer_seconds) == (2, 5.0, 9.0),
        "daywise": lambda: (found[0].count, found[0].date) == (2, "2031-05-06"),
    }
    assert understood[name]() if name in understood else found.id == "ls-1", found


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name in WHAT if name not in ("all_livestreams", "meeting_runs")])
async def test_made_up_answers_of_any_allowed_shape_are_understood(mocks: dict[str, Prism], kind: str, name: str) -> None:
    """The mock throws its dice: `success` may be false in a 200, and a livestream may have no field at all."""
    async with client_of(kind, mocks[kind].url, "dynamic=true") as client:
        for _ in range(3):
            told = ""
            try:
                await getattr(client, name)(**{**CALLS, **ONLY_DYTE}[name])
            except (BadAnswer, Refused) as error:
                told = str(error) if error.status >= 400 else ""
            assert told == ""


@pytest.mark.parametrize("kind", ["realtimekit", "dyte"])
async def test_the_mock_does_refuse(mocks: dict[str, Prism], kind: str) -> None:
    """So that an accepted call means something."""
    base = mocks[kind].url + (PREFIX if kind == "realtimekit" else "")
    login = {"Authorization": "Bearer x" if kind == "realtimekit" else "Basic eDp5"}
    async with aiohttp.ClientSession() as session:

        async def status(method: str, path: str, **more: Any) -> int:
            async with session.request(method, base + path, **more) as answer:
                return answer.status

        assert await status("GET", "/livestreams") == 401
        assert await status("GET", "/livestreams?sort_order=DESC", headers=login) == 422
        assert await status("POST", "/meetings/no-uuid/livestreams", headers=login, json={}) == 422
        assert await status("POST", f"/meetings/{MEETING}/active-livestream/stop", headers=login, json={}) == 415
        if kind == "realtimekit":
            assert await status("POST", f"/meetings/{MEETING}/livestreams", headers=login) == 422


@pytest.mark.parametrize("kind", ["realtimekit", "dyte"])
async def test_no_violation_when_the_bot_runs_behind_the_proxy(mocks: dict[str, Prism], kind: str, tmp_path: Path) -> None:
    stage = Stage(Clock(20.0), seed=1)
    await stage.start()
    stage.door.event(EVENT, title="Show", status="live", chat=True, qa=True)
    secrets = {"token": TOKEN, "account_id": "acc", "app_id": "app"} if kind == "realtimekit" else {}
    login = secrets or {"organization_id": ORGANIZATION, "api_key": API_KEY}
    with prism("proxy", kind, f"{stage.url}/{kind}", "--errors") as proxy:
        section = Stream.model_validate({"name": "main", "platform": kind, "base_url": proxy.url, "meeting_id": MEETING, **login})
        await _every_call(section, tmp_path)
        write_rules(tmp_path / "rules", RULES)
        app = App(settings(stage.url, tmp_path).model_copy(update={"stream": (section,)}), Clock(20.0))
        await app.start()
        try:
            stage.door.say(EVENT, "!go", "Ann")
            await until(lambda: app.channels["main"].livestreams[0]["status"] == "on_air")
            stage.door.say(EVENT, "!end", "Ann")
            await until(lambda: app.channels["main"].livestreams[0]["status"] == "off")
        finally:
            await app.stop()
            await stage.stop()
        assert proxy.violations == []
    assert stage.livestreams.told()["counts"] == {f"start {kind}": 2, f"stop {kind}": 2}


async def _every_call(section: Stream, folder: Path) -> None:
    live = livestream_of(section, Means(Clock(), folder))
    assert isinstance(live, MeetingStream)
    client = live.client
    try:
        await live.start()
        [broadcast] = (await client.meeting_livestreams(M)).livestreams
        [run] = await client.meeting_runs(M)
        ids = {"livestream": broadcast.id, "run": run.id}
        for name, given in CALLS.items():
            if name not in ("start", "stop"):
                await getattr(client, name)(**{**given, **{key: value for key, value in ids.items() if key in given}})
        await live.ingest()
        await live.analytics(0.0, Clock().now())
        if isinstance(client, Dyte):
            for name in ONLY_DYTE:
                await getattr(client, name)(broadcast.id)
        await live.stop()
    finally:
        await live.close()
