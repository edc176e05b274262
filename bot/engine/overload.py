"""More messages wait to be hidden than calls can clear soon: the chat is locked, which is one call, until they are cleared.

Each further word that it is so makes the lock longer; when the word stays away, the lock's own timer opens the chat again. A person
who opens it (or takes the lock back) keeps it open for a while. History kind: ("kept_open",) {"until"}. Pure.
"""

from __future__ import annotations

from bot.domain.actions import SendAlert, SetEvent
from bot.domain.decisions import Decision
from bot.domain.history import Draft
from bot.domain.signals import Overload
from bot.engine import timers
from bot.engine.authors import in_force
from bot.engine.work import FIRST, SPEECH, Work

LOCKED = 30.0
"""Seconds for which each word of an overload keeps the chat locked."""
KEPT_OPEN = 600.0
"""Seconds for which a person's opening holds."""
_NAME = "overload:"


def overload(work: Work, signal: Overload) -> None:
    """Locks the chat, or keeps it locked."""
    known = work.draft.get("lock", "chat")
    if known is not None and in_force(known, work.now):
        if known["until"] < work.now + LOCKED / 2:
            timers.hold_until(work.draft, "chat", known, work.now + LOCKED)
        return
    if work.situation.event.chat is False or in_force(work.draft.get("kept_open"), work.now):
        return
    _lock(work, signal)


def _lock(work: Work, signal: Overload) -> None:
    decision = f"{_NAME}{work.event}:{work.now:.0f}"
    key = f"lock:{work.event}:chat:{decision}"
    note = f"{signal.waiting} messages wait to be hidden, about {signal.seconds:.0f} s of work: the chat is locked until they are"
    timers.hold_until(work.draft, "chat", {"decision": decision}, work.now + LOCKED)
    work.ask(key, SetEvent({"chat": False}), decision=decision, cause="overload", priority=FIRST)
    alert = SendAlert(f"{work.situation.event.title or work.event}: {note}", urgent=True)
    work.ask(f"alert:{decision}", alert, decision=decision, cause="overload", priority=SPEECH)
    facts = {"surface": "chat", "author": "", "outcome": "none", "rules": [], "changed": [["lock", "chat", key]]}
    work.decisions.append(
        Decision(
            decision,
            work.event,
            "",
            "none",
            work.now,
            work.plan.ruleset.hash,
            who="overload",
            actions=("lock", "alert"),
            note=note,
            facts=facts,
        )
    )


def opened_by_hand(draft: Draft, lock: dict[str, object], now: float) -> None:
    """A person ended this lock: if an overload had set it, the next one leaves the chat open."""
    if str(lock["decision"]).startswith(_NAME):
        draft.put(("kept_open",), {"until": now + KEPT_OPEN}, now + KEPT_OPEN)
