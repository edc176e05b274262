"""toxicity, language: what a learned model says of the text. Models are handed in (rulefiles/learned.py) and are an optional extra.

A score is a function of the text alone, so decisions can be repeated. Time is bounded by looking at few characters; an error of the
model is an error of the rule (`on_error`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from bot.ruleset.building import Building
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, Condition, Facts, Finding
from bot.ruleset.logic import Never
from bot.ruleset.shorthand import OneOrMore
from bot.ruleset.values import Comparison
from bot.ruleset.views import text_of

LOOKED_AT = 300
"""Characters a model is given: about 2 ms for toxicity, 0.1 ms for the language."""
LEAST = 20
"""Of a shorter text no model can tell the language."""
_HINT = "install it with pip install 'usher-bot[learned]', or switch the rule off with enabled: false"

Languages = Annotated[list[str], OneOrMore({"type": "string", "pattern": "^[a-z]{2,3}$"})]


@dataclass(frozen=True, slots=True)
class Toxicity:
    """The model's probability that the text is toxic stands where it was told to stand."""

    score: Callable[[str], float]
    test: Comparison

    def check(self, facts: Facts) -> Finding:
        """Asks once for all rules."""
        value = facts.view("toxicity", lambda: self.score(text_of(facts)[:LOOKED_AT]))
        told = f"toxicity {value:.2f} (limit {self.test})"
        return Finding(True, note=told) if self.test.holds(value) else Finding(False, near=told if value >= 0.5 else "")


@dataclass(frozen=True, slots=True)
class Language:
    """The text is written in one of these languages; of short texts nothing is said."""

    tell: Callable[[str], str]
    wanted: frozenset[str]

    def check(self, facts: Facts) -> Finding:
        """Asks once for all rules."""
        text = text_of(facts)[:LOOKED_AT]
        if len(text) < LEAST:
            return NO
        language = facts.view("language", lambda: self.tell(text))
        return Finding(True, note=f"language {language}") if language in self.wanted else NO


def _toxicity(argument: Comparison, building: Building) -> Condition:
    model = _model("toxicity", building)
    return Never() if model is None else Toxicity(model, argument)


def _language(argument: list[str], building: Building) -> Condition:
    model = _model("language", building)
    for name in argument:
        if not (name.isascii() and name.isalpha() and name.islower() and len(name) in (2, 3)):
            building.report(f"'{name}' is no code of a language", "write it as in ISO 639: en, de, fr", "language")
    return Never() if model is None else Language(model, frozenset(argument))


def _model(key: str, building: Building) -> Callable[[str], Any] | None:
    model = building.shared.learned.get(key)
    if model is None:
        building.report(f"'{key}' needs a learned model, which is not installed here", _HINT, key)
    return model


KINDS = (
    Kind("toxicity", Comparison, partial(_toxicity), 'a learned score from 0 to 1, such as ">= 0.9" (optional extra)'),
    Kind(
        "language",
        Languages,
        partial(_language),
        "written in one of these, such as [de, fr]; 20 characters at least (optional extra)",
    ),
)
