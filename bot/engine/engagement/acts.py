"""What people press: polls opened, closed, declared void or extended, any item started, captures closed, lines, switches,
questions, and offers released or dropped.

Offers are what `suggest` items, quizzes revealed by hand and questions in the chat wait with. The other verbs are moderation's.
History kind: ("act", number) {"verb", "target", "who", "at", "why"}: `why` is empty if it was done.
"""

from __future__ import annotations

from pydantic import ValidationError

from bot.domain.signals import PersonAct
from bot.engine.engagement import captures, polls, question_acts, questions, quizzes, speech
from bot.engine.engagement.launch import by_hand
from bot.engine.engagement.speech import RANK, Line
from bot.engine.engagement.steps import Origin, run_step
from bot.engine.engagement.texts import clip, one_line
from bot.engine.engagement.turn import DAY, Turn
from bot.ruleset.durations import read_duration
from bot.ruleset.engagement import Do, Switches

VERBS = (
    "open_poll",
    "close_poll",
    "void_poll",
    "archive_poll",
    "restore_poll",
    "extend_poll",
    "start",
    "close_capture",
    "post",
    "set_event",
    "release",
    "drop_offer",
    "question",
)
POST_UNTIL = 300.0
LONGEST_EXTENSION = 3600.0


def act(turn: Turn, signal: PersonAct) -> None:
    """Does it, or remembers why not."""
    if signal.verb in ("approve", "archive"):
        questions.status_changed(turn, signal.target, f"{signal.verb}d")
    if signal.verb not in VERBS or (signal.verb == "release" and turn.draft.get("offer", signal.target) is None):
        return
    why = "the bot is in shadow mode and sends nothing" if turn.situation.shadow else _do(turn, signal)
    value = {"verb": signal.verb, "target": signal.target, "who": signal.who, "at": turn.now, "why": why}
    turn.draft.put(("act", _number(turn)), value, turn.now + DAY)


def _number(turn: Turn) -> str:
    """The act's number in the inbox; without one (rule tests) the time."""
    return str(turn.situation.act or int(turn.now * 1000))


def _do(turn: Turn, signal: PersonAct) -> str:
    who = f"person:{signal.who}"
    match signal.verb:
        case "open_poll":
            return by_hand(turn, f"poll:{signal.target}", who)
        case "close_poll":
            return "" if polls.close_by_hand(turn, signal.target) else f"the poll '{signal.target}' is not open"
        case "void_poll":
            why = f"declared void by {signal.who}"
            done = quizzes.void(turn, signal.target, why) or polls.void(turn, signal.target, why)
            return "" if done else f"the poll '{signal.target}' has no run that could be void"
        case "archive_poll" | "restore_poll":
            return (polls.archive if signal.verb == "archive_poll" else polls.restore)(turn, signal.target)
        case "extend_poll":
            return _extend(turn, signal)
        case "start":
            return by_hand(turn, signal.target, who)
        case "close_capture":
            return "" if captures.close_by_hand(turn, signal.target) else f"the capture '{signal.target}' is not open"
        case "post":
            return _post(turn, signal, who)
        case "set_event":
            return _set_event(turn, signal, who)
        case "question":
            return question_acts.act(turn, signal.target, signal.data, signal.who)
        case "drop_offer":
            return _drop_offer(turn, signal.target)
        case _:
            return _release(turn, signal.target, who)


def _extend(turn: Turn, signal: PersonAct) -> str:
    """`for` is seconds, or a duration as in rule files."""
    given = signal.data.get("for", signal.data.get("for_", ""))
    try:
        seconds = float(given) if isinstance(given, int | float) and not isinstance(given, bool) else read_duration(given)
    except ValueError as error:
        return f"how long is not clear: {error}"
    if not 0 < seconds <= LONGEST_EXTENSION:
        return f"a poll is extended by at most {LONGEST_EXTENSION / 3600:g} h at a time"
    return polls.extend(turn, signal.target, seconds)


def _post(turn: Turn, signal: PersonAct, who: str) -> str:
    """A person's line is said at once unless they want it to wait its turn; it counts in the budget like any other."""
    text = clip(one_line(str(signal.data.get("text") or signal.target)))
    if not text:
        return "there is no text to post"
    priority = str(signal.data.get("priority") or "urgent")
    key = turn.entry_key("say", f"act.{_number(turn)}", 1)
    speech.say(turn, Line(key, text, "person", turn.now + POST_UNTIL, priority if priority in RANK else "urgent", who))
    return ""


def _set_event(turn: Turn, signal: PersonAct, who: str) -> str:
    try:
        wanted = Switches.model_validate(signal.data)
    except ValidationError as error:
        return "; ".join(str(one["msg"]) for one in error.errors())
    origin = Origin("act", _number(turn), 1, who, turn.now + POST_UNTIL, turn.now, person=True)
    run_step(turn, Do(set_event=wanted), origin, "set")
    return ""


def _drop_offer(turn: Turn, offer: str) -> str:
    """What it offered is not done; a quiz that waits for its reveal cannot be left waiting."""
    known = turn.draft.get("offer", offer)
    if known is None:
        return f"there is no offer '{offer}'"
    if str(known["item"]).startswith("reveal:"):
        return "the quiz waits for this; release it, or declare the quiz void"
    turn.draft.drop("offer", offer)
    return ""


def _release(turn: Turn, offer: str, who: str) -> str:
    if quizzes.release(turn, offer):
        return ""
    known = turn.draft.get("offer", offer)
    if known["item"] == "promote":
        return question_acts.promote(turn, offer, known)
    item = str(known["item"])
    turn.draft.drop("offer", offer)
    return by_hand(turn, item, who)
