"""What time brings: holds end, locks open. And what a change of the event means for a lock. Pure."""

from __future__ import annotations

from typing import Any, cast

from bot.domain.actions import SetMessageStatus
from bot.domain.decisions import Decision, Outcome
from bot.domain.signals import EventRead
from bot.engine import timers
from bot.engine.case import WANTED
from bot.engine.memory import seen
from bot.engine.overload import opened_by_hand
from bot.engine.plan import OUTCOMES
from bot.engine.work import USUAL, Work, hide_priority


def tick(work: Work) -> None:
    """Fires every timer whose time has come; one that fails is told in its decision and does not stop the others."""
    for name, timer in timers.due(work.draft, work.now):
        work.draft.drop("timer", name)
        if timer["do"] == "hold_end":
            _hold_ends(work, timer)
        elif timer["do"] == "unlock":
            _unlock(work, timer)


def _unlock(work: Work, timer: dict[str, Any]) -> None:
    known = work.draft.get("lock", timer["what"])
    if known is None:
        return
    decision = f"unlock:{timer['what']}:{known['decision']}"
    timers.unlock(work, timer["what"], decision, "timer")
    work.decisions.append(_decision(work, decision, "", "none", ("unlock",), f"the lock of {timer['what']} ended"))


def _hold_ends(work: Work, timer: dict[str, Any]) -> None:
    ref = timer["ref"]
    held = work.draft.get("held", ref)
    if held is None:
        return
    then = _then(held)
    decision = f"hold-end:{held['decision']}"
    if not then:
        work.draft.put(("held", ref), {**held, "ends": None}, work.now + 86400.0)
        work.decisions.append(_decision(work, decision, ref, "hold", (), "the hold's time is over; it still waits for a person"))
        return
    work.draft.drop("held", ref)
    surface = held["surface"]
    wanted, status = WANTED[surface, then], "hidden" if surface == "chat" else "new"
    if wanted != status:
        key = f"hold-end:{work.event}:{held['decision']}"
        severity = int(timer.get("severity", 0))
        priority = hide_priority(severity) if wanted in ("hidden", "archived") else USUAL
        action = SetMessageStatus(ref, surface, wanted, status)
        work.ask(key, action, decision=decision, cause=f"rule:{held['rule']}", priority=priority, severity=severity)
    outcome = cast(Outcome, "approve" if then == "show" else then)
    facts = _facts(work, ref, held, then, wanted, status)
    work.decisions.append(_decision(work, decision, ref, outcome, (then,), f"nobody decided in time: {then}", facts))


def _then(held: dict[str, Any]) -> str:
    """`then` as a name; a mapping such as {"hide": true} is understood too."""
    then = held["then"]
    name = next(iter(then)) if isinstance(then, dict) else str(then or "")
    return name if name in OUTCOMES and name != "hold" else ""


def _facts(work: Work, ref: str, held: dict[str, Any], then: str, wanted: str, status: str) -> dict[str, Any]:
    known = seen(work.draft, ref)
    key = f"hold-end:{work.event}:{held['decision']}"
    changed = [["status", ref, held["surface"], wanted, status, key]] if wanted != status else []
    author = known.author if known else ""
    return {"surface": held["surface"], "author": author, "outcome": then, "rules": [held["rule"]], "changed": changed}


def event_read(work: Work, signal: EventRead) -> None:
    """Somebody switched on again what we had locked: the lock is theirs to end."""
    before = signal.before
    for what in ("chat", "qa"):
        was, is_now = getattr(before, what, None), getattr(signal.state, what)
        known = work.draft.get("lock", what)
        if was is False and is_now is True and known is not None:
            opened_by_hand(work.draft, known, work.now)
            work.draft.drop("lock", what)
            work.draft.drop("timer", f"lock:{what}")


def _decision(
    work: Work, decision: str, ref: str, outcome: Outcome, actions: tuple[str, ...], note: str, facts: dict[str, Any] | None = None
) -> Decision:
    return Decision(
        decision,
        work.event,
        ref,
        outcome,
        work.now,
        work.plan.ruleset.hash,
        who="timer",
        actions=actions,
        note=note,
        facts=facts or {},
    )
