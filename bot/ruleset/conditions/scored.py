"""score: the sum of the weights that rules before this one gave with the action `score`. Rules that ask for it are asked last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from bot.ruleset.building import Building
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, Condition, Facts, Finding
from bot.ruleset.values import Comparison, Id, plain

ALL = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Each of the sums lies where it was told to lie; the sum without a name is that of all weights."""

    tests: tuple[tuple[str, Comparison], ...]

    def check(self, facts: Facts) -> Finding:
        """Reads what the engine summed up for this message."""
        scores: dict[str, float] = facts.cache.get("scores") or {}
        notes = []
        for name, test in self.tests:
            number = scores.get(name, 0.0) if name else sum(scores.values())
            if not test.holds(number):
                limit = test.value
                close = test.op in (">=", ">") and len(self.tests) == 1 and number >= limit * 0.75
                return Finding(False, near=f"score {plain(number)} of {plain(limit)}") if close and number else NO
            notes.append(f"score {name + ' ' if name else ''}{plain(number)} (limit {test})")
        return Finding(True, note=", ".join(notes))


def _form(value: Any) -> str:
    return "named" if isinstance(value, dict) else "all"


Argument = Annotated[
    Annotated[Comparison, Tag("all")] | Annotated[dict[Id, Comparison], Tag("named"), Field(min_length=1)], Discriminator(_form)
]


def _score(argument: Comparison | dict[str, Comparison], _building: Building) -> Condition:
    return Score(((ALL, argument),) if isinstance(argument, Comparison) else tuple(argument.items()))


KINDS = (Kind("score", Argument, _score, 'the weights of the rules that fired, such as ">= 6"'),)
