"""The first half of reading: each file is checked against the models, and lists are collected from all of them. Pure.

If a file has errors, its sections and rules are checked one by one, so that the sound ones can still be built and complain too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.ruleset.build_rules import BrokenRule, Reading, WrittenRule
from bot.ruleset.building import Entry, Shared, did_you_mean
from bot.ruleset.complaints import complaints
from bot.ruleset.conditions import Kind
from bot.ruleset.engagement import EngagementSections
from bot.ruleset.if_model import conditions_model
from bot.ruleset.rule_file import EscalateSection, ListFile, ListSource, PeopleSection, file_model, rule_model
from bot.ruleset.yaml_places import Path, Place, Tree

_SOURCE: TypeAdapter[Any] = TypeAdapter(ListSource)
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_BLANK = "\ufeff \t\r\n"


def gather(
    trees: Sequence[Tree],
    lists: Mapping[str, str],
    presets: Mapping[str, Sequence[str]],
    kinds: Mapping[str, Kind],
    learned: Mapping[str, Callable[[str], Any]],
    services: Collection[str] | None = None,
) -> Reading:
    """Everything that could be understood, with the problems met on the way."""
    shared = Shared(presets=presets, learned=learned, services=services)
    reading = Reading(shared, kinds)
    for tree in trees:
        _check_file(tree, reading)
    named: dict[str, list[Entry]] = {}
    for tree, _ in reading.files:
        for name, entries in _lists(tree, lists, shared):
            named.setdefault(name, []).extend(entries)
    shared.lists = named
    return reading


def _check_file(tree: Tree, reading: Reading) -> None:
    if tree.data is None:
        return
    if not isinstance(tree.data, Mapping):
        tree.problems.append(tree.problem(Place(1, 1), "a rule file is a mapping", "begin with a section such as rules:"))
        return
    model = file_model(reading.kinds)
    try:
        checked: Any = model.model_validate(tree.data)
    except ValidationError as error:
        tree.problems += complaints(tree, error, model)
        _piecewise(tree, reading)
        return
    reading.files.append((tree, checked))
    reading.people.append(checked.people)
    reading.escalates.append((tree, checked.escalate))
    reading.rules += [WrittenRule(tree, ("rules", number), rule) for number, rule in enumerate(checked.rules)]


def _piecewise(tree: Tree, reading: Reading) -> None:
    data = tree.data
    sections = {key: data[key] for key in EngagementSections.model_fields if key in data}
    reading.files.append((tree, _try(EngagementSections, sections)))
    reading.people += [people for people in [_try(PeopleSection, data.get("people", {}))] if isinstance(people, PeopleSection)]
    escalate = _try(EscalateSection, data.get("escalate", {}))
    if isinstance(escalate, EscalateSection):
        reading.escalates.append((tree, escalate))
    model = rule_model(reading.kinds)
    written = data.get("rules")
    for number, item in enumerate(written if isinstance(written, list) else ()):
        rule = _try(model, item)
        if rule is not None:
            reading.rules.append(WrittenRule(tree, ("rules", number), rule))
        elif isinstance(item, Mapping):
            reading.broken.append(
                BrokenRule(tree, ("rules", number), str(item.get("id", "")), _sound_part(item.get("if"), reading))
            )


def _sound_part(written: Any, reading: Reading) -> Any:
    """The conditions of a refused rule without the keys that were refused, so that the others can complain in their turn."""
    if not isinstance(written, Mapping):
        return None
    model = conditions_model(reading.kinds)
    try:
        return model.model_validate(written)
    except ValidationError as error:
        refused = {str(detail["loc"][0]) for detail in error.errors(include_url=False) if detail["loc"]}
        left = {key: value for key, value in written.items() if key not in refused}
        return _try(model, left) if left else None


def _try(model: type[BaseModel], data: Any) -> Any:
    try:
        return model.model_validate(data)
    except ValidationError:  # its complaints were taken down when the whole file was checked
        return None


def _lists(tree: Tree, texts: Mapping[str, str], shared: Shared) -> Iterator[tuple[str, list[Entry]]]:
    section = tree.data.get("lists")
    for name, source in section.items() if isinstance(section, Mapping) else ():
        try:
            checked = _SOURCE.validate_python(source)
        except ValidationError:  # as above
            yield name, []
            continue
        path: Path = ("lists", name)
        if isinstance(checked, ListFile):
            yield name, _from_file(tree, (*path, "file"), checked.file, texts, shared)
        else:
            yield name, [Entry(text, tree, tree.place((*path, number))) for number, text in enumerate(checked)]


def _from_file(tree: Tree, path: Path, file: str, texts: Mapping[str, str], shared: Shared) -> list[Entry]:
    name = file.removeprefix("./")
    if name not in texts:
        hint = did_you_mean(name, texts, "word lists lie in the folder lists beside the rule files: write lists/words.txt")
        shared.problems.append(tree.problem(tree.place(path), f"there is no list file '{file}'", hint))
        return []
    return entries_of(name, texts[name])


def entries_of(file: str, text: str) -> list[Entry]:
    """The entries of a list file: one a line; blank lines and what follows a # at a line's start or behind a space are left out.

    A `\\#` at the start of a line is a # that belongs to the entry.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    tree = Tree(file, "", lines=lines)
    entries = []
    for number, line in enumerate(lines, 1):
        escaped = line.lstrip().startswith("\\#")
        plain = (line.lstrip()[1:] if escaped else _COMMENT.sub("", line)).strip(_BLANK)
        if plain:
            column = max(0, line.find(plain)) + 1
            entries.append(Entry(plain, tree, Place(number, column, len(plain))))
    return entries
