"""Discovery against the stage: events that go live are found, states are stored, and silent events cost next to nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.domain.signals import EventRead
from bot.intake import discovery as module
from bot.intake.discovery import Discovery
from bot.stage.faults import Faults
from tests.intake.rig import CHANNEL, EVENT, Rig, rig, until


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rhythm, faster."""
    for name in ("LIVE_STATE", "LIVE_LIST", "AGAIN", "_STEP"):
        monkeypatch.setattr(module, name, 0.05)
    monkeypatch.setattr(module, "_LONGEST_WAIT", 0.2)


@asynccontextmanager
async def looking(made: Rig) -> AsyncIterator[Discovery]:
    discovery = Discovery(made.channel, made.client, made.store, made.clock, made.feeds, made.bell)
    await discovery.begin()
    task = asyncio.create_task(discovery.run())
    try:
        yield discovery
    finally:
        await discovery.stop()
        await asyncio.wait_for(task, 5.0)


async def states(made: Rig) -> dict[str, str]:
    return {state.event: state.status for state in await made.store.events(CHANNEL)}


def followed(made: Rig) -> set[str]:
    return {feed["event"] for feed in made.feeds.health(0.0)}


async def test_an_event_that_goes_live_is_found(tmp_path: Path) -> None:
    async with rig(tmp_path, follow=["live"]) as made:
        made.stage.door.event("later", status="idle", title="Later")
        async with looking(made):
            await until(lambda: followed(made) == {EVENT})
            made.stage.door.set_event("later", status="live")
            await until(lambda: "later" in followed(made))
            await until(lambda: _status(made, "later", "live"))
        assert {signal.state.event for signal in await made.signals() if isinstance(signal, EventRead)} == {EVENT, "later"}
        assert made.bell.is_set()


async def _status(made: Rig, event: str, status: str) -> bool:
    return (await states(made)).get(event) == status


async def test_an_event_held_live_by_hand_is_found_by_the_whole_list(tmp_path: Path) -> None:
    async with rig(tmp_path, follow=["live"]) as made:
        made.stage.door.event("forced", status="force_live", title="Forced")
        async with looking(made):
            await until(lambda: "forced" in followed(made))


async def test_the_end_is_noticed_and_the_event_stays_followed_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINGER", 0.5)
    async with rig(tmp_path, follow=["live"]) as made, looking(made):
        await until(lambda: followed(made) == {EVENT})
        made.stage.door.set_event(EVENT, status="done")
        await until(lambda: _status(made, EVENT, "done"))
        assert followed(made) == {EVENT}
        await until(lambda: not followed(made))
        made.stage.door.set_event(EVENT, status="live")
        await until(lambda: followed(made) == {EVENT})


async def test_a_ref_is_followed_before_it_is_live_and_one_that_is_not_there_is_looked_for(tmp_path: Path) -> None:
    async with rig(tmp_path, follow=["before", "missing"]) as made:
        made.stage.door.event("before", status="idle", title="Before")
        async with looking(made) as discovery:
            await until(lambda: followed(made) == {"before"} and discovery.unknown())
            assert "the account has no event 'missing' (yet); check follow in config.toml" in discovery.unknown()[0]
            assert discovery.health()["following"] == ["before", "missing"]
            made.stage.door.event("missing", status="live", title="Here it is")
            await until(lambda: followed(made) == {"before", "missing"})
            assert discovery.unknown() == []


async def test_a_webhook_makes_it_look_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STEP", 30.0)
    async with rig(tmp_path, idle_read=30.0) as made, looking(made) as discovery:
        await until(lambda: _status(made, EVENT, "live"))
        made.stage.door.set_event(EVENT, status="done")
        await asyncio.sleep(0.1)
        assert await _status(made, EVENT, "live")
        discovery.look_now(EVENT)
        await until(lambda: _status(made, EVENT, "done"), within=2.0)


async def test_a_flood_of_webhooks_is_not_a_flood_of_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN", 0.3)
    async with rig(tmp_path, idle_read=30.0) as made, looking(made) as discovery:
        await until(lambda: _status(made, EVENT, "live"))
        before = made.client.usage().total
        for _ in range(100):
            discovery.look_now(EVENT)
            await asyncio.sleep(0.01)
        assert made.client.usage().total - before <= 6 + 20  # 0.05 s is the test's LIVE_STATE


async def test_hundreds_of_silent_events_cost_a_few_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LIVE_STATE", "LIVE_LIST"):
        monkeypatch.setattr(module, name, 5.0)
    refs = [f"silent{number}" for number in range(250)]
    async with rig(tmp_path, follow=refs, idle_read=30.0) as made:
        for ref in refs:
            made.stage.door.event(ref, status="idle", title=ref)
        async with looking(made):
            await until(lambda: len(followed(made)) == 250)
            await asyncio.sleep(0.3)
            assert made.client.usage().total <= 10


async def test_what_was_live_before_a_restart_is_followed_from_the_start(tmp_path: Path) -> None:
    async with rig(tmp_path, follow=["live"]) as made:
        async with looking(made):
            await until(lambda: _status(made, EVENT, "live"))
        made.feeds.unfollow(EVENT)
        made.stage.parts.desk.faults = Faults(rates={"5xx_before": 1.0})
        again = Discovery(made.channel, made.client, made.store, made.clock, made.feeds, made.bell)
        known = await again.begin()
        assert [state.event for state in known] == [EVENT]
        assert followed(made) == {EVENT}
        assert known[0].live_since is not None


async def test_an_outage_of_the_list_is_told_and_survived(tmp_path: Path) -> None:
    async with rig(tmp_path, follow=["live"]) as made:
        made.stage.parts.desk.faults = Faults(rates={"html_error": 1.0})
        async with looking(made) as discovery:
            await until(lambda: discovery.error)
            made.stage.parts.desk.faults = Faults()
            await until(lambda: followed(made) == {EVENT}, within=15.0)
            assert discovery.error == ""


@pytest.mark.parametrize("words", ["documented", "scheduled_ended"])
async def test_both_vocabularies_of_states(tmp_path: Path, words: str) -> None:
    async with rig(tmp_path, {"b16_words": words}) as made, looking(made):
        for status, phase in (("idle", "before"), ("live", "on_air"), ("video", "playback"), ("done", "over")):
            made.stage.door.set_event(EVENT, status=status)
            await until(partial(_phase, made, phase))


async def _phase(made: Rig, phase: str) -> bool:
    return [state.phase for state in await made.store.events(CHANNEL)] == [phase]
