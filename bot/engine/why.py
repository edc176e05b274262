"""Why, and why not, asked hours later: one message judged again on the memory that the engine had then.

The history is that of a course of events played up to the message (retrace.py), so that windows, counters and strikes stand as they
stood, whatever was forgotten, reloaded or restarted since. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.decisions import Decision, Verdict
from bot.domain.history import Draft, History
from bot.domain.signals import Message, Trust
from bot.engine.evaluate import Judged, applies, judge, mode_of, own_view, quiet
from bot.engine.judging import author_record, gather, said_before
from bot.engine.measured import measured
from bot.engine.people import trust_of
from bot.engine.plan import Plan, plan_of
from bot.engine.situation import Situation
from bot.engine.work import Work
from bot.ruleset.facts import Condition, Facts
from bot.ruleset.logic import All, AtLeast, NoneOf
from bot.ruleset.logic import Any as AnyOf
from bot.ruleset.model import Rule, Ruleset

WORDS = {All: "all of", AnyOf: "any of", NoneOf: "none of"}


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the condition: how deep it stands, whether it held, and the value it saw."""

    depth: int
    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Why:
    """One rule's answer to one message, at the moment of the message."""

    rule: str
    fired: bool
    lines: tuple[str, ...]
    """In words, the reason first."""
    parts: tuple[Part, ...] = ()
    known: Mapping[str, Any] = field(default_factory=dict)
    """Of the author and the event at that moment: trust, messages, hidden, strikes, labels, counters, raid, poll_open."""
    text: str = ""
    """The rule as it stood in its file then; empty if its revision is no longer kept."""
    hash: str = ""

    @property
    def json(self) -> dict[str, Any]:
        """For programs."""
        parts = [{"depth": part.depth, "holds": part.holds, "text": part.text} for part in self.parts]
        return {
            "rule": self.rule,
            "fired": self.fired,
            "why": list(self.lines),
            "parts": parts,
            "known": dict(self.known),
            "rule_text": self.text,
            "ruleset": self.hash,
        }


def why(
    message: Message, rule_id: str, ruleset: Ruleset, history: History, situation: Situation, now: float, *, text: str = ""
) -> Why:
    """Why a rule acted on a message, or why it did not. `history` is what was remembered just before it."""
    work = Work(plan_of(ruleset), Draft(history), situation, now)
    author = message.author.known_key
    record = author_record(work, author, message) or {}
    trust = trust_of(message, record, work.plan.lists, now)
    facts = gather(work, message, record, trust)
    known = _known(facts, history, author)
    rule = ruleset.rule(rule_id)
    if rule is None:
        return Why(rule_id, False, (f"the rules of that moment have no rule '{rule_id}'",), known=known, hash=ruleset.hash)
    lines, fired = _lines(work.plan, rule, facts, message, work, trust)
    parts = tuple(_parts(rule.condition, own_view(rule, facts), 0))
    return Why(rule_id, fired, tuple(lines), parts, known, text, ruleset.hash)


def _lines(plan: Plan, rule: Rule, facts: Facts, message: Message, work: Work, trust: Trust) -> tuple[list[str], bool]:
    if message.own or trust == "team":
        return ["no rule was asked: the author is the bot itself or of the team"], False
    said = said_before(work, message)
    if said:
        return [f"no rule was asked: {said}"], False
    if not rule.enabled:
        return ["it is not enabled"], False
    judged = judge(plan, facts)
    verdict = next((one for one in _verdicts(judged) if one.rule == rule.id), None)
    if verdict is not None:
        mode = mode_of(rule, facts)
        told = [*verdict.notes, *(f"“{match.text}” at {match.span[0]} to {match.span[1]}" for match in verdict.matches)]
        return [f"it fired, in mode {mode}", *told], True
    return _obstacles(rule, facts, judged), False


def _verdicts(judged: Judged) -> Iterator[Verdict]:
    if judged.allowed is not None:
        yield judged.allowed
    for _, verdict in judged.verdicts:
        yield verdict


def _obstacles(rule: Rule, facts: Facts, judged: Judged) -> list[str]:
    """What stood in the way, the first in the order of evaluation."""
    if not applies(rule, facts):
        return ["it does not look at this message: its begins, expires, events, except, only or sample say so"]
    finding = rule.condition.check(own_view(rule, facts))
    if not finding.holds:
        return ["its condition did not hold" + (f": {finding.near}" if finding.near else "")]
    told = quiet(rule, facts)
    if told:
        return [f"its condition held, but it {told}" if not told.startswith("a person") else f"its condition held, but {told}"]
    if judged.allowed is not None:
        return [f"its condition held, but rule {judged.allowed.rule} let the message pass before"]
    stopped = [one.rule for other, one in judged.verdicts if other.stop]
    return [f"its condition held, but rule {stopped[-1]} has stop: true and came before"] if stopped else ["it was not asked"]


def _parts(condition: Condition, facts: Facts, depth: int) -> Iterator[Part]:
    children = getattr(condition, "children", None)
    finding = condition.check(facts)
    if children is None:
        yield Part(
            depth,
            finding.holds,
            finding.note or finding.near or (_name(condition) if finding.holds else measured(condition, facts)),
        )
        return
    word = f"{condition.n} of" if isinstance(condition, AtLeast) else WORDS.get(type(condition), "all of")
    yield Part(depth, finding.holds, word)
    for child in children:
        yield from _parts(child, facts, depth + 1)


def _name(condition: Condition) -> str:
    return f"{type(condition).__name__.lower()} holds"


def _known(facts: Facts, history: History, author: str) -> dict[str, Any]:
    record = facts.author
    strikes = sum(one[1] for one in history.get("strikes", author) or () if one[0] > facts.now)
    counters = {key[1]: sum(one[1] for one in item.value) for key, item in history.of_kind("counter")}
    return {
        "trust": facts.trust,
        "messages": record.get("messages", 0),
        "hidden": record.get("hidden", 0),
        "strikes": strikes,
        "labels": sorted(record.get("labels", {})),
        "counters": counters,
        "raid": facts.raid,
        "poll_open": facts.poll_open,
    }


def same_answer(decision: Decision, told: Why) -> bool:
    """Does what was played again agree with what is stored about this rule?"""
    stored = any(verdict.rule == told.rule for verdict in (*decision.verdicts, *decision.suggested, *decision.shadow))
    return stored == told.fired


def rule_text(source: str, line: int) -> str:
    """A rule as it stands in its file. `line` is where its id stands, from 1; empty if it does not stand there."""
    lines = source.splitlines()
    if not 1 <= line <= len(lines):
        return ""
    first = line - 1
    while first > 0 and not lines[first].lstrip().startswith("- "):
        first -= 1
    depth = len(lines[first]) - len(lines[first].lstrip())
    last = first + 1
    while last < len(lines) and (not lines[last].strip() or len(lines[last]) - len(lines[last].lstrip()) > depth):
        last += 1
    return "\n".join(one[depth:] for one in lines[first:last]).rstrip()
