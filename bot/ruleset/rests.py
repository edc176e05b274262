"""What is left of a condition (`Finding.rest`) as JSON values, so that it can be remembered until a service has answered. Pure."""

from __future__ import annotations

from typing import Any

from bot.ruleset import logic
from bot.ruleset.conditions.external import External
from bot.ruleset.facts import Condition, Finding
from bot.ruleset.values import Comparison

_COMBINED: dict[str, type[logic.All | logic.Any | logic.NoneOf]] = {"all": logic.All, "any": logic.Any, "none": logic.NoneOf}


def written(rest: Condition) -> list[Any]:
    """As a list whose first item is the kind."""
    match rest:
        case External(service=service, test=test):
            return ["external", service, str(test)]
        case logic.Known(finding=finding):
            return ["known", finding.holds, [list(span) for span in finding.spans], finding.note, finding.near]
        case logic.AtLeast(n=n, children=children):
            return ["at_least", n, [written(child) for child in children]]
        case logic.All() | logic.Any() | logic.NoneOf():
            kind = next(name for name, combined in _COMBINED.items() if isinstance(rest, combined))
            return [kind, [written(child) for child in rest.children]]
    raise TypeError(f"'{type(rest).__name__}' cannot be left open")


def read(value: list[Any]) -> Condition:
    """The condition that `written` was given."""
    kind, *more = value
    if kind == "external":
        return External(more[0], Comparison.read(more[1]))
    if kind == "known":
        holds, spans, note, near = more
        return logic.Known(Finding(holds, tuple((start, end) for start, end in spans), note, near))
    children = tuple(read(child) for child in more[-1])
    return logic.AtLeast(more[0], children) if kind == "at_least" else _COMBINED[kind](children)
