"""Recorded messages through the rules, in virtual time and without a platform: one decision for each record, in order.

Uses the same `step` as the running bot; engagement is left out. Each event of a recording has its own history and clock. Streaming:
memory does not grow with the length of the recording beyond what the rules themselves remember. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from bot.domain.decisions import Decision
from bot.domain.history import History
from bot.domain.signals import Author, EventState, Message, MessageRead, Tick
from bot.engine.asking import known_scores
from bot.engine.records import PHASES, BadRecord, Record, read_record
from bot.engine.situation import Situation
from bot.engine.step import step
from bot.engine.timers import next_due
from bot.ruleset.model import Ruleset

START = 1_767_261_600.0
"""When recordings begin (a Thursday, 10:00 UTC): rules that look at the time of day see something definite."""
NEW_RECORDING = 60.0
"""A clock that goes back further than this is another recording's; less is disorder, and the clock just stands still."""
FORGET_EVERY = 1_000


class Answer(NamedTuple):
    """To one record: its number, and either the decision or why it could not be read."""

    i: int
    decision: Decision | None
    record: Record | None = None
    error: str = ""

    @property
    def json(self) -> str:
        """As one line for programs (docs: Replay records)."""
        if self.decision is None:
            return json.dumps({"i": self.i, "error": self.error}, ensure_ascii=False)
        decision = self.decision
        if not decision.verdicts and not decision.suggested and not decision.shadow:
            return f'{{"i": {self.i}, "decision": "none", "actions": [], "rules": [], "matches": [], "shadow": [], "reason": ""}}'
        return json.dumps({"i": self.i, **outline(decision)}, ensure_ascii=False)


def outline(decision: Decision) -> dict[str, Any]:
    """A decision in the words of the replay format. `shadow` names rules that fired without being in force."""
    return {
        "decision": decision.outcome,
        "actions": list(decision.actions),
        "rules": list(decision.rules),
        "matches": [{"rule": match.rule, "text": match.text, "span": list(match.span)} for match in decision.matches],
        "shadow": [verdict.rule for verdict in (*decision.suggested, *decision.shadow)],
        "reason": decision.reason,
    }


@dataclass(slots=True)
class _Event:
    """One event of the recording: what is remembered of it, and its clock."""

    history: History = field(default_factory=History)
    now: float = START
    offset: float = START
    messages: int = 0
    alarm: float | None = None
    situation: Situation | None = None


class Replay:
    """A rule set playing one recording. Feed it line after line."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = replace(ruleset, engagement=None)
        self._events: dict[str, _Event] = {}
        self._lines = 0
        self._t = -1.0

    def feed(self, line: str | bytes) -> Answer:
        """The answer to one line."""
        number, self._lines = self._lines, self._lines + 1
        try:
            record = read_record(line)
        except BadRecord as error:
            return Answer(number, None, error=str(error))
        return Answer(number, self.judge(record, number), record)

    def judge(self, record: Record, number: int) -> Decision:
        """The decision about one record."""
        self._t = self._t + 1.0 if record.t is None else record.t
        event = self._events.get(record.event)
        if event is None:
            event = self._events[record.event] = _Event()
        _move_clock(event, START + self._t)
        situation = _situation(event, record)
        self._ring(event, situation)
        if record.scores:
            event.history.apply(known_scores(record.text, record.scores, event.now))
        done = step(MessageRead(_message(record, number, event.now)), self._ruleset, event.history, situation, event.now)
        event.history.apply(done.changes)
        if any(key[0] == "timer" for key in done.changes):
            event.alarm = next_due(event.history)
        event.messages += 1
        if event.messages % FORGET_EVERY == 0:
            event.history.forget_before(event.now)
        return done.decisions[0]

    def _ring(self, event: _Event, situation: Situation) -> None:
        """Timers that were due before this record fire at their own time."""
        while event.alarm is not None and event.alarm <= event.now:
            done = step(Tick(situation.event.event), self._ruleset, event.history, situation, event.alarm)
            event.history.apply(done.changes)
            event.alarm = next_due(event.history)


def _move_clock(event: _Event, wanted: float) -> None:
    now = wanted - START + event.offset
    if now < event.now:
        if event.now - now > NEW_RECORDING:
            event.offset += event.now - now + 1.0
            now = event.now + 1.0
        else:
            now = event.now
    event.now = now


def _situation(event: _Event, record: Record) -> Situation:
    known = event.situation
    if known is not None and known.event.status == record.status and known.poll_open == record.poll_open:
        return known
    phase = PHASES.get(record.status, "unknown")
    since = known.event.live_since if known is not None else None
    live = (START if known is None else event.now) if phase == "on_air" and since is None else since
    state = EventState(record.event, status=record.status, phase=phase, chat=True, qa=True, live_since=live)
    event.situation = Situation(state, poll_open=record.poll_open)
    return event.situation


def _message(record: Record, number: int, now: float) -> Message:
    author = record.author or Author(name=f"#{number}")
    return Message(
        event=record.event,
        ref=record.id or f"#{number}",
        surface=record.surface,
        text=record.text,
        author=author,
        status="public" if record.surface == "chat" else "new",
        created=now,
        read=now,
        trust=record.trust,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that two rule sets answer differently."""

    i: int
    record: Record
    before: Decision
    after: Decision

    @property
    def json(self) -> str:
        """As one line for programs."""
        return json.dumps({"i": self.i, "before": outline(self.before), "after": outline(self.after)}, ensure_ascii=False)


def replay(lines: Iterable[str | bytes], ruleset: Ruleset) -> Iterator[Answer]:
    """Every line's answer; blank lines are no records."""
    run = Replay(ruleset)
    for line in lines:
        if line.strip():
            yield run.feed(line)


def compare(lines: Iterable[str | bytes], before: Ruleset, after: Ruleset) -> Iterator[Difference | Answer]:
    """What would change: the records that two rule sets answer differently, and (as Answer) those that cannot be read."""
    old, new = Replay(before), Replay(after)
    for line in lines:
        if not line.strip():
            continue
        was, now = old.feed(line), new.feed(line)
        if was.decision is None or now.decision is None or now.record is None:
            yield now
        elif outline(was.decision) != outline(now.decision):
            yield Difference(now.i, now.record, was.decision, now.decision)
