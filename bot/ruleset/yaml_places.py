"""Reads one YAML text into plain values and remembers where each key and value stands.

YAML 1.2 without its traps: `on`, `no`, `12:30`, `0123` and `1.10` stay the texts that were written; only `true`, `false`, `null`
and numbers that would be written back unchanged become values. No aliases, tags, second documents or duplicate keys; at
most 20 levels. Works on the parser's events, so a bomb of brackets or aliases is refused before it is built. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from bot.ruleset.problems import Problem

DEPTH = 20
Path = tuple[str | int, ...]
_INT = re.compile(r"0|-?[1-9][0-9]{0,17}")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,11})\.[0-9]{0,11}[1-9]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: line and column from 1, and its width on its first line."""

    line: int
    column: int
    width: int = 1


@dataclass(slots=True)
class Tree:
    """A file's values, and the places of keys and values by path from the root."""

    file: str
    text: str
    data: Any = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """The nearest known place: of the key if wished, else of the value, else of what it stands in."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        for length in range(len(path), -1, -1):
            found = first.get(path[:length]) or second.get(path[:length])
            if found:
                return found
        return Place(1, 1)

    def known(self, path: Path) -> Path:
        """The path without the parts that are no key or index of this file (a validator's own words)."""
        here: Any = self.data
        kept: list[str | int] = []
        for part in path:
            if isinstance(here, Mapping) and str(part) in here:
                here = here[str(part)]
                kept.append(str(part))
            elif isinstance(here, list) and isinstance(part, int) and part < len(here):
                here = here[part]
                kept.append(part)
        return tuple(kept)

    def at(self, path: Path) -> Any:
        """The value at a known path."""
        here: Any = self.data
        for part in path:
            here = here[part]
        return here

    def problem(self, place: Place, text: str, hint: str = "", **more: Any) -> Problem:
        """A problem at a place of this file."""
        source = self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""
        width = max(1, min(place.width, len(source) - place.column + 1))
        shown = "".join(char if char.isprintable() else " " for char in source[:200]) if place.column < 200 else ""
        return Problem(self.file, place.line, place.column, text, hint=hint, width=width, source=shown, **more)


def read_tree(file: str, text: str) -> Tree:
    """Values and places of one file; what is wrong with its form is in `problems`, and then `data` is None."""
    clean = text.removeprefix("\ufeff")
    tree = Tree(file, clean, lines=re.split(r"\r\n|\n|\r|\x85|\u2028|\u2029", clean))
    try:
        _Builder(tree).read(YAML(typ="safe", pure=True).parse(clean))
    except _TooDeepError as deep:
        tree.problems.append(tree.problem(_place(deep.event), f"nested deeper than {DEPTH} levels", "split it into several rules"))
    except ReaderError as error:
        tree.problems.append(_unreadable(tree, error))
    except MarkedYAMLError as error:
        tree.problems.append(_syntax(tree, error))
    except (YAMLError, ValueError) as error:
        tree.problems.append(tree.problem(Place(1, 1), f"this is no YAML: {str(error).splitlines()[0]}"))
    if tree.problems:
        tree.data = None
    return tree


class _TooDeepError(Exception):
    def __init__(self, event: Event) -> None:
        super().__init__("too deep")
        self.event = event


class _Builder:
    """Turns events into values; one per file."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.documents = 0

    def read(self, events: Iterator[Event]) -> None:
        for event in events:
            if isinstance(event, DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    self._refuse(event, "a second document starts here", "remove the line ---")
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
                value = self._value(event, events, ())
                if self.documents == 1:
                    self.tree.data = value

    def _refuse(self, event: Event, text: str, hint: str) -> None:
        self.tree.problems.append(self.tree.problem(_place(event), text, hint))

    def _value(self, event: Event, events: Iterator[Event], path: Path) -> Any:
        if len(path) > DEPTH:
            raise _TooDeepError(event)
        self._check_form(event)
        self.tree.values[path] = _place(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, path)
        return _scalar(event)

    def _check_form(self, event: Event) -> None:
        quoted = "if a text is meant, put it in quotes"
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, AliasEvent):
            self._refuse(event, f"aliases (*{anchor}) are not understood", quoted)
        elif anchor is not None:
            self._refuse(event, f"anchors (&{anchor}) are not understood", quoted)
        if tag is not None:
            self._refuse(event, f"tags ({tag}) are not understood", quoted)

    def _mapping(self, events: Iterator[Event], path: Path) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                return made
            if not isinstance(event, ScalarEvent):
                self._refuse(event, "a key has to be a plain text", "put it in quotes")
                self._value(event, events, (*path, "?"))
                self._value(next(events), events, (*path, "?"))
                continue
            self._check_form(event)
            key = str(event.value)
            twice = key in made
            if twice:
                first = self.tree.keys[(*path, key)].line
                self._refuse(event, f"the key '{key}' stands here twice", f"it is first on line {first}; remove one of them")
            else:
                self.tree.keys[(*path, key)] = _place(event)
            value = self._value(next(events), events, (*path, "?") if twice else (*path, key))
            made.setdefault(key, value)
        raise AssertionError("the parser always closes a mapping")

    def _sequence(self, events: Iterator[Event], path: Path) -> list[Any]:
        made: list[Any] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                return made
            made.append(self._value(event, events, (*path, len(made))))
        raise AssertionError("the parser always closes a sequence")


def _scalar(event: Event) -> Any:
    if not isinstance(event, ScalarEvent) or not event.implicit[0]:
        return getattr(event, "value", None)
    text = str(event.value)
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _place(event: Event) -> Place:
    start, end = event.start_mark, event.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return Place(start.line + 1, start.column + 1, max(1, width))


def _unreadable(tree: Tree, error: ReaderError) -> Problem:
    before = tree.text[: error.position]
    column = error.position - (before.rfind("\n") + 1) + 1
    place = Place(before.count("\n") + 1, column)
    return tree.problem(place, f"the character U+{ord(tree.text[error.position]):04X} is not allowed here", "remove it")


_HINTS = (
    (re.compile(r"found character '\\?t'"), "indent with spaces, not with tabs"),
    (re.compile(r"found character"), "put the text in quotes"),
    (re.compile(r"scanning an (?:alias|anchor)"), "a text that begins with * or & needs quotes"),
    (re.compile(r"mapping values are not allowed"), "put a text that contains ': ' in quotes; else check the indentation"),
    (re.compile(r"scanning a quoted scalar"), "a closing quote is missing"),
    (re.compile(r"flow (?:sequence|mapping|node)"), "a comma or a closing ] or } is missing"),
    (re.compile(r"could not find expected ':'"), "a key needs a ':' behind it"),
    (re.compile(r"block (?:collection|mapping|sequence)"), "check the indentation: this does not belong to what stands above it"),
)


def _syntax(tree: Tree, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
    told = " ".join(str(part) for part in (error.context, error.problem) if part)
    hint = next((hint for pattern, hint in _HINTS if pattern.search(told)), "")
    if error.context_mark is not None and error.context_mark.line != place.line - 1:
        told += f" that begins on line {error.context_mark.line + 1}" if error.context else ""
    return tree.problem(place, told.replace("'<stream end>'", "the end of the file").replace("stream", "text"), hint)
