"""What people press: open_poll, close_poll, void_poll, post, set_event, question, and `release` of an offer.

Offers are what `suggest` items, quizzes revealed by hand and questions in the chat wait with. The other verbs are moderation's.
History kind: ("act", number) {"verb", "target", "who", "at", "why"}: `why` is empty if it was done.
"""

from __future__ import annotations

from pydantic import ValidationError

from bot.domain.signals import PersonAct
from bot.engine.engagement import polls, question_acts, questions, quizzes, speech
from bot.engine.engagement.launch import by_hand
from bot.engine.engagement.speech import RANK, Line
from bot.engine.engagement.steps import Origin, run_step
from bot.engine.engagement.texts import clip, one_line
from bot.engine.engagement.turn import DAY, Turn
from bot.ruleset.engagement import Do, Switches

VERBS = ("open_poll", "close_poll", "void_poll", "post", "set_event", "release", "question")
POST_UNTIL = 300.0


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
        case "post":
            return _post(turn, signal, who)
        case "set_event":
            return _set_event(turn, signal, who)
        case "question":
            return question_acts.act(turn, signal.target, signal.data, signal.who)
        case _:
            return _release(turn, signal.target, who)


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


def _release(turn: Turn, offer: str, who: str) -> str:
    if quizzes.release(turn, offer):
        return ""
    known = turn.draft.get("offer", offer)
    if known["item"] == "promote":
        return question_acts.promote(turn, offer, known)
    item = str(known["item"])
    turn.draft.drop("offer", offer)
    return by_hand(turn, item, who)
