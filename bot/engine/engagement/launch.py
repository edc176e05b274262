"""Starting an item: what `may_start` has let through, and what people and steps ask for by name."""

from __future__ import annotations

from bot.engine.engagement import announcements, captures, polls, quizzes
from bot.engine.engagement.firing import Start, may_start, note_start, state, under_way
from bot.engine.engagement.schedule import local_name
from bot.engine.engagement.steps import Origin, run_steps
from bot.engine.engagement.turn import Turn
from bot.ruleset.engagement import Announcement, Capture, Cue, Poll, Quiz, Started


def launch(turn: Turn, start: Start) -> None:
    """By a trigger: only if all the item's limits allow it."""
    if may_start(turn, start):
        go(turn, start, cause=start.item.key)


def go(turn: Turn, start: Start, *, cause: str, person: bool = False) -> None:
    """It starts."""
    item = start.item
    match item:
        case Cue():
            _cue(turn, item, start, cause, person=person)
        case Poll():
            polls.ask(turn, item, cause, start.due, person=person)
        case Announcement():
            announcements.arm(turn, item, start)
        case Quiz():
            quizzes.begin(turn, item, cause)
        case Capture():
            captures.begin(turn, item, cause)
        case _:
            raise TypeError(f"nobody knows how to start {item.key}")


def _cue(turn: Turn, item: Cue, start: Start, cause: str, *, person: bool) -> None:
    until = start.due + item.misfire_grace
    run_steps(turn, item.do, Origin("cue", item.id, state(turn.draft, item)["n"], cause, until, start.due, person))
    turn.tell(f"{item.key} done")


def by_hand(turn: Turn, key: str, cause: str, *, due: float | None = None, person: bool = True) -> str:
    """Starts an item that a person or a step names, whatever its own limits say. Returns why not, or nothing."""
    item = turn.engagement.find(key)
    if not isinstance(item, Started):
        return f"there is no {key} in the rule files"
    if not item.enabled or (item.events and turn.event.event not in item.events):
        return f"{key} is not enabled for this event"
    if under_way(turn.draft, item):
        return f"{key} is under way already"
    note_start(turn, item)
    at = turn.now if due is None else due
    go(turn, Start(item, at, f"by hand {local_name(turn.now, turn.event)}", cause), cause=cause, person=person)
    return ""


def wanted(turn: Turn) -> None:
    """What steps have asked for; these may ask for more, within reason."""
    for _round in range(20):
        asked, turn.wanted = turn.wanted, []
        for key, cause, due in asked:
            by_hand(turn, key, cause, due=due, person=False)
        if not turn.wanted:
            return
