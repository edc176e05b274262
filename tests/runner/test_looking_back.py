"""Undo of many acts with the real store: the past is read from it, also after a restart, an edit and a change of the rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.domain.actions import SetMessageStatus
from bot.domain.signals import Author, EventState, Message, PersonAct
from bot.ports import FeedCursor
from bot.ruleset.model import Ruleset
from bot.ruleset.parse import parse
from bot.runner import Runner
from bot.store import Store, open_store

CHANNEL, EVENT = "main", "ev1"
US = Author("Usher", "usher@example.test")
SWEARING = "  - { id: swearing, if: { word: heck }, do: [ hide, { strike: { n: 1, for: 1h } }, { count: heat } ] }\n"
COINS = "  - { id: coins, if: { word: coin }, do: [ hide ] }\n"
MUTES = "escalate: { strikes: { 2: [ { mute: event } ] } }\n"


def rules(*lines: str) -> Ruleset:
    parsed = parse({"rules.yaml": "rules:\n" + "".join(lines) + MUTES}, {}, {}).ruleset
    assert parsed is not None
    return replace(parsed, engagement=None)


@dataclass
class Desk:
    """A store, and runners that judge what is in it."""

    store: Store
    clock: Clock
    ruleset: Ruleset = field(default_factory=lambda: rules(SWEARING, COINS))
    known: dict[str, Ruleset] = field(default_factory=dict)
    numbers: int = 0

    async def say(self, ref: str, text: str, by: str = "ann", surface: str = "chat") -> None:
        author = Author(by.title(), f"{by}@example.test")
        self.numbers += 1
        status = "public" if surface == "chat" else "new"
        row = Message(EVENT, ref, surface, text, author, status, self.numbers, read=self.clock.now())  # type: ignore[arg-type]  # a surface
        await self.store.save_page(CHANNEL, FeedCursor(EVENT, row.surface, {}), [row], self.clock.now(), (US.name, US.email))

    def runner(self) -> Runner:
        """A new one each time, as after a restart."""
        self.known[self.ruleset.hash] = self.ruleset

        async def old_rules(sha: str) -> Ruleset | None:
            return self.known.get(sha)

        made = Runner(
            CHANNEL,
            self.store,
            lambda: self.ruleset,
            US,
            self.clock,
            wake=asyncio.Event(),
            outbox=asyncio.Event(),
            old_rules=old_rules,
        )
        made.know([EventState(EVENT, status="live", phase="on_air", chat=True, qa=True, live_since=self.clock.now() - 100.0)])
        return made

    async def judge(self) -> None:
        """Until nothing waits."""
        async with self.judging(self.runner()):
            await self.idle()

    async def idle(self) -> None:
        async with asyncio.timeout(10.0):
            while (await self.store.tally(CHANNEL)).inbox:
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def judging(self, runner: Runner) -> AsyncIterator[Runner]:
        """While it runs."""
        task = asyncio.create_task(runner.run())
        yield runner
        await runner.stop()
        await asyncio.wait_for(task, 3.0)

    async def undo_all(self, *, by: Runner | None = None, **scope: object) -> str:
        """The note of the act's decision."""
        number = await self.store.put_act(CHANNEL, PersonAct(EVENT, "mo", "undo_all", "", dict(scope)), self.clock.now())
        await (self.idle() if by else self.judge())
        row = await self.store.decision(f"act-{number}")
        assert row is not None
        return row.decision.note

    async def wanted(self) -> dict[str, str]:
        """Message → what the outbox wants it to be in the end."""
        rows = await self.store.outbox(CHANNEL, states=("pending",))
        return {
            row.entry.action.ref: row.entry.action.status
            for row in reversed(rows)
            if isinstance(row.entry.action, SetMessageStatus)
        }

    async def remembered(self, *kinds: str) -> dict[tuple[str, ...], object]:
        return {key: item.value for key, item in (await self.store.load_history(CHANNEL, EVENT)).items() if key[0] in kinds}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = Clock()
    store = await open_store(f"sqlite:{tmp_path / 'usher.db'}", clock)
    await store.begin(CHANNEL, clock.now())
    yield Desk(store, clock)
    await store.close()


async def test_undo_of_a_rule_reads_the_past_from_the_store(desk: Desk) -> None:
    for ref, text in (("m1", "heck one"), ("m2", "heck two"), ("m3", "muted by now"), ("m4", "a coin")):
        await desk.say(ref, text)
        await desk.judge()
    assert await desk.wanted() == dict.fromkeys(("m1", "m2", "m3", "m4"), "hidden")
    note = await desk.undo_all(rule="swearing")
    assert "chat messages shown again: 3" in note
    assert await desk.wanted() == {"m1": "public", "m2": "public", "m3": "public", "m4": "hidden"}
    assert await desk.remembered("strikes", "mute", "counter") == {}
    row = await desk.store.decision((await desk.store.decisions(CHANNEL, ref="m1"))[-1].decision.id)
    assert row is not None
    assert row.undone_by.startswith("act-")


async def test_what_was_worked_out_for_the_preview_is_what_happens(desk: Desk) -> None:
    async with desk.judging(desk.runner()) as runner:
        await desk.say("m1", "heck one")
        await desk.idle()
        plan = await runner.plan_undo(EVENT, {"rule": "swearing"})
        assert plan.json["messages"] == [{"ref": "m1", "surface": "chat", "from": "hidden", "to": "public"}]
        assert await desk.wanted() == {"m1": "hidden"}, "a preview changes nothing"
        await desk.say("m2", "heck two")
        await desk.idle()
        plan = await runner.plan_undo(EVENT, {"rule": "swearing"})
        assert [turn.ref for turn in plan.turns] == ["m1", "m2"]
        await desk.say("m3", "heck three")
        await desk.undo_all(by=runner, rule="swearing")
        assert await desk.wanted() == {"m1": "public", "m2": "public", "m3": "public"}


async def test_a_second_undo_after_a_restart_does_nothing(desk: Desk) -> None:
    await desk.say("m1", "heck one")
    await desk.judge()
    await desk.undo_all(rule="swearing")
    before = await desk.store.outbox(CHANNEL)
    assert "nothing to take back" in await desk.undo_all(rule="swearing")
    assert len(await desk.store.outbox(CHANNEL)) == len(before)


async def test_each_decision_is_played_with_the_rules_that_made_it(desk: Desk) -> None:
    await desk.say("m1", "heck and coin")
    await desk.judge()
    desk.ruleset = rules(COINS.replace("hide", "flag"), SWEARING)
    await desk.say("m2", "heck and coin")
    await desk.judge()
    await desk.undo_all(rule="swearing")
    assert await desk.wanted() == {"m1": "hidden", "m2": "public"}, "the old rule on coins hid m1 as well"


async def test_an_edited_message_is_played_with_each_of_its_texts(desk: Desk) -> None:
    await desk.say("m1", "what the heck")
    await desk.judge()
    await desk.say("m1", "I mean: a coin")
    await desk.judge()
    note = await desk.undo_all(rule="swearing")
    assert "one by one" not in note
    assert (await desk.wanted()) == {"m1": "hidden"}
    assert await desk.remembered("strikes", "counter") == {}


async def test_persons_acts_are_played_too(desk: Desk) -> None:
    await desk.say("m1", "heck one")
    await desk.say("m2", "heck two")
    await desk.judge()
    await desk.store.put_act(
        CHANNEL, PersonAct(EVENT, "mo", "hide", "m1", {"surface": "chat", "status": "hidden"}), desk.clock.now()
    )
    await desk.judge()
    await desk.undo_all(rule="swearing")
    assert await desk.wanted() == {"m1": "hidden", "m2": "public"}


async def test_copies_of_what_was_undone_are_left_alone_by_that_rule(desk: Desk) -> None:
    await desk.say("m1", "what the heck")
    await desk.judge()
    await desk.undo_all(rule="swearing")
    await desk.say("m2", "What the HECK", by="bo")
    await desk.say("m3", "what the heck, a coin", by="bo")
    await desk.judge()
    assert await desk.wanted() == {"m1": "public", "m3": "hidden"}


async def test_a_why_is_asked_after_restarts_reloads_and_much_forgetting(desk: Desk) -> None:
    for number in range(3):
        await desk.say(f"m{number}", "what the heck" if number < 2 else "hello coin")
        await desk.judge()
    desk.ruleset = rules(COINS)
    await desk.judge()
    decision = (await desk.store.decisions(CHANNEL, ref="m1"))[0].decision
    runner = desk.runner()
    told = await runner.why(EVENT, decision.id, "swearing")
    assert told is not None
    assert told.fired
    assert told.hash == decision.ruleset
    assert (told.known["strikes"], told.known["counters"]) == (1, {"heat": 1})
    not_told = await runner.why(EVENT, (await desk.store.decisions(CHANNEL, ref="m2"))[0].decision.id, "swearing")
    assert not_told is not None
    assert not not_told.fired
    assert (not_told.known["strikes"], not_told.known["hidden"]) == (2, 2)
    assert await runner.why(EVENT, "nothing", "swearing") is None
