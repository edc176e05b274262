"""Asks all rules about one message and collects their verdicts; carries nothing out.

An error in a rule's condition takes away this rule's effects only, and shows. Near misses come along where a condition names them.
Pure: facts in, verdicts out.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace

from bot.domain.decisions import Match, Verdict
from bot.engine.memory import copy_key
from bot.engine.people import belongs
from bot.engine.plan import Plan, Ready
from bot.engine.scope import Scope
from bot.ruleset.facts import NO, Condition, Facts, Finding
from bot.ruleset.glance import Glance, glance
from bot.ruleset.model import Effect, Rule

HOLD_ON_ERROR: Effect = {"hold": {"for": None, "then": None}}
_SAMPLE_STEPS = 10_000


@dataclass(slots=True)
class Judged:
    """What the rules said to one message, in the order in which they were asked."""

    allowed: Verdict | None = None
    """The allow rule that lets it pass; the others were not asked."""
    verdicts: list[tuple[Rule, Verdict]] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    open: list[tuple[Rule, Condition]] = field(default_factory=list)
    """Rules that a service has to be asked for, with what is left of their conditions."""
    without: tuple[Scope, ...] = ()


def judge(plan: Plan, facts: Facts, *, thorough: bool = False, without: tuple[Scope, ...] = ()) -> Judged:
    """Allow rules first, then all others by priority until one says stop. `thorough` skips none, for the sake of near misses.

    A rule that a person switched off, that people reversed for a copy of this text, or whose acts `without` leaves out,
    has not fired.
    """
    judged = Judged(without=without)
    for ready in plan.allows:
        verdict = _ask(ready, facts, judged)
        if verdict is None:
            continue
        if _acts(ready.rule, facts) and verdict.effects and not verdict.error:
            judged.allowed = verdict
            return judged
        judged.verdicts.append((ready.rule, verdict))
    rules = plan.rules
    for position in range(len(rules)) if thorough else plan.candidates(facts.scan.found, shown_by(facts)):
        ready = rules[position]
        verdict = _ask(ready, facts, judged)
        if verdict is not None:
            judged.verdicts.append((ready.rule, verdict))
            if ready.rule.stop and _acts(ready.rule, facts) and verdict.effects:
                break
    return judged


def shown_by(facts: Facts) -> Glance:
    """What its message shows at a glance."""
    message = facts.message
    return facts.view(f"glance {message.surface}", lambda: glance(message.text, message.surface))


def mode_of(rule: Rule, facts: Facts) -> str:
    """The mode in which a rule is now: a person or the breaker may have given it another one than its file does."""
    given = facts.history.get("rule_mode", rule.id)
    return given["mode"] if given else rule.mode


def _acts(rule: Rule, facts: Facts) -> bool:
    return mode_of(rule, facts) == "act"


def _ask(ready: Ready, facts: Facts, judged: Judged) -> Verdict | None:
    rule = ready.rule
    try:
        if ready.guarded and not applies(rule, facts):
            return None
        finding = rule.condition.check(own_view(rule, facts))
    except Exception as error:
        return None if _is_left_out(rule, facts, judged.without) else _failed(rule, error, judged)
    return None if finding is NO else _answer(ready, finding, facts, judged)


def ask_rest(ready: Ready, rest: Condition, facts: Facts, judged: Judged) -> Verdict | None:
    """The rule's verdict once a service has answered. `rest` is what was left of its condition when the message was read."""
    try:
        finding = rest.check(facts)
    except Exception as error:
        return None if _is_left_out(ready.rule, facts, judged.without) else _failed(ready.rule, error, judged)
    return _answer(ready, finding, facts, judged)


def _answer(ready: Ready, finding: Finding, facts: Facts, judged: Judged) -> Verdict | None:
    rule = ready.rule
    if not finding.holds:
        if finding.near:
            judged.near.append(f"{rule.id}: {finding.near}")
        if finding.rest is not None and _quiet(ready, facts, judged.without) is None:
            judged.open.append((rule, finding.rest))
        return None
    quiet = _quiet(ready, facts, judged.without)
    if quiet is not None:
        if quiet:
            judged.near.append(f"{rule.id}: {quiet}")
        return None
    if ready.scores:
        _add_scores(ready, facts)
    return _fired(rule, finding, facts)


def _quiet(ready: Ready, facts: Facts, without: tuple[Scope, ...]) -> str | None:
    """Why a rule whose condition holds has not fired all the same, "" if that is not worth telling; None if it has."""
    return "" if _is_left_out(ready.rule, facts, without) else quiet(ready.rule, facts) or None


def _is_left_out(rule: Rule, facts: Facts, without: tuple[Scope, ...]) -> bool:
    key = facts.message.author.known_key
    return any(scope.covers(rule.id, key, facts.now) for scope in without)


def quiet(rule: Rule, facts: Facts) -> str:
    """What keeps a rule quiet whose condition holds: a person, what it did before; empty if nothing does."""
    if mode_of(rule, facts) == "off":
        return "is switched off"
    if facts.history.get("pardons") is not None and facts.history.get("pardon", rule.id, copies_of(facts)) is not None:
        return "a person took back what it did to the same text"
    return rests(rule, facts)


def copies_of(facts: Facts) -> str:
    """What near copies of the message have in common, worked out once."""
    return facts.view("copy key", lambda: copy_key(facts.message.text))


def _fired(rule: Rule, finding: Finding, facts: Facts) -> Verdict:
    text = facts.message.text
    return Verdict(
        rule=rule.id,
        mode=rule.mode,
        effects=rule.do,
        matches=tuple(Match(rule.id, text[start:end], (start, end)) for start, end in finding.spans),
        notes=(finding.note,) if finding.note else (),
        reason=rule.reason,
        severity=rule.severity,
    )


def _failed(rule: Rule, error: Exception, judged: Judged) -> Verdict:
    told = f"{type(error).__name__}: {error}"[:300]
    judged.errors.append(f"{rule.id}: {told}")
    effects = (HOLD_ON_ERROR,) if rule.on_error == "hold" else ()
    return Verdict(
        rule.id, rule.mode, effects, notes=(f"the rule raised {told}",), reason=rule.reason, severity=rule.severity, error=told
    )


def own_view(rule: Rule, facts: Facts) -> Facts:
    """A rule that was kept from an older set numbers its terms after that set's matcher."""
    matcher = rule.matcher
    if matcher is None:
        return facts
    name = f"facts of matcher {id(matcher)}"
    return facts.once(name, lambda: replace(facts, scan=matcher.scan(facts.message.text)))


def applies(rule: Rule, facts: Facts) -> bool:
    """Time, event, people and sampling allow this rule to look at this message."""
    if rule.begins is not None and facts.now < rule.begins:
        return False
    if rule.expires is not None and facts.now >= rule.expires:
        return False
    if rule.events and facts.message.event not in rule.events:
        return False
    author = facts.message.author
    if rule.excepted and belongs(author, facts.trust, rule.excepted):
        return False
    if rule.only and not belongs(author, facts.trust, rule.only):
        return False
    return rule.sample >= 1.0 or sampled(rule, author.key)


def sampled(rule: Rule, author: str) -> bool:
    """Whether this author is in the rule's sample: always the same authors, others for each rule."""
    return zlib.crc32(f"{rule.id}\0{author}".encode("utf-8", "surrogatepass")) % _SAMPLE_STEPS < rule.sample * _SAMPLE_STEPS


def once_key(rule: Rule, facts: Facts) -> tuple[str, ...]:
    """Where the history remembers that a `once:` rule has acted."""
    scope = {"item": facts.message.ref, "author": facts.message.author.key, "event": ""}[rule.once or "event"]
    return ("once", rule.id, scope)


def rests(rule: Rule, facts: Facts) -> str:
    """Why a rule whose condition holds stays quiet now, or nothing."""
    if rule.once and facts.history.get(*once_key(rule, facts)) is not None:
        return f"has acted already (once: {rule.once})"
    last = facts.history.get("acted", rule.id) if rule.cooldown else None
    if last is not None and facts.now - last < rule.cooldown:
        return f"is in its cooldown for another {rule.cooldown - (facts.now - last):.0f} s"
    return ""


def _add_scores(ready: Ready, facts: Facts) -> None:
    """`score` counts as soon as a rule fires, so that a later rule's `score:` condition sees it."""
    scores: dict[str, float] = facts.once("scores", dict)
    for effect in ready.scores:
        name = str(effect.get("name", ""))
        scores[name] = scores.get(name, 0.0) + float(effect.get("n", 1))
