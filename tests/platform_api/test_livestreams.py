"""Every platform's livestream against the stage, under each reading of the documents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Clock
from bot.config import Bot, Channel, Stream
from bot.domain.errors import CannotTell, PlatformError, Refused, Unclear, UsageError
from bot.platform_api.beestreamed.client import BeeStreamed
from bot.platform_api.connection import Limits
from bot.platform_api.livestreams import Means, livestream_of
from bot.ports import Livestream
from bot.stage import SECRET_KEY, TOKEN_ID, Stage
from bot.stage.livestreams.world import API_KEY, ORGANIZATION, TOKEN
from tests.platform_api.livestreams import MEETING, QUICK, SESSION
from tests.platform_api.transports import PATIENT

SECTIONS: dict[str, dict[str, Any]] = {
    "beestreamed": {"event": "show"},
    "realtimekit": {"account_id": "acc", "app_id": "app", "meeting_id": MEETING, "token": TOKEN},
    "dyte": {"organization_id": ORGANIZATION, "api_key": API_KEY, "meeting_id": MEETING},
    "accelevents": {"event_url": "summit", "session_id": 42, "api_key": API_KEY},
    "golive": {"session_id": SESSION, "token": TOKEN},
}
OF = {"beestreamed": "show", "realtimekit": MEETING, "dyte": MEETING, "accelevents": "42", "golive": SESSION}
MEETINGS = pytest.mark.parametrize("platform", ["realtimekit", "dyte"])
READINGS: list[dict[str, Any]] = [
    {},
    {"k01_envelope": "result"},
    {"k01_envelope": "result_data"},
    {"k02_shape": "declared"},
    {"k01_envelope": "result_data", "k02_shape": "declared"},
    {"k03_disabled": "text", "k04_seconds": "text"},
    {"k06_none": "null"},
    {"k06_none": "object"},
    {"k06_none": "list"},
    {"k07_stopped": "OFFLINE", "k07_dropped": "IDLE"},
    {"k12_error": "error", "k12_nothing_running": 200},
    {"k18_active_key": True},
    {"d04_start_word": "OFFLINE", "d06_created": 200},
    {"d07_overall": "days", "d07_daywise": "object"},
    {"d14_twice": "same"},
    {"d14_twice": "second"},
]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage(Clock(), seed=1)
    made.door.event("show", title="Show", status="idle")
    await made.start()
    yield made
    await made.stop()


def live_of(platform: str, stage: Stage, folder: Path, limits: Limits = PATIENT, **more: Any) -> Livestream:
    clock = Clock()
    if platform == "beestreamed":
        channel = Channel.model_validate({"base_url": stage.url, "token_id": TOKEN_ID, "secret_key": SECRET_KEY})
        stream = Stream.model_validate({"name": "main", "platform": platform, **SECTIONS[platform], **more})
        return BeeStreamed(channel, Bot(), clock).livestream(stream, own=True)
    given = {"name": "main", "platform": platform, "base_url": f"{stage.url}/{platform}", "requests_per_minute": 60_000}
    return livestream_of(Stream.model_validate({**given, **SECTIONS[platform], **more}), Means(clock, folder, limits=limits))


@MEETINGS
@pytest.mark.parametrize(
    "reading", READINGS, ids=lambda reading: ",".join(f"{name}={value}" for name, value in reading.items()) or "shown"
)
async def test_the_whole_life_of_a_meeting_under_each_reading(
    stage: Stage, tmp_path: Path, platform: str, reading: dict[str, Any]
) -> None:
    stage.door.set_switches(reading)
    live = live_of(platform, stage, tmp_path)
    try:
        assert (await live.status()).status == "before"
        assert not (await live.stop()).changed or reading.get("k12_nothing_running") == 200
        with pytest.raises(Refused, match="no push address yet"):
            await live.ingest()
        assert (await live.start()).changed
        assert (await live.status()).status == "on_air"
        assert not (await live.start()).changed
        assert (await live.ingest()).push_address.startswith("rtmps://ingest.example.test:443/live/fake-stream-key-")
        stage.door.picture(platform, MEETING, False)
        assert (await live.status()).status == "off"
        stage.door.picture(platform, MEETING, True)
        assert (await live.status()).status == "on_air"
        assert await live.settled(True, 0.0)
        assert (await live.stop()).changed
        assert (await live.status()).status == "off"
        assert await live.settled(False, 0.0)
        figures = await live.analytics(0.0, Clock().now() + 60)
        assert figures.runs == 1
        assert figures.ingest_seconds is not None
    finally:
        await live.close()
    told = stage.livestreams.told()
    assert told["counts"] == {f"start {platform}": 1, f"stop {platform}": 1}


@MEETINGS
@pytest.mark.parametrize("fault", ["drop_after", "5xx_after", "silent_after", "truncated", "html_200", "empty"])
async def test_a_start_whose_answer_is_lost_starts_once(stage: Stage, tmp_path: Path, platform: str, fault: str) -> None:
    live = live_of(platform, stage, tmp_path, QUICK if fault == "silent_after" else PATIENT)
    stage.door.fault(fault, method="POST", path="/livestreams")
    try:
        assert (await live.start()).changed
        assert not (await live.start()).changed
    finally:
        await live.close()
    assert stage.livestreams.told()["counts"] == {f"start {platform}": 1}


@MEETINGS
async def test_a_start_that_comes_late_is_found_before_it_is_repeated(stage: Stage, tmp_path: Path, platform: str) -> None:
    live = live_of(platform, stage, tmp_path)
    stage.door.fault("late", method="POST", path="/livestreams", seconds=0.3)
    try:
        with pytest.raises(Unclear):
            await live.start()
        while not await live.settled(True, Clock().now()):
            await Clock().sleep(0.05)
        assert not (await live.start()).changed
    finally:
        await live.close()
    assert stage.livestreams.told()["counts"] == {f"start {platform}": 1}


@pytest.mark.parametrize("fault", ["drop_after", "5xx_after", "silent_after", "truncated", "drop_before", "5xx_before", "late"])
async def test_go_live_is_asked_once_whatever_becomes_of_the_answer(stage: Stage, tmp_path: Path, fault: str) -> None:
    live = live_of("golive", stage, tmp_path, QUICK if fault == "silent_after" else PATIENT)
    stage.door.fault(fault, path="go_live", seconds=0.0)
    try:
        for _ in range(3):
            with pytest.raises(CannotTell):
                await live.start()
    finally:
        await live.close()
    assert len([call for call in stage.parts.journal.calls if "go_live" in call.path]) == 1


@pytest.mark.parametrize(
    "reading",
    [
        {},
        {"g03_status": "live"},
        {"g04_filled": "rtmp"},
        {"g04_filled": "setup"},
        {"g04_filled": "whip"},
        {"g04_filled": "differ"},
        {"g05_stamp": "milliseconds", "g10_status": 201},
    ],
    ids=lambda reading: ",".join(map(str, reading.values())) or "shown",
)
async def test_go_live_under_each_reading(stage: Stage, tmp_path: Path, reading: dict[str, Any]) -> None:
    stage.door.set_switches(reading)
    live = live_of("golive", stage, tmp_path)
    try:
        assert (await live.start()).changed
        found = await live.ingest()
    finally:
        await live.close()
    assert bool(found.push_address) is (reading.get("g04_filled") != "whip")
    assert bool(found.warnings) is (reading.get("g04_filled") == "differ")


@pytest.mark.parametrize("shape", ["message", "error", "object"])
async def test_a_session_of_somebody_else(stage: Stage, tmp_path: Path, shape: str) -> None:
    stage.door.set_switches({"g13_error": shape})
    live = live_of("golive", stage, tmp_path, token="planted-wrong")
    try:
        with pytest.raises(Refused, match="only the session's host") as caught:
            await live.start()
    finally:
        await live.close()
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("place", ["errorCode", "code", "status", "error", "text"])
async def test_a_key_in_use_wherever_the_code_stands(stage: Stage, tmp_path: Path, place: str) -> None:
    stage.door.set_switches({"a05_code_in": place, "a06_metadata": "object", "a04_repeat": "refuse"})
    live = live_of("accelevents", stage, tmp_path)
    try:
        first = await live.ingest()
        stage.door.picture("accelevents", "42", True)
        assert not (await live.start()).changed
        with pytest.raises(Refused, match="cannot be replaced"):
            await live.ingest(regenerate=True)
        stage.door.picture("accelevents", "42", False)
        assert (await live.ingest(regenerate=True)).key != first.key
    finally:
        await live.close()


@pytest.mark.parametrize(
    ("header", "scheme"), [("Key", ""), ("Authorization", ""), ("Authorization", "Bearer"), ("AUTHENTICATION", "")]
)
async def test_the_header_that_accelevents_wants(stage: Stage, tmp_path: Path, header: str, scheme: str) -> None:
    stage.door.set_switches({"a02_header": header})
    live = live_of("accelevents", stage, tmp_path, auth_header=header, auth_scheme=scheme)
    wrong = live_of("accelevents", stage, tmp_path, auth_header="Key" if header != "Key" else "Authorization")
    try:
        assert (await live.ingest()).push_address
        with pytest.raises(PlatformError, match="auth_header"):
            await wrong.ingest()
    finally:
        await live.close()
        await wrong.close()


@pytest.mark.parametrize("webrtc", [True, False], ids=["webrtc", "encoder"])
async def test_the_life_of_an_event_of_beestreamed(stage: Stage, tmp_path: Path, webrtc: bool) -> None:
    stage.door.set_event("show", webrtc=webrtc)
    live = live_of("beestreamed", stage, tmp_path)
    try:
        assert (await live.status()).status == "before"
        assert (await live.start()).changed
        stage.door.picture("beestreamed", "show", True)
        assert not (await live.start()).changed
        assert (await live.status()).status == "on_air"
        stage.door.set_event("show", status="live")
        stage.door.picture("beestreamed", "show", False)
        assert (await live.status()).status == "off"
        stage.door.picture("beestreamed", "show", True)
        assert (await live.status()).status == "on_air"
        assert (await live.stop()).changed
        stage.door.set_event("show", status="done")
        stage.door.picture("beestreamed", "show", False)
        assert not (await live.stop()).changed
        assert (await live.status()).status == "over"
        assert (await live.analytics(0.0, Clock().now())).views is not None
    finally:
        await live.close()


async def test_a_section_that_leads_nowhere(tmp_path: Path) -> None:
    stream = Stream.model_validate({"name": "x", "platform": "beestreamed"})
    with pytest.raises(UsageError, match="channel's account"):
        livestream_of(stream, Means(Clock(), tmp_path))
