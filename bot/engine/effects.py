"""Carries the effects of a decision out: entries for the outbox, changes of the history, and a list of both for the undo.

One function per effect, found by its name in the rule file (effects_author.py, effects_event.py). What an effect means on each
surface: `hide` and `archive` are `hidden` in chat and `archived` in Q&A; `hold` hides in chat and leaves a question `new`;
`approve` needs a question that is `new` (B-18).
"""

from __future__ import annotations

from typing import Any

from bot.domain.actions import SetMessageStatus
from bot.domain.decisions import Verdict
from bot.engine import timers
from bot.engine.authors import DAY, note_hidden
from bot.engine.case import WANTED, Case
from bot.engine.effects_author import AUTHOR_EFFECTS
from bot.engine.effects_event import EVENT_EFFECTS
from bot.engine.plan import OUTCOMES, effect_name
from bot.engine.resolve import Resolved
from bot.engine.work import USUAL, hide_priority
from bot.ruleset.model import Effect

HELD_KEPT = DAY
EFFECTS = AUTHOR_EFFECTS | EVENT_EFFECTS


def value_of(effect: Effect) -> dict[str, Any]:
    """The settings of an effect; `{"hide": True}` has none."""
    value = effect[effect_name(effect)]
    return value if isinstance(value, dict) else {"": value}


def carry_out(case: Case, resolved: Resolved) -> None:
    """The winning effect first, then all others once each, then the steps that a strike has reached.

    Of several strikes the heaviest counts. What somebody writes who is muted or slowed down brings none: nobody reads it, and a
    talker who does not notice must not climb to a mute for good.
    """
    if resolved.deciding is not None:
        settle(case, effect_name(resolved.effect), resolved.deciding, value_of(resolved.effect), resolved.delay)
    heaviest = None if resolved.is_silenced else _heaviest_strike(resolved)
    done: list[tuple[str, Any]] = []
    for verdict, _ in resolved.acting:
        for effect in verdict.effects:
            name = effect_name(effect)
            if name in OUTCOMES or (name == "strike" and effect is not heaviest) or (name, effect[name]) in done:
                continue
            done.append((name, effect[name]))
            perform(case, name, verdict, value_of(effect))
    for step in case.steps:
        for effect in step.effects:
            if effect_name(effect) not in OUTCOMES and "strike" not in effect:
                perform(case, effect_name(effect), step, value_of(effect))


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
