"""What a bulk undo will come to, worked out before anything is done: first what cannot be taken back, then what will be. Pure."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, get_args

from bot.domain.actions import CallWebhook, Entry, PostMessage, SendAlert, SetEvent, SetStream
from bot.domain.decisions import Decision
from bot.domain.history import Draft, History, Key, Remembered
from bot.domain.signals import Surface
from bot.engine import timers
from bot.engine.course import Course
from bot.engine.retrace import Retrace
from bot.ruleset.model import Ruleset

USUAL_STATUS = {"chat": "public", "qa": "new"}
UNTOUCHED = ("rule_mode", "undone", "pardon", "pardons", "signup", "external", "asking")
"""Kinds of memory that an undo leaves alone: a rule's mode is people's or the breaker's to change, a score stays what it is."""
MOST_WORDS = 50
SURFACES: tuple[Surface, ...] = get_args(Surface)


@dataclass(frozen=True, slots=True)
class Turn:
    """A message that changes its status; `back` is False where the platform has no way to `wanted`."""

    ref: str
    surface: Surface
    was: str
    wanted: str
    back: bool = True


@dataclass(slots=True)
class UndoPlan:
    """`cannot` stands first wherever it is shown."""

    cannot: list[str] = field(default_factory=list)
    will: list[str] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    memory: dict[Key, tuple[Remembered | None, Remembered | None]] = field(default_factory=dict)
    """Key → as it was remembered, as it would be without."""
    unlock: tuple[str, ...] = ()
    lock: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    """Keys of entries to be taken back if they have not been sent."""
    decisions: list[tuple[Decision, Decision | None]] = field(default_factory=list)
    strays: list[Decision] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """There is nothing to take back."""
        return not (self.turns or self.memory or self.cancelled or self.decisions or self.strays or self.unlock or self.lock)

    @property
    def json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "cannot": self.cannot,
            "will": self.will,
            "messages": [{"ref": turn.ref, "surface": turn.surface, "from": turn.was, "to": turn.wanted} for turn in self.turns],
            "decisions": len(self.decisions) + len(self.strays),
            "nothing": self.is_nothing,
        }


def plan_undo(retrace: Retrace, ruleset: Ruleset, live: History | Draft, now: float) -> UndoPlan:
    """The difference between the two courses at this moment. Timers that have yet to fire in `live` have not fired there either."""
    waiting = min((timer["at"] for _, timer in timers.due(live, now)), default=None)
    retrace.ring(now if waiting is None else math.nextafter(waiting, -math.inf), ruleset)
    plan = UndoPlan(strays=list(retrace.strays.values()))
    if retrace.without is not None:
        was, without = retrace.as_it_was, retrace.without
        for course in (was, without):
            course.history.forget_before(now)
        plan.turns = [turn for turn in _turns(was, without) if turn.ref not in retrace.unlike]
        plan.memory = _memory(was, without)
        plan.decisions = [
            (one.made, one.wanted) for one in retrace.differences.values() if one.made.ref not in retrace.unlike or not one.made.ref
        ]
        locked = {what: (_locked(was, what), _locked(without, what)) for what in SURFACES}
        plan.unlock = tuple(what for what, (before, after) in locked.items() if before and not after)
        plan.lock = tuple(what for what, (before, after) in locked.items() if after and not before)
        plan.cancelled = tuple(retrace.only_was.keys() - retrace.only_without.keys())
    _tell(plan, retrace)
    return plan


def _turns(was: Course, without: Course) -> list[Turn]:
    turns = []
    for ref in dict.fromkeys([*was.shown, *without.shown]):
        surface = (was.shown.get(ref) or without.shown[ref]).surface
        before, wanted = _status(ref, surface, was, without), _status(ref, surface, without, was)
        if before != wanted:
            turns.append(Turn(ref, surface, before, wanted, back=surface == "chat" or wanted in ("approved", "archived")))
    return turns


def _status(ref: str, surface: Surface, course: Course, other: Course) -> str:
    shown = course.shown.get(ref)
    return shown.status if shown is not None else (other.found.get(ref) or USUAL_STATUS[surface])


def _memory(was: Course, without: Course) -> dict[Key, tuple[Remembered | None, Remembered | None]]:
    changed: dict[Key, tuple[Remembered | None, Remembered | None]] = {}
    for key, item in was.history.items():
        other = without.history.find(key)
        if item is not other and item != other and key[0] not in UNTOUCHED:
            changed[key] = (item, other)
    for key, item in without.history.items():
        if was.history.find(key) is None and key[0] not in UNTOUCHED:
            changed[key] = (None, item)
    return changed


def _locked(course: Course, what: str) -> bool:
    """Also one whose time is over and that has yet to be opened."""
    return course.history.get("lock", what) is not None


# ── in words ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _tell(plan: UndoPlan, retrace: Retrace) -> None:
    plan.cannot += _sent(retrace) + _stuck(plan) + _modes(retrace)
    plan.will += _status_words(plan)
    plan.will += [f"{what} is switched on again" for what in plan.unlock] + [
        f"{what} stays locked by another rule" for what in plan.lock
    ]
    plan.will += _memory_words(plan)
    if plan.strays:
        plan.will.append(f"{len(plan.strays)} acts whose texts or rules are no longer known are taken back one by one")


def _sent(retrace: Retrace) -> list[str]:
    """What went out into the world, and what would have gone out."""
    gone = [_words(entry) for key, entry in retrace.only_was.items() if key not in retrace.only_without and _is_outward(entry)]
    missed = [_words(entry) for key, entry in retrace.only_without.items() if key not in retrace.only_was and _is_outward(entry)]
    return _first([f"{words} cannot be taken back if it was sent already" for words in gone]) + _first(
        [f"{words} would have been sent; that is not made up for" for words in missed]
    )


def _is_outward(entry: Entry) -> bool:
    own_switch = isinstance(entry.action, SetEvent) and not entry.key.startswith(("lock:", "unlock:"))
    return own_switch or isinstance(entry.action, PostMessage | SendAlert | CallWebhook | SetStream)


def _words(entry: Entry) -> str:
    match entry.action:
        case PostMessage(text=text):
            return f"the post “{text[:80]}”"
        case SendAlert(text=text):
            return f"the alert “{text[:80]}”"
        case CallWebhook(url=url):
            return f"the call to {url[:80]}"
        case SetStream(stream=stream, on=on):
            return f"the {'start' if on else 'stop'} of the stream {stream}"
        case _:
            return "the change of the event's switches"


def _first(told: list[str]) -> list[str]:
    return told if len(told) <= MOST_WORDS else [*told[:MOST_WORDS], f"and {len(told) - MOST_WORDS} more of this kind"]


def _stuck(plan: UndoPlan) -> list[str]:
    archived = sum(not turn.back and turn.was == "approved" for turn in plan.turns)
    queued = sum(not turn.back and turn.was == "archived" for turn in plan.turns)
    told = []
    if archived:
        told.append(f"{archived} approved questions cannot become new again: they are archived instead")
    if queued:
        told.append(f"{queued} archived questions cannot become new again: they wait in the queue; approve them to show them")
    return told


def _modes(retrace: Retrace) -> list[str]:
    held = retrace.as_it_was.history.get("rule_mode", retrace.scope.rule) if retrace.scope.rule else None
    return [f"rule {retrace.scope.rule} stays set to {held['mode']}: {held['why']}"] if held else []


def _status_words(plan: UndoPlan) -> list[str]:
    counts = Counter((turn.surface, turn.wanted) for turn in plan.turns if turn.back)
    noun = {"chat": "chat messages", "qa": "questions"}
    verb = {"public": "shown again", "hidden": "hidden", "approved": "approved", "archived": "archived"}
    return [f"{noun[surface]} {verb.get(wanted, wanted)}: {count}" for (surface, wanted), count in sorted(counts.items())]


def _memory_words(plan: UndoPlan) -> list[str]:
    told = [
        _changed("authors with other strikes", plan, "strikes"),
        _changed("authors with another mute", plan, "mute"),
        _changed("authors with another slow mode", plan, "slow"),
        _changed("messages held or released", plan, "held"),
    ]
    told += [
        f"counter {key[1]} is {_total(after):g} instead of {_total(before):g}" for key, (before, after) in _of(plan, "counter")
    ]
    labels = sum(_labels(before) != _labels(after) for _, (before, after) in _of(plan, "author"))
    told += [f"authors with other labels: {labels}"] if labels else []
    raid = any(after is None for _, (_, after) in _of(plan, "raid"))
    told += ["raid mode ends"] if raid else []
    return [words for words in told if words]


def _of(plan: UndoPlan, kind: str) -> list[tuple[Key, tuple[Remembered | None, Remembered | None]]]:
    return [(key, pair) for key, pair in plan.memory.items() if key[0] == kind]


def _changed(words: str, plan: UndoPlan, kind: str) -> str:
    count = len(_of(plan, kind))
    return f"{words}: {count}" if count else ""


def _total(item: Remembered | None) -> float:
    return float(sum(one[1] for one in item.value)) if item is not None else 0.0


def _labels(item: Remembered | None) -> list[str]:
    return sorted(item.value.get("labels", {})) if item is not None else []
