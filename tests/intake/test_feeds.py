"""Feeds against the stage over real HTTP, with a real store: nothing lost, nothing twice, under every reading."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.domain.signals import EventState, MessageRead, StatusChanged
from bot.intake import cursor
from bot.intake.feed import Feed, FeedKey
from bot.stage.faults import Faults
from bot.store import Store
from tests.intake.rig import CHANNEL, EVENT, Rig, feeds_of, rig, running, until

ASKED = [
    {"b09_direction": "older", "b09_inclusive": True},
    {"b09_direction": "older", "b09_inclusive": False},
    {"b09_direction": "newer", "b09_inclusive": True, "b09_absent": "latest_entry"},
    {"b09_direction": "newer", "b09_inclusive": False, "b09_absent": "latest_entry"},
    {"b09_direction": "newer", "b09_inclusive": True, "b09_newer_pages": "from_newest"},
    {"b09_direction": "newer", "b09_inclusive": False, "b09_absent": "newest_page"},
]


async def everything_is_read(rig: Rig, texts: list[str]) -> None:
    async def enough() -> bool:
        return (await rig.store.tally(CHANNEL)).messages >= len(texts)

    await until(enough)
    await asyncio.sleep(0.1)  # what comes twice would come now
    assert sorted(await rig.texts()) == sorted(texts)


@pytest.mark.parametrize("order", ["asc", "desc", "shuffled"])
@pytest.mark.parametrize("asked", ASKED)
async def test_nothing_is_lost_and_nothing_comes_twice(tmp_path: Path, asked: dict[str, Any], order: str) -> None:
    switches = {**asked, "b07_order": order, "b11_page_cap": 7, "id_holes": 5, "b17_prefix": "qa"}
    async with rig(tmp_path, switches) as made:
        texts = [f"before {number}" for number in range(40)]
        made.say(*texts)
        async with running(made.feeds):
            for burst in range(3):
                fresh = [f"burst {burst} line {number}" for number in range(60)]
                made.say(*fresh)
                question = f"question {burst}?"
                made.say(question, qa=True)
                texts += [*fresh, question]
                await asyncio.sleep(0.1)
            await everything_is_read(made, texts)


async def test_a_page_with_rows_never_seen_is_stored_without_a_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, bool]] = []
    save = Store.save_page

    async def noted(store: Store, *values: Any, unseen: bool) -> Any:
        taken = await save(store, *values, unseen=unseen)
        told.append((len(taken.new), unseen))
        return taken

    monkeypatch.setattr(Store, "save_page", noted)
    async with rig(tmp_path) as made, running(made.feeds):
        made.say("one", "two")
        await until(lambda: sum(new for new, _ in told) == 2)
        made.say("three")
        await until(lambda: sum(new for new, _ in told) == 3)
    assert {unseen for new, unseen in told if new} == {True}


@pytest.mark.parametrize("asked", [ASKED[0], ASKED[3]])
async def test_hidden_rows_that_are_not_listed_and_late_rows(
    tmp_path: Path, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursor, "DEEP", 1.0)  # seconds until a deeper walk finds what was listed late
    async with rig(tmp_path, {**asked, "b11_page_cap": 7, "b42_hidden_listed": False}) as made:
        texts = [f"before {number}" for number in range(40)]
        refs = made.say(*texts)
        async with running(made.feeds):
            await everything_is_read(made, texts)
            for number in range(30):
                made.stage.door.moderate(refs.pop(0), "hidden")
                refs += made.say(f"next {number}", late=0.3 if number % 5 == 0 else 0.0)
                texts.append(f"next {number}")
                await asyncio.sleep(0.01)
            await until(lambda: _has(made, 70), within=15.0)


async def _has(made: Rig, count: int) -> bool:
    return (await made.store.tally(CHANNEL)).messages == count


async def test_a_new_reader_goes_on_where_the_old_one_crashed(tmp_path: Path) -> None:
    async with rig(tmp_path, {"b11_page_cap": 7}) as made:
        made.say(*[f"before {number}" for number in range(30)])
        async with running(made.feeds):
            await until(lambda: _has(made, 30))
        burst = [f"burst {number}" for number in range(100)]
        made.say(*burst)
        torn = feeds_of(made.channel, made.client, made.store, made.clock, made.bell)
        torn.follow(EventState(EVENT, phase="on_air"))
        task = asyncio.create_task(torn.run())
        await until(lambda: _more_than(made, 40))
        task.cancel()
        await torn.stop()
        whole = feeds_of(made.channel, made.client, made.store, made.clock, made.bell)
        async with running(whole):
            await everything_is_read(made, [f"before {number}" for number in range(30)] + burst)


async def _more_than(made: Rig, count: int) -> bool:
    return (await made.store.tally(CHANNEL)).messages > count


async def test_a_persons_change_is_noticed_and_the_bell_rings(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        ref, *_ = made.say("one", "two", "three", "four")
        async with running(made.feeds):
            await until(lambda: _has(made, 4))
            await asyncio.wait_for(made.bell.wait(), 5.0)  # it rings a moment after the rows are stored
            await made.signals()
            made.bell.clear()
            made.stage.door.moderate(ref, "hidden")
            await asyncio.wait_for(made.bell.wait(), 5.0)
        changes = [signal for signal in await made.signals() if isinstance(signal, StatusChanged)]
        assert [(change.ref, change.status, change.before) for change in changes] == [(ref, "hidden", "public")]


async def test_when_a_message_appeared_is_known_to_a_fraction_of_a_second(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.stage.parts.desk.faults = Faults(clock_skew=41.3)
        made.stage.door.spread()
        made.say("one", "two", "three")
        async with running(made.feeds):
            await until(lambda: _has(made, 3))
            await asyncio.sleep(1.2)  # the offset is learned from whole seconds
            told = []
            for number in range(12):
                told.append(made.clock.now())
                made.say(f"timed {number}")
                await asyncio.sleep(0.09)
            await until(lambda: _has(made, 15))
        assert made.feeds.offset.middle == pytest.approx(41.3, abs=0.2)
        timed = {
            signal.message.text: signal.message
            for signal in await made.signals()
            if isinstance(signal, MessageRead) and signal.message.text.startswith("timed")
        }
        for number, moment in enumerate(told):
            message = timed[f"timed {number}"]
            assert message.posted is not None
            assert message.posted == pytest.approx(moment, abs=0.1)
            assert message.posted <= message.read


async def test_a_message_keeps_the_moments_of_its_first_reading(tmp_path: Path) -> None:
    async with rig(tmp_path, fastest_read=0.05, slowest_read=0.1) as made:
        made.say("one")
        async with running(made.feeds):
            feed = made.feeds._feeds[FeedKey(EVENT, "chat")]
            await until(lambda: _shown(feed, {"one"}))
            first = next(iter(feed.shown.values()))[1]
            reads = feed.reads
            made.say("two")
            await until(lambda: _shown(feed, {"one", "two"}))
            assert feed.reads > reads
            assert feed.shown[first.ref][1] is first


async def _shown(feed: Feed, texts: set[str]) -> bool:
    return {row.text for _, row in feed.shown.values()} == texts


async def test_a_quiet_feed_costs_few_calls_and_a_busy_one_is_read_at_once(tmp_path: Path) -> None:
    async with rig(tmp_path, fastest_read=0.05, slowest_read=0.2) as made, running(made.feeds):
        await asyncio.sleep(2.1)  # until then it is not known to be quiet
        before = made.client.usage().total
        await asyncio.sleep(1.2)
        assert made.client.usage().total - before <= 6 + 4 + 1
        made.say("hello")
        await until(lambda: _has(made, 1), within=2.0)
        before = made.client.usage().total
        await asyncio.sleep(0.5)
        assert made.client.usage().total - before >= 6


async def test_a_look_on_request_comes_at_once(tmp_path: Path) -> None:
    async with rig(tmp_path, idle_read=30.0, slowest_read=30.0) as made:
        made.say("one", "two", "three")
        async with running(made.feeds, EventState(EVENT, phase="before")):
            await until(lambda: _has(made, 3))
            await _nothing_asked_for(made, 0.3)  # what indexStart means is found out with further reads
            made.say("four")
            await asyncio.sleep(0.2)
            assert await _has(made, 3)
            made.feeds.look_now(EVENT)
            await until(lambda: _has(made, 4), within=2.0)


async def _nothing_asked_for(made: Rig, seconds: float) -> None:
    before = -1
    while before != (before := made.client.usage().total):
        await asyncio.sleep(seconds)


async def test_an_outage_is_shown_and_survived(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.say("one")
        async with running(made.feeds):
            await until(lambda: _has(made, 1))
            made.stage.parts.desk.faults = Faults(rates={"5xx_before": 1.0})
            await until(lambda: made.feeds.health(made.clock.now())[0]["error"])
            made.say("two")
            made.stage.parts.desk.faults = Faults()
            await until(lambda: _has(made, 2), within=20.0)
            assert all(not feed["error"] for feed in made.feeds.health(made.clock.now()))


async def test_an_unknown_event_is_told_in_one_clear_line(tmp_path: Path) -> None:
    async with rig(tmp_path) as made, running(made.feeds, EventState("nobody", phase="on_air")):
        await until(lambda: made.feeds.health(0.0)[0]["error"])
        assert "knows no event 'nobody'; check follow" in made.feeds.health(0.0)[0]["error"]
        assert made.client.usage().total <= 3


async def test_a_refused_token_is_probed_once_a_minute(tmp_path: Path) -> None:
    async with rig(tmp_path, secret_key="wrong-fake-secret") as made, running(made.feeds):
        await until(lambda: made.feeds.error)
        await asyncio.sleep(0.3)
        assert made.client.usage().total <= 3


@pytest.mark.parametrize("over", ["cap", "ten", "refuse"])
async def test_whatever_the_platform_does_with_too_large_a_page(tmp_path: Path, over: str) -> None:
    async with rig(tmp_path, {"b11_page_cap": 20, "b11_over": over}) as made:
        texts = [f"line {number}" for number in range(75)]
        made.say(*texts)
        async with running(made.feeds):
            await everything_is_read(made, texts)
