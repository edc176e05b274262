"""Carries the effects of a decision out: entries for the outbox, changes of the history, and a list of both for the undo.

One function per effect, found by its name in the rule file. What an effect means on each surface: `hide` and `archive` are `hidden`
in chat and `archived` in Q&A; `hold` hides in chat and leaves a question `new`; `approve` needs a question that is `new` (B-18).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.actions import CallWebhook, PostMessage, SendAlert, SetEvent, SetMessageStatus, SetStream
from bot.domain.decisions import Verdict
from bot.engine import timers
from bot.engine.authors import DAY, MUTE_REMEMBERS, add_strike, change_record, in_force, note_hidden, put_strikes, strikes
from bot.engine.case import Case
from bot.engine.escalate import crossed
from bot.engine.plan import OUTCOMES, effect_name
from bot.engine.resolve import Resolved
from bot.engine.templates import WARNING, fill
from bot.engine.work import SEVERE, SPEECH, USUAL, hide_priority
from bot.ruleset.model import Effect

WANTED = {
    ("chat", "hide"): "hidden",
    ("chat", "archive"): "hidden",
    ("chat", "hold"): "hidden",
    ("chat", "show"): "public",
    ("chat", "approve"): "public",
    ("qa", "hide"): "archived",
    ("qa", "archive"): "archived",
    ("qa", "show"): "approved",
    ("qa", "approve"): "approved",
}
"""(surface, effect) → status. A held question stays as it is."""
HELD_KEPT = DAY
LOCK_DEFAULT = 120.0
SLOW_DEFAULT = 600.0


def value_of(effect: Effect) -> dict[str, Any]:
    """The settings of an effect; `{"hide": True}` has none."""
    value = effect[effect_name(effect)]
    return value if isinstance(value, dict) else {"": value}


def carry_out(case: Case, resolved: Resolved) -> None:
    """The winning effect first, then all others once each; of several strikes the heaviest counts."""
    if resolved.deciding is not None:
        settle(case, effect_name(resolved.effect), resolved.deciding, value_of(resolved.effect), resolved.delay)
    heaviest = _heaviest_strike(resolved)
    done: list[tuple[str, Any]] = []
    for verdict, _ in resolved.acting:
        for effect in verdict.effects:
            name = effect_name(effect)
            if name in OUTCOMES or (name == "strike" and effect is not heaviest) or (name, effect[name]) in done:
                continue
            done.append((name, effect[name]))
            perform(case, name, verdict, value_of(effect))


def perform(case: Case, name: str, verdict: Verdict, value: dict[str, Any]) -> None:
    """One effect that is not about the message's own visibility."""
    effect = EFFECTS.get(name)
    if effect is None:
        case.notes.append(f"'{name}' is not done here")
    else:
        effect(case, verdict, value)


def _heaviest_strike(resolved: Resolved) -> Effect | None:
    found = [effect for verdict, _ in resolved.acting for effect in verdict.effects if "strike" in effect]
    return max(found, key=lambda effect: int(value_of(effect).get("n", 1)), default=None)


# ── the message itself ────────────────────────────────────────────────────────────────────────────────────────────────


def settle(case: Case, outcome: str, verdict: Verdict, value: dict[str, Any], delay: float = 0.0) -> None:
    """Brings the message into the state that the winning effect asks for."""
    wanted = WANTED.get((case.surface, outcome))
    if outcome == "hold":
        _hold(case, verdict, value)
    if outcome in ("hide", "archive", "hold") and wanted and case.author and not case.gone:
        note_hidden(case.work.draft, case.author, case.work.now)
        case.changed.append(["hidden", case.author])
    obstacle = _obstacle(case, outcome, wanted)
    if obstacle:
        case.notes.append(obstacle)
    elif wanted is not None and wanted != case.status:
        priority = hide_priority(verdict.severity) if wanted in ("hidden", "archived") else USUAL
        key = f"{outcome}:{case.work.event}:{case.id}"
        action = SetMessageStatus(case.ref, case.surface, wanted, case.status)
        case.work.ask(
            key, action, decision=case.id, cause=case.cause(verdict), priority=priority, severity=verdict.severity, delay=delay
        )
        case.changed.append(["status", case.ref, case.surface, wanted, case.status, key])


def _obstacle(case: Case, outcome: str, wanted: str | None) -> str:
    """Why nothing is sent for a message."""
    if case.gone:
        return "already hidden or deleted on the platform: nothing is sent"
    if wanted == case.status:
        return f"already {wanted}"
    if outcome in ("approve", "show") and case.surface == "qa" and case.status != "new":
        return f"not approved: it is {case.status or 'of unknown status'}, not new"
    if outcome == "hold" and case.surface == "qa" and case.status != "new":
        return f"cannot be held: it is {case.status or 'of unknown status'} already, not new"
    return ""


def _hold(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    work, seconds = case.work, value.get("for")
    ends = None if seconds is None else work.now + seconds
    record = {
        "surface": case.surface,
        "at": work.now,
        "ends": ends,
        "then": value.get("then"),
        "decision": case.id,
        "rule": verdict.rule,
    }
    work.draft.put(("held", case.ref), record, work.now + max(HELD_KEPT, 2 * (seconds or 0.0)))
    case.changed.append(["hold", case.ref])
    if ends is not None:
        timers.put(work.draft, f"hold:{case.ref}", ends, do="hold_end", ref=case.ref, severity=verdict.severity)


# ── the author ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _strike(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    if not case.author:
        case.notes.append("no strike: nobody knows who wrote it")
        return
    work = case.work
    seconds = value.get("for")
    strike = [work.now + (DAY if seconds is None else seconds), int(value.get("n", 1)), verdict.rule]
    before, after = add_strike(work.draft, case.author, work.now, strike)
    case.changed.append(["strike", case.author, strike])
    for threshold, effects in crossed(work.plan.ruleset.escalate, before, after):
        case.notes.append(f"{after} strikes: the step at {threshold} is due")
        step = Verdict(f"escalate:{threshold}", "act", effects, verdict.matches, reason=verdict.reason, severity=verdict.severity)
        for effect in effects:
            name = effect_name(effect)
            if name not in OUTCOMES and name != "strike":
                perform(case, name, step, value_of(effect))


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
    name = _named(value)
    labels = (case.work.draft.get("author", case.author) or {}).get("labels", {})
    if case.author and name not in labels:
        change_record(case.work.draft, case.author, case.work.now, labels={**labels, name: None})
        case.changed.append(["label", case.author, name])


def _unlabel(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    name = _named(value)
    labels = (case.work.draft.get("author", case.author) or {}).get("labels", {})
    if name in labels:
        left = {one: until for one, until in labels.items() if one != name}
        change_record(case.work.draft, case.author, case.work.now, labels=left or None)
        case.changed.append(["unlabel", case.author, name])


def _sweep(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    """Hides what the author wrote before, newest first."""
    work = case.work
    since = work.now - float(value.get("last", value.get("", 600.0)))
    earlier = [one for one in work.draft.get("recent", case.author) or () if one[2] >= since and one[0] != case.ref]
    for ref, surface, _ in reversed(earlier):
        wanted = WANTED[surface, "hide"]
        key = f"sweep:{work.event}:{case.id}:{ref}"
        action = SetMessageStatus(ref, surface, wanted)
        work.ask(key, action, decision=case.id, cause=case.cause(verdict), priority=USUAL, severity=verdict.severity)
        case.changed.append(["status", ref, surface, wanted, "public" if surface == "chat" else "new", key])
    case.notes.append(f"swept {len(earlier)} earlier messages")


# ── the event ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lock(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    for what in _surfaces(value):
        timers.lock(case, verdict, what, float(value.get("for") or LOCK_DEFAULT))


def _unlock(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    for what in _surfaces(value):
        timers.unlock(case.work, what, case.id, case.cause(verdict))


def _surfaces(value: dict[str, Any]) -> tuple[str, ...]:
    what = str(value.get("what") or "chat")
    return ("chat", "qa") if what == "both" else (what,)


def _raid_mode(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    work = case.work
    before = work.draft.get("raid")
    until = work.now + float(value.get("for") or LOCK_DEFAULT)
    if before is None or not in_force(before, until):
        work.draft.put(("raid",), {"until": until, "decision": case.id}, until)
        case.changed.append(["raid", before])
    timers.lock(case, verdict, "chat", float(value.get("for") or LOCK_DEFAULT))


# ── words, counters, the rest ─────────────────────────────────────────────────────────────────────────────────────────


def _reply(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    template = value.get("text") or value.get("")
    _say(case, verdict, "reply", fill(template if isinstance(template, str) else WARNING, case.values(verdict)))


def _say(case: Case, verdict: Verdict, kind: str, text: str) -> None:
    key = f"{kind}:{case.work.event}:{verdict.rule}:{case.id}"
    case.work.ask(key, PostMessage(text), decision=case.id, cause=case.cause(verdict), priority=SPEECH)
    case.changed.append(["said", key, f"the {kind} “{text[:80]}”"])


def _alert(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    template = value.get("text") or value.get("")
    text = template if isinstance(template, str) else "{rule}: {author}: {match}"
    key = f"alert:{case.work.event}:{verdict.rule}:{case.id}"
    action = SendAlert(fill(text, case.values(verdict)), urgent=bool(value.get("urgent", False)))
    case.work.ask(key, action, decision=case.id, cause=case.cause(verdict), priority=SPEECH)
    case.changed.append(["said", key, "the alert"])


def _count(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    work, name, by = case.work, _named(value), float(value.get("n", 1))
    held = [one for one in work.draft.get("counter", name) or () if work.now - one[0] < DAY]
    work.draft.put(("counter", name), [*held[-999:], [work.now, by]], work.now + DAY)
    case.changed.append(["count", name, work.now, by])


def _set_event(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    _outward(case, verdict, "set_event", SetEvent(dict(value)), "the change of the event's switches")


def _start_stream(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    _outward(case, verdict, "start_stream", SetStream(_named(value), True), "the start of the stream")


def _stop_stream(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    _outward(case, verdict, "stop_stream", SetStream(_named(value), False), "the stop of the stream")


def _webhook(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    body = {"event": case.work.event, "ref": case.ref, "rule": verdict.rule, "reason": verdict.reason, "decision": case.id}
    url = str(value.get("url") or value.get("") or "")
    _outward(case, verdict, "webhook", CallWebhook(url, {**body, **value.get("body", {})}), "the call to another program")


def _outward(case: Case, verdict: Verdict, kind: str, action: Any, words: str) -> None:
    key = f"{kind}:{case.work.event}:{verdict.rule}:{case.id}"
    case.work.ask(key, action, decision=case.id, cause=case.cause(verdict), priority=SEVERE if kind == "set_event" else USUAL)
    case.changed.append(["said", key, words])


def _named(value: dict[str, Any]) -> str:
    return str(value.get("name") or value.get("id") or value.get("stream") or value.get("") or "")


def _nothing(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    """For effects that others act on: the dashboard shows flags, conditions read scores, engagement opens and closes polls."""


def _post(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    _say(case, verdict, "post", fill(str(value.get("text") or value.get("") or ""), case.values(verdict)))


EFFECTS: dict[str, Callable[[Case, Verdict, dict[str, Any]], None]] = {
    "strike": _strike,
    "forgive": _forgive,
    "mute": _mute,
    "slow": _slow,
    "label": _label,
    "unlabel": _unlabel,
    "sweep": _sweep,
    "lock": _lock,
    "unlock": _unlock,
    "raid_mode": _raid_mode,
    "reply": _reply,
    "warn": _reply,
    "post": _post,
    "alert": _alert,
    "count": _count,
    "set_event": _set_event,
    "start_stream": _start_stream,
    "stop_stream": _stop_stream,
    "webhook": _webhook,
    "flag": _nothing,
    "score": _nothing,
    "allow": _nothing,
    "open_poll": _nothing,
    "close_poll": _nothing,
}
