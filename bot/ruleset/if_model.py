"""The mapping behind `if:`: its model, made from a table of kinds, and how a checked mapping becomes a condition. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Union

from pydantic import Discriminator, Field, Tag, create_model

from bot.ruleset import logic
from bot.ruleset.building import Building
from bot.ruleset.conditions import Kind
from bot.ruleset.conditions.wording import Wording
from bot.ruleset.durations import RuleModel
from bot.ruleset.facts import Condition
from bot.ruleset.terms import Fold
from bot.ruleset.texts import ListRef, OneText, Texts

DEPTH = 8


def _pattern_form(value: Any) -> str:
    if isinstance(value, ListRef) or (isinstance(value, Mapping) and set(value) == {"list"}):
        return "list"
    return "text" if not isinstance(value, Mapping | RuleModel) else "if"


def conditions_model(kinds: Mapping[str, Kind]) -> type[RuleModel]:
    """The model of `if:` with one field for each kind."""
    return _made(tuple(kinds.values()))


@lru_cache(maxsize=8)
def _made(kinds: tuple[Kind, ...]) -> type[RuleModel]:
    fields: dict[str, Any] = {
        kind.key: (kind.argument, Field(default=None, description=kind.says, alias=kind.key)) for kind in kinds
    }
    nested = ("list[Conditions]", Field(default=None, min_length=1, max_length=200))
    fields |= {"all": nested, "any": nested, "none": nested, "at_least": ("AtLeast", Field(default=None))}
    fields |= {
        "fold": (Fold, Field(default=None, description="off, basic or strong, for the texts here and further in")),
        "allow": (Texts, Field(default=None, description="rescues a match that it covers fully")),
    }
    made: Any = create_model("Conditions", __base__=RuleModel, __doc__="Conditions that must all hold.", **fields)
    counted: dict[str, Any] = {"n": (int, Field(ge=1)), "of": ("list[Pattern]", Field(min_length=1))}
    at_least: Any = create_model("AtLeast", __base__=RuleModel, __doc__="So many of these, each counted once.", **counted)
    names: dict[str, Any] = {"Conditions": made, "AtLeast": at_least}
    forms = (Annotated[OneText, Tag("text")], Annotated[ListRef, Tag("list")], Annotated[made, Tag("if")])
    names["Pattern"] = Annotated[Union[forms], Discriminator(_pattern_form)]  # noqa: UP007 - a tuple of types
    at_least.model_rebuild(_types_namespace=names)
    made.model_rebuild(_types_namespace=names)
    checked: type[RuleModel] = made
    return checked


def build_conditions(model: RuleModel, building: Building, kinds: Mapping[str, Kind]) -> Condition:
    """The condition that a checked mapping stands for; what is wrong with it is reported to `building`."""
    given = model.model_fields_set
    if building.depth > DEPTH:
        building.report(f"conditions nest deeper than {DEPTH}", "split this into several rules")
        return logic.Never()
    inner = _surroundings(model, building, given)
    parts: list[Condition] = [kind.build(getattr(model, key), inner) for key, kind in kinds.items() if key in given]
    if "at_least" in given:
        parts.append(_at_least(model, inner))
    combine: dict[str, Callable[[tuple[Condition, ...]], Condition]] = {
        "all": logic.All,
        "any": logic.Any,
        "none": logic.NoneOf,
    }
    for key, make in combine.items():
        if key in given:
            parts.append(make(tuple(inner.nested(child, key, number) for number, child in enumerate(getattr(model, key)))))
    if not parts:
        building.report("an empty condition would hold for every message", "name at least one condition, such as word:")
    return parts[0] if len(parts) == 1 else logic.All(tuple(parts))


def _surroundings(model: Any, building: Building, given: set[str]) -> Building:
    folded = building.inside(fold=model.fold if "fold" in given else None)
    if "allow" not in given:
        return folded
    return folded.inside(allowed=folded.terms("allowed", folded.entries(model.allow, "allow"), "strong"))


def _at_least(model: Any, building: Building) -> Condition:
    parts: list[Condition] = []
    for number, item in enumerate(model.at_least.of):
        path = ("at_least", "of", number)
        if isinstance(item, str | ListRef):
            for entry in building.entries(item, *path):
                terms = building.terms("word", [entry], "strong")
                parts.append(Wording("word", terms, building.allowed))
        else:
            parts.append(building.nested(item, *path))
    if model.at_least.n > len(parts):
        building.report(f"{model.at_least.n} of {len(parts)} patterns can never hold", "", "at_least", "n", level="warning")
    return logic.AtLeast(model.at_least.n, tuple(parts))
