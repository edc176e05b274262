"""Takes a decision back: everything its `changed` list names, in reverse, and says what cannot be taken back.

Not possible: a question cannot become `new` again, so the undo of an approve is archive (B-18) and an archived question goes to the
queue for a person; a reply, an alert or a call that was sent stays sent. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.actions import SetMessageStatus
from bot.engine import timers
from bot.engine.authors import DAY, change_record, in_force, note_hidden, put_strikes, remove_strike, strikes
from bot.engine.memory import forget_verdict
from bot.engine.overload import opened_by_hand
from bot.engine.work import HUMAN, Work


class Undo:
    """One undo while it runs; `notes` tells what happened and what could not."""

    def __init__(self, work: Work, decision: str, cause: str, target: str) -> None:
        self.work = work
        self.decision = decision
        self.cause = cause
        self.target = target
        self.notes: list[str] = []
        self.held_again = False
        """The message waits for a person again."""

    def run(self, changed: list[list[Any]], *, status: bool = True) -> None:
        """Takes all changes back, newest first. `status` False leaves the message's own visibility to the caller."""
        for kind, *what in reversed(changed):
            if kind == "status" and not status:
                self.work.cancelled.append(what[4])
                continue
            _BACK[kind](self, *what)

    def set_status(self, ref: str, surface: Any, wanted: str, before: str) -> None:
        """Asks for a message's status, first in line."""
        key = f"undo:{self.decision}:{ref}"
        action = SetMessageStatus(ref, surface, wanted, before)
        self.work.ask(key, action, decision=self.decision, cause=self.cause, priority=HUMAN)


def _status(undo: Undo, ref: str, surface: str, wanted: str, before: str, key: str) -> None:
    undo.work.cancelled.append(key)
    if surface == "chat":
        undo.set_status(ref, surface, before if before in ("public", "hidden") else "public", wanted)
    elif before in ("approved", "archived"):
        undo.set_status(ref, surface, before, wanted)
    elif wanted == "approved":
        undo.set_status(ref, surface, "archived", wanted)
        undo.notes.append("a question cannot become new again: it is archived instead")
    else:
        record = {"surface": surface, "at": undo.work.now, "ends": None, "then": None, "decision": undo.target, "rule": "undo"}
        undo.work.draft.put(("held", ref), record, undo.work.now + DAY)
        undo.notes.append("an archived question cannot become new again: it waits in the queue; approve it to show it")


def _hidden(undo: Undo, author: str) -> None:
    note_hidden(undo.work.draft, author, undo.work.now, -1)


def _strike(undo: Undo, author: str, strike: list[Any]) -> None:
    work = undo.work
    remove_strike(work.draft, author, work.now, strike)
    mute = work.draft.get("mute", author)
    if mute is None or strike not in mute.get("because", ()):
        return
    left = [one for one in mute["because"] if one != strike]
    if sum(one[1] for one in left) < int(mute["why"].partition(":")[2]):
        lift_mute(undo, author, None)
    else:
        work.draft.put(("mute", author), {**mute, "because": left}, None if mute["until"] is None else mute["until"] + DAY)


def _forgive(undo: Undo, author: str, held: list[list[Any]]) -> None:
    work = undo.work
    valid = [strike for strike in held if strike[0] > work.now]
    put_strikes(work.draft, author, [*valid, *strikes(work.draft, author, work.now)])


def _label(undo: Undo, author: str, name: str) -> None:
    labels = (undo.work.draft.get("author", author) or {}).get("labels", {})
    left = {one: until for one, until in labels.items() if one != name}
    change_record(undo.work.draft, author, undo.work.now, labels=left or None)


def _unlabel(undo: Undo, author: str, name: str) -> None:
    labels = (undo.work.draft.get("author", author) or {}).get("labels", {})
    change_record(undo.work.draft, author, undo.work.now, labels={**labels, name: None})


def _count(undo: Undo, name: str, at: float, by: float) -> None:
    held = list(undo.work.draft.get("counter", name) or ())
    if [at, by] in held:
        held.remove([at, by])
        _put_list(undo, ("counter", name), held)


def _put_list(undo: Undo, key: tuple[str, str], held: list[Any]) -> None:
    if held:
        undo.work.draft.put(key, held, undo.work.now + DAY)
    else:
        undo.work.draft.drop(*key)


def _mute(undo: Undo, author: str, before: dict[str, Any] | None) -> None:
    known = undo.work.draft.get("mute", author)
    if known is not None and known["decision"] == undo.target:
        lift_mute(undo, author, before)


def lift_mute(undo: Undo, author: str, before: dict[str, Any] | None) -> None:
    """Ends a mute, restores the one before it, and shows again what only the mute hid."""
    work = undo.work
    known = work.draft.get("mute", author)
    if before is not None and in_force(before, work.now):
        work.draft.put(("mute", author), before, None if before["until"] is None else before["until"] + DAY)
        return
    work.draft.drop("mute", author)
    for ref, surface, status in known["hidden"]:
        if surface == "chat":
            undo.set_status(ref, surface, status if status == "public" else "public", "hidden")
            note_hidden(work.draft, author, work.now, -1)
    if known["hidden"]:
        undo.notes.append(f"the mute is lifted; {len(known['hidden'])} messages it hid are shown again")


def _slow(undo: Undo, author: str, before: dict[str, Any] | None) -> None:
    if before is not None and in_force(before, undo.work.now):
        undo.work.draft.put(("slow", author), before, before["until"])
    else:
        undo.work.draft.drop("slow", author)


def _lock(undo: Undo, what: str, key: str) -> None:
    known = undo.work.draft.get("lock", what)
    if known is not None and known["decision"] == undo.target:
        undo.work.cancelled.append(key)
        opened_by_hand(undo.work.draft, known, undo.work.now)
        timers.unlock(undo.work, what, undo.decision, undo.cause)


def _longer(undo: Undo, what: str, before: float, until: float) -> None:
    """A lock that was only made longer ends as it would have; if that is past, at the next tick."""
    known = undo.work.draft.get("lock", what)
    if known is not None and known["until"] == until:
        timers.hold_until(undo.work.draft, what, known, before)


def _raid(undo: Undo, before: dict[str, Any] | None) -> None:
    known = undo.work.draft.get("raid")
    if known is None or known.get("decision") != undo.target:
        return
    if before is not None and in_force(before, undo.work.now):
        undo.work.draft.put(("raid",), before, before["until"])
    else:
        undo.work.draft.drop("raid")


def _hold(undo: Undo, ref: str) -> None:
    undo.work.draft.drop("held", ref)
    undo.work.draft.drop("timer", f"hold:{ref}")


def _released(undo: Undo, ref: str, held: dict[str, Any], timer: dict[str, Any] | None) -> None:
    """It waits for a person again; if its time is over meanwhile, for as long as it takes."""
    draft, now = undo.work.draft, undo.work.now
    if timer is not None and timer["at"] > now:
        draft.put(("timer", f"hold:{ref}"), timer)
    draft.put(("held", ref), held if timer is not None and timer["at"] > now else {**held, "ends": None}, now + DAY)
    undo.held_again = True


def _swept(undo: Undo, ref: str) -> None:
    undo.work.draft.drop("swept", ref)


def _once(undo: Undo, rule: str, scope: str) -> None:
    undo.work.draft.drop("once", rule, scope)


def _acted(undo: Undo, rule: str, before: float | None, cooldown: float) -> None:
    """Its cooldown is what it was before."""
    if before is None or before + cooldown <= undo.work.now:
        undo.work.draft.drop("acted", rule)
    else:
        undo.work.draft.put(("acted", rule), before, before + cooldown)


def _acts(undo: Undo, rule: str, at: float) -> None:
    """It has room again under its limit."""
    held = list(undo.work.draft.get("acts", rule) or ())
    if at in held:
        held.remove(at)
        _put_list(undo, ("acts", rule), held)


def _said(undo: Undo, key: str, words: str) -> None:
    undo.work.cancelled.append(key)
    undo.work.draft.drop("waiting", key)
    undo.notes.append(f"{words} cannot be taken back if it was sent already")


def _verdict(undo: Undo, ref: str) -> None:
    forget_verdict(undo.work.draft, ref)


_BACK: dict[str, Callable[..., None]] = {
    "status": _status,
    "hidden": _hidden,
    "strike": _strike,
    "forgive": _forgive,
    "label": _label,
    "unlabel": _unlabel,
    "count": _count,
    "mute": _mute,
    "slow": _slow,
    "lock": _lock,
    "longer": _longer,
    "raid": _raid,
    "hold": _hold,
    "released": _released,
    "once": _once,
    "swept": _swept,
    "acted": _acted,
    "acts": _acts,
    "said": _said,
    "verdict": _verdict,
}
