"""Rule files in, a rule set or problems out. Pure: texts are handed in, nothing is read here.

Every file is read, checked and built as far as it goes, so that all problems come at once. A rule set is made only if there is no
error at all; warnings do not stand in the way. Several files merge: people and lists join, rules follow in the order of file names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bot.domain.ids import content_hash
from bot.ruleset.build_rules import Reading, build_rules
from bot.ruleset.conditions import TABLE, Kind
from bot.ruleset.engagement import Engagement, EngagementSections
from bot.ruleset.engagement import build as build_engagement
from bot.ruleset.gather import gather
from bot.ruleset.matcher import Matcher
from bot.ruleset.model import Ruleset
from bot.ruleset.problems import Problem
from bot.ruleset.yaml_places import Tree, read_tree

MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Parsed:
    """`ruleset` is None if any problem is an error; problems are ordered by file and line."""

    ruleset: Ruleset | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stand in the way."""
        return tuple(problem for problem in self.problems if problem.level == "error")


def parse(
    files: Mapping[str, str],
    lists: Mapping[str, str],
    presets: Mapping[str, Sequence[str]],
    *,
    kinds: Mapping[str, Kind] = TABLE,
    learned: Mapping[str, Callable[[str], Any]] = MappingProxyType({}),
    services: Collection[str] | None = None,
) -> Parsed:
    """Reads rule files (name → text) with list files (`lists/swearing.txt` → text), presets (name → entries) and learned models.

    `services` are the names of those that the configuration has; None if it is not known here.
    """
    trees = [read_tree(name, files[name]) for name in sorted(files)]
    reading = gather(trees, lists, presets, kinds, learned, services)
    rules, escalate, people = build_rules(reading)
    engagement = _engagement(reading)
    problems = _ordered([problem for tree in trees for problem in tree.problems] + reading.shared.problems)
    if any(problem.level == "error" for problem in problems):
        return Parsed(None, problems)
    ruleset = Ruleset(
        hash=rules_hash(files, lists, presets),
        rules=rules,
        matcher=Matcher(reading.shared.accepted),
        people=people,
        escalate=escalate,
        engagement=engagement,
        files=tuple(sorted(files)),
    )
    return Parsed(ruleset, problems)


def rules_hash(files: Mapping[str, str], lists: Mapping[str, str], presets: Mapping[str, Sequence[str]]) -> str:
    """The content hash over all texts that a rule set is made of."""
    parts = [part for texts in (files, lists) for name in sorted(texts) for part in (name, texts[name])]
    words = [part for name in sorted(presets) for part in (name, "\n".join(presets[name]))]
    return content_hash(*parts, "", *words)


def _engagement(reading: Reading) -> Engagement:
    sections: list[EngagementSections] = []
    trees: list[Tree] = []
    for tree, model in reading.files:
        if isinstance(model, EngagementSections):
            sections.append(model)
            trees.append(tree)
    engagement, findings = build_engagement(sections)
    for (number, *path), text, hint in findings:
        tree = trees[int(number)]
        place = tree.place(tree.known(tuple(path)))
        reading.shared.problems.append(tree.problem(place, text, hint))
    return engagement


def _ordered(problems: list[Problem]) -> tuple[Problem, ...]:
    once = list(dict.fromkeys(problems))
    once.sort(key=lambda problem: (problem.level != "error", problem.file, problem.line, problem.column))
    if len(once) <= MOST_PROBLEMS:
        return tuple(once)
    more = Problem(once[0].file, 1, 1, f"and {len(once) - MOST_PROBLEMS} more problems", "mend the first ones and look again")
    return (*once[:MOST_PROBLEMS], more)
