"""Turns what pydantic found into problems for moderators: at their place in the file, in plain words, with what to write instead.

One complaint a place: where several forms are possible (a text or a list) each of them would complain about the same value. Pure.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.ruleset.building import did_you_mean
from bot.ruleset.problems import Problem
from bot.ruleset.yaml_places import Path, Tree

_PLAIN: dict[str, tuple[str, str]] = {
    "string_type": ("a text is meant here", ""),
    "bool_type": ("true or false is meant here", ""),
    "bool_parsing": ("true or false is meant here", ""),
    "int_type": ("a whole number is meant here", ""),
    "int_parsing": ("a whole number is meant here", ""),
    "int_from_float": ("a whole number is meant here", ""),
    "float_type": ("a number is meant here", ""),
    "float_parsing": ("a number is meant here", ""),
    "list_type": ("a list is meant here", "write it as [ one, two ] or with a dash on each line"),
    "tuple_type": ("a list is meant here", "write it as [ one, two ] or with a dash on each line"),
    "dict_type": ("a mapping is meant here", "write it as { key: value } or with indented keys"),
    "model_type": ("a mapping is meant here", "write it as { key: value } or with indented keys"),
    "model_attributes_type": ("a mapping is meant here", "write it as { key: value } or with indented keys"),
    "string_too_short": ("an empty text is not allowed here", "write something, or remove the key"),
}
_LIMITS = {
    "greater_than_equal": ("ge", "has to be at least"),
    "greater_than": ("gt", "has to be more than"),
    "less_than_equal": ("le", "has to be at most"),
    "less_than": ("lt", "has to be less than"),
}
_ID_PATTERN = "^[a-z0-9_-]{1,64}$"


def complaints(tree: Tree, error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """All problems of a file, in the order of their lines."""
    by_place: dict[Path, tuple[int, Problem]] = {}
    for detail in error.errors(include_url=False):
        path, rank, problem = _complaint(tree, detail, model)
        if path not in by_place or rank < by_place[path][0]:
            by_place[path] = (rank, problem)
    return sorted((problem for _, problem in by_place.values()), key=lambda problem: (problem.line, problem.column))


def item_of(tree: Tree, path: Path) -> str:
    """The id of the item in which a path lies."""
    here = tree.data
    found = ""
    for part in path:
        if isinstance(here, Mapping) and isinstance(here.get("id"), str):
            found = here["id"]
        here = Tree("", "", here).at((part,)) if isinstance(here, Mapping | list) else None
    return found or (here["id"] if isinstance(here, Mapping) and isinstance(here.get("id"), str) else "")


def _complaint(tree: Tree, detail: ErrorDetails, model: type[BaseModel]) -> tuple[Path, int, Problem]:
    known = tree.known(detail["loc"])
    kind = detail["type"]
    rule = item_of(tree, known)
    if kind == "missing":
        name = str(detail["loc"][-1])
        hint = "give it a name of its own: id: my-rule" if name == "id" else f"add {name}:"
        return (*known, name), 0, tree.problem(tree.place(known), f"'{name}' is missing here", hint, rule=rule)
    if kind == "extra_forbidden":
        name = str(detail["loc"][-1])
        place = tree.place(known, key=True)
        return known, 0, tree.problem(place, f"unknown key '{name}'", did_you_mean(name, known_keys(model, known[:-1])), rule=rule)
    if detail["loc"] and detail["loc"][-1] == "[key]":
        return known, 0, tree.problem(tree.place(known, key=True), *_words(detail), rule=rule)
    text, hint = _words(detail)
    rank = 0 if kind == "rule_value" else 1 if kind not in ("string_type", "list_type", "dict_type") else 2
    return known, rank, tree.problem(tree.place(known), text, hint, rule=rule)


def _words(detail: ErrorDetails) -> tuple[str, str]:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx") or {}
    if kind == "rule_value":
        return str(context.get("text", detail["msg"])), str(context.get("hint", ""))
    if given is None and kind != "value_error":
        return "nothing stands here", "write a value behind the colon, or remove the key"
    if kind == "string_type" and isinstance(given, bool):
        return "a text is meant here", f'put it in quotes: "{str(given).lower()}"'
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return f"{_shown(given)} {words} {context.get(name)}", ""
    if kind == "literal_error":
        options = [option for option in re.findall(r"'([^']*)'", str(context.get("expected", ""))) if option]
        return f"{_shown(given)} is not known here", did_you_mean(str(given), options, f"write {' or '.join(options)}")
    if kind == "string_pattern_mismatch" and context.get("pattern") == _ID_PATTERN:
        slug = re.sub(r"[^a-z0-9_]+", "-", str(given).lower()).strip("-")
        return f"{_shown(given)} is no name", f"use lower-case letters, digits, - and _{f', such as {slug}' if slug else ''}"
    if kind == "string_pattern_mismatch":
        return f"{_shown(given)} does not fit here", f"it has to match {context.get('pattern')}"
    if kind in ("too_long", "string_too_long"):
        return f"this is longer than {context.get('max_length')}", ""
    if kind == "too_short":
        return "an empty list or mapping says nothing", "add an item, or remove the key"
    return detail["msg"].removeprefix("Value error, "), ""


def _shown(given: Any) -> str:
    text = str(given).lower() if isinstance(given, bool) else str(given)
    return f"'{text[:60]}'"


def known_keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that are understood at a path of a file, whatever form is chosen on the way."""
    here: list[Any] = [model]
    for part in path:
        here = [found for one in here for found in _inside(one, part)]
    return [key for one in here for found in _models(one) for key in _fields(found)]


def _inside(annotation: Any, part: str | int) -> Iterator[Any]:
    for one in _flat(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield from (field for key, field in _fields(one).items() if key == part)
        elif get_origin(one) in (list, tuple, Sequence) and isinstance(part, int):
            yield get_args(one)[0]
        elif get_origin(one) is dict:
            yield get_args(one)[1]


def _flat(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _flat(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for one in get_args(annotation):
            yield from _flat(one)
    else:
        yield annotation


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    yield from (one for one in _flat(annotation) if isinstance(one, type) and issubclass(one, BaseModel))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}
