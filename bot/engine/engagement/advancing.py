"""`advance`: one signal through all of engagement. Pure; told at the head of the package."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.actions import Entry
from bot.domain.decisions import Decision
from bot.domain.history import Draft
from bot.domain.signals import EntrySettled, EventRead, Message, MessageRead, PersonAct, Signal, StatusChanged, Trust, WebhookCame
from bot.engine.engagement import acts, announcements, captures, commands, due, lines, polls, questions, quizzes, speech, steps
from bot.engine.engagement.launch import launch, wanted
from bot.engine.engagement.turn import EntryKey, Moves, Turn
from bot.engine.situation import Situation
from bot.ruleset.engagement import Engagement

ROUNDS = 3
"""So often news is looked at in one turn; two items that start each other must not hang."""


def advance(
    signal: Signal,
    decision: Decision | None,
    engagement: Engagement,
    draft: Draft,
    situation: Situation,
    now: float,
    *,
    trust: Trust = "new",
    spoken: Sequence[Entry] = (),
) -> Moves:
    """One signal. `decision` and `trust` are those of the message in a MessageRead (None and "new" otherwise).

    `spoken` are the lines that moderation wants to post because of this signal: they come back among the entries, now or later,
    when the speech budget allows.
    """
    event = signal.state if isinstance(signal, EventRead) else situation.event
    turn = Turn(engagement, draft, situation, event, now)
    if not isinstance(signal, MessageRead):
        _mind_the_clock(turn)
    for entry in spoken:
        speech.hear(turn, entry)
    _take(turn, signal, decision, trust)
    if not isinstance(signal, MessageRead):
        _run(turn)
    if isinstance(signal, MessageRead):
        _hear(turn)
    else:
        _settle_news(turn)
    return turn.moves()


def _settle_news(turn: Turn) -> None:
    """What has happened may start more, which may happen at once: until nothing is left that a tick right after would bring."""
    for _round in range(ROUNDS):
        _hear(turn)
        quizzes.run(turn)
        announcements.run(turn)
        if not turn.news:
            return


def _hear(turn: Turn) -> None:
    quizzes.hear(turn, tuple(turn.news))
    due.on_news(turn, launch)
    wanted(turn)


def _mind_the_clock(turn: Turn) -> None:
    """What is open counts by the wall clock; when that is set back, it moves along (reliability D2).

    Not asked of messages: theirs is the time of their reading, which after a crash or in a raid lies long before the last tick.
    """
    looked = turn.draft.get("schedule", "looked")
    if looked is not None and looked["at"] - turn.now > due.STEPPED_BACK:
        polls.shift(turn, turn.now - looked["at"])


def _take(turn: Turn, signal: Signal, decision: Decision | None, trust: Trust) -> None:
    match signal:
        case MessageRead(message=message):
            _message(turn, message, decision, message.trust or trust)
            if decision is not None:
                steps.of_rules(turn, decision)
        case StatusChanged(surface="chat", status="hidden", before="public"):
            lines.take_back(turn)
        case StatusChanged(surface="qa", ref=ref, status=status):
            questions.status_changed(turn, ref, status)
        case WebhookCame(type="poll.deleted", data=data):
            polls.deleted(turn, str(data.get("poll_ref") or ""))
        case WebhookCame(type="signup.created", data=data):
            _signup(turn, data.get("signup_data"))
        case PersonAct():
            acts.act(turn, signal)
        case EntrySettled():
            _settled(turn, signal)
        case _:
            pass
    if isinstance(signal, WebhookCame):
        due.on_webhook(turn, signal.type, signal.delivery, launch)


def _message(turn: Turn, message: Message, decision: Decision | None, trust: Trust) -> None:
    if message.surface == "qa":
        questions.take(turn, message, decision)
        return
    if not lines.visible(message, decision):
        return
    command = commands.asked(turn, message)
    if command is not None:
        commands.use(turn, command, message, trust)
    elif trust != "team":
        lines.note_line(turn)
        captures.take(turn, message)
        questions.notice(turn, message)
        due.on_line(turn, message, launch)


def _signup(turn: Turn, data: object) -> None:
    """Who signed up may use commands that are for them."""
    email = str(data.get("email") or "").strip().casefold() if isinstance(data, dict) else ""
    if email:
        turn.draft.put(("signup", email), turn.now)


def _settled(turn: Turn, signal: EntrySettled) -> None:
    if speech.settled(turn, signal.key, signal.state, signal.error):
        return
    key = EntryKey.read(signal.key)
    if key is None:
        return
    if key.kind == "poll":
        polls.settled(turn, key, signal.state, signal.result, signal.error)
    elif key.kind in ("cue", "command", "act", "rule", "qa", "report"):
        steps.settled(turn, key, signal.state, signal.error)


def _run(turn: Turn) -> None:
    """What the clock and the event's state bring."""
    due.run(turn, launch)
    steps.final_report(turn)
    polls.run(turn)
    quizzes.run(turn)
    captures.run(turn)
    questions.run(turn)
    speech.flush(turn)
    announcements.run(turn)
