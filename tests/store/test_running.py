"""T3 and T7: what the runner takes and saves."""

from __future__ import annotations

import pytest

from bot.domain.errors import Superseded
from bot.domain.history import Remembered
from bot.domain.signals import EntrySettled
from bot.store import Store
from bot.store.database import Tx
from tests.store.making import CHANNEL, EVENT, HandClock, act, all_signals, decision, hide, look, message, read_page, state_of, step


async def test_signals_come_in_order_with_attempts_counted(store: Store) -> None:
    await read_page(store, message("a"), message("b"), message("c"))
    first = await store.next_signals(CHANNEL, 2)
    assert [(item.signal.message.ref, item.attempts) for item in first] == [("a", 1), ("b", 1)]  # type: ignore[union-attr]  # messages


async def test_what_was_tried_without_an_outcome_comes_alone(store: Store) -> None:
    """Its neighbours must not be blamed for what it does to the process."""
    await read_page(store, message("a"), message("b"), message("c"))
    await store.next_signals(CHANNEL, 2)
    for attempts in (2, 3):
        (item,) = await store.next_signals(CHANNEL, 10)
        assert (item.signal.message.ref, item.attempts) == ("a", attempts)  # type: ignore[union-attr]  # a message
    await step(store, done=[item.seq])
    (item,) = await store.next_signals(CHANNEL, 10)
    assert (item.signal.message.ref, item.attempts) == ("b", 2)  # type: ignore[union-attr]  # as above
    await step(store, done=[item.seq])
    assert [(item.signal.message.ref, item.attempts) for item in await store.next_signals(CHANNEL, 10)] == [("c", 1)]  # type: ignore[union-attr]  # as above


async def test_done_signals_do_not_come_again(store: Store) -> None:
    await read_page(store, message("a"), message("b"))
    items = await store.next_signals(CHANNEL, 10)
    await step(store, done=[items[0].seq], quarantined=[(items[1].seq, "raised twice")])
    assert await store.next_signals(CHANNEL, 10) == []
    assert (await store.tally(CHANNEL)).quarantined == 1


async def test_done_message_stands_in_one_place_only(store: Store) -> None:
    await read_page(store, message("a", "a private word"))
    await all_signals(store)
    assert await _inbox_bodies(store) == [""]


async def _inbox_bodies(store: Store) -> list[str]:
    return [body for (body,) in await look(store, "SELECT body FROM inbox")]


async def test_signal_of_a_newer_version_is_set_aside_and_the_rest_goes_on(store: Store) -> None:
    async def work(tx: Tx) -> None:
        await tx.run("add_signal", channel=CHANNEL, event=EVENT, kind="tomorrow", body='{"kind": "tomorrow"}', at=1.0)

    await store.db.write(work)
    await read_page(store, message("a"))
    assert len(await store.next_signals(CHANNEL, 10)) == 1
    assert (await store.tally(CHANNEL)).quarantined == 1


async def test_step_is_saved_whole(store: Store) -> None:
    await read_page(store, message("a"))
    items = await store.next_signals(CHANNEL, 10)
    key = ("strikes", "email:ann@example.test")
    twice = await step(
        store,
        done=[items[0].seq],
        decisions=[decision("a", "hide", rules=["swearing"])],
        entries=[hide("a", decision=decision("a").id)],
        history={key: Remembered([1, 2], 5_000.0)},
        fired=[("welcome", "2031-01-01")],
    )
    assert twice == ()
    assert await store.load_history(CHANNEL, EVENT) == {key: Remembered([1, 2], 5_000.0)}
    row = await store.decision(decision("a").id)
    assert row is not None
    assert (row.decision.rules, [one.state for one in row.entries]) == (("swearing",), ["pending"])


async def test_what_fired_once_stops_the_whole_step(store: Store) -> None:
    assert await step(store, fired=[("welcome", "t1"), ("welcome", "t1")]) == ()
    twice = await step(store, fired=[("other", "t1"), ("welcome", "t1")], entries=[hide("a")], history={("x",): Remembered(1)})
    assert list(twice) == ["welcome@t1"]
    assert await store.outbox(CHANNEL) == []
    assert await store.load_history(CHANNEL, EVENT) == {}
    assert await step(store, fired=[("other", "t1")]) == ()


async def test_ledger_is_by_event(store: Store) -> None:
    await step(store, fired=[("welcome", "t1")])
    assert await step(store, event="ev2", fired=[("welcome", "t1")]) == ()


async def test_second_decision_of_one_id_is_ignored_and_counted(store: Store) -> None:
    await step(store, decisions=[decision("a", "hide", rules=["x"])])
    await step(store, decisions=[decision("a", "none"), decision("b")])
    assert [row.decision.outcome for row in await store.decisions(CHANNEL, ref="a")] == ["hide"]
    assert store.counts.duplicate_decisions == 1


async def test_same_key_asked_twice_is_one_act(store: Store) -> None:
    await step(store, entries=[hide("a")])
    await act(store, "hide:a")
    await step(store, entries=[hide("a", severity=5)])
    assert [(row.state, row.entry.severity) for row in await store.outbox(CHANNEL)] == [("done", 0)]


async def test_newest_wish_for_a_message_counts(store: Store) -> None:
    await step(store, entries=[hide("a"), hide("b")])
    await step(store, entries=[hide("a", key="show:a", status="public")])
    assert [await state_of(store, key) for key in ("hide:a", "hide:b", "show:a")] == ["cancelled", "pending", "pending"]
    assert [signal.key for signal in await all_signals(store) if isinstance(signal, EntrySettled)] == ["hide:a"]


async def test_older_wish_does_not_come_back_behind_a_newer_one(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a")])
    assert await store.claim(CHANNEL, "hide:a", clock.now())
    await step(store, entries=[hide("a", key="show:a", status="public")])
    await store.settle(CHANNEL, "hide:a", "pending", at=clock.now(), error="not sent")
    assert [await state_of(store, key) for key in ("hide:a", "show:a")] == ["cancelled", "pending"]


async def test_cancelling_reaches_only_what_was_not_sent(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a"), hide("b"), hide("c")])
    assert await store.claim(CHANNEL, "hide:b", clock.now())
    await act(store, "hide:c")
    await step(store, cancelled=["hide:a", "hide:b", "hide:c", "never-asked"])
    assert [await state_of(store, f"hide:{ref}") for ref in "abc"] == ["cancelled", "sending", "done"]


async def test_history_forgets_by_key_and_by_time(store: Store, clock: HandClock) -> None:
    await step(store, history={("a",): Remembered(1), ("b",): Remembered(2, clock.time + 10), ("c",): Remembered({"x": []})})
    await step(store, history={("a",): None, ("c",): Remembered(None)})
    clock.time += 11
    assert await store.load_history(CHANNEL, EVENT) == {("c",): Remembered(None)}


async def test_what_messages_leave_for_a_while_is_one_row_a_save(store: Store, clock: HandClock) -> None:
    soon, late = clock.time + 10, clock.time + 1_000
    await step(store, history={("seen", ref): Remembered([ref], soon) for ref in "abc"})
    await step(store, history={("seen", "b"): Remembered(["edited"], late), ("seen", "c"): None, ("pace",): Remembered(3)})
    assert len(await look(store, "SELECT seq FROM recent")) == 3  # the one that is forgotten by itself
    assert await store.load_history(CHANNEL, EVENT) == {
        ("pace",): Remembered(3),
        ("seen", "a"): Remembered(["a"], soon),
        ("seen", "b"): Remembered(["edited"], late),
    }
    clock.time += 11
    assert set(await store.load_history(CHANNEL, EVENT)) == {("pace",), ("seen", "b")}
    assert await store.load_history(CHANNEL, "ev2") == {}


async def test_overtaken_start_saves_nothing(store: Store) -> None:
    store.epochs[CHANNEL] -= 1
    with pytest.raises(Superseded):
        await step(store, decisions=[decision("a")])
    assert await store.decisions(CHANNEL) == []
