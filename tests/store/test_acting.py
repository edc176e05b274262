"""T4, T5, T6: claims and outcomes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.actions import CreatePoll, SetEvent, SetPoll
from bot.domain.errors import Superseded
from bot.domain.signals import EntrySettled
from bot.ports import Pause
from bot.store import Store
from tests.store.making import CHANNEL, EVENT, HandClock, act, all_signals, entry, hide, message, post, read_page, state_of, step


async def keys(store: Store, limit: int = 100) -> list[str]:
    return [row.entry.key for row in await store.waiting(CHANNEL, store.clock.now(), limit)]


async def test_claim_is_given_once(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a")])
    assert await store.claim(CHANNEL, "hide:a", clock.now())
    assert not await store.claim(CHANNEL, "hide:a", clock.now())
    assert not await store.claim(CHANNEL, "no-such-entry", clock.now())
    (row,) = await store.outbox(CHANNEL)
    assert (row.state, row.attempts, row.sent_at, row.first_sent) == ("sending", 1, clock.time, clock.time)


async def test_claim_looks_at_due_time_and_expiry(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("early", not_before=clock.time + 5), hide("late", expires=clock.time)])
    assert not await store.claim(CHANNEL, "hide:early", clock.now())
    assert not await store.claim(CHANNEL, "hide:late", clock.now())
    assert await keys(store) == []
    clock.time += 5
    assert await keys(store) == ["hide:early"]
    assert await store.claim(CHANNEL, "hide:early", clock.now())


async def test_what_waits_since_before_a_clock_was_set_back_can_be_claimed(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a", created=clock.time, not_before=clock.time + 5)])
    clock.time -= 3_600
    assert await keys(store) == ["hide:a"]
    assert await store.claim(CHANNEL, "hide:a", clock.now())


async def test_what_was_put_off_before_a_clock_was_set_back_and_then_cut_short_is_looked_at(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a", created=clock.time)])
    clock.time += 3_600
    assert await store.claim(CHANNEL, "hide:a", clock.now())
    await store.settle(CHANNEL, "hide:a", "pending", at=clock.time, not_before=clock.time + 5)
    clock.time -= 1_800
    assert await store.claim(CHANNEL, "hide:a", clock.now())
    await store.begin(CHANNEL, clock.now())
    clock.time += 10
    assert await keys(store) == ["hide:a"]


async def test_claim_needs_the_newest_start(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a")])
    store.epochs[CHANNEL] -= 1
    with pytest.raises(Superseded, match="epoch 1, ours is 0"):
        await store.claim(CHANNEL, "hide:a", clock.now())
    store.epochs.clear()
    assert not await store.claim(CHANNEL, "hide:a", clock.now())


@pytest.mark.parametrize(
    ("channel", "event", "what", "stopped"),
    [
        (CHANNEL, "", "all", {"hide:a", "post"}),
        ("", "", "all", {"hide:a", "post"}),
        (CHANNEL, "", "moderation", {"hide:a"}),
        (CHANNEL, "", "engagement", {"post"}),
        (CHANNEL, EVENT, "all", {"hide:a", "post"}),
        (CHANNEL, "another", "all", set()),
        ("another", "", "all", set()),
    ],
)
async def test_pause_stops_its_scope(
    store: Store, clock: HandClock, channel: str, event: str, what: str, stopped: set[str]
) -> None:
    await step(store, entries=[hide("a", priority=0, cause="person:anna"), post("post")])
    await store.pause(Pause(channel, event, what, None, "anna", clock.now()))
    assert set(await keys(store)) == {"hide:a", "post"} - stopped
    for key in ("hide:a", "post"):
        assert await store.claim(CHANNEL, key, clock.now()) is (key not in stopped)


async def test_pause_ends_by_itself(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a")])
    await store.pause(Pause(CHANNEL, "", "all", clock.time + 300, "anna", clock.now()))
    clock.time += 299
    assert not await store.claim(CHANNEL, "hide:a", clock.now())
    clock.time += 1
    assert await store.claim(CHANNEL, "hide:a", clock.now())


async def test_hides_that_wait_are_counted_by_event(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a"), hide("b"), hide("c"), post("post")])
    await act(store, "hide:c")
    assert await store.hides_waiting(CHANNEL, clock.now()) == {EVENT: 2}
    await store.pause(Pause(CHANNEL, "", "moderation", clock.time + 300, "anna", clock.now()))
    assert await store.hides_waiting(CHANNEL, clock.now()) == {}


async def test_events_take_turns_in_what_is_handed_out(store: Store, clock: HandClock) -> None:
    raid = [hide(f"r{number}", event="raided", severity=5, created=clock.now()) for number in range(30)]
    await step(store, entries=[*raid, hide("q1", created=clock.now() - 9), hide("q2", created=clock.now() - 8)])
    handed = [row.entry.key for row in await store.waiting(CHANNEL, clock.now(), 4)]
    assert handed == ["hide:r29", "hide:q2", "hide:r28", "hide:q1"]


async def test_start_makes_open_sends_unknown(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a"), hide("b"), hide("c")])
    assert await store.claim(CHANNEL, "hide:a", clock.now())
    await act(store, "hide:b")
    assert await store.begin(CHANNEL, clock.now()) == 2
    assert [await state_of(store, f"hide:{ref}") for ref in "abc"] == ["unknown", "done", "pending"]


async def test_outcome_of_a_poll_becomes_a_signal_with_its_ref(store: Store) -> None:
    await step(store, entries=[entry("p", CreatePoll("q?", ("a", "b")), what="engagement")])
    await act(store, "p", remote="poll77", result={"x": 1})
    assert await all_signals(store) == [EntrySettled(EVENT, "p", "done", {"remote": "poll77", "x": 1})]


@pytest.mark.parametrize(
    ("state", "told"), [("done", False), ("gone", True), ("failed", True), ("parked", True), ("pending", False)]
)
async def test_which_outcomes_of_a_hide_become_signals(store: Store, state: str, told: bool) -> None:
    await step(store, entries=[hide("a")])
    await act(store, "hide:a", state)
    assert [signal.state for signal in await all_signals(store)] == ([state] if told else [])


async def test_what_has_ended_stays_as_it_ended(store: Store, clock: HandClock) -> None:
    await step(store, entries=[post("p")])
    await act(store, "p", remote="r1")
    await store.settle(CHANNEL, "p", "failed", at=clock.now(), error="late news")
    assert await state_of(store, "p") == "done"
    assert len(await all_signals(store)) == 1


async def test_hidden_at_is_when_the_hide_was_accepted(store: Store, clock: HandClock) -> None:
    await read_page(store, message("a", posted=clock.time - 0.75))
    await step(store, entries=[hide("a")])
    await act(store, "hide:a")
    row = await store.message(CHANNEL, "a")
    assert row is not None
    assert (row.message.status, row.wanted, row.entry_state, row.hidden_at) == ("hidden", "hidden", "done", clock.time)
    assert (await store.tally(CHANNEL)).exposures == (0.75,)


async def test_attempts_and_first_try_survive_retries(store: Store, clock: HandClock) -> None:
    await step(store, entries=[post("p")])
    assert await store.claim(CHANNEL, "p", clock.now(), ["old1"])
    await store.settle(CHANNEL, "p", "pending", at=clock.now(), not_before=clock.time + 5, error="503")
    assert await keys(store) == []
    clock.time += 5
    assert await store.claim(CHANNEL, "p", clock.now(), ["other"])
    (row,) = await store.outbox(CHANNEL)
    assert (row.attempts, row.first_sent, row.sent_at, row.baseline) == (2, 1000.0, 1005.0, ("old1",))


async def test_unknown_post_knows_our_other_posts(store: Store, clock: HandClock) -> None:
    await step(store, entries=[post("p1"), post("p2"), post("p3", event="ev2")])
    await act(store, "p1", remote="r1")
    await act(store, "p3", remote="r3")
    await act(store, "p2", "unknown")
    (row,) = await store.waiting(CHANNEL, clock.now(), 10)
    assert (row.entry.key, row.baseline) == ("p2", ("r1",))


async def test_expired_entries_end_and_say_so(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a", expires=clock.time + 1), hide("b", expires=clock.time + 9), hide("c")])
    assert await store.expire(CHANNEL, clock.now()) == 0
    clock.time += 1
    assert await store.expire(CHANNEL, clock.now()) == 1
    assert await state_of(store, "hide:a") == "expired"
    assert [(signal.key, signal.state) for signal in await all_signals(store)] == [("hide:a", "expired")]


async def test_best_come_first_when_the_backlog_is_long(store: Store, clock: HandClock) -> None:
    now = clock.time
    entries = [hide(f"m{n}", created=now - 100 + n, severity=1) for n in range(50)]
    entries += [hide("severe", created=now - 1, severity=5, priority=1), hide("undo", created=now - 200, priority=0)]
    entries += [post("waits-long", created=now - 150)]
    await step(store, entries=entries)
    assert await keys(store, 5) == ["hide:undo", "hide:severe", "waits-long", "hide:m49", "hide:m48"]


async def test_switches_keep_their_order_even_while_the_first_one_waits(store: Store, clock: HandClock) -> None:
    """Opened then closed must not become closed then opened; the same for locking a chat."""
    await step(store, entries=[entry("lock", SetEvent({"chat": False})), entry("unlock", SetEvent({"chat": True}), priority=0)])
    await step(store, entries=[entry("open", SetPoll("p", True)), entry("elsewhere", SetPoll("p2", True))])
    assert set(await keys(store)) == {"lock", "open", "elsewhere"}
    assert await store.claim(CHANNEL, "lock", clock.now())
    assert "unlock" not in await keys(store)
    await store.settle(CHANNEL, "lock", "pending", at=clock.now(), not_before=clock.time + 5)
    assert "unlock" not in await keys(store)
    clock.time += 5
    await act(store, "lock")
    assert "unlock" in await keys(store)


async def test_switch_for_later_does_not_block_one_for_now(store: Store, clock: HandClock) -> None:
    await step(store, entries=[entry("close", SetPoll("p", False), not_before=clock.time + 90), entry("open", SetPoll("p", True))])
    assert await keys(store) == ["open"]


async def test_same_line_again_waits_for_the_first(store: Store) -> None:
    await step(store, entries=[post("p1", "Hello  all"), post("p2", "Hello all"), post("p3", "Other")])
    await act(store, "p1", "unknown")
    assert set(await keys(store)) == {"p1", "p3"}


async def test_entry_survives_as_it_was(store: Store) -> None:
    full = replace(hide("a", severity=4, cause="rule:x", decision="d", created=5.0, not_before=6.0, expires=2e9), priority=2)
    await step(store, entries=[full])
    assert [row.entry for row in await store.outbox(CHANNEL)] == [full]
