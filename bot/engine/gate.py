"""The rules' own tests, run before a rule set goes live; a rule that fails keeps its old version, the others go live.

Each rule is tested alone through the same `step` that runs live: act mode, a fresh history for each text, a virtual clock for
sequences. Tested is the rule, not when it is in force, so `begins`, `expires`, `events`, `sample`, `once`, `cooldown` and `limit`
are set aside for single texts. A text is tried in chat and in Q&A: `keep` must hold on both, all else on one. Pure.

A kept rule brings the matcher along that its terms are numbered for (`Rule.matcher`): nothing is parsed again, and the old rule is
exactly the one that was in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.domain.decisions import Decision
from bot.domain.history import History
from bot.domain.ids import content_hash
from bot.domain.signals import Author, EventState, Message, MessageRead, Surface, Tick
from bot.engine.asking import known_scores
from bot.engine.situation import Situation
from bot.engine.step import step
from bot.engine.timers import due
from bot.ruleset.conditions.happening import Between
from bot.ruleset.facts import Condition
from bot.ruleset.logic import All
from bot.ruleset.matcher import Matcher
from bot.ruleset.model import Rule, Ruleset, Sequence
from bot.ruleset.problems import Problem

START = 1_767_261_600.0
TESTER = Author("Tester", "tester@example.test")
EVENT = EventState("test", "Test", "live", "on_air", True, True, live_since=START - 3600.0)
SURFACES: tuple[Surface, ...] = ("chat", "qa")
MOST_FAILURES = 20
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Gated:
    """What may go live. `kept_old` names the rules that stay as they were; new ones that fail are left out."""

    ruleset: Ruleset
    failures: tuple[Problem, ...] = ()
    kept_old: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def gate(new: Ruleset, old: Ruleset | None = None, sources: Mapping[str, str] | None = None) -> Gated:
    """Runs all tests of `new`; failing rules are replaced by those of `old`. `sources` are the files' texts by name: with them a
    problem points to the line of the test that fails.
    """
    failures: list[Problem] = []
    rules: list[Rule] = []
    kept: list[str] = []
    left_out: list[str] = []
    for rule in new.rules:
        found = failing_tests(rule, new, sources or {})
        if not found:
            rules.append(rule)
            continue
        failures += found
        before = old.rule(rule.id) if old is not None else None
        if before is None or old is None:
            left_out.append(rule.id)
        else:
            rules.append(replace(before, matcher=before.matcher or old.matcher))
            kept.append(rule.id)
    if not failures:
        return Gated(new)
    name = content_hash(new.hash, *kept, "", *left_out, "", old.hash if kept and old else "")
    return Gated(replace(new, rules=tuple(rules), hash=name), tuple(failures), tuple(kept), tuple(left_out))


@dataclass(frozen=True, slots=True)
class _Failure:
    """`told` is what went wrong, `why` what the rule saw, `text` the test's own text."""

    told: str
    why: str
    text: str


def failing_tests(rule: Rule, ruleset: Ruleset, sources: Mapping[str, str]) -> list[Problem]:
    """The failures of one rule's tests, at the test's place in its file, or at the rule's."""
    if not rule.tests.expected and not rule.tests.sequence:
        return []
    told = [*_failing_texts(rule, ruleset), *_failing_sequence(rule, ruleset)]
    lines = sources.get(rule.file, "").splitlines()
    problems = [_problem(rule, failure, lines) for failure in told[:MOST_FAILURES]]
    if len(told) > MOST_FAILURES:
        problems.append(_problem(rule, _Failure(f"and {len(told) - MOST_FAILURES} more of its tests fail", "", ""), lines))
    return problems


def _problem(rule: Rule, failure: _Failure, lines: list[str]) -> Problem:
    first = max(1, rule.line)
    where = next((n for n in range(first - 1, len(lines)) if failure.text and failure.text in lines[n]), None)
    line = first if where is None else where + 1
    source = lines[line - 1] if line <= len(lines) else ""
    column = source.find(failure.text) + 1 if where is not None else len(source) - len(source.lstrip()) + 1
    width = len(failure.text) if where is not None else max(1, len(source.strip()))
    hint = failure.why or "correct the rule or the test"
    return Problem(rule.file, line, column, f"rule '{rule.id}': {failure.told}", hint, rule.id, width, source)


def _failing_texts(rule: Rule, ruleset: Ruleset) -> Iterator[_Failure]:
    plain = replace(
        rule, begins=None, expires=None, events=(), sample=1.0, once="", cooldown=0.0, limit=None, breaker=False, delay=0.0
    )
    alone = _alone(plain, ruleset)
    for expected, texts in rule.tests.expected.items():
        for text in texts:
            scores = rule.tests.scores.get((expected, text), {})
            got = [_decide(alone, text, surface, scores) for surface in SURFACES]
            fits = [does(rule, decision, expected) for decision in got]
            passed = all(fits) if expected == "keep" else any(fits)
            if not passed:
                decision = got[fits.index(False)]
                yield _Failure(f"“{_short(text)}” should {expected}, but {_instead(decision)}", _why(decision), text)


def _failing_sequence(rule: Rule, ruleset: Ruleset) -> Iterator[_Failure]:
    if not rule.tests.sequence:
        return
    alone = _alone(replace(rule, begins=None, expires=None, events=(), sample=1.0, breaker=False, delay=0.0), ruleset)
    history = History()
    for number, line in enumerate(rule.tests.sequence, 1):
        decision = _say(alone, history, line, number)
        if not does(rule, decision, line.expect):
            where = f"line {number} of the sequence (at {line.at:g}s {line.by} says “{_short(line.say)}”)"
            yield _Failure(f"{where} should {_as_verb(line.expect)}, but {_instead(decision)}", _why(decision), line.say)


def _alone(rule: Rule, ruleset: Ruleset) -> Ruleset:
    """A rule set of this rule only, in act mode. Its people are those of the rule set."""
    rule = replace(rule, mode="act", enabled=True, condition=_at_any_time(rule.condition))
    matcher: Matcher = rule.matcher or ruleset.matcher
    return Ruleset(ruleset.hash, (replace(rule, matcher=None),), matcher, people=ruleset.people)


def _at_any_time(condition: Condition) -> Condition:
    """Without `between`, which `begins: live+10m` becomes as well."""
    if not isinstance(condition, All):
        return condition
    return All(tuple(_at_any_time(child) for child in condition.children if not isinstance(child, Between)))


def _decide(alone: Ruleset, text: str, surface: Surface, scores: Mapping[str, float]) -> Decision:
    status = "public" if surface == "chat" else "new"
    message = Message("test", "m", surface, text, TESTER, status, read=START)
    history = History(known_scores(text, scores, START))
    return step(MessageRead(message), alone, history, Situation(EVENT, poll_open=False), START).decisions[0]


def _say(alone: Ruleset, history: History, line: Sequence, number: int) -> Decision:
    now = START + line.at
    situation = Situation(EVENT, poll_open=False)
    for _name, timer in due(history, now):
        history.apply(step(Tick("test"), alone, history, situation, timer["at"]).changes)
    history.apply(known_scores(line.say, line.scores, now))
    status = "public" if line.surface == "chat" else "new"
    author = Author(line.by, f"{line.by}@example.test")
    message = Message("test", f"m{number}", line.surface, line.say, author, status, read=now)
    done = step(MessageRead(message), alone, history, situation, now)
    history.apply(done.changes)
    return done.decisions[0]


def does(rule: Rule, decision: Decision, expected: str) -> bool:
    """Whether a decision is what a test expects. To keep is to do nothing (an allow rule may allow); `hide` and `archive` are the
    same thing on two surfaces.
    """
    if expected in ("keep", "none"):
        return (rule.allow or not decision.actions) and not _failed(decision)
    if expected in ("hide", "archive"):
        return decision.outcome in ("hide", "archive")
    return decision.outcome == expected or expected in decision.actions


def _failed(decision: Decision) -> bool:
    return any(verdict.error for verdict in decision.verdicts)


def _instead(decision: Decision) -> str:
    if _failed(decision):
        return f"the rule raised an error: {next(verdict.error for verdict in decision.verdicts if verdict.error)}"
    if not decision.actions:
        return "the rule does nothing"
    seen = ", ".join(f"“{_short(match.text)}”" for match in decision.matches)
    return f"the rule does {' and '.join(decision.actions)}{f' because of {seen}' if seen else ''}"


def _why(decision: Decision) -> str:
    notes = [*decision.near, *(note for verdict in decision.verdicts for note in verdict.notes)]
    return "; ".join(notes)[:300]


def _as_verb(expected: str) -> str:
    return "do nothing" if expected == "none" else expected


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
