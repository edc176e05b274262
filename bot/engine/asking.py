"""Asks another service about a message that rules wait for: an entry for the outbox, and what is remembered until it is settled.

A text is asked about once at a time, whoever wrote it. Of each message that waits is remembered what is left of its rules'
conditions (what else they looked at is not asked again: this message would count twice) and what the first decision did. Pure.

History kinds: ("asking", service, text key) when; ("open", message ref) {"key": text key, "services", "rules": {rule: rest},
"message": {…}, "first": {"id", "outcome", "did": [[effect, value], …], "facts"}}; ("external", service, text key) [score, when].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from bot.domain.actions import AskService
from bot.domain.decisions import Decision
from bot.domain.history import Key, Remembered
from bot.domain.signals import Author, Message
from bot.engine.work import SPEECH, SPEECH_EXPIRES, Work
from bot.ruleset.conditions.external import KEPT, text_key
from bot.ruleset.logic import services_of
from bot.ruleset.rests import written

PREFIX = "ask:"
"""Of the keys of such entries: ask:<service>:<text key>:<decision>."""
LOOKED_AT = 3_000
"""Characters that a service is given."""
PATIENCE = 4 * SPEECH_EXPIRES
"""Seconds after which nobody waits any more: the entry was settled long before, or is lost with a state that was put back."""
_OF_MESSAGE = ("event", "surface", "text", "status", "deleted", "trust")


def ask(work: Work, message: Message, decision: Decision) -> None:
    """For the rules in `work.open`. In shadow nothing is sent, so nothing is asked either."""
    if not work.open or work.situation.shadow:
        return
    key, services = text_key(message.text), dict.fromkeys(name for _, rest in work.open for name in services_of(rest))
    record = {
        "key": key,
        "services": list(services),
        "rules": {rule.id: written(rest) for rule, rest in work.open},
        "message": as_values(message),
        "first": first_of(decision),
    }
    work.draft.put(("open", message.ref), record, work.now + PATIENCE)
    for service in services:
        _ask(work, service, key, message.text, decision.id)


def first_of(decision: Decision, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What was decided about a message and done to it so far; `before` is what stood here before this decision."""
    did = [[name, value] for verdict in decision.verdicts for effect in verdict.effects for name, value in effect.items()]
    known = before or {"id": decision.id, "did": []}
    return {"id": known["id"], "outcome": decision.outcome, "did": [*known["did"], *did], "facts": decision.facts}


def _ask(work: Work, service: str, key: str, text: str, decision: str) -> None:
    asked = work.draft.get("asking", service, key)
    if asked is not None and work.now - asked < PATIENCE:
        return
    work.draft.put(("asking", service, key), work.now, work.now + PATIENCE)
    cause = f"rule:{next(rule.id for rule, rest in work.open if service in services_of(rest))}"
    action = AskService(service, text[:LOOKED_AT])
    work.ask(f"{PREFIX}{service}:{key}:{decision}", action, decision=decision, cause=cause, priority=SPEECH)


def as_values(message: Message) -> dict[str, Any]:
    """A message as JSON values."""
    return {name: getattr(message, name) for name in _OF_MESSAGE} | {"name": message.author.name, "email": message.author.email}


def as_message(ref: str, values: Mapping[str, Any]) -> Message:
    """The message that `as_values` was given."""
    return Message(ref=ref, author=Author(values["name"], values["email"]), **{name: values[name] for name in _OF_MESSAGE})


def is_score(value: Any) -> TypeGuard[float]:
    """Is this what a service may say: a number from 0 to 1? NaN is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def score_of(decision: Decision, text: str, now: float) -> dict[Key, Remembered]:
    """What the service said that brought this decision about a text; nothing if it failed."""
    said = decision.answer
    return known_scores(text, {said["key"].split(":")[1]: said["score"]}, now) if "score" in said else {}


def known_scores(text: str, scores: Mapping[str, float], now: float) -> dict[Key, Remembered]:
    """What is remembered where services have said this of a text."""
    key = text_key(text) if scores else ""
    return {("external", service, key): Remembered([score, now], now + KEPT) for service, score in scores.items()}
