"""What a condition is given while it is built out of a rule file: lists, presets, the table of terms, a place for problems.

A `Building` belongs to one mapping of conditions; `inside` makes the one for what stands in it. The shared part is filled
while files are read and then thrown away. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from rapidfuzz import process

from bot.ruleset.facts import Condition
from bot.ruleset.matcher import check_term
from bot.ruleset.problems import Problem
from bot.ruleset.terms import Fold, Term, TermError, TermKind
from bot.ruleset.texts import ListRef, TextsArgument
from bot.ruleset.yaml_places import Path, Place, Tree


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a list with the place it was written at; a list file is a tree without values."""

    text: str
    tree: Tree
    place: Place


@dataclass(slots=True)
class Shared:
    """Common to all rules of one reading."""

    lists: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    presets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    learned: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    """Models that conditions may ask, by the condition's key."""
    services: Collection[str] | None = None
    """Names of the services that may be asked; None where nobody knows them."""
    problems: list[Problem] = field(default_factory=list)
    terms: dict[Term, int | None] = field(default_factory=dict)
    """Each term with its number, or None if it was refused."""
    accepted: list[Term] = field(default_factory=list)

    def number(self, term: Term, at: Entry, rule: str) -> int | None:
        """The term's number in the matcher; a refused term becomes a problem, once."""
        if term not in self.terms:
            self.terms[term] = self._new(term, at, rule)
        return self.terms[term]

    def _new(self, term: Term, at: Entry, rule: str) -> int | None:
        try:
            check_term(term)
        except TermError as error:
            self.problems.append(at.tree.problem(at.place, str(error), error.hint, rule=rule))
            return None
        self.accepted.append(term)
        return len(self.accepted) - 1


@dataclass(frozen=True, slots=True)
class Building:
    """The surroundings of one mapping of conditions. `path` leads to it; `key` is the one being built."""

    shared: Shared
    tree: Tree
    path: Path
    rule: str = ""
    fold: Fold | None = None
    allowed: frozenset[int] = frozenset()
    depth: int = 1
    build_all: Any = None
    """Builds a nested mapping of conditions: (model, Building) → Condition."""

    def inside(self, *parts: str | int, fold: Fold | None = None, allowed: frozenset[int] = frozenset()) -> Building:
        """The surroundings further in; folding and permitted terms are handed down."""
        return replace(self, path=(*self.path, *parts), fold=fold or self.fold, allowed=self.allowed | allowed)

    def nested(self, model: Any, *parts: str | int) -> Condition:
        """The condition that a mapping further in stands for."""
        condition: Condition = self.build_all(model, replace(self.inside(*parts), depth=self.depth + 1))
        return condition

    def report(self, text: str, hint: str = "", *parts: str | int, level: Literal["error", "warning"] = "error") -> None:
        """Notes a problem at the value there."""
        place = self.tree.place((*self.path, *parts))
        self.shared.problems.append(self.tree.problem(place, text, hint, rule=self.rule, level=level))

    def entries(self, argument: TextsArgument, *parts: str | int) -> list[Entry]:
        """The texts of an argument with their places, lists resolved, blank ones left out with a warning."""
        items = argument if isinstance(argument, list) else [argument]
        found: list[Entry] = []
        for number, item in enumerate(items):
            path = (*self.path, *parts, number) if isinstance(argument, list) else (*self.path, *parts)
            if isinstance(item, ListRef):
                found += self.listed(item.list, *path[len(self.path) :], "list")
            else:
                found.append(Entry(item, self.tree, self.tree.place(path)))
        if not found and not any(isinstance(item, ListRef) for item in items):
            self.report("an empty list matches nothing", "add a text or remove the condition", *parts, level="warning")
        return [entry for entry in found if not self._blank(entry)]

    def _blank(self, entry: Entry) -> bool:
        if entry.text.strip(" \t\r\n\ufeff\u200b\u00a0"):
            return False
        warning = entry.tree.problem(
            entry.place, "an empty text matches nothing; it was left out", "remove it", rule=self.rule, level="warning"
        )
        self.shared.problems.append(warning)
        return True

    def listed(self, name: str, *parts: str | int) -> Sequence[Entry]:
        """The entries of a named list."""
        if name not in self.shared.lists:
            self.report(f"there is no list '{name}'", did_you_mean(name, self.shared.lists, "define it under lists:"), *parts)
        elif not self.shared.lists[name]:
            self.report(f"the list '{name}' is empty and matches nothing", "", *parts, level="warning")
        return self.shared.lists.get(name, ())

    def terms(self, kind: TermKind, entries: Iterable[Entry], fold: Fold) -> frozenset[int]:
        """Numbers of the terms that these texts stand for."""
        level = self.fold or fold
        numbers = (self.shared.number(Term(kind, entry.text, level), entry, self.rule) for entry in entries)
        return frozenset(number for number in numbers if number is not None)


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint with the nearest of the known names, or all of them if they are few, or what else to do."""
    names = sorted(set(known))
    near = process.extractOne(name, names, score_cutoff=60) if names else None
    if near:
        return f"did you mean '{near[0]}'?"
    if otherwise or not names:
        return otherwise
    return f"known here: {', '.join(names)}" if len(names) <= 40 else ""
