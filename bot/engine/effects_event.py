"""Effects on the event and the world: locks, raid mode, what the bot says, counters, streams, other programs. Pure."""

from __future__ import annotations

from typing import Any

from bot.domain.actions import CallWebhook, PostMessage, SendAlert, SetEvent, SetStream
from bot.domain.decisions import Verdict
from bot.engine import timers
from bot.engine.authors import DAY, in_force
from bot.engine.case import Case, Effects, named
from bot.engine.templates import WARNING, fill
from bot.engine.work import SEVERE, SPEECH, USUAL

LOCK_DEFAULT = 120.0


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
    work, name, by = case.work, named(value), float(value.get("n", 1))
    held = [one for one in work.draft.get("counter", name) or () if work.now - one[0] < DAY]
    work.draft.put(("counter", name), [*held[-999:], [work.now, by]], work.now + DAY)
    case.changed.append(["count", name, work.now, by])


def _set_event(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    _outward(case, verdict, "set_event", SetEvent(dict(value)), "the change of the event's switches")


def _start_stream(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    _outward(case, verdict, "start_stream", SetStream(named(value), True), "the start of the stream")


def _stop_stream(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    _outward(case, verdict, "stop_stream", SetStream(named(value), False), "the stop of the stream")


def _webhook(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    body = {"event": case.work.event, "ref": case.ref, "rule": verdict.rule, "reason": verdict.reason, "decision": case.id}
    url = str(value.get("url") or value.get("") or "")
    _outward(case, verdict, "webhook", CallWebhook(url, {**body, **value.get("body", {})}), "the call to another program")


def _outward(case: Case, verdict: Verdict, kind: str, action: Any, words: str) -> None:
    key = f"{kind}:{case.work.event}:{verdict.rule}:{case.id}"
    case.work.ask(key, action, decision=case.id, cause=case.cause(verdict), priority=SEVERE if kind == "set_event" else USUAL)
    case.changed.append(["said", key, words])


def _nothing(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    """For effects that others act on: the dashboard shows flags, conditions read scores, engagement opens and closes polls."""


def _post(case: Case, verdict: Verdict, value: dict[str, Any]) -> None:
    _say(case, verdict, "post", fill(str(value.get("text") or value.get("") or ""), case.values(verdict)))


EVENT_EFFECTS: Effects = {
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
