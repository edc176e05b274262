"""What has to happen later: holds that end, locks that open again. Set by effects, fired by Tick.

History kinds: ("timer", id) {"at", "do", …}; ("lock", what) {"until", "decision", "was"}. Timers survive a restart because they are
history; a late tick fires what was due meanwhile. Pure.
"""

from __future__ import annotations

from typing import Any

from bot.domain.actions import SetEvent
from bot.domain.decisions import Verdict
from bot.domain.history import Draft, History
from bot.engine.authors import in_force
from bot.engine.case import Case
from bot.engine.work import FIRST, SEVERE, Work


def put(draft: Draft, name: str, at: float, **what: Any) -> None:
    """Sets (or moves) a timer."""
    draft.put(("timer", name), {"at": at, **what})


def due(draft: Draft | History, now: float) -> list[tuple[str, dict[str, Any]]]:
    """Names and settings of the timers whose time has come, oldest first."""
    found = [(key[1], item.value) for key, item in draft.of_kind("timer") if item.value["at"] <= now]
    return sorted(found, key=lambda one: (one[1]["at"], one[0]))


def next_due(draft: Draft | History) -> float | None:
    """When the next timer fires, for an alarm clock."""
    return min((item.value["at"] for _, item in draft.of_kind("timer")), default=None)


def lock(case: Case, verdict: Verdict, what: str, seconds: float) -> None:
    """Switches chat or Q&A off, with an end. A lock in force is only made longer."""
    work = case.work
    until = work.now + seconds
    known = work.draft.get("lock", what)
    if known is not None and in_force(known, work.now):
        if known["until"] < until:
            hold_until(work.draft, what, known, until)
            case.changed.append(["longer", what, known["until"], until])
        return
    was = getattr(work.situation.event, what, None)
    if was is False:
        case.notes.append(f"{what} was off already: not locked")
        return
    key = f"lock:{work.event}:{what}:{case.id}"
    hold_until(work.draft, what, {"decision": case.id}, until)
    work.ask(key, SetEvent({what: False}), decision=case.id, cause=case.cause(verdict), priority=FIRST, severity=verdict.severity)
    case.changed.append(["lock", what, key])


def hold_until(draft: Draft, what: str, record: dict[str, Any], until: float) -> None:
    """Remembers a lock and when it ends."""
    draft.put(("lock", what), {**record, "until": until}, until + 86400.0)
    put(draft, f"lock:{what}", until, do="unlock", what=what)


def unlock(work: Work, what: str, decision: str, cause: str) -> bool:
    """Switches it on again, if a lock of ours is in force."""
    known = work.draft.get("lock", what)
    if known is None:
        return False
    work.draft.drop("lock", what)
    work.draft.drop("timer", f"lock:{what}")
    work.ask(
        f"unlock:{work.event}:{what}:{known['decision']}", SetEvent({what: True}), decision=decision, cause=cause, priority=SEVERE
    )
    return True
