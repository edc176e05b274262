"""Commands: an attendee types `!agenda`, the bot answers, or does something.

Who may not use it is not answered and costs no cooldown. History kind: ("command", id) {"n", "last", "users": {author: when},
"times": [when, …]}.
"""

from __future__ import annotations

from typing import Any

from bot.domain.signals import Message, Trust
from bot.engine.engagement import speech
from bot.engine.engagement.firing import active
from bot.engine.engagement.speech import Line
from bot.engine.engagement.steps import Origin, run_steps
from bot.engine.engagement.texts import line, short_name
from bot.engine.engagement.turn import Turn
from bot.ruleset.engagement import Command

LADDER: tuple[Trust, ...] = ("new", "regular", "trusted", "team")
USERS_KEPT = 500


def asked(turn: Turn, message: Message) -> Command | None:
    """The command that this line is, allowed or not: such a line is no chat."""
    return next((one for one in turn.engagement.commands if active(one, turn) and is_command(one, message.text)), None)


def is_command(command: Command, text: str) -> bool:
    """By `match:`; case does not count, and a word ends where a space or the line ends."""
    words = text.casefold().split()
    for trigger in command.words:
        wanted = trigger.casefold().split()
        size = len(wanted)
        places = range(len(words) - size + 1) if command.match == "anywhere" else range(min(1, len(words) - size + 1))
        if any(words[at : at + size] == wanted for at in places) and (command.match != "exact" or len(words) == size):
            return True
    return False


def use(turn: Turn, command: Command, message: Message, trust: Trust) -> None:
    """Answers, if the author may, it is fresh, and nothing was answered just before."""
    if not allowed(turn, command, message, trust) or _too_old(turn, command, message):
        return
    known = turn.draft.get("command", command.id) or {"n": 0, "last": None, "users": {}, "times": []}
    if _resting(turn, command, known, message.author.key):
        return
    _note(turn, command, known, message.author.key)
    if turn.situation.shadow or command.mode != "act":
        return
    _answer(turn, command, known["n"] + 1, message)
    turn.tell(f"{command.key} used")


def allowed(turn: Turn, command: Command, message: Message, trust: Trust) -> bool:
    """`deny` comes before `allow`; team is always among regular and trusted."""
    if any(_is(turn, who, message, trust) for who in command.deny):
        return False
    return any(_is(turn, who, message, trust) for who in command.allow)


def _is(turn: Turn, who: str, message: Message, trust: Trust) -> bool:
    email = message.author.email.strip().casefold()
    if who == "everyone":
        return True
    if who == "signed_up":
        return bool(email) and turn.draft.get("signup", email) is not None
    if "@" in who:
        return bool(email) and (email == who.casefold() or (who.startswith("*@") and email.endswith(who[1:].casefold())))
    return LADDER.index(trust) >= LADDER.index(who)


def _too_old(turn: Turn, command: Command, message: Message) -> bool:
    """After a restart nobody waits for an answer to what was asked long ago."""
    asked_at = message.posted or message.read or turn.now
    return turn.now - asked_at > command.max_age


def _resting(turn: Turn, command: Command, known: dict[str, Any], author: str) -> bool:
    now, cooldown = turn.now, command.cooldown
    if command.max_per_event is not None and known["n"] >= command.max_per_event:
        return True
    if known["last"] is not None and 0 <= now - known["last"] < cooldown.everybody:
        return True
    if 0 <= now - known["users"].get(author, float("-inf")) < cooldown.user:
        return True
    return command.limit is not None and sum(now - at < command.limit.seconds for at in known["times"]) >= command.limit.n


def _note(turn: Turn, command: Command, known: dict[str, Any], author: str) -> None:
    users = {**known["users"], author: turn.now} if command.cooldown.user else {}
    if len(users) > USERS_KEPT:
        users = {who: at for who, at in users.items() if turn.now - at < command.cooldown.user}
    limit = command.limit
    kept = [at for at in known["times"] if turn.now - at < limit.seconds] if limit else []
    times = [*kept, turn.now] if limit else []
    turn.draft.put(("command", command.id), {"n": known["n"] + 1, "last": turn.now, "users": users, "times": times})


def _answer(turn: Turn, command: Command, number: int, message: Message) -> None:
    author, until = short_name(message.author.name), turn.now + command.max_age
    if command.reply is not None:
        text = line(command.reply, turn.event, turn.now, author=author)
        key = turn.entry_key("say", f"command.{command.id}", number)
        speech.say(turn, Line(key, text, command.key, until, cause=command.key))
    if command.do:
        run_steps(turn, command.do, Origin("command", command.id, number, command.key, until, turn.now, author=author))
