"""SetStream through the outbox's door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.actions import PostMessage, SetStream
from bot.domain.errors import CannotTell, NotSent, Refused
from bot.platform_api.switching import StreamSwitch
from tests.platform_api.golive.test_wire import ANSWER
from tests.platform_api.livestreams import MEETING, SESSION, opened
from tests.platform_api.realtimekit.test_wire import LIVE
from tests.platform_api.server import Platform, dropped


@pytest.fixture
async def server() -> AsyncIterator[Platform]:
    async with Platform() as made:
        yield made


async def test_what_came_of_it_goes_into_the_entry_without_secrets(server: Platform, tmp_path: Path) -> None:
    told: list[tuple[str, bool]] = []
    server.answers[f"POST /sessions/{SESSION}/go_live"] = ANSWER
    async with opened("golive", server, tmp_path) as live:
        switch = StreamSwitch({"main": live}, lambda name, on, _event: told.append((name, on)))
        first = await switch.perform("ev", SetStream("main", True))
        second = await switch.perform("ev", SetStream("main", True))
        assert await switch.look_for("ev", SetStream("main", True), 0.0, ()) == ["main"]
    assert (first.changed, first.remote, first.result["status"]) == (True, "main", "starting")
    assert not second.changed
    assert "planted" not in repr((first, second))
    assert told == [("main", True), ("main", True)]


async def test_what_nobody_can_tell_is_said(server: Platform, tmp_path: Path) -> None:
    server.answers[f"POST /sessions/{SESSION}/go_live"] = lambda _asked, request: dropped(request)
    async with opened("golive", server, tmp_path) as live:
        switch = StreamSwitch({"main": live})
        with pytest.raises(CannotTell):
            await switch.perform("ev", SetStream("main", True))
        with pytest.raises(CannotTell):
            await switch.look_for("ev", SetStream("main", True), 0.0, ())


async def test_a_read_that_fails_before_a_start_means_that_nothing_was_sent(server: Platform, tmp_path: Path) -> None:
    server.answers[f"GET /meetings/{MEETING}/active-livestream"] = {"success": True, "data": LIVE}
    async with opened("dyte", server, tmp_path) as live:
        switch = StreamSwitch({"main": live})
        assert await switch.look_for("ev", SetStream("main", True), 0.0, ()) == ["main"]
        assert await switch.look_for("ev", SetStream("main", False), 0.0, ()) == []
        await server.server.close()
        with pytest.raises(NotSent):
            await switch.perform("ev", SetStream("main", True))


async def test_unknown_names_and_other_acts(tmp_path: Path, server: Platform) -> None:
    async with opened("dyte", server, tmp_path) as live:
        with pytest.raises(Refused, match="known: main"):
            await StreamSwitch({"main": live}).perform("ev", SetStream("other", True))
        with pytest.raises(Refused, match="none is configured"):
            await StreamSwitch({}).perform("ev", SetStream("other", True))
        with pytest.raises(Refused, match="cannot do"):
            await StreamSwitch({"main": live}).perform("ev", PostMessage("x"))
