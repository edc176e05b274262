"""The second half of reading: checked rules become rules that can be asked, and what only shows now becomes a problem. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from bot.ruleset.building import Building, Shared, did_you_mean
from bot.ruleset.conditions import Kind
from bot.ruleset.conditions.happening import Between, Surface
from bot.ruleset.effects import effects_of
from bot.ruleset.facts import Condition
from bot.ruleset.if_model import build_conditions
from bot.ruleset.logic import All, needed_terms, services_of, terms_of
from bot.ruleset.model import Effect, People, Rule, RuleTests, Sequence
from bot.ruleset.moments import Moment
from bot.ruleset.rule_file import EscalateSection, Group, Limit, PeopleSection, RuleItem, ScoredText
from bot.ruleset.yaml_places import Path, Tree

OUTCOMES = ("hide", "show", "hold", "archive", "approve")


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A checked rule and where it stands."""

    tree: Tree
    path: Path
    item: Any


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that was refused: its id is taken all the same, and what is sound of its conditions is built for its problems."""

    tree: Tree
    path: Path
    id: str
    condition: Any


@dataclass(slots=True)
class Reading:
    """What was understood of all files so far."""

    shared: Shared
    kinds: Mapping[str, Kind]
    files: list[tuple[Tree, Any]] = field(default_factory=list)
    people: list[PeopleSection] = field(default_factory=list)
    escalates: list[tuple[Tree, EscalateSection]] = field(default_factory=list)
    rules: list[WrittenRule] = field(default_factory=list)
    broken: list[BrokenRule] = field(default_factory=list)


def build_rules(reading: Reading) -> tuple[tuple[Rule, ...], dict[int, tuple[Effect, ...]], People]:
    """All rules in order; the steps of escalation; the listed people."""
    _check_ids(reading)
    for broken in reading.broken:
        if broken.condition is not None:
            build = partial(build_conditions, kinds=reading.kinds)
            build(broken.condition, Building(reading.shared, broken.tree, (*broken.path, "if"), broken.id, build_all=build))
    rules = [_rule(written, reading) for written in reading.rules]
    team = tuple(address for people in reading.people for address in people.team)
    trusted = tuple(address for people in reading.people for address in people.trusted)
    return tuple(rules), _escalate(reading), People(team, trusted)


def _check_ids(reading: Reading) -> None:
    first: dict[str, tuple[Tree, Path]] = {}
    for broken in reading.broken:
        first.setdefault(broken.id, (broken.tree, broken.path))
    for written in reading.rules:
        tree, path = first.setdefault(written.item.id, (written.tree, written.path))
        if (tree, path) != (written.tree, written.path):
            known = tree.place((*path, "id"))
            text = f"there are two rules called '{written.item.id}'"
            place = written.tree.place((*written.path, "id"))
            hint = f"the first is in {tree.file} on line {known.line}; give each its own id"
            reading.shared.problems.append(written.tree.problem(place, text, hint, rule=written.item.id))


def _escalate(reading: Reading) -> dict[int, tuple[Effect, ...]]:
    steps: dict[int, tuple[Effect, ...]] = {}
    for tree, section in reading.escalates:
        for strikes, actions in section.strikes.items():
            if strikes in steps:
                place = tree.place(("escalate", "strikes", str(strikes)), key=True)
                reading.shared.problems.append(tree.problem(place, f"there are two steps at {strikes} strikes", "keep one of them"))
            steps[strikes] = effects_of(actions)
    return dict(sorted(steps.items()))


def _rule(written: WrittenRule, reading: Reading) -> Rule:
    item, tree, path = written.item, written.tree, written.path
    build = partial(build_conditions, kinds=reading.kinds)
    building = Building(reading.shared, tree, (*path, "if"), item.id, build_all=build)
    condition = _within(build(item.if_, building), item)
    effects = effects_of(item.do)
    _check_effects(replace(building, path=path), effects, condition)
    needed = needed_terms(condition)
    tests = _tests(item)
    _check_scores(replace(building, path=path), tests, condition)
    return Rule(
        id=item.id,
        condition=condition,
        do=effects,
        allow=any("allow" in effect for effect in effects),
        terms=terms_of(condition) if needed is None else needed,
        needs_terms=needed is not None,
        file=tree.file,
        line=tree.place((*path, "id")).line,
        tests=tests,
        **_modifiers(item),
    )


def _modifiers(item: RuleItem) -> dict[str, Any]:
    limit = item.limit
    return {
        "mode": item.mode,
        "reason": item.reason,
        "severity": item.severity,
        "priority": item.priority,
        "stop": item.stop,
        "enabled": item.enabled,
        "begins": _absolute(item.begins),
        "expires": _absolute(item.expires),
        "events": tuple(item.events),
        "excepted": _group(item.except_),
        "only": _group(item.only),
        "sample": item.sample,
        "once": item.once or "",
        "cooldown": item.cooldown,
        "delay": item.delay,
        "limit": (limit.acts.n, limit.acts.seconds) if isinstance(limit, Limit) else None,
        "breaker": limit != "off",
        "on_error": item.on_error,
        "note": item.note,
    }


def _absolute(moment: Moment | None) -> float | None:
    return moment.offset if moment is not None and moment.kind == "at" else None


def _within(condition: Condition, item: RuleItem) -> Condition:
    """`begins: live+10m` counts from the event, so it is asked of each message like a condition."""
    begins = item.begins if item.begins is not None and item.begins.kind != "at" else None
    expires = item.expires if item.expires is not None and item.expires.kind != "at" else None
    if begins is None and expires is None:
        return condition
    return All((Between(begins, expires), condition))


def _group(group: Group | None) -> dict[str, tuple[str, ...]]:
    if group is None:
        return {}
    return {name: tuple(getattr(group, name)) for name in ("trust", "emails", "names") if getattr(group, name)}


def _tests(item: RuleItem) -> RuleTests:
    section = item.tests
    names = ("hide", "hold", "approve", "archive", "flag", "keep")
    steps = tuple(Sequence(step.at, step.by, step.say, step.expect, step.surface, step.scores) for step in section.sequence)
    texts: dict[str, tuple[str, ...]] = {}
    scores: dict[tuple[str, str], Mapping[str, float]] = {}
    for name in names:
        for one in getattr(section, name):
            text = one.say if isinstance(one, ScoredText) else one
            texts[name] = (*texts.get(name, ()), text)
            if isinstance(one, ScoredText):
                scores[name, text] = one.scores
    return RuleTests(texts, steps, scores)


def _check_scores(building: Building, tests: RuleTests, condition: Condition) -> None:
    asked = services_of(condition)
    given = [*tests.scores.values(), *(step.scores for step in tests.sequence)]
    for name in sorted({name for scores in given for name in scores} - set(asked)):
        hint = did_you_mean(name, asked, "" if asked else "leave the scores out, or ask with external:")
        building.report(f"the tests give a score of '{name}', which the rule does not ask", hint, "tests")


def _check_effects(building: Building, effects: tuple[Effect, ...], condition: Condition) -> None:
    names = [next(iter(effect)) for effect in effects]
    outcomes = [name for name in names if name in OUTCOMES]
    if len(outcomes) > 1:
        building.report(f"{' and '.join(outcomes)} cannot both be done to one message", "keep one of them", "do")
    if "allow" in names and len(names) > 1:
        building.report("allow lets the message pass; nothing can stand beside it", "make two rules of it", "do")
    if services_of(condition):
        _check_lateness(building, names)
    surfaces = [part.surfaces for part in _conjuncts(condition) if isinstance(part, Surface)]
    only_chat = bool(surfaces) and all("qa" not in surface for surface in surfaces)
    for name in ("approve", "archive"):
        if name in names and only_chat:
            building.report(f"{name} is for questions, and this rule looks at chat only", "write surface: qa, or hide/show", "do")
        elif name in names and not surfaces:
            building.report(f"{name} is for questions only", "add surface: qa to the conditions", "do", level="warning")


def _check_lateness(building: Building, names: list[str]) -> None:
    """A rule with `external` answers a moment after the others."""
    if "allow" in names:
        hint = "let other rules ask instead, such as none: [ { external: … } ] in the rule that hides"
        building.report("allow has to be known at once, and a service answers a moment later", hint, "do")
    if "score" in names:
        hint = "give this rule an action of its own"
        building.report("score is summed up at once, and a service answers a moment later", hint, "do")


def _conjuncts(condition: Condition) -> list[Condition]:
    """The parts that must all hold."""
    if not isinstance(condition, All):
        return [condition]
    return [part for child in condition.children for part in _conjuncts(child)]
