"""Which triggers fire in this turn: the clock's, those of the event's state, and those of what has just happened.

"last looked" is remembered, so a restart goes on where it was; the first look at an event starts now, or from going live for
what counts from there. History kinds: ("schedule", "looked") {"at", "live", "first"}; ("status",) {"phase", "status", "since",
"was_phase", "was_status", "told"}; ("edge", item, trigger) whether it held; ("people", item, trigger) {author: when}.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from bot.domain.signals import EventState, Message
from bot.engine.engagement import predicates, schedule
from bot.engine.engagement.firing import Start, active
from bot.engine.engagement.schedule import local_name
from bot.engine.engagement.turn import Turn
from bot.ruleset.engagement import Started, Trigger
from bot.ruleset.engagement.written import PeopleSay

CONFIRM_OVER = 10.0
"""An event must have been over for so long before anything is wrapped up: one wrong read must not end a show (B-16)."""
REMEMBER_LOOK = 60.0
"""While nothing is due the look is written down only this often: not every tick is a transaction."""
STEPPED_BACK = 120.0
_MEASURED = ("viewers", "chat_rate", "signups", "stream")
_JUST_BEFORE = 0.001
Launch = Callable[[Turn, Start], None]


def triggers(turn: Turn) -> Iterator[tuple[Started, int, Trigger]]:
    """Of all active items."""
    for item in turn.engagement.started:
        if active(item, turn):
            for number, trigger in enumerate(item.triggers):
                yield item, number, trigger


def run(turn: Turn, launch: Launch) -> None:
    """Everything that depends on time and on the event's state."""
    predicates.sample_viewers(turn)
    for start in sorted(_scheduled(turn), key=lambda one: one.due):
        launch(turn, start)
    _status(turn, launch)
    for item, number, trigger in triggers(turn):
        if trigger.kind in _MEASURED:
            _edge(turn, item, number, trigger, launch)


def _scheduled(turn: Turn) -> list[Start]:
    """Due since the last look; of each trigger the newest, or all that `coalesce: all` wants."""
    event, looked = turn.event, turn.draft.get("schedule", "looked")
    stepped = looked is not None and looked["at"] - turn.now > STEPPED_BACK
    since = turn.now if looked is None or stepped else looked["at"]
    starts: list[Start] = []
    for item, _number, trigger in triggers(turn):
        begin = _from_live(since, event, looked) if schedule.counts_from_live(item, trigger) else since
        begins = item.begins.resolve(event) if item.begins else None
        found = [one for one in schedule.occurrences(item, trigger, event, begin, turn.now) if begins is None or one.at >= begins]
        moment = str(trigger.at) if trigger.at is not None else ""
        kept = found if item.coalesce == "all" else found[-1:]
        beginning = event.live_since if schedule.counts_from_live(item, trigger) else event.starts
        starts += [Start(item, one.at, one.name, _reason(trigger), moment, _offset(one.nominal, beginning)) for one in kept]
    _note_look(turn, looked, stepped=stepped, due=bool(starts))
    return starts


def _reason(trigger: Trigger) -> str:
    """`at live+5m`, `every 720 s`, `cron 0 12 * * 0`."""
    given = trigger.cron.text if trigger.cron is not None else trigger.at if trigger.at is not None else f"{trigger.every:g} s"
    return f"{trigger.kind} {given}"


def _offset(at: float, beginning: float | None) -> float | None:
    return None if beginning is None else round(at - beginning, 1)


def _from_live(since: float, event: EventState, looked: dict[str, Any] | None) -> float:
    """What counts from going live is looked at from there, the first time that it is known."""
    if event.live_since is None or (looked is not None and looked["live"] == event.live_since):
        return since
    return min(since, event.live_since - _JUST_BEFORE)


def _note_look(turn: Turn, looked: dict[str, Any] | None, *, stepped: bool, due: bool) -> None:
    fresh = looked is None or stepped or due or looked["live"] != turn.event.live_since
    if looked is not None and not fresh and turn.now - looked["at"] < REMEMBER_LOOK:
        return
    at = turn.now if looked is None or stepped else max(turn.now, looked["at"])
    first = turn.now if looked is None else looked["first"]
    turn.draft.put(("schedule", "looked"), {"at": at, "live": turn.event.live_since, "first": first})


def _status(turn: Turn, launch: Launch) -> None:
    """`status: live` fires on entering; being over is believed only after a while."""
    event, known = turn.event, turn.draft.get("status")
    if event.phase == "unknown":
        return
    if known is None or (known["phase"], known["status"]) != (event.phase, event.status):
        entered = event.phase in ("on_air", "playback") or known is not None
        known = _enter(known, event, turn.now, told=not entered)
        turn.draft.put(("status",), known)
    elif known["since"] > turn.now:  # the clock was set back: an hour more would have to pass
        known = {**known, "since": turn.now}
        turn.draft.put(("status",), known)
    if known["told"] or (event.phase == "over" and turn.now - known["since"] < CONFIRM_OVER):
        return
    before = EventState(event.event, status=known["was_status"], phase=known["was_phase"])
    turn.draft.put(("status",), {**known, "told": True})
    for item, _number, trigger in triggers(turn):
        wanted = trigger.status
        if wanted is not None and predicates.status_is(event, wanted) and not predicates.status_is(before, wanted):
            name = f"{wanted} {local_name(known['since'], event)}"
            launch(turn, Start(item, turn.now, name, f"status {wanted}"))


def _enter(known: dict[str, Any] | None, event: EventState, now: float, *, told: bool) -> dict[str, Any]:
    """A state that was never told (a glitch) is not what we come from."""
    if known is None:
        was = ("unknown", "")
    else:
        was = (known["phase"], known["status"]) if known["told"] else (known["was_phase"], known["was_status"])
    return {
        "phase": event.phase,
        "status": event.status,
        "since": now,
        "was_phase": was[0],
        "was_status": was[1],
        "told": told or was == (event.phase, event.status),
    }


def confirm_at(known: dict[str, Any] | None) -> float | None:
    """When an end that is not believed yet will be."""
    return known["since"] + CONFIRM_OVER if known is not None and not known["told"] and known["phase"] == "over" else None


def _edge(turn: Turn, item: Started, number: int, trigger: Trigger, launch: Launch) -> None:
    """Fires when it becomes so; a quiet chat counts only while the event is on air."""
    key, before = ("edge", item.key, str(number)), turn.draft.get("edge", item.key, str(number))
    if not predicates.known(trigger.kind, turn):
        return  # not read yet since a restart: what held before may still hold, and must not be news again
    now = predicates.measured(trigger.kind, getattr(trigger, trigger.kind), turn)
    if trigger.kind == "chat_rate" and turn.event.phase != "on_air":
        now = False
    if bool(before) == now:
        return
    turn.draft.put(key, now)
    if now:
        launch(turn, Start(item, turn.now, _moment(turn, trigger.kind), f"{trigger.kind} {getattr(trigger, trigger.kind)}"))


def _moment(turn: Turn, word: str) -> str:
    """A name for an occurrence that no clock foretold."""
    return f"{word} {local_name(turn.now, turn.event)}.{int(turn.now * 1000) % 1000:03d}"


def on_news(turn: Turn, launch: Launch) -> None:
    """`after:` and `command:`; what these bring about may bring about more, within reason."""
    for _round in range(20):
        news, turn.news = turn.news, []
        for told in news:
            for item, _number, trigger in triggers(turn):
                if (trigger.after is not None and str(trigger.after) == told) or f"command:{trigger.command} used" == told:
                    count = turn.draft.get("happened", told)["n"]
                    launch(turn, Start(item, turn.now, f"{told} #{count}", f"after {told}"))
        if not turn.news:
            return


def on_webhook(turn: Turn, kind: str, delivery: str, launch: Launch) -> None:
    """`webhook: event.updated.status`, once for each delivery."""
    for item, _number, trigger in triggers(turn):
        if trigger.webhook == kind:
            launch(turn, Start(item, turn.now, f"webhook {delivery}", f"webhook {kind}"))


def on_line(turn: Turn, message: Message, launch: Launch) -> None:
    """`people: '5 people say "audio" in 60s'`, asked of each visible attendee line."""
    for item, number, trigger in triggers(turn):
        if trigger.people is None or not says(message.text, trigger.people.phrase):
            continue
        wanted, key = trigger.people, ("people", item.key, str(number))
        known = _still(turn, key, wanted)
        known[message.author.key] = turn.now
        if len(known) < wanted.people:
            turn.draft.put(key, known, turn.now + wanted.seconds)
            continue
        turn.draft.drop(*key)
        why = f'{len(known)} people said "{wanted.phrase}"'
        launch(turn, Start(item, turn.now, _moment(turn, "people"), why))


def _still(turn: Turn, key: tuple[str, ...], wanted: PeopleSay) -> dict[str, float]:
    known: dict[str, float] = turn.draft.get(*key) or {}
    return {author: at for author, at in known.items() if turn.now - at < wanted.seconds}


def says(text: str, phrase: str) -> bool:
    """Whether the words of the phrase stand in the text, in order and as whole words; case and width do not count.

    >>> says("No AUDIO here!", "audio"), says("audiobook", "audio")
    (True, False)
    """
    return f" {_words(phrase)} " in f" {_words(text)} "


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text[:2000]).casefold()))
