"""Effects on the author of a message: strikes and what they lead to, mutes, slow mode, labels, sweeps of earlier messages. Pure."""

from __future__ import annotations

from typing import Any

from bot.domain.actions import SetMessageStatus
from bot.domain.decisions import Verdict
from bot.engine.authors import DAY, MUTE_REMEMBERS, add_strike, change_record, in_force, put_strikes, strikes
from bot.engine.case import WANTED, Case, Effects, named
from bot.engine.escalate import crossed
from bot.engine.memory import status_now
from bot.engine.work import USUAL

SLOW_DEFAULT = 600.0


def _strike(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    if not case.author:
        case.notes.append("no strike: nobody knows who wrote it")
        return
    work = case.work
    seconds = value.get("for")
    strike = [work.now + (DAY if seconds is None else seconds), int(value.get("n", 1)), verdict.rule, case.id]
    before, after = add_strike(work.draft, case.author, work.now, strike)
    case.changed.append(["strike", case.author, strike])
    for threshold, effects in crossed(work.plan.ruleset.escalate, before, after):
        case.notes.append(f"{after} strikes: the step at {threshold} is due")
        step = Verdict(f"escalate:{threshold}", "act", effects, verdict.matches, reason=verdict.reason, severity=verdict.severity)
        case.steps.append(step)


def _forgive(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    held = strikes(case.work.draft, case.author, case.work.now)
    if held:
        put_strikes(case.work.draft, case.author, [])
        case.changed.append(["forgive", case.author, held])


def _mute(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    if not case.author:
        case.notes.append("no mute: nobody knows who wrote it")
        return
    work, seconds = case.work, value.get("for")
    until = None if seconds is None else work.now + seconds
    before = work.draft.get("mute", case.author)
    if before is not None and in_force(before, work.now):
        longer = before["until"] is None or (until is not None and before["until"] >= until)
        if longer:
            return
    record: dict[str, Any] = {"until": until, "why": verdict.rule, "decision": case.id, "hidden": []}
    if verdict.rule.startswith("escalate:"):
        record["because"] = strikes(work.draft, case.author, work.now)
    work.draft.put(("mute", case.author), record, None if until is None else until + DAY)
    case.changed.append(["mute", case.author, before])
    case.notes.append("muted by hiding what comes next: each message is seen until the next read")


def _slow(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    if not case.author:
        return
    work = case.work
    every, until = float(value["every"]), work.now + float(value.get("last") or SLOW_DEFAULT)
    before = work.draft.get("slow", case.author)
    work.draft.put(("slow", case.author), {"every": every, "until": until, "last": work.now, "why": verdict.rule}, until)
    case.changed.append(["slow", case.author, before])


def note_muted(case: Case) -> None:
    """Remembers that only the mute hid this message, so that lifting the mute can show it again."""
    draft = case.work.draft
    record = draft.get("mute", case.author)
    entry = [case.ref, case.surface, case.status]
    draft.put(
        ("mute", case.author),
        {**record, "hidden": [*record["hidden"][-MUTE_REMEMBERS + 1 :], entry]},
        None if record["until"] is None else record["until"] + DAY,
    )


def _label(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    name = named(value)
    labels = (case.work.draft.get("author", case.author) or {}).get("labels", {})
    if case.author and name not in labels:
        change_record(case.work.draft, case.author, case.work.now, labels={**labels, name: None})
        case.changed.append(["label", case.author, name])


def _unlabel(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    name = named(value)
    labels = (case.work.draft.get("author", case.author) or {}).get("labels", {})
    if name in labels:
        left = {one: until for one, until in labels.items() if one != name}
        change_record(case.work.draft, case.author, case.work.now, labels=left or None)
        case.changed.append(["unlabel", case.author, name])


def _sweep(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    """Hides what the author wrote before, newest first; not what a person decided about or what is away already."""
    work = case.work
    since = work.now - float(value.get("last", value.get("", 600.0)))
    swept = 0
    for ref, surface, at in reversed(work.draft.get("recent", case.author) or ()):
        wanted, status = WANTED[surface, "hide"], status_now(work.draft, ref) or ("public" if surface == "chat" else "new")
        if at < since or ref == case.ref or status == wanted or work.draft.get("verdict", ref) is not None:
            continue
        key = f"sweep:{work.event}:{case.id}:{ref}"
        action = SetMessageStatus(ref, surface, wanted, status)
        work.ask(key, action, decision=case.id, cause=case.cause(verdict), priority=USUAL, severity=verdict.severity)
        work.draft.put(("swept", ref), case.id, work.now + DAY)
        case.changed.append(["status", ref, surface, wanted, status, key])
        case.changed.append(["swept", ref])
        swept += 1
    case.notes.append(f"swept {swept} earlier messages")


AUTHOR_EFFECTS: Effects = {
    "strike": _strike,
    "forgive": _forgive,
    "mute": _mute,
    "slow": _slow,
    "label": _label,
    "unlabel": _unlabel,
    "sweep": _sweep,
}
