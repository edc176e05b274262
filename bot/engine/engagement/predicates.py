"""What is so at this moment: status, viewers, chat rate, signups, stream, what has happened. For `only_if`, and for triggers that
fire when something becomes so.

What is not known does not hold. History kinds: ("viewers",) [[at, viewers], …] of the last hour, a sample each ten seconds;
("happened", "poll:role closed") {"at", "n"}.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.signals import EventState
from bot.engine.engagement import lines
from bot.engine.engagement.turn import Turn
from bot.ruleset.engagement import Predicate
from bot.ruleset.engagement.triggers import Between, Status
from bot.ruleset.engagement.written import ChatRate, Viewers
from bot.ruleset.moments import zone_of
from bot.ruleset.values import Comparison

PHASES = {"before": "before", "live": "on_air", "video": "playback", "over": "over", "done": "over"}
SAMPLE = 10.0
KEPT = 3600.0
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def holds(predicate: Predicate, turn: Turn) -> bool:
    """All of its keys."""
    return why_not(predicate, turn) == ""


def why_not(predicate: Predicate, turn: Turn) -> str:
    """The first key that does not hold, in words; empty if all do."""
    for name in type(predicate).model_fields:
        wanted = getattr(predicate, name)
        if wanted is not None and not _key_holds(name, wanted, turn):
            return f"only_if {name} does not hold"
    return ""


def _key_holds(name: str, wanted: object, turn: Turn) -> bool:
    match name, wanted:
        case "all", tuple():
            return all(holds(inner, turn) for inner in wanted)
        case "any", tuple():
            return any(holds(inner, turn) for inner in wanted)
        case "none", tuple():
            return not any(holds(inner, turn) for inner in wanted)
        case "weekday", tuple():
            return DAYS[_local(turn).weekday()] in wanted
        case "between", Between():
            local = _local(turn)
            return wanted.holds(local.hour * 3600.0 + local.minute * 60.0 + local.second)
        case "after", _:
            return turn.draft.get("happened", str(wanted)) is not None
        case "poll", _:
            return (turn.draft.get("poll_open") is not None) == (wanted == "open")
        case _:
            return measured(name, wanted, turn)


def _local(turn: Turn) -> datetime:
    return datetime.fromtimestamp(turn.now, zone_of(turn.event))


def measured(name: str, wanted: object, turn: Turn) -> bool:
    """The predicates that are triggers too."""
    match name, wanted:
        case "status", str():
            return status_is(turn.event, wanted)
        case "viewers", Viewers():
            return viewers_hold(turn, wanted)
        case "chat_rate", ChatRate():
            return chat_rate_holds(turn, wanted)
        case "signups", Comparison():
            return turn.situation.signups is not None and wanted.holds(turn.situation.signups)
        case "stream", str():
            return turn.situation.stream == wanted
        case _:
            return False


def known(name: str, turn: Turn) -> bool:
    """Whether what such a trigger asks about was read at all."""
    situation = turn.situation
    return {
        "viewers": situation.viewers is not None,
        "signups": situation.signups is not None,
        "stream": bool(situation.stream),
    }.get(name, True)


def status_is(event: EventState, wanted: Status | str) -> bool:
    """A phase, or the platform's own word."""
    phase = PHASES.get(wanted)
    return event.status == wanted if phase is None else event.phase == phase


def sample_viewers(turn: Turn) -> None:
    """Remembers how many watch, now and then."""
    viewers = turn.situation.viewers
    known = turn.draft.get("viewers") or []
    if viewers is None or (known and 0 <= turn.now - known[-1][0] < SAMPLE):
        return
    turn.draft.put(("viewers",), [*(one for one in known if abs(turn.now - one[0]) < KEPT), [turn.now, viewers]])


def viewers_hold(turn: Turn, wanted: Viewers) -> bool:
    """A comparison with the number now, or a fall from the highest of the last so many seconds."""
    viewers = turn.situation.viewers
    if viewers is None:
        return False
    if wanted.test is not None:
        return wanted.test.holds(viewers)
    most = max((one[1] for one in turn.draft.get("viewers") or () if turn.now - one[0] <= wanted.seconds), default=0)
    return most > 0 and viewers <= most * (1 - wanted.drop)


def chat_rate_holds(turn: Turn, wanted: ChatRate) -> bool:
    """Attendee lines a minute on average; unknown until so much of the event has been watched."""
    looked = turn.draft.get("schedule", "looked")
    if looked is None or turn.now - max(looked["first"], turn.event.live_since or 0.0) < wanted.seconds:
        return False
    return wanted.test.holds(lines.within(turn, wanted.seconds) / (wanted.seconds / 60.0))
