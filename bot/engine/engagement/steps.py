"""The steps of `do:` as outbox entries, in their order. Cues, commands and moderation rules all come through here.

History kinds: ("steps", "cue:doors", n) {"at", "failed", "why"} when a step of the n-th start failed; ("rule_steps",) how many
steps moderation rules have asked for; ("reported",) when the final report was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.actions import CallWebhook, SetEvent, SetStream, WriteReport
from bot.domain.decisions import Decision
from bot.engine.engagement import polls, speech
from bot.engine.engagement.speech import Line
from bot.engine.engagement.texts import line, one_line
from bot.engine.engagement.turn import HUMAN, NEAR, SPEECH, SWITCH_EXPIRES, USUAL, EntryKey, Turn
from bot.ruleset.engagement import Call, Do, Post, Reports, Switches


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks: `kind`, `item` and `run` name the entries, `cause` names who is behind it."""

    kind: str
    item: str
    run: int
    cause: str
    until: float
    """When lines and alerts of it are no longer worth sending."""
    due: float
    person: bool = False
    author: str = ""
    """Whose name `{author}` becomes, already made safe."""

    def key(self, turn: Turn, step: str) -> str:
        """`cue:doors:1:0@event`."""
        return turn.entry_key(self.kind, self.item, self.run, step)


def run_steps(turn: Turn, steps: Sequence[Do], origin: Origin) -> None:
    """All of them."""
    for number, step in enumerate(steps):
        run_step(turn, step, origin, str(number))


def run_step(turn: Turn, step: Do, origin: Origin, name: str) -> None:
    """One of them."""
    match step.kind:
        case "post":
            _post(turn, step, origin, name)
        case "open_poll" | "close_poll":
            _poll(turn, step, origin, name)
        case "start_quiz" | "start_capture":
            turn.wanted.append((step.kind.replace("start_", "") + ":" + step.value, origin.cause, origin.due))
        case "alert":
            text = line(step.value, turn.event, turn.now)
            turn.alert(origin.key(turn, name), text, cause=origin.cause, urgent=True)
        case _:
            _switch(turn, step, origin, name)


def _post(turn: Turn, step: Do, origin: Origin, name: str) -> None:
    said = step.post if isinstance(step.post, Post) else Post(text=str(step.post))
    text = line(said.text, turn.event, turn.now, author=origin.author) if origin.author else line(said.text, turn.event, turn.now)
    key = turn.entry_key("say", f"{origin.kind}.{origin.item}", origin.run, name)
    speech.say(turn, Line(key, text, f"{origin.kind}:{origin.item}", origin.until, said.priority, origin.cause))


def _poll(turn: Turn, step: Do, origin: Origin, name: str) -> None:
    poll = turn.engagement.poll(step.value)
    if step.kind == "close_poll":
        polls.close_by_hand(turn, step.value)
    elif poll is None:
        text = f"{origin.cause} wants to open the poll '{step.value}', which is not in the rule files"
        turn.alert(origin.key(turn, name), text, cause=origin.cause)
    else:
        polls.ask(turn, poll, origin.cause, origin.due, person=origin.person)


def _switch(turn: Turn, step: Do, origin: Origin, name: str) -> None:
    key, priority, expires = origin.key(turn, name), HUMAN if origin.person else NEAR, turn.now + SWITCH_EXPIRES
    if isinstance(step.set_event, Switches):
        turn.send(key, SetEvent(step.set_event.changes), cause=origin.cause, priority=priority, expires=expires)
    elif step.start_stream or step.stop_stream:
        action = SetStream(step.value, step.start_stream is not None)
        turn.send(key, action, cause=origin.cause, priority=priority, expires=expires)
    elif step.report:
        report(turn, key, origin.cause)
    elif step.webhook is not None:
        call = step.webhook if isinstance(step.webhook, Call) else Call(url=step.webhook)
        body = {"event": turn.event.event, "cause": origin.cause, "at": turn.now, **call.body}
        turn.send(key, CallWebhook(call.url, body), cause=origin.cause, priority=SPEECH, expires=expires)


def of_rules(turn: Turn, decision: Decision) -> None:
    """What moderation rules that fired ask of engagement: opening and closing polls."""
    for verdict in decision.verdicts:
        for effect in verdict.effects:
            name, value = next(iter(effect.items()))
            poll = value if isinstance(value, str) else _named(value)
            if name in ("open_poll", "close_poll") and poll:
                known = turn.draft.get("rule_steps") or 0
                turn.draft.put(("rule_steps",), known + 1)
                origin = Origin("rule", verdict.rule.replace(":", "_"), known + 1, f"rule:{verdict.rule}", turn.now, turn.now)
                run_step(turn, Do.model_validate({name: poll}), origin, "0")


def _named(value: object) -> str:
    """The poll that an effect in its full form names."""
    found = [value[key] for key in ("id", "poll", "name", "") if key in value] if isinstance(value, dict) else []
    return str(found[0]) if found else ""


def report(turn: Turn, key: str, cause: str) -> None:
    """Has the report written."""
    wanted = turn.engagement.reports or Reports()
    turn.send(key, WriteReport(tuple(wanted.formats), wanted.names), cause=cause, priority=USUAL)


def final_report(turn: Turn) -> None:
    """`reports: { on: done }`: once, when the end of the event is believed."""
    wanted, known = turn.engagement.reports, turn.draft.get("status")
    over = known is not None and known["phase"] == "over" and known["told"] and known["was_phase"] != "unknown"
    if wanted is not None and wanted.on == "done" and over and turn.draft.get("reported") is None:
        turn.draft.put(("reported",), turn.now)
        report(turn, turn.entry_key("report", "done", 1), "reports")


def settled(turn: Turn, key: EntryKey, state: str, error: str) -> None:
    """A step that failed is told to the team; an alert about it would only fail as well if alerts do."""
    if state in ("done", "cancelled"):
        return
    turn.draft.put(
        ("steps", f"{key.kind}:{key.item}", str(key.run)), {"at": turn.now, "failed": key.step, "why": f"{state}: {error}"}
    )
    text = one_line(f"Step {key.step or '0'} of {key.kind} '{key.item}' failed ({state}{': ' + error if error else ''})")
    turn.alert(
        turn.entry_key("alert", f"{key.kind}.{key.item}", key.run, key.step), text, cause=f"{key.kind}:{key.item}", urgent=True
    )
