"""Whether an item may start now, and what is remembered of it: once, cooldown, at most so often, lateness, only_if, mode.

History kinds: ("fired", item, occurrence) {"at", "n", "why", "plan"}; ("item", item) {"n", "last", "moments"};
("skipped", item, occurrence) {"at", "due", "why", "plan"}; ("offer", "item@occurrence") {"item", "at", "until", "why"} for
`mode: suggest`; ("shadowed", item, occurrence) {"at"}.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.history import Draft
from bot.engine.engagement.poll_records import ASKING, latest
from bot.engine.engagement.predicates import why_not
from bot.engine.engagement.turn import DAY, Turn
from bot.ruleset.engagement import Item, Poll, Quiz, Started

QUIZ_OVER = ("finished", "void")
OFFER = 600.0
KEPT = 8 * DAY


@dataclass(frozen=True, slots=True)
class Start:
    """One start that was asked for: by a schedule, by something that happened, or by a person."""

    item: Started
    due: float
    occurrence: str
    why: str
    moment: str = ""
    """The text of an `at:`: such a moment comes once in an event, even if the event is put off afterwards."""
    plan: float | None = None
    """Seconds after the event's beginning at which the running order has it; None if no clock foretold it."""


def active(item: Item, turn: Turn) -> bool:
    """Enabled, meant for this event, and within its life time."""
    if not item.enabled or (item.events and turn.event.event not in item.events):
        return False
    begins = item.begins.resolve(turn.event) if item.begins else None
    expires = item.expires.resolve(turn.event) if item.expires else None
    return (begins is None or turn.now >= begins) and (expires is None or turn.now < expires)


def state(draft: Draft, item: Item) -> dict[str, Any]:
    """How often it started, when last, and which moments it had."""
    known: dict[str, Any] | None = draft.get("item", item.key)
    return known or {"n": 0, "last": None, "moments": []}


def may_start(turn: Turn, start: Start) -> bool:
    """Checks and remembers one start. True: launch it now."""
    item, known = start.item, state(turn.draft, start.item)
    if turn.draft.get("fired", item.key, start.occurrence) is not None or _spent(item, known, start):
        return False
    why = _hindrance(turn, start, known)
    if why:
        _skip(turn, start, why)
        return False
    turn.fired.append((item.key, start.occurrence))
    value = {"at": turn.now, "n": known["n"] + 1, "why": start.why, "plan": start.plan}
    turn.draft.put(("fired", item.key, start.occurrence), value, turn.now + KEPT)
    note_start(turn, item, start.moment)
    if turn.situation.shadow or item.mode == "shadow":
        turn.draft.put(("shadowed", item.key, start.occurrence), {"at": turn.now})
        return False
    if item.mode == "suggest":
        _offer(turn, start)
        return False
    return True


def under_way(draft: Draft, item: Item) -> bool:
    """A poll or quiz that waits or runs is not asked for a second time: not by its schedule, not by a double click."""
    if isinstance(item, Poll):
        record = latest(draft, item.id)
        return record is not None and record["state"] in ("scheduled", *ASKING)
    if isinstance(item, Quiz):
        return any(one.value["id"] == item.id and one.value["state"] not in QUIZ_OVER for _key, one in draft.of_kind("quiz"))
    return False


def note_start(turn: Turn, item: Item, moment: str = "") -> None:
    """Counts one more start."""
    known = state(turn.draft, item)
    moments = [*known["moments"], moment] if moment else known["moments"]
    turn.draft.put(("item", item.key), {"n": known["n"] + 1, "last": turn.now, "moments": moments})


def _spent(item: Started, known: dict[str, Any], start: Start) -> bool:
    """It has had its turn, as was meant; nothing to tell."""
    return bool(item.only_once and known["n"]) or bool(start.moment and start.moment in known["moments"])


def _hindrance(turn: Turn, start: Start, known: dict[str, Any]) -> str:
    item, late = start.item, turn.now - start.due
    if under_way(turn.draft, item):
        return "the run before is not over yet"
    if late > item.misfire_grace:
        return f"{late:.0f} s late (misfire_grace {item.misfire_grace:g} s)"
    if item.max_per_event is not None and known["n"] >= item.max_per_event:
        return f"max_per_event: {item.max_per_event} reached"
    if item.cooldown and known["last"] is not None and 0 <= turn.now - known["last"] < item.cooldown:
        return f"cooldown: started {turn.now - known['last']:.0f} s ago (limit {item.cooldown:g} s)"
    return why_not(item.only_if, turn) if item.only_if is not None else ""


def _skip(turn: Turn, start: Start, why: str) -> None:
    """Not started, and never silently."""
    value = {"at": turn.now, "due": start.due, "why": why, "plan": start.plan}
    turn.draft.put(("skipped", start.item.key, start.occurrence), value, turn.now + DAY)


def _offer(turn: Turn, start: Start) -> None:
    until = turn.now + max(OFFER, start.item.misfire_grace)
    value = {"item": start.item.key, "at": turn.now, "until": until, "why": start.why}
    turn.draft.put(("offer", f"{start.item.key}@{start.occurrence}"), value, until)
