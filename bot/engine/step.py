"""The engine's one function: a signal and everything known in, decisions and acts out. Nothing it is given is altered.

Moderation is done here; then engagement sees the same signal on the same draft. Pure: no clock, no files, no randomness.
"""

from __future__ import annotations

from bot.domain.actions import PostMessage
from bot.domain.history import Draft, History
from bot.domain.signals import EntrySettled, EventRead, MessageRead, Overload, PersonAct, Signal, StatusChanged, Tick
from bot.engine.acts import engagement_act, person_act, status_changed
from bot.engine.answered import answered, is_answer
from bot.engine.engagement import advance
from bot.engine.judging import read_message
from bot.engine.overload import overload
from bot.engine.plan import plan_of
from bot.engine.resolve import sent
from bot.engine.situation import Situation, Step
from bot.engine.ticking import event_read, tick
from bot.engine.work import Work
from bot.ruleset.model import Ruleset


def step(signal: Signal, ruleset: Ruleset, history: History | Draft, situation: Situation, now: float) -> Step:
    """What one signal brings. `now` is seconds since 1970; a MessageRead brings exactly one decision."""
    work = Work(plan_of(ruleset), Draft(history), situation, now)
    moderate(work, signal)
    engage(work, signal, ruleset)
    return Step(
        decisions=tuple(work.decisions),
        entries=sent(work.entries, situation),
        cancelled=tuple(work.cancelled),
        changes=work.draft.changes,
        fired=tuple(work.fired),
    )


def moderate(work: Work, signal: Signal) -> None:
    """The moderation side."""
    if isinstance(signal, MessageRead):
        read_message(work, signal.message)
    elif isinstance(signal, Tick):
        tick(work)
    elif isinstance(signal, EntrySettled):
        if is_answer(signal):
            answered(work, signal)
    elif isinstance(signal, PersonAct):
        person_act(work, signal)
    elif isinstance(signal, StatusChanged):
        status_changed(work, signal)
    elif isinstance(signal, EventRead):
        event_read(work, signal)
    elif isinstance(signal, Overload):
        overload(work, signal)


def engage(work: Work, signal: Signal, ruleset: Ruleset) -> None:
    """The engagement side, after the decision about the same signal; what moderation wants to say goes under its speech budget."""
    if ruleset.engagement is not None:
        decision = work.decisions[0] if isinstance(signal, MessageRead) else None
        spoken = [entry for entry in work.entries if isinstance(entry.action, PostMessage)]
        work.entries = [entry for entry in work.entries if not isinstance(entry.action, PostMessage)]
        moves = advance(signal, decision, ruleset.engagement, work.draft, work.situation, work.now, trust=work.trust, spoken=spoken)
        work.entries += moves.entries
        work.cancelled += moves.cancelled
        work.fired += moves.fired
    if isinstance(signal, PersonAct) and not work.decisions:
        work.decisions.append(engagement_act(work, signal))
