"""The runner with a real store and the real engine: one decision each, saved with what it caused, whatever happens in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.clock import Clock
from bot.domain.actions import CreatePoll, SetMessageStatus
from bot.domain.errors import StoreFull
from bot.domain.history import History
from bot.domain.signals import Author, EventState, Message, PersonAct, Signal, Tick
from bot.engine.situation import Situation, Step
from bot.engine.step import step
from bot.ports import FeedCursor
from bot.ruleset.model import Ruleset
from bot.ruleset.parse import parse
from bot.runner import DEATHS, Runner
from bot.store import Store, open_store
from tests.engine.making import Rules, strike
from tests.intake.rig import rig, running

CHANNEL, EVENT = "main", "ev1"
US = Author("Usher", "usher@example.test")
RULES = Rules().word("swearing", "heck", do=[{"hide": True}, strike()]).done()
POLLS = """
polls:
  - id: role
    question: "What describes you best?"
    options: [Developer, Product]
    when: { at: live+1m }
"""


@dataclass
class Bench:
    """A store and what is put through it."""

    store: Store
    clock: Clock
    inbox: asyncio.Event = field(default_factory=asyncio.Event)
    outbox: asyncio.Event = field(default_factory=asyncio.Event)
    heard: list[tuple[Signal, Step]] = field(default_factory=list)
    said: int = 0

    def runner(self, rules: Ruleset = RULES, store: Any = None, **more: Any) -> Runner:
        more.setdefault("told", lambda signal, taken: self.heard.append((signal, taken)))
        made = Runner(CHANNEL, store or self.store, lambda: rules, US, self.clock, wake=self.inbox, outbox=self.outbox, **more)
        made.know([live(self.clock)])
        return made

    async def say(self, *texts: str, event: str = EVENT) -> list[str]:
        """Messages as a feed stores them."""
        rows = []
        for text in texts:
            self.said += 1
            author = Author(f"p{self.said % 7}", f"p{self.said % 7}@example.test")
            rows.append(Message(event, f"m{self.said}", "chat", text, author, "public", self.said, read=self.clock.now()))
        await self.store.save_page(CHANNEL, FeedCursor(event, "chat", {}), rows, self.clock.now(), (US.name, US.email))
        self.inbox.set()
        return [row.ref for row in rows]

    async def outcomes(self) -> dict[str, str]:
        return {row.decision.ref: row.decision.outcome for row in await self.store.decisions(CHANNEL, limit=100_000)}

    async def waiting(self) -> int:
        return (await self.store.tally(CHANNEL)).inbox


def live(clock: Clock, since: float = 100.0) -> EventState:
    return EventState(EVENT, status="live", phase="on_air", chat=True, qa=True, live_since=clock.now() - since)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    clock = Clock()
    store = await open_store(f"sqlite:{tmp_path / 'usher.db'}", clock)
    await store.begin(CHANNEL, clock.now())
    yield Bench(store, clock)
    await store.close()


async def until_idle(bench: Bench, runner: Runner, within: float = 30.0) -> None:
    """Runs until nothing waits."""
    task = asyncio.create_task(runner.run())
    try:
        async with asyncio.timeout(within):
            while await bench.waiting():
                await asyncio.sleep(0.01)
    finally:
        await runner.stop()
        await asyncio.wait_for(task, 3.0)


async def test_every_message_gets_one_decision_and_what_it_causes_is_stored_with_it(bench: Bench) -> None:
    good, bad = await bench.say("hello", "what the heck")
    runner = bench.runner()
    await until_idle(bench, runner)
    assert await bench.outcomes() == {good: "none", bad: "hide"}
    entries = await bench.store.outbox(CHANNEL)
    assert [row.entry.action for row in entries] == [SetMessageStatus(bad, "chat", "hidden", "public")]
    assert bench.outbox.is_set()
    assert runner.judged == 2
    assert len(bench.heard) == 2


async def test_two_events_do_not_share_a_memory(bench: Bench) -> None:
    await bench.say("heck", event=EVENT)
    await bench.say("heck", event="ev2")
    await until_idle(bench, bench.runner())
    for event in (EVENT, "ev2"):
        history = await bench.store.load_history(CHANNEL, event)
        assert any(key[0] == "strikes" for key in history)


async def test_memory_survives_a_restart(bench: Bench) -> None:
    rules = Rules(escalate={2: [{"mute": 600.0}]}).word("swearing", "heck", do=[{"hide": True}, strike()]).done()
    author = Author("Bo", "bo@example.test")
    for number, text in enumerate(["heck", "heck again", "now I am nice"]):
        row = Message(EVENT, f"x{number}", "chat", text, author, "public", number, read=bench.clock.now())
        await bench.store.save_page(CHANNEL, FeedCursor(EVENT, "chat", {}), [row], bench.clock.now(), ("", ""))
        await until_idle(bench, bench.runner(rules))  # another runner each time
    assert (await bench.outcomes())["x2"] == "hide"


class Fragile:
    """A matcher with a bug that one text brings out."""

    def __init__(self, whole: Any) -> None:
        self._whole = whole

    def scan(self, text: str) -> Any:
        if "poison" in text:
            raise ZeroDivisionError("a bug in the matcher")
        return self._whole.scan(text)


def fragile_rules() -> Ruleset:
    made = Rules().word("swearing", "heck")
    whole = made.done()
    return Ruleset("fragile", whole.rules, Fragile(whole.matcher))  # type: ignore[arg-type]  # the bug is the point


async def test_a_poisonous_signal_is_set_aside_and_the_others_flow(bench: Bench) -> None:
    refs = await bench.say("hello", "poison", "what the heck", "bye")
    runner = bench.runner(fragile_rules())
    with capture_logs():
        await until_idle(bench, runner)
    assert await bench.outcomes() == {refs[0]: "none", refs[1]: "none", refs[2]: "hide", refs[3]: "none"}
    assert runner.quarantined == 1
    assert (await bench.store.tally(CHANNEL)).quarantined == 1
    (failed,) = [row.decision for row in await bench.store.decisions(CHANNEL, ref=refs[1])]
    assert "a person should look: ZeroDivisionError" in failed.note


async def test_a_signal_that_ends_the_process_each_time_is_set_aside_in_the_end(bench: Bench) -> None:
    refs = await bench.say("hello", "ends the process")
    for _ in range(DEATHS):
        await bench.store.next_signals(CHANNEL, 10)  # handed out, and then the process was gone
    await until_idle(bench, bench.runner())
    assert set(await bench.outcomes()) == set(refs)
    assert (await bench.store.tally(CHANNEL)).quarantined == 1  # the one that was tried each time, not its neighbour


def poll_rules() -> Ruleset:
    parsed = parse({"show.yaml": POLLS}, {}, {})
    assert parsed.ruleset is not None, parsed.problems
    return parsed.ruleset


async def polls(bench: Bench) -> int:
    return sum(isinstance(row.entry.action, CreatePoll) for row in await bench.store.outbox(CHANNEL))


async def test_a_tick_fires_what_is_due_once(bench: Bench) -> None:
    runner = bench.runner(poll_rules())
    for _ in range(3):
        await runner.tick(EVENT)
    again = bench.runner(poll_rules())
    await again.tick(EVENT)
    assert await polls(bench) == 1


async def test_what_the_ledger_knows_is_not_fired_again_though_memory_does_not_know_it(bench: Bench) -> None:
    rules = poll_rules()
    situation = Situation(live(bench.clock), US)
    would = step(Tick(EVENT), rules, History(), situation, bench.clock.now())
    assert would.fired
    await bench.store.save_step(CHANNEL, EVENT, done=[], decisions=[], entries=[], cancelled=[], history={}, fired=would.fired)
    runner = bench.runner(rules)
    with capture_logs() as lines:
        await runner.tick(EVENT)
        await runner.tick(EVENT)
    assert await polls(bench) == 0
    assert [line["event"] for line in lines].count("runner.fired_before") == 1


async def test_ticks_that_bring_nothing_cost_no_transaction(bench: Bench) -> None:
    counted = FullDisk(bench.store, times=0)
    runner = bench.runner(poll_rules(), counted)
    runner.know([live(bench.clock, since=10.0)])
    for _ in range(20):
        await runner.tick(EVENT)
    assert counted.saved == 0
    await bench.say("hello")
    await until_idle(bench, runner)
    assert counted.saved == 1
    remembered = await bench.store.load_history(CHANNEL, EVENT)
    assert ("schedule", "looked") in remembered  # it went along


async def test_the_alarm_clock_is_told_what_comes_next(bench: Bench) -> None:
    runner = bench.runner(poll_rules())
    runner.know([live(bench.clock, since=10.0)])
    due = await runner.next_due(EVENT)
    assert due == pytest.approx(bench.clock.now() + 50.0, abs=1.0)


class FullDisk:
    """A store on a disk that is full for the first so many saves."""

    def __init__(self, store: Store, times: int) -> None:
        self._store = store
        self.times = times
        self.saved = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def save_step(self, *values: Any, **more: Any) -> Sequence[str]:
        if self.times:
            self.times -= 1
            raise StoreFull("database or disk is full")
        self.saved += 1
        return await self._store.save_step(*values, **more)


async def test_a_full_disk_is_waited_out_and_nobody_is_blamed_for_it(bench: Bench) -> None:
    bench.clock = Clock(speed=50.0)
    refs = await bench.say("hello", "heck")
    runner = bench.runner(store=FullDisk(bench.store, times=9))
    with capture_logs():
        await until_idle(bench, runner)
    assert await bench.outcomes() == {refs[0]: "none", refs[1]: "hide"}
    assert (await bench.store.tally(CHANNEL)).quarantined == 0
    assert runner.error == ""


async def test_a_full_disk_does_not_keep_the_runner_from_stopping(bench: Bench) -> None:
    bench.clock = Clock(speed=50.0)
    await bench.say("hello")
    runner = bench.runner(store=FullDisk(bench.store, times=1_000_000))
    task = asyncio.create_task(runner.run())
    with capture_logs():
        await asyncio.sleep(0.1)
        assert "cannot be saved" in runner.error
        await asyncio.wait_for(runner.stop(), 2.0)
        await asyncio.wait_for(task, 2.0)
    assert await bench.waiting() == 1


class SlowDisk(FullDisk):
    """A store that takes its time."""

    async def save_step(self, *values: Any, **more: Any) -> Sequence[str]:
        await asyncio.sleep(0.1)
        return await self._store.save_step(*values, **more)


async def test_a_tick_that_is_cancelled_while_it_is_saved_is_remembered(bench: Bench) -> None:
    runner = bench.runner(poll_rules(), SlowDisk(bench.store, 0))
    task = asyncio.create_task(runner.tick(EVENT))
    await asyncio.sleep(0.03)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    with capture_logs() as lines:
        await runner.tick(EVENT)
    assert await polls(bench) == 1
    assert not [line for line in lines if line["event"] == "runner.fired_before"]


async def test_a_listener_that_fails_stops_nothing(bench: Bench) -> None:
    def fails(signal: Signal, taken: Step) -> None:
        raise RuntimeError("the view is gone")

    refs = await bench.say("hello", "heck")
    with capture_logs() as lines:
        await until_idle(bench, bench.runner(told=fails))
    assert set(await bench.outcomes()) == set(refs)
    assert [line["event"] for line in lines].count("runner.listener_failed") == 2


async def test_a_persons_act_has_the_id_it_was_promised(bench: Bench) -> None:
    (ref,) = await bench.say("hello")
    runner = bench.runner()
    await until_idle(bench, runner)
    number = await bench.store.put_act(CHANNEL, PersonAct(EVENT, "anna", "hide", ref), bench.clock.now())
    again = bench.runner()
    await until_idle(bench, again)
    row = await bench.store.decision(f"act-{number}")
    assert row is not None
    assert (row.decision.who, row.decision.outcome) == ("person:anna", "hide")


async def test_events_that_are_over_for_long_are_not_ticked(bench: Bench) -> None:
    runner = bench.runner()
    now = bench.clock.now()
    runner.know(
        [
            EventState("over", phase="over"),
            EventState("coming", phase="before", starts=now + 3600.0),
            EventState("never-held", phase="before", starts=now - 7 * 86400.0),
        ]
    )
    assert set(runner.events) == {EVENT, "over", "coming", "never-held"}  # what waits there may still end after a restart
    bench.clock.monotonic = lambda: time.monotonic() + 4000.0  # type: ignore[method-assign]  # an hour later
    assert set(runner.events) == {EVENT, "coming"}


async def test_the_loop_stays_free_while_a_raid_is_judged(bench: Bench) -> None:
    words = [f"word{number}" for number in range(200)]
    rules = Rules()
    for word in words:
        rules.word(word, word)
    await bench.say(*[f"line {number} {words[number % 200]} and more" for number in range(1000)])
    gaps = []

    async def breathe() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    breathing = asyncio.create_task(breathe())
    begun = time.perf_counter()
    await until_idle(bench, bench.runner(rules.done()))
    took = time.perf_counter() - begun
    breathing.cancel()
    assert len(await bench.outcomes()) == 1000
    assert sorted(gaps)[-3] < 0.1  # 50 ms on an idle machine
    assert 1000 / took > 300


async def test_from_the_platform_to_the_decision_each_message_once(tmp_path: Path) -> None:
    """Stage, client, feeds, store and runner together: 240 messages in bursts, pages capped at 7."""
    async with rig(tmp_path, {"b11_page_cap": 7, "b09_direction": "newer", "b07_order": "shuffled"}) as made:
        bench = Bench(made.store, made.clock, inbox=made.bell)
        runner = bench.runner()
        judging = asyncio.create_task(runner.run())
        refs, bad = [], []
        async with running(made.feeds):
            for burst in range(4):
                said = made.say(*[f"{'what the heck' if number % 10 == 0 else 'hello'} {burst} {number}" for number in range(60)])
                refs += said
                bad += said[::10]
                await asyncio.sleep(0.1)
            async with asyncio.timeout(10.0):
                while len(await bench.outcomes()) < len(refs):
                    await asyncio.sleep(0.02)
        await runner.stop()
        await judging
        outcomes = await bench.outcomes()
        assert set(outcomes) == set(refs)
        assert sorted(ref for ref, outcome in outcomes.items() if outcome == "hide") == sorted(bad)
        assert (await made.store.tally(CHANNEL)).judged == len(refs)
