"""One course of events, played again: the engine on a history of its own, and what the audience would see of it.

It plays moderation only; what engagement remembers (sign-ups, polls) is given beforehand and stays as it is. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.actions import Entry, SetMessageStatus
from bot.domain.decisions import Decision
from bot.domain.history import History, Key, Remembered
from bot.domain.past import Moment
from bot.domain.signals import PersonAct, Signal, StatusChanged, Surface, Tick
from bot.engine.situation import Situation, Step
from bot.engine.step import step
from bot.engine.timers import next_due
from bot.ruleset.model import Ruleset

BY_HAND = ("hide", "show", "approve", "archive", "release")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the bot or a person last wanted a message to be."""

    surface: Surface
    status: str


@dataclass(slots=True)
class Course:
    """Feed it with `play`; `fork` makes a second one that goes its own way."""

    history: History
    shown: dict[str, Shown] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    """What a message was before anybody acted on it."""
    facts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Decision → what it changed."""
    newest: dict[str, str] = field(default_factory=dict)
    """Message → the newest decision about it that changed something."""
    alarm: float | None = None
    """When a timer is due next."""

    def fork(self) -> Course:
        """Another course with the same past."""
        return Course(self.history.copy(), dict(self.shown), dict(self.found), dict(self.facts), dict(self.newest), self.alarm)

    def ring(self, until: float, ruleset: Ruleset, situation: Situation, other: Course) -> Iterator[Step]:
        """Timers that are due by then and that the other course does not have, each at its own time."""
        while self.alarm is not None and self.alarm <= until:
            own = [timer["at"] for key, timer in self._timers() if other.history.get(*key) != timer]
            soonest = min(own, default=math.inf)
            if soonest > until:
                return
            yield self.play(Tick(situation.event.event), ruleset, situation, soonest)

    def _timers(self) -> Iterator[tuple[Key, Any]]:
        for key, item in self.history.of_kind("timer"):
            yield key, item.value

    def play(self, signal: Signal, ruleset: Ruleset, situation: Situation, now: float) -> Step:
        """One step of this course."""
        done = step(signal, ruleset, self.history, situation, now)
        self.take(signal, done)
        return done

    def take(self, signal: Signal, done: Step) -> None:
        """Takes over what a step brought."""
        self.history.apply(done.changes)
        if any(key[0] == "timer" for key in done.changes):
            self.alarm = next_due(self.history)
        if isinstance(signal, StatusChanged):
            self.found.setdefault(signal.ref, signal.before)
            self.shown[signal.ref] = Shown(signal.surface, signal.status)
        self._note_entries(done.entries)
        self._note_decisions(done.decisions)

    def _note_entries(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            action = entry.action
            if isinstance(action, SetMessageStatus):
                self.found.setdefault(action.ref, action.before)
                self.shown[action.ref] = Shown(action.surface, action.status)

    def _note_decisions(self, decisions: Iterable[Decision]) -> None:
        for decision in decisions:
            if decision.facts:
                self.facts[decision.id] = decision.facts
                self.newest[decision.ref] = decision.id
            else:
                self.newest.pop(decision.ref, None)

    def refit(self, signal: Signal) -> Signal:
        """What a person did as it would have been in this course: what it takes back is what was done here."""
        if isinstance(signal, StatusChanged):
            decision = self.newest.get(signal.ref, "")
            return replace(signal, decision=decision, facts=dict(self.facts.get(decision, {})))
        return self._refit_act(signal) if isinstance(signal, PersonAct) else signal

    def _refit_act(self, act: PersonAct) -> PersonAct:
        data = dict(act.data)
        if act.verb in BY_HAND and "facts" in data:
            data["decision"] = self.newest.get(act.target, "")
            data["facts"] = dict(self.facts.get(data["decision"], {}))
            if data.get("status") and act.target in self.shown:
                data["status"] = self.shown[act.target].status
        elif act.verb == "undo" and "facts" in data:
            data["facts"] = dict(self.facts.get(act.target, {}))
        return replace(act, data=data)


def is_played(moment: Moment) -> bool:
    """Does moderation see this signal? Bulk undos are played by what they leave out."""
    signal = moment.signal
    return signal is not None and not (isinstance(signal, PersonAct) and signal.verb == "undo_all")


def polls_open_at(polls: Iterable[Mapping[str, Any]], at: float) -> bool:
    """Was an audience poll open then? By the records that engagement keeps."""
    return any(
        poll.get("opened") is not None and poll["opened"] <= at and (poll.get("closed") is None or at < poll["closed"])
        for poll in polls
    )


def outside(history: Mapping[Key, Remembered]) -> dict[Key, Remembered]:
    """What moderation reads but engagement keeps: a course starts with it."""
    return {key: item for key, item in history.items() if key[0] == "signup"}
