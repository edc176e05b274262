"""When the alarm clock must ring next."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.history import Draft, History
from bot.domain.signals import EventState
from bot.engine.engagement import announcements, captures, due, firing, polls, questions, quizzes, schedule, speech
from bot.ruleset.engagement import Engagement


def next_due(engagement: Engagement, history: History | Draft, event: EventState, now: float) -> float | None:
    """The earliest moment after `now` at which `advance` with a Tick would do something that can be foretold.

    What depends on the chat, on viewers or on other people is not foretold: a tick each second stands behind the alarm.
    """
    draft = history if isinstance(history, Draft) else Draft(history)
    return min((at for at in _all(engagement, draft, event, now) if at > now), default=None)


def _all(engagement: Engagement, draft: Draft, event: EventState, now: float) -> Iterator[float]:
    for item in engagement.started:
        if not item.enabled or (item.events and event.event not in item.events):
            continue
        if item.only_once and firing.state(draft, item)["n"]:
            continue
        for trigger in item.triggers:
            at = schedule.next_after(item, trigger, event, now)
            if at is not None:
                yield at
    yield from polls.next_due(draft)
    yield from quizzes.next_due(draft)
    yield from captures.next_due(draft)
    yield from questions.next_due(draft, engagement.qa)
    yield from announcements.next_due(draft, engagement, event)
    yield from speech.next_due(draft, engagement.speech, now, armed=announcements.armed(draft))
    confirmed = due.confirm_at(draft.get("status"))
    if confirmed is not None:
        yield confirmed
