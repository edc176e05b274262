"""Signups, stream state and analytics over real HTTP."""

from __future__ import annotations

import pytest

from bot.domain.errors import BadAnswer, NoRight
from bot.platform_api.beestreamed.values import Metric, Point, StreamInfo
from bot.ports import Watching
from tests.platform_api.beestreamed.account import account, paged, refused
from tests.platform_api.server import Platform


async def test_all_signups(platform: Platform) -> None:
    rows = [{"signup_ref": f"s{number}", "signup_id": 1, "signup_data": {"name": "Ann"}} for number in range(23)]
    platform.answers["GET /signup/ev"] = paged([*rows, {"signup_id": 1}], cap=10)
    async with account(platform) as client:
        assert [row.ref for row in await client.figures.signups("ev")] == [f"s{number}" for number in range(23)]


async def test_the_event_of_a_signup_is_looked_up(platform: Platform) -> None:
    platform.answers["GET /signup/e2/s1"] = {"signup_ref": "s1", "signup_data": {}}
    async with account(platform) as client:
        assert await client.figures.event_of("s1", ["e1", "e2", "e3"]) == "e2"
        assert await client.figures.event_of("s9", ["e1", "e2"]) is None
        asked = len(platform.asked)
        await client.figures.event_of("s9", [f"x{number}" for number in range(100)])
        assert len(platform.asked) == asked + 20


async def test_a_signup_that_is_none(platform: Platform) -> None:
    platform.answers["GET /signup/ev/s1"] = {"hello": 1}
    async with account(platform) as client:
        with pytest.raises(BadAnswer):
            await client.figures.signup("ev", "s1")


async def test_overall(platform: Platform) -> None:
    platform.answers["GET /analytics/ev/overall"] = {
        "data": {"metric": "views", "value": "12", "measurement": "count"},
        "status": 200,
    }
    async with account(platform) as client:
        assert await client.figures.overall("ev", timeframe=(100.7, 200.2)) == Metric("views", 12.0, "count")
    assert platform.asked[0].query == {"metric_id": "views", "measurement": "count", "timeframe": "100,200"}


@pytest.mark.parametrize(("step", "asked"), [("minute", "96401,100000"), ("ten_minute", "78401,100000"), ("hour", "0,100000")])
async def test_time_series_keep_to_the_longest_frame(platform: Platform, step: str, asked: str) -> None:
    platform.answers["GET /analytics/ev/timeseries"] = {"data": [{"timestamp": "60", "value": 3}, 5], "status": 200}
    async with account(platform) as client:
        points = await client.figures.timeseries("ev", step=step, timeframe=(0.0, 100_000.0))  # type: ignore[arg-type] # of Step
    assert points == (Point(60.0, 3.0),)
    assert platform.asked[0].query == {"group_by": step, "timeframe": asked}


async def test_analytics_of_another_account_are_not_ours_to_read(platform: Platform) -> None:
    platform.answers["GET /analytics/ev/overall"] = refused(403)
    async with account(platform) as client:
        with pytest.raises(NoRight):
            await client.figures.overall("ev")


async def test_stream_state(platform: Platform) -> None:
    platform.answers["GET /events/ev/stream"] = {"data": {"status": "active"}, "status": 200}
    async with account(platform) as client:
        assert await client.streams.info("ev") == StreamInfo("active")


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        (
            {"status": "active", "view_data": [{"views": 9, "viewers": 4, "updated_at": "2026-05-04T12:00:00Z"}]},
            Watching(4, "online"),
        ),
        (
            {
                "status": "idle",
                "view_data": [
                    {"viewers": "7", "updated_at": "2026-05-04T12:00:05Z"},
                    {"viewers": 3, "updated_at": "0001-01-01T00:00:00Z"},
                    {"views": 1},
                ],
            },
            Watching(7, "offline"),
        ),
        ({"status": "warming"}, Watching()),
        ({}, Watching()),
    ],
)
async def test_who_watches(platform: Platform, told: dict[str, object], seen: Watching) -> None:
    platform.answers["GET /events/ev/stream"] = {"data": told, "status": 200}
    async with account(platform) as client:
        assert await client.read_watching("ev") == seen


async def test_signups_are_counted_once_each(platform: Platform) -> None:
    rows = [{"signup_ref": f"s{number}", "signup_data": {}} for number in range(23)]
    platform.answers["GET /signup/ev"] = paged(rows, cap=7)
    async with account(platform) as client:
        assert await client.count_signups("ev") == 23
