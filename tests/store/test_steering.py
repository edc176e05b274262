"""T9: pauses, resuming, acts of people, audit."""

from __future__ import annotations

import pytest

from bot.domain.signals import EntrySettled, EventState, PersonAct
from bot.ports import Pause
from bot.store import Store
from tests.store.making import CHANNEL, EVENT, HandClock, all_signals, hide, look, post, state_of, step


async def audit_lines(store: Store) -> list[tuple[object, ...]]:
    return await look(store, "SELECT who, action, target FROM audit ORDER BY seq")


async def test_pause_is_listed_and_audited(store: Store, clock: HandClock) -> None:
    pause = Pause(CHANNEL, "", "all", clock.time + 60, "anna", clock.time)
    await store.pause(pause)
    await store.pause(Pause("other", EVENT, "moderation", None, "bo", clock.time))
    assert await store.pauses(CHANNEL) == [pause]
    assert len(await store.pauses()) == 2
    assert await audit_lines(store) == [("anna", "pause", ""), ("bo", "pause", EVENT)]


async def test_pause_again_takes_the_new_end(store: Store, clock: HandClock) -> None:
    await store.pause(Pause(CHANNEL, "", "all", clock.time + 60, "anna", clock.time))
    await store.pause(Pause(CHANNEL, "", "all", None, "bo", clock.time))
    assert [pause.until for pause in await store.pauses(CHANNEL)] == [None]


@pytest.mark.parametrize(
    ("waiting", "states", "dropped"), [("run", ["pending", "pending"], 0), ("drop", ["cancelled", "pending"], 1)]
)
async def test_resume(store: Store, clock: HandClock, waiting: str, states: list[str], dropped: int) -> None:
    await step(store, entries=[hide("a"), post("p")])
    await store.pause(Pause(CHANNEL, "", "moderation", None, "anna", clock.time))
    assert await store.resume(CHANNEL, "", waiting, "anna", clock.now()) == dropped
    assert [await state_of(store, key) for key in ("hide:a", "p")] == states
    assert await store.pauses() == []
    assert [type(signal) for signal in await all_signals(store)] == [EntrySettled] * dropped


async def test_resume_of_one_event_leaves_the_others_stopped(store: Store, clock: HandClock) -> None:
    await store.pause(Pause(CHANNEL, EVENT, "all", None, "anna", clock.time))
    await store.pause(Pause(CHANNEL, "ev2", "all", None, "anna", clock.time))
    await store.resume(CHANNEL, EVENT, "run", "anna", clock.now())
    assert [pause.event for pause in await store.pauses()] == ["ev2"]
    await store.resume("", "", "run", "anna", clock.now())
    assert await store.pauses() == []


async def test_pause_survives_a_restart(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a")])
    await store.pause(Pause(CHANNEL, "", "all", None, "anna", clock.time))
    await store.begin(CHANNEL, clock.now())
    assert not await store.claim(CHANNEL, "hide:a", clock.now())


async def test_act_has_a_number_that_never_comes_again(store: Store, clock: HandClock) -> None:
    first = await store.put_act(CHANNEL, PersonAct(EVENT, "anna", "hide", "a"), clock.now())
    await all_signals(store)
    await store.delete_before(clock.time + 1)
    second = await store.put_act(CHANNEL, PersonAct(EVENT, "anna", "show", "a"), clock.now())
    assert second > first
    (item,) = await store.next_signals(CHANNEL, 10)
    assert (item.seq, item.signal) == (second, PersonAct(EVENT, "anna", "show", "a"))
    assert await audit_lines(store) == [("anna", "hide", "a"), ("anna", "show", "a")]


async def test_event_followed_by_hand_keeps_what_is_known_of_it(store: Store) -> None:
    await store.save_event(CHANNEL, EventState(EVENT, "Talk"), 1.0)
    await store.put_event_state(CHANNEL, EVENT, 2.0)
    await store.put_event_state(CHANNEL, "ev2", 2.0)
    assert [(state.event, state.title) for state in await store.events(CHANNEL)] == [(EVENT, "Talk"), ("ev2", "")]


async def test_audit_takes_a_line(store: Store, clock: HandClock) -> None:
    await store.audit("anna", "reload", "rules", clock.now(), {"n": 1})
    assert await audit_lines(store) == [("anna", "reload", "rules")]
