"""What comes of an overload: one lock, made longer while it lasts, opened by its timer or by a person."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.actions import SendAlert, SetEvent
from bot.domain.history import History
from bot.domain.signals import EventRead, EventState, Overload, PersonAct, Signal, Tick
from bot.engine.overload import KEPT_OPEN, LOCKED
from bot.engine.situation import Situation, Step
from bot.engine.step import step
from tests.engine.making import LIVE, START, Rules

LOCKED_CHAT = replace(LIVE, chat=False)


class Event:
    """One event going on."""

    def __init__(self) -> None:
        self.rules = Rules().word("swearing", "heck").done()
        self.history = History()
        self.state = LIVE

    def tell(self, signal: Signal, at: float) -> Step:
        situation = Situation(self.state, act=7)
        done = step(signal, self.rules, self.history, situation, START + at)
        self.history.apply(done.changes)
        return done

    def read(self, state: EventState, at: float) -> Step:
        before, self.state = self.state, state
        return self.tell(EventRead(state, before), at)

    def overload(self, at: float) -> Step:
        return self.tell(Overload("ev1", 400, 12.0), at)


def switches(done: Step) -> list[dict[str, object]]:
    return [dict(entry.action.changes) for entry in done.entries if isinstance(entry.action, SetEvent)]


def test_the_chat_is_locked_with_one_call_before_all_hides_and_people_are_told() -> None:
    done = Event().overload(0.0)
    assert switches(done) == [{"chat": False}]
    assert done.entries[0].priority == 0
    alert = next(entry.action for entry in done.entries if isinstance(entry.action, SendAlert))
    assert alert.urgent
    assert "400 messages wait" in alert.text
    assert done.decisions[0].who == "overload"
    assert "locked" in done.decisions[0].note


def test_while_it_lasts_the_lock_stays_and_then_it_opens_by_itself() -> None:
    event = Event()
    event.overload(0.0)
    event.read(LOCKED_CHAT, 1.0)
    for second in range(2, 61):
        assert not event.overload(float(second)).entries
    assert not event.tell(Tick("ev1"), 60.0 + LOCKED / 2 - 2).entries
    assert switches(event.tell(Tick("ev1"), 60.0 + LOCKED)) == [{"chat": True}]


def test_a_chat_that_people_closed_is_left_to_them() -> None:
    event = Event()
    event.state = LOCKED_CHAT
    assert not event.overload(0.0).entries


def test_whoever_opens_it_keeps_it_open_for_a_while() -> None:
    event = Event()
    event.overload(0.0)
    event.read(LOCKED_CHAT, 1.0)
    event.read(LIVE, 5.0)
    assert not event.overload(6.0).entries
    assert switches(event.overload(6.0 + KEPT_OPEN)) == [{"chat": False}]


def test_the_lock_can_be_taken_back() -> None:
    event = Event()
    decision = event.overload(0.0).decisions[0]
    event.read(LOCKED_CHAT, 1.0)
    back = event.tell(PersonAct("ev1", "anna", "undo", decision.id, {"facts": decision.facts}), 2.0)
    assert switches(back) == [{"chat": True}]
    event.read(LIVE, 3.0)
    assert not event.overload(4.0).entries
