"""external: the score that another service gives the text, from 0 to 1. The operator declares services (`[[service]]`).

Nothing waits here: while the score is not known the condition is open (`Finding.rest`). The engine then asks and judges what is
left of the rule when the answer is there (engine/asking.py, engine/answered.py). A score is known for the text, so copies share
it; a failure is known for the message only, and is an error of the rule (`on_error`).

History kind: ("external", service, text_key) [score, when it came].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from bot.domain.ids import content_hash
from bot.ruleset.building import Building, did_you_mean
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import Condition, Facts, Finding
from bot.ruleset.logic import All
from bot.ruleset.values import Comparison, Id, RuleModel

KEPT = 600.0
"""Seconds for which a score serves copies of the text."""
ANSWERS = "answers"
"""In `Facts.cache`: what services just said about this message, a score or (a text) why there is none."""


class NoAnswer(Exception):
    """A service that was asked gave no score; the text says why."""


class Asked(RuleModel):
    """The long form."""

    service: Id
    is_: Annotated[Comparison, Field(alias="is")]


@dataclass(frozen=True, slots=True)
class External:
    """The service's score of the text stands where it was told to stand."""

    service: str
    test: Comparison

    def check(self, facts: Facts) -> Finding:
        """Raises NoAnswer if the service was asked in vain."""
        score = _score(facts, self.service)
        if score is None:
            return Finding(False, near=f"the score of {self.service} is not known (limit {self.test})", rest=self)
        told = f"{self.service} {score:.2f} (limit {self.test})"
        return Finding(True, note=told) if self.test.holds(score) else Finding(False, near=told)


def text_key(text: str) -> str:
    """What a score is known for: this text and its exact copies. Long enough that nobody finds two texts with one key."""
    return content_hash(text)[:40]


def _score(facts: Facts, service: str) -> float | None:
    said: Mapping[str, float | str] = facts.cache.get(ANSWERS) or {}
    if service in said:
        answer = said[service]
        if isinstance(answer, str):
            raise NoAnswer(f"{service}: {answer}")
        return answer
    known = facts.history.get("external", service, facts.view("text key", lambda: text_key(facts.message.text)))
    return None if known is None or facts.now - known[1] >= KEPT else float(known[0])


def _form(value: Any) -> str:
    return "long" if isinstance(value, Asked) or (isinstance(value, Mapping) and ("service" in value or "is" in value)) else "short"


Argument = Annotated[
    Annotated[Asked, Tag("long")] | Annotated[dict[Id, Comparison], Tag("short"), Field(min_length=1)], Discriminator(_form)
]


def _external(argument: Asked | dict[str, Comparison], building: Building) -> Condition:
    tests = {argument.service: argument.is_} if isinstance(argument, Asked) else argument
    for service in tests:
        _check_service(service, building)
    parts = tuple(External(service, test) for service, test in tests.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _check_service(service: str, building: Building) -> None:
    known = building.shared.services
    if known is None:
        hint = "usher check --config config.toml looks whether it is; without a service the score is never known"
        building.report(f"whether a service is called '{service}' stands in the configuration", hint, "external", level="warning")
    elif service not in known:
        hint = did_you_mean(service, known, "" if known else "the operator declares it: a [[service]] in config.toml")
        building.report(f"no service is called '{service}'", hint, "external")


KINDS = (
    Kind(
        "external",
        Argument,
        _external,
        'the score from 0 to 1 that a service gives, such as { toxicity-api: ">= 0.8" }; it is known a moment later',
    ),
)
