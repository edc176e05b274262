"""T1 and T2: pages, events, webhooks."""

from __future__ import annotations

import pytest

from bot.domain.actions import SetMessageStatus
from bot.domain.errors import Superseded
from bot.domain.signals import Author, EntrySettled, EventRead, EventState, MessageRead, StatusChanged, WebhookCame
from bot.store import Store
from bot.store.page import GRACE, TRIES
from tests.store.making import CHANNEL, EVENT, HandClock, act, all_signals, entry, hide, message, post, read_page, state_of, step

ANN = Author("Ann", "ann@example.test")


async def shown(store: Store, ref: str) -> str:
    row = await store.message(CHANNEL, ref)
    assert row is not None
    return row.message.status


async def test_page_brings_signals_and_cursor_together(store: Store) -> None:
    taken = await read_page(store, message("a"), message("b"), n=3)
    assert (taken.new, taken.known) == (("a", "b"), 0)
    assert await store.load_cursor(CHANNEL, EVENT, "chat") == {"n": 3}
    assert await all_signals(store) == [MessageRead(message("a")), MessageRead(message("b"))]


@pytest.mark.parametrize("unseen", [False, True])
async def test_page_read_twice_brings_nothing(store: Store, unseen: bool) -> None:
    await read_page(store, message("a"), unseen=unseen)
    await all_signals(store)
    taken = await read_page(store, message("a"), message("a"), unseen=unseen)
    assert (taken.new, taken.changed, taken.known) == ((), (), 1)
    assert await all_signals(store) == []


async def test_empty_page_moves_the_cursor(store: Store) -> None:
    await read_page(store, n=9)
    assert await store.load_cursor(CHANNEL, EVENT, "chat") == {"n": 9}


async def test_cursors_are_apart(store: Store) -> None:
    await read_page(store, n=1)
    assert await store.load_cursor(CHANNEL, EVENT, "qa") is None
    assert await store.load_cursor("other", EVENT, "chat") is None


async def test_same_ref_in_chat_and_qa_are_two_messages(store: Store) -> None:
    """B-19: nobody says that the two kinds cannot share a ref."""
    await read_page(store, message("a"))
    await read_page(store, message("a", "a question", "new", "qa"), surface="qa")
    assert len(await all_signals(store)) == 2


async def test_each_version_of_a_text_comes_once(store: Store, clock: HandClock) -> None:
    for text in ("one", "two", "two", "one", "two", "three"):
        clock.time += 1
        await read_page(store, message("a", text))
    texts = [signal.message.text for signal in await all_signals(store)]
    assert texts == ["one", "two", "three"]


async def test_edit_is_judged_with_its_own_text(store: Store, clock: HandClock) -> None:
    """Both versions wait: each signal carries the text that it is about."""
    await read_page(store, message("a", "nice"))
    clock.time += 1
    taken = await read_page(store, message("a", "nasty"))
    assert taken.changed == ("a",)
    assert [signal.message.text for signal in await all_signals(store)] == ["nice", "nasty"]


async def test_own_posts_are_known_by_name_and_address(store: Store) -> None:
    rows = [message("a", name="Usher", email="USHER@example.test"), message("b", name="Usher", email="other@example.test")]
    await read_page(store, *rows)
    assert [signal.message.own for signal in await all_signals(store)] == [True, False]


async def test_own_posts_are_known_by_their_ref(store: Store) -> None:
    await step(store, entries=[post("p1")])
    await act(store, "p1", remote="r77")
    await all_signals(store)
    await read_page(store, message("r77", "welcome", name="", email=""), message("r78", "welcome", name="", email=""))
    assert [signal.message.own for signal in await all_signals(store)] == [True, False]


async def test_a_persons_change_is_a_signal_once(store: Store, clock: HandClock) -> None:
    await read_page(store, message("a"))
    await all_signals(store)
    clock.time += 1
    taken = await read_page(store, message("a", status="hidden"))
    await read_page(store, message("a", status="hidden"))
    assert taken.changed == ("a",)
    assert await all_signals(store) == [StatusChanged(EVENT, "a", "chat", "hidden", "public", "hello", ANN)]


async def test_our_change_is_no_persons_and_is_verified(store: Store, clock: HandClock) -> None:
    await read_page(store, message("a"))
    await step(store, entries=[hide("a")])
    await act(store, "hide:a")
    await all_signals(store)
    clock.time += 5
    await read_page(store, message("a", status="hidden"))
    assert await all_signals(store) == []
    clock.time += 5
    await read_page(store, message("a", status="public"))
    assert await all_signals(store) == [StatusChanged(EVENT, "a", "chat", "public", "hidden", "hello", ANN)]


async def test_our_change_seen_before_its_answer_is_ours(store: Store, clock: HandClock) -> None:
    await read_page(store, message("a"))
    await step(store, entries=[hide("a")])
    assert await store.claim(CHANNEL, "hide:a", clock.now())
    await all_signals(store)
    await read_page(store, message("a", status="hidden"))
    assert await all_signals(store) == []
    assert await shown(store, "a") == "hidden"


async def test_read_that_was_on_its_way_during_our_write_is_no_persons(store: Store, clock: HandClock) -> None:
    await read_page(store, message("a"))
    await step(store, entries=[hide("a")])
    asked = clock.time
    clock.time += 0.5
    await act(store, "hide:a")
    await all_signals(store)
    await read_page(store, message("a", status="public"), asked=asked + GRACE)
    assert await all_signals(store) == []
    assert await shown(store, "a") == "hidden"


async def test_hide_that_was_overtaken_after_an_unclear_try_is_no_persons(store: Store, clock: HandClock) -> None:
    """It was applied, its answer was lost, and before a read told so somebody wanted the message shown."""
    await read_page(store, message("a"))
    await step(store, entries=[hide("a")])
    await store.claim(CHANNEL, "hide:a", clock.now())
    await store.settle(CHANNEL, "hide:a", "unknown", at=clock.now())
    await step(store, entries=[hide("a", key="show:a", status="public", cause="person:anna")])
    await store.claim(CHANNEL, "show:a", clock.now())
    await store.settle(CHANNEL, "show:a", "pending", at=clock.now(), error="slow down")
    assert await state_of(store, "hide:a") == "cancelled"
    await all_signals(store)
    clock.time += 5
    await read_page(store, message("a", status="hidden"))
    assert await all_signals(store) == []
    assert (await shown(store, "a"), await state_of(store, "show:a")) == ("hidden", "pending")


async def test_what_waits_to_be_tried_again_is_due_when_the_clock_was_set_back(store: Store, clock: HandClock) -> None:
    await step(store, entries=[hide("a")])
    await store.claim(CHANNEL, "hide:a", clock.now())
    clock.time += 3_600  # it was set forward meanwhile
    await store.settle(CHANNEL, "hide:a", "unknown", at=clock.now())
    await store.settle(CHANNEL, "hide:a", "pending", at=clock.now(), not_before=clock.time + 1)
    await read_page(store, message("b"))
    clock.time -= 1_800
    await read_page(store, message("b"))
    (row,) = await store.waiting(CHANNEL, clock.now(), 10)
    assert (row.entry.key, row.entry.not_before) == ("hide:a", clock.time)
    assert await store.claim(CHANNEL, "hide:a", clock.now())


@pytest.mark.parametrize("back", [5.0, 30.0, 3_600.0])
async def test_what_changes_after_the_clock_was_set_back_is_seen(store: Store, clock: HandClock, back: float) -> None:
    await read_page(store, message("a"), message("b"))
    await step(store, entries=[hide("b")])
    await act(store, "hide:b")
    await read_page(store, message("a"), message("b", status="hidden"))
    await all_signals(store)
    clock.time -= back
    await read_page(store, message("a", "other"), message("b", status="hidden"))
    clock.time += GRACE + 0.1
    await read_page(store, message("a", "other", "hidden"), message("b", status="public"))
    text, *changes = await all_signals(store)
    assert text.message.text == "other"
    assert [(change.ref, change.status) for change in changes] == [("a", "hidden"), ("b", "public")]


@pytest.mark.parametrize(("status", "state"), [("archived", "cancelled"), ("approved", "pending")])
async def test_a_persons_change_takes_back_what_would_overwrite_it(store: Store, clock: HandClock, status: str, state: str) -> None:
    await read_page(store, message("q", status="new", surface="qa"), surface="qa")
    await step(store, entries=[hide("q", key="k", surface="qa", status="approved")])
    await all_signals(store)
    clock.time += 1
    await read_page(store, message("q", status=status, surface="qa"), surface="qa")
    assert await state_of(store, "k") == state
    signals = await all_signals(store)
    assert StatusChanged(EVENT, "q", "qa", status, "new", "hello", ANN) in signals
    assert [signal.state for signal in signals if isinstance(signal, EntrySettled)] == (
        ["cancelled"] if state == "cancelled" else []
    )


async def test_what_one_person_asked_here_is_not_taken_back_by_another_there(store: Store, clock: HandClock) -> None:
    await read_page(store, message("q", status="new", surface="qa"), surface="qa")
    await step(store, entries=[hide("q", key="k", surface="qa", status="approved", cause="person:anna", priority=0)])
    clock.time += 1
    await read_page(store, message("q", status="archived", surface="qa"), surface="qa")
    assert await state_of(store, "k") == "pending"


async def test_hide_that_did_not_take_is_sent_again_then_given_up(store: Store, clock: HandClock) -> None:
    """B-14: 200 with `rows` 0 can mean "already so" or "no such row"; only a later read tells."""
    await read_page(store, message("a"))
    await step(store, entries=[hide("a")])
    for _ in range(TRIES):
        await act(store, "hide:a", result={"changed": False})
        clock.time += 10
        await read_page(store, message("a", status="public"))
    assert await state_of(store, "hide:a") == "failed"
    assert store.counts.not_taken == TRIES
    settled = [signal for signal in await all_signals(store) if isinstance(signal, EntrySettled)]
    assert [(signal.key, signal.state) for signal in settled] == [("hide:a", "failed")]


async def test_late_hide_after_a_show_is_put_right(store: Store, clock: HandClock) -> None:
    await read_page(store, message("a"))
    await step(store, entries=[hide("a")])
    await act(store, "hide:a", "unknown")
    await store.settle(CHANNEL, "hide:a", "pending", at=clock.now())
    await act(store, "hide:a")
    await step(store, entries=[hide("a", key="show:a", status="public", cause="person:anna", priority=0)])
    clock.time += 1
    await act(store, "show:a")
    clock.time += 10
    await all_signals(store)
    await read_page(store, message("a", status="hidden"))
    assert [signal for signal in await all_signals(store) if isinstance(signal, StatusChanged)] == []
    assert await state_of(store, "show:a") == "pending"


async def test_newer_start_owns_the_channel(store: Store, clock: HandClock) -> None:
    store.epochs[CHANNEL] -= 1
    with pytest.raises(Superseded):
        await read_page(store, message("a"), n=5)
    assert await store.load_cursor(CHANNEL, EVENT, "chat") is None
    await store.begin(CHANNEL, clock.now())
    await read_page(store, message("a"))


async def test_event_state_becomes_a_signal_when_it_differs(store: Store) -> None:
    first, live = EventState(EVENT, "Talk", "idle", "before"), EventState(EVENT, "Talk", "live", "on_air")
    assert await store.save_event(CHANNEL, first, 10.0)
    assert not await store.save_event(CHANNEL, first, 11.0)
    assert await store.save_event(CHANNEL, live, 12.0)
    assert not await store.save_event(CHANNEL, live, 13.0)
    now = (await store.events(CHANNEL))[0]
    assert now.live_since == 12.0
    assert await all_signals(store) == [EventRead(first), EventRead(now, first)]


async def test_second_show_of_the_same_event_starts_anew(store: Store) -> None:
    for at, phase in ((1.0, "on_air"), (2.0, "unknown"), (3.0, "on_air"), (4.0, "over"), (5.0, "on_air")):
        await store.save_event(CHANNEL, EventState(EVENT, phase=phase), at)  # type: ignore[arg-type]  # phases spelled above
        if at == 4.0:
            assert (await store.events(CHANNEL))[0].live_since == 1.0
    assert (await store.events(CHANNEL))[0].live_since == 5.0


async def test_webhook_is_stored_once(store: Store) -> None:
    came = WebhookCame("event.updated.status", EVENT, {"status": "live"}, "d1")
    assert await store.save_webhook(CHANNEL, "event.updated.status:d1", came, b"{}", 1.0)
    assert not await store.save_webhook(CHANNEL, "event.updated.status:d1", came, b"{}", 2.0)
    assert await store.save_webhook("other", "event.updated.status:d1", came, b"{}", 2.0)
    assert await all_signals(store) == [came]


async def test_unusable_webhook_is_kept_aside(store: Store) -> None:
    assert await store.save_webhook(CHANNEL, "sha:x", None, b"\x00junk", 1.0, "no JSON")
    assert await all_signals(store) == []
    assert (await store.tally(CHANNEL)).quarantined == 1


async def test_unread_switch_of_a_status_entry_keeps_its_surface(store: Store) -> None:
    """A hide of chat `a` says nothing of question `a`."""
    await read_page(store, message("a"))
    await read_page(store, message("a", status="new", surface="qa"), surface="qa")
    await step(store, entries=[entry("k", SetMessageStatus("a", "chat", "hidden"))])
    await act(store, "k")
    chat = [row.message.status for row in await store.messages(CHANNEL, surface="chat")]
    asked = [row.message.status for row in await store.messages(CHANNEL, surface="qa")]
    assert (chat, asked) == (["hidden"], ["new"])
