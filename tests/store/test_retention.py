from __future__ import annotations

from typing import Any

import pytest

from bot.domain.history import Remembered
from bot.store import Store
from bot.store.retention import AUDIT_KEPT, BATCH, KEYS_KEPT, RAW_KEPT, RECENT_KEPT
from tests.store.making import (
    CHANNEL,
    EVENT,
    HandClock,
    act,
    all_signals,
    decision,
    hide,
    look,
    message,
    post,
    read_page,
    state_of,
    step,
)

DAY = 86_400.0


async def test_old_goes_new_stays(store: Store, clock: HandClock) -> None:
    await read_page(store, message("old", read=clock.time))
    await step(store, decisions=[decision("old", rules=["r"])], entries=[post("p1", created=clock.time)])
    await act(store, "p1", remote="x")
    await all_signals(store)
    clock.time += 10 * DAY
    await read_page(store, message("new", read=clock.time))
    await step(store, decisions=[decision("new", at=clock.time)])
    assert await store.delete_before(clock.time - DAY) >= 4
    assert [row.message.ref for row in await store.messages(CHANNEL)] == ["new"]
    assert [row.decision.ref for row in await store.decisions(CHANNEL)] == ["new"]
    assert await store.outbox(CHANNEL) == []


async def test_more_than_a_batch_goes_in_small_transactions(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = 2 * BATCH + 7
    await read_page(store, *(message(f"m{number}", read=clock.time) for number in range(many)))
    left = []
    write = store.db.write

    async def noted(work: Any, channel: str = "") -> Any:
        done = await write(work, channel)
        left.append((await store.tally(CHANNEL)).messages)
        return done

    monkeypatch.setattr(store.db, "write", noted)
    assert await store.delete_before(clock.time + 1) >= many
    assert left[:3] == [many - BATCH, many - 2 * BATCH, 0]


async def test_others_write_between_two_of_its_transactions(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await read_page(store, *(message(f"m{number}", read=clock.time) for number in range(3 * BATCH)))
    write, meanwhile = store.db.write, [message("meanwhile", read=clock.time + 100)]

    async def interrupted(work: Any, channel: str = "") -> Any:
        done = await write(work, channel)
        while meanwhile:
            await read_page(store, meanwhile.pop())
        return done

    monkeypatch.setattr(store.db, "write", interrupted)
    await store.delete_before(clock.time + 1)
    assert [row.message.ref for row in await store.messages(CHANNEL)] == ["meanwhile"]


async def test_what_waits_is_kept_whatever_its_age(store: Store, clock: HandClock) -> None:
    await read_page(store, message("a", read=clock.time))
    await step(store, decisions=[decision("a", rules=["r"], id="a:1")], entries=[hide("a", decision="a:1", created=1.0)])
    await store.delete_before(clock.time + DAY)
    assert await state_of(store, "hide:a") == "pending"
    assert await store.decision("a:1") is not None
    assert len(await store.next_signals(CHANNEL, 10)) == 1


async def test_what_is_remembered_of_people_goes_with_them(store: Store, clock: HandClock) -> None:
    await step(
        store,
        history={
            ("question", "q"): Remembered({"name": "Ann"}),
            ("option_base",): Remembered(1),
            ("poll_runs", "x"): Remembered(1),
        },
    )
    await step(store, event="over", history={("option_base",): Remembered(1)})
    clock.time += 10 * DAY
    await step(store, history={("schedule", "looked"): Remembered(1)})
    await store.delete_before(clock.time - DAY)
    left = await store.load_history(CHANNEL, EVENT)
    assert set(left) == {("option_base",), ("poll_runs", "x"), ("schedule", "looked")}
    assert await store.load_history(CHANNEL, "over") == {}


async def test_what_messages_left_for_a_while_goes_a_day_after_its_end(store: Store, clock: HandClock) -> None:
    await step(store, history={("seen", "a"): Remembered(["a"], clock.time + 10)})
    await step(store, history={("seen", "b"): Remembered(["b"], clock.time + 20)})
    for seconds, left in ((RECENT_KEPT, 2), (15, 1), (10, 0)):
        clock.time += seconds
        await store.delete_before(clock.time - 30 * DAY)
        assert len(await look(store, "SELECT seq FROM recent")) == left


async def test_webhook_bodies_go_first_their_keys_last(store: Store, clock: HandClock) -> None:
    start = clock.time
    await store.save_webhook(CHANNEL, "d", None, b"ann@example.test", start, "not understood")
    clock.time = start + RAW_KEPT + 1
    await store.delete_before(clock.time - 30 * DAY)
    export = await store.export_person(CHANNEL, "ann@example.test")
    assert export["counts"]["webhooks"] == 0
    clock.time = start + KEYS_KEPT - 1
    await store.delete_before(clock.time)
    assert not await store.save_webhook(CHANNEL, "d", None, b"x", clock.time, "again")
    clock.time = start + KEYS_KEPT + 1
    await store.delete_before(clock.time - 1)
    assert await store.save_webhook(CHANNEL, "d", None, b"x", clock.time, "again")


async def test_the_audit_is_kept_a_year_and_stays_sound(store: Store, clock: HandClock) -> None:
    await store.audit("anna", "first", "", clock.time)
    clock.time += AUDIT_KEPT / 2
    await store.audit("anna", "second", "", clock.time)
    await store.audit("anna", "third", "", clock.time)
    clock.time += AUDIT_KEPT / 2 + 1
    await store.delete_before(clock.time)
    assert [(line.action, line.sound) for line in await store.audit_lines()] == [("second", True), ("third", True)]
