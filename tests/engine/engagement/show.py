"""A show in virtual time: signals go through `advance`, and what comes out is settled after a while, as the outbox would."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml import YAML

from bot.domain.actions import CountPoll, CreatePoll, Entry, PostMessage
from bot.domain.decisions import Decision
from bot.domain.history import Draft, History, Remembered
from bot.domain.signals import (
    Author,
    EntrySettled,
    EventRead,
    EventState,
    Message,
    MessageRead,
    PersonAct,
    Phase,
    Signal,
    Tick,
    Trust,
    Verb,
)
from bot.engine.engagement import Moves, advance, next_due
from bot.engine.situation import Situation
from bot.ruleset.engagement import Engagement, EngagementSections, build

START = 1_800_000_000.0
"""2027-01-15 08:00:00 UTC."""
IDLE = EventState("ev1", "The Show", "idle", "before", True, True, START, START + 7200, "UTC")


def read(text: str) -> Engagement:
    """Rule text in, engagement out; the text must be sound."""
    engagement, findings = build([EngagementSections.model_validate(YAML(typ="safe").load(text) or {})])
    assert findings == []
    return engagement


@dataclass
class Show:
    """One event. `answer` says what becomes of an entry (state, result); the default platform does everything."""

    engagement: Engagement
    now: float = START
    event: EventState = IDLE
    delay: float = 0.3
    answer: Callable[[Entry], tuple[str, dict[str, Any]]] | None = None
    restart: bool = False
    """Save and load everything remembered after each signal."""
    history: History = field(default_factory=History)
    sent: list[tuple[float, Entry]] = field(default_factory=list)
    fired: list[tuple[str, str]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    votes: dict[str, Any] = field(default_factory=dict)
    """What CountPoll finds."""
    situation: Situation = field(default_factory=lambda: Situation(IDLE))
    _pending: list[tuple[float, Entry]] = field(default_factory=list)
    _count: int = 0
    _kinds: set[str] = field(default_factory=set)

    def signal(self, signal: Signal, decision: Decision | None = None, trust: Trust = "new") -> Moves:
        """One signal, now."""
        draft = Draft(self.history)
        situation = replace(self.situation, event=self.event)
        moves = advance(signal, decision, self.engagement, draft, situation, self.now, trust=trust)
        self.history.apply(draft.changes)
        self._kinds.update(key[0] for key in draft.changes)
        if self.restart:
            self.reload()
        known = {entry.key for _at, entry in self.sent}
        for entry in moves.entries:
            assert entry.what == "engagement"
            assert entry.key not in known, f"{entry.key} twice"
            known.add(entry.key)
            self.sent.append((self.now, entry))
            self._pending.append((self.now + self.delay, entry))
        for one in moves.fired:
            assert one not in self.fired, f"{one} fired twice"
            self.fired.append(one)
        self.cancelled += moves.cancelled
        return moves

    def reload(self) -> None:
        """What a restart leaves."""
        saved = json.dumps(
            [[list(key), item.value, item.until] for kind in self._kinds for key, item in self.history.of_kind(kind)]
        )
        self.history = History({tuple(key): Remembered(value, until) for key, value, until in json.loads(saved)})

    def run(self, seconds: float, step: float = 1.0) -> None:
        """Ticks; entries are settled when their time has come."""
        end = self.now + seconds
        while self.now < end:
            due = min((at for at, _entry in self._pending), default=end)
            tick = (self.now // step + 1) * step
            self.now = min(end, max(self.now, due), tick)
            self._settle()
            self.signal(Tick(self.event.event))

    def advance_to(self, at: float) -> None:
        """Time passes without a tick; what the outbox settles on the way is taken."""
        while any(due <= at for due, _entry in self._pending):
            self.now = max(self.now, min(due for due, _entry in self._pending))
            self._settle()
        self.now = max(self.now, at)

    def run_by_alarm(self, seconds: float, step: float | None = None) -> int:
        """Only as often as `next_due` and settled entries ask for, and each `step` seconds; returns the number of ticks."""
        end, ticks = self.now + seconds, 0
        while self.now < end:
            alarm = next_due(self.engagement, self.history, self.event, self.now) or end
            settle = min((at for at, _entry in self._pending), default=end)
            tick = end if step is None else (self.now // step + 1) * step
            self.now = min(end, tick, max(alarm, self.now), max(settle, self.now))
            self._settle()
            self.signal(Tick(self.event.event))
            ticks += 1
            assert ticks < 5000, "the alarm rings for nothing"
        return ticks

    def _settle(self) -> None:
        ready = [one for one in self._pending if one[0] <= self.now]
        self._pending = [one for one in self._pending if one[0] > self.now]
        for _at, entry in ready:
            state, result = self._fate(entry)
            self.signal(EntrySettled(entry.event, entry.key, state, result, error="" if state == "done" else "made to fail"))

    def _fate(self, entry: Entry) -> tuple[str, dict[str, Any]]:
        if entry.key in self.cancelled:
            return "cancelled", {}
        return self.answer(entry) if self.answer else ("done", self.platform(entry))

    def platform(self, entry: Entry) -> dict[str, Any]:
        """A platform that does everything."""
        if isinstance(entry.action, CreatePoll):
            self._count += 1
            return {"remote": f"poll{self._count}"}
        if isinstance(entry.action, CountPoll):
            size = len(entry.action.options)
            nothing = {"counts": [0] * size, "other": 0, "voters": 0, "distinct": 0, "index_base": None, "digest": "d"}
            return {**nothing, **self.votes.get(entry.action.poll, self.votes.get("*", {}))}
        return {}

    # ── what happens ──

    def live(self) -> None:
        """The event goes live."""
        self.phase("on_air", "live", live_since=self.now)

    def phase(self, phase: Phase, status: str, **more: Any) -> None:
        """The event is read in another state."""
        before, self.event = self.event, replace(self.event, phase=phase, status=status, **more)
        self.signal(EventRead(self.event, before))

    def chat(self, text: str = "hello", by: str = "ann", trust: Trust = "new", outcome: str = "none", **more: Any) -> None:
        """Somebody writes."""
        self._count += 1
        author = Author(by.title(), f"{by}@example.test")
        message = Message(self.event.event, f"m{self._count}", "chat", text, author, read=self.now, **more)
        outcomes: Any = outcome
        decision = Decision(f"m{self._count}:1", self.event.event, message.ref, outcomes, self.now, "hash")
        self.signal(MessageRead(message), decision, trust)

    def press(self, verb: Verb, target: str = "", **data: Any) -> None:
        """Anna presses something."""
        self._count += 1
        self.situation = replace(self.situation, act=self._count)
        self.signal(PersonAct(self.event.event, "anna", verb, target, data))

    # ── what is to be seen ──

    def said(self) -> list[str]:
        """The bot's lines."""
        return [entry.action.text for _at, entry in self.sent if isinstance(entry.action, PostMessage)]

    def said_at(self, urgent: bool = True) -> list[float]:
        """When, in seconds from the start."""
        return [at - START for at, entry in self.sent if isinstance(entry.action, PostMessage)]

    def acts(self) -> list[str]:
        """Kinds of what was sent."""
        return [entry.action.kind for _at, entry in self.sent]

    def entry_keys(self) -> list[str]:
        """Keys of what was sent, without the event."""
        return [entry.key.partition("@")[0] for _at, entry in self.sent]

    def poll(self, name: str) -> dict[str, Any]:
        """A poll's record."""
        record: dict[str, Any] = self.history.get("poll", name)
        return record

    def all_of(self, kind: str) -> dict[tuple[str, ...], Any]:
        """What is remembered of a kind."""
        return {key[1:]: item.value for key, item in self.history.of_kind(kind)}
