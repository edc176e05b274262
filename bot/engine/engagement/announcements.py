"""Announcements: a line now and then. What is due waits once, until there were lines enough and the speech budget allows it; it
never piles up, and is dropped with a reason when its grace is over.

History kind: ("due", id) {"occurrence", "since", "until", "why"}. How often one was posted, and the attendee lines then, is
("said", "announcement:id") of the speech budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.history import Draft
from bot.domain.ids import content_hash
from bot.domain.signals import EventState
from bot.engine.engagement import lines, speech
from bot.engine.engagement.firing import Start, state
from bot.engine.engagement.predicates import status_is
from bot.engine.engagement.speech import Line
from bot.engine.engagement.texts import line
from bot.engine.engagement.turn import DAY, Turn
from bot.ruleset.engagement import Announcement, Engagement


def arm(turn: Turn, item: Announcement, start: Start) -> None:
    """It is due; one that still waits makes room."""
    known = turn.draft.get("due", item.id)
    if known is not None:
        _drop(turn, item.id, known, f"the next one was due; {known['why']}")
    until = start.due + item.misfire_grace
    turn.draft.put(("due", item.id), {"occurrence": start.occurrence, "since": start.due, "until": until, "why": ""})


def run(turn: Turn) -> None:
    """Says what may be said now, the longest waiting first."""
    waiting = sorted(turn.draft.of_kind("due"), key=lambda pair: (pair[1].value["since"], pair[0]))
    for (_kind, name), remembered in waiting:
        known, found = remembered.value, turn.engagement.find(f"announcement:{name}")
        if not isinstance(found, Announcement) or not found.enabled:
            _drop(turn, name, known, "it is no longer in the rule files")
            continue
        why = _hindrance(turn, found)
        if not why:
            _say(turn, found, known)
        elif turn.now > known["until"] or _over(turn, found):
            _drop(turn, name, known, why)
        elif why != known["why"]:
            turn.draft.put(("due", name), {**known, "why": why})


def _over(turn: Turn, item: Announcement) -> bool:
    until = item.show_until.resolve(turn.event) if item.show_until else None
    return until is not None and turn.now >= until


def _hindrance(turn: Turn, item: Announcement) -> str:
    if _over(turn, item):
        return f"show_until: {item.show_until} is past"
    if item.only_when and not any(status_is(turn.event, status) for status in item.only_when):
        return f"only_when: the event is {turn.event.status or turn.event.phase}"
    if item.min_chat_lines:
        seen = _lines(turn, item)
        if seen < item.min_chat_lines:
            return f"min_chat_lines: {seen} of {item.min_chat_lines} attendee lines"
    return "" if item.priority == "urgent" else speech.blocked(turn)


def _lines(turn: Turn, item: Announcement) -> int:
    if item.window is not None:
        return lines.within(turn, item.window)
    said = turn.draft.get("said", item.key)
    return lines.total(turn.draft) - (said["lines"] if said else 0)


def _say(turn: Turn, item: Announcement, known: dict[str, Any]) -> None:
    said = turn.draft.get("said", item.key)
    template = item.messages[which(item, said["n"] if said else 0, turn.event.event)]
    turn.draft.drop("due", item.id)
    key = turn.entry_key("say", f"announcement.{item.id}", state(turn.draft, item)["n"])
    text = line(template, turn.event, turn.now)
    speech.say(turn, Line(key, text, item.key, known["until"], item.priority))


def which(item: Announcement, count: int, event: str) -> int:
    """Index of the message after `count` posts: in their order, or each once in an order that differs from round to round."""
    size = len(item.messages)
    turn, place = divmod(count, size)
    if item.order == "sequence" or size == 1:
        return place
    order = _shuffled(item, turn, event)
    if turn and size > 2 and _shuffled(item, turn - 1, event)[-1] == order[0]:
        order[0], order[1] = order[1], order[0]
    return order[place]


def _shuffled(item: Announcement, turn: int, event: str) -> list[int]:
    return sorted(range(len(item.messages)), key=lambda index: content_hash(event, item.id, str(turn), str(index)))


def _drop(turn: Turn, name: str, known: dict[str, Any], why: str) -> None:
    turn.draft.drop("due", name)
    value = {**known, "source": f"announcement:{name}", "why": why, "at": turn.now}
    turn.draft.put(("dropped", f"announcement:{name}@{known['occurrence']}"), value, turn.now + DAY)


def next_due(draft: Draft, engagement: Engagement, event: EventState) -> Iterator[float]:
    """When a waiting one is given up. When it may be said, the speech budget knows."""
    for (_kind, name), remembered in draft.of_kind("due"):
        yield remembered.value["until"] + 0.001
        item = engagement.find(f"announcement:{name}")
        until = item.show_until.resolve(event) if isinstance(item, Announcement) and item.show_until else None
        if until is not None:
            yield until


def armed(draft: Draft) -> bool:
    """Whether one waits."""
    return next(draft.of_kind("due"), None) is not None
