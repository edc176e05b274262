"""The running order foretold: what fires when between two moments, what has to wait, what can never fire.

There is no second way of working it out: `advance` itself is run in virtual time, against an outbox that does everything half a
second later, an audience that writes a steady number of lines a minute, and an event that goes live and ends as scheduled (or
stays as it is, if it has begun). What depends on people (viewers, commands, webhooks …) is not foretold. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.actions import Action, CountPoll, CreatePoll, Entry, PostMessage, SetPoll
from bot.domain.history import Draft, History
from bot.domain.signals import EntrySettled, EventRead, EventState, Phase, Signal, Tick
from bot.engine.engagement import lines
from bot.engine.engagement.advancing import advance
from bot.engine.engagement.lines import STEP
from bot.engine.engagement.preview import next_due
from bot.engine.engagement.turn import EntryKey, Moves
from bot.engine.situation import Situation
from bot.ruleset.engagement import Engagement, Started
from bot.ruleset.moments import zone_of

ANSWERED_AFTER = 0.5
LOOK_AGAIN = 5.0
"""While a line waits for attendee lines, time goes on in such steps."""
FORETOLD = ("at", "every", "cron")
MOST_STEPS = 100_000


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that happens. `what` is starts, says, opens, closes, or the kind of an action."""

    at: float
    item: str
    what: str
    text: str
    local: str
    utc: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """A line that could not be said when it was due. `said` is None if it was dropped."""

    at: float
    source: str
    why: str
    said: float | None


@dataclass(frozen=True, slots=True)
class Unrolled:
    """All of it, in order."""

    planned: tuple[Planned, ...]
    deferred: tuple[Deferred, ...]
    lines_per_hour: dict[str, int]
    """The bot's lines by local hour: "2026-05-04 14:00" → number."""
    never: tuple[tuple[str, str], ...]
    """(item, why): enabled here, started by the clock alone, and yet it starts at no time."""


def unroll(
    engagement: Engagement,
    event: EventState,
    since: float,
    until: float,
    *,
    history: History | None = None,
    lines_per_minute: float = 30.0,
    answered_after: float = ANSWERED_AFTER,
) -> Unrolled:
    """What fires in (since, until]. With `history` it goes on from what is remembered; nothing given is altered."""
    run = _Run(engagement, event, Draft(history or History()), since, lines_per_minute, answered_after)
    run.through(until)
    planned = tuple(one for one in run.planned if since < one.at <= until)
    hours: dict[str, int] = {}
    for one in planned:
        if one.what == "says":
            hour = one.local[:13].replace("T", " ") + ":00"
            hours[hour] = hours.get(hour, 0) + 1
    return Unrolled(planned, tuple(run.all_deferred()), hours, tuple(_never(run)))


@dataclass(slots=True)
class _Run:
    engagement: Engagement
    event: EventState
    draft: Draft
    now: float
    rate: float
    answered_after: float
    planned: list[Planned] = field(default_factory=list)
    waits: dict[str, tuple[float, str, str]] = field(default_factory=dict)
    """Line or announcement → (since, source, why) while it waits."""
    deferred: list[Deferred] = field(default_factory=list)
    pending: list[tuple[float, Entry]] = field(default_factory=list)
    heard: float = 0.0

    def through(self, until: float) -> None:
        self.signal(Tick(self.event.event))
        for _step in range(MOST_STEPS):
            if self.now >= until:
                return
            self.go_to(min(self.next_stop(until), until))

    def next_stop(self, until: float) -> float:
        due = next_due(self.engagement, self.draft, self.event, self.now)
        stops = [at for at in (due, *_phases(self.event)) if at is not None and at > self.now]
        stops += [at for at, _entry in self.pending]
        if self.waits:
            stops.append(self.now + LOOK_AGAIN)
        return min(stops, default=until)

    def go_to(self, at: float) -> None:
        self.assume_lines(at - self.now)
        self.now = at
        ready = [entry for due, entry in self.pending if due <= at]
        self.pending = [one for one in self.pending if one[0] > at]
        for entry in ready:
            self.signal(EntrySettled(entry.event, entry.key, "done", _answer(entry.action)))
        before, self.event = self.event, _as_scheduled(self.event, at)
        self.signal(EventRead(self.event, before) if before != self.event else Tick(self.event.event))

    def assume_lines(self, seconds: float) -> None:
        """Attendees write evenly; of long ago only the number matters."""
        if self.event.phase != "on_air":
            return
        end, at = self.now + seconds, self.now
        while at < end:
            until = min(end, (at // STEP + 1) * STEP)
            self.heard += (until - at) * self.rate / 60.0
            whole, self.heard = int(self.heard), self.heard % 1
            self.draft.put(("lines_total",), lines.total(self.draft) + whole)
            self.draft.put(("lines", str(int(at // STEP))), (self.draft.get("lines", str(int(at // STEP))) or 0) + whole)
            at = until

    def signal(self, signal: Signal) -> None:
        step = Draft(self.draft)
        moves = advance(signal, None, self.engagement, step, Situation(self.event), self.now)
        self.draft.apply(step.changes)
        self.note(moves)

    def note(self, moves: Moves) -> None:
        for item, occurrence in moves.fired:
            self.plan(item, "starts", occurrence)
        for entry in moves.entries:
            self.pending.append((self.now + self.answered_after, entry))
            key = EntryKey.read(entry.key)
            if key is not None and key.step.startswith("live"):
                continue
            self.plan(entry.cause if key is None else _item(key, entry), *_told(entry.action))
        self.note_waits()

    def note_waits(self) -> None:
        waiting = {key[1]: item.value for kind in ("waiting", "due") for key, item in self.draft.of_kind(kind)}
        for name, record in waiting.items():
            if record["why"] and name not in self.waits:
                self.waits[name] = (self.now, record.get("source", f"announcement:{name}"), record["why"])
        for name in [name for name in self.waits if name not in waiting]:
            since, source, why = self.waits.pop(name)
            said = self.draft.get("said", source)
            self.deferred.append(Deferred(since, source, why, said["at"] if said and said["at"] >= since else None))

    def all_deferred(self) -> Iterator[Deferred]:
        yield from self.deferred
        yield from (Deferred(since, source, why, None) for since, source, why in self.waits.values())

    def plan(self, item: str, what: str, text: str) -> None:
        local = datetime.fromtimestamp(self.now, zone_of(self.event)).isoformat(timespec="seconds")
        utc = datetime.fromtimestamp(self.now, UTC).isoformat(timespec="seconds")
        self.planned.append(Planned(self.now, item, what, text, local, utc))


def _phases(event: EventState) -> tuple[float | None, ...]:
    return event.starts, event.ends


def _as_scheduled(event: EventState, now: float) -> EventState:
    """Live from its start to its end, unless it has begun already in its own way."""
    if event.ends is not None and now >= event.ends and event.phase != "over":
        return replace(event, phase="over", status="done")
    if event.starts is not None and now >= event.starts and event.phase in ("before", "unknown"):
        phase: Phase = "on_air"
        return replace(event, phase=phase, status="live", live_since=now)
    return event


def _answer(action: Action) -> dict[str, Any]:
    if isinstance(action, CreatePoll):
        return {"remote": "foretold"}
    if isinstance(action, CountPoll):
        counts = [10, *([5] * (len(action.options) - 1))]
        return {"counts": counts, "other": 0, "voters": sum(counts), "distinct": sum(counts), "index_base": 0, "digest": ""}
    return {}


def _item(key: EntryKey, entry: Entry) -> str:
    return entry.cause if key.kind in ("say", "alert") else f"{key.kind}:{key.item}"


def _told(action: Action) -> tuple[str, str]:
    match action:
        case PostMessage(text=text):
            return "says", text
        case SetPoll(open=True):
            return "opens", ""
        case SetPoll():
            return "closes", ""
        case CreatePoll(question=question):
            return "create_poll", question
        case _:
            fields = {name: getattr(action, name) for name in type(action).__slots__ if name != "kind"}
            return action.kind, ", ".join(f"{name}={value}" for name, value in fields.items())


def _never(run: _Run) -> Iterator[tuple[str, str]]:
    """Only items that nothing but the clock starts: of the others nobody can tell."""
    for item in run.engagement.started:
        meant = item.enabled and (not item.events or run.event.event in item.events)
        kinds = {trigger.kind for trigger in item.triggers}
        if meant and kinds and kinds <= set(FORETOLD) and run.draft.get("item", item.key) is None:
            yield item.key, _why_never(run, item)
    for key, remembered in run.draft.of_kind("dropped"):
        source = str(remembered.value.get("source", ""))
        if source.startswith("announcement:") and run.draft.get("said", source) is None:
            yield source, f"due, but never said: {remembered.value['why']} ({key[1]})"


def _why_never(run: _Run, item: Started) -> str:
    skipped = [remembered.value["why"] for key, remembered in run.draft.of_kind("skipped") if key[1] == item.key]
    return skipped[-1] if skipped else "its time lies outside the event, or outside begins and expires"
