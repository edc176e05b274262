"""What people see."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.history import Remembered
from bot.store import Store
from tests.store.making import CHANNEL, EVENT, HandClock, act, decision, hide, message, read_page, step


@pytest.fixture
async def full(store: Store, clock: HandClock) -> Store:
    rows = [
        message("a", "Good morning"),
        message("b", "heck 100%", name="Bo", email="bo@example.test"),
        message("c", "100 % off_topic"),
    ]
    await read_page(store, *rows)
    await read_page(store, message("q", "why?", "new", "qa"), surface="qa")
    decisions = [
        decision("a", "none", "Good morning"),
        decision("b", "hide", "heck 100%", rules=["swearing", "caps"], at=2_000.0),
        decision("c", "hold", rules=["caps"]),
        decision("q", "approve"),
        decision("b", "none", id="act-9", who="person:anna", undoes=decision("b", text="heck 100%").id, at=3_000.0),
    ]
    await step(store, decisions=decisions, entries=[hide("b", decision=decisions[1].id, created=clock.time)])
    await act(store, "hide:b")
    return store


@pytest.mark.parametrize(
    ("filters", "refs"),
    [
        ({}, "qcba"),
        ({"surface": "qa"}, "q"),
        ({"event": "other"}, ""),
        ({"author": "bo@example.test"}, "b"),
        ({"author": "name:bo"}, ""),
        ({"author": "Bo"}, "b"),
        ({"author": "email:bo@example.test"}, "b"),
        ({"text": "GOOD"}, "a"),
        ({"text": "100%"}, "b"),
        ({"text": "f_t"}, "c"),
        ({"outcome": "hold"}, "c"),
        ({"outcome": "hide"}, ""),
        ({"outcome": "none"}, "ba"),
        ({"outcome": "hold", "event": "other"}, ""),
        ({"outcome": "hold", "event": EVENT, "surface": "chat", "author": "Ann", "text": "f_t"}, "c"),
        ({"outcome": "hold", "surface": "qa"}, ""),
        ({"outcome": "hold", "text": "zzz"}, ""),
        ({"outcome": "hold", "author": "Bo"}, ""),
        ({"outcome": "approve"}, "q"),
        ({"limit": 2}, "qc"),
    ],
)
async def test_messages_by_filter(full: Store, filters: dict[str, Any], refs: str) -> None:
    assert [row.message.ref for row in await full.messages(CHANNEL, **filters)] == list(refs)


async def test_messages_by_page(full: Store) -> None:
    first = await full.messages(CHANNEL, limit=2)
    rest = await full.messages(CHANNEL, limit=2, before=first[-1].seq)
    assert [row.message.ref for row in [*first, *rest]] == ["q", "c", "b", "a"]


async def test_decided_messages_by_page(full: Store) -> None:
    await step(full, decisions=[decision(ref, "hold", id=f"again-{ref}") for ref in "baq"])
    first = await full.messages(CHANNEL, outcome="hold", limit=3)
    rest = await full.messages(CHANNEL, outcome="hold", limit=3, before=first[-1].seq)
    assert [row.message.ref for row in [*first, *rest]] == ["q", "c", "b", "a"]


async def test_message_with_its_fate(full: Store) -> None:
    row = await full.message(CHANNEL, "b")
    assert row is not None
    assert row.decision is not None
    assert (row.decision.id, row.wanted, row.entry_state) == ("act-9", "hidden", "done")
    assert await full.message(CHANNEL, "zz") is None


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, ["act-9", "q", "c", "b", "a"]),
        ({"rule": "caps"}, ["c", "b"]),
        ({"rule": "swearing"}, ["b"]),
        ({"ref": "b"}, ["act-9", "b"]),
        ({"outcome": "hold"}, ["c"]),
        ({"since": 2_000.0}, ["act-9", "b"]),
        ({"limit": 1}, ["act-9"]),
        ({"before": "act-9", "limit": 2}, ["q", "c"]),
    ],
)
async def test_decisions_by_filter(full: Store, filters: dict[str, Any], ids: list[str]) -> None:
    assert [row.decision.id.split(":")[0] for row in await full.decisions(CHANNEL, **filters)] == ids


async def test_decision_with_all_that_followed(full: Store) -> None:
    row = await full.decision(decision("b", text="heck 100%").id)
    assert row is not None
    assert row.message is not None
    assert (row.message.text, [entry.entry.key for entry in row.entries], row.undone_by) == ("heck 100%", ["hide:b"], "act-9")
    assert await full.decision("zz") is None


async def test_tally(full: Store) -> None:
    tally = await full.tally(CHANNEL)
    assert (tally.messages, tally.judged, tally.inbox) == (4, 4, 4)
    assert tally.outcomes == {"none": 2, "hide": 1, "hold": 1, "approve": 1}
    assert (tally.by_rule, tally.entries) == ({"swearing": 1, "caps": 2}, {"done": 1})
    assert (await full.tally(CHANNEL, "other")).messages == 0


async def test_what_a_service_brought_judged_no_new_message(full: Store) -> None:
    before = await full.tally(CHANNEL)
    await step(full, decisions=[decision("a", "hide", id="scored:mood:a:x"), decision("b", id="scored")])
    after = await full.tally(CHANNEL)
    assert after.judged == before.judged + 1
    assert after.outcomes["hide"] == before.outcomes["hide"] + 1
    assert (await full.tally(CHANNEL, "other")).judged == 0


async def test_outbox_by_state(full: Store) -> None:
    await step(full, entries=[hide("c")])
    assert [row.entry.key for row in await full.outbox(CHANNEL)] == ["hide:c", "hide:b"]
    assert [row.entry.key for row in await full.outbox(CHANNEL, states=["pending", "unknown"])] == ["hide:c"]


async def test_polls_are_what_the_engine_remembers(full: Store, clock: HandClock) -> None:
    await step(full, history={("poll", "role", "1"): Remembered({"state": "open"}), ("strikes", "x"): Remembered(1)})
    clock.time += 1
    await step(full, history={("poll", "color", "1"): Remembered({"state": "closed"})})
    assert await full.polls(CHANNEL) == [
        {"event": EVENT, "key": ["color", "1"], "state": "closed"},
        {"event": EVENT, "key": ["role", "1"], "state": "open"},
    ]
    assert await full.polls(CHANNEL, "other") == []


async def test_retention_keeps_what_waits(full: Store, clock: HandClock) -> None:
    await step(full, entries=[hide("c", created=1.0)])
    assert await full.delete_before(clock.time + 5_000) > 0
    assert await full.messages(CHANNEL) == []
    assert await full.decisions(CHANNEL) == []
    assert [row.entry.key for row in await full.outbox(CHANNEL)] == ["hide:c"]
    assert len(await full.next_signals(CHANNEL, 10)) == 4
