"""What the rules think of one text: which fire and why, which nearly did. Nothing is skipped, nothing is remembered. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.decisions import Decision, Verdict
from bot.domain.history import Draft, History
from bot.domain.signals import Author, EventState, Message, MessageRead, Surface
from bot.engine.evaluate import judge
from bot.engine.judging import gather
from bot.engine.people import trust_of
from bot.engine.plan import plan_of
from bot.engine.situation import Situation
from bot.engine.step import step
from bot.engine.why import Why, why
from bot.engine.work import Work
from bot.ruleset.model import Ruleset

NOW = 1_767_261_600.0
EVENT = EventState("explain", "Explain", "live", "on_air", True, True, live_since=NOW - 3600.0)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision, every rule's answer, and the near misses in words."""

    text: str
    decision: Decision
    trust: str
    fired: tuple[Verdict, ...]
    """All rules that fired, in the order in which they were asked; those in force are in `decision.verdicts`."""
    near: tuple[str, ...]


def explain(text: str, ruleset: Ruleset, *, surface: Surface = "chat", author: Author | None = None) -> Explanation:
    """For a message of somebody who writes for the first time, in an event that is live."""
    quiet = replace(ruleset, engagement=None)
    message, situation = _said(text, surface, author), Situation(EVENT, poll_open=False)
    decision = step(MessageRead(message), quiet, History(), situation, NOW).decisions[0]
    work = Work(plan_of(quiet), Draft(History()), situation, NOW)
    trust = trust_of(message, None, work.plan.lists, NOW)
    judged = judge(work.plan, gather(work, message, {}, trust), thorough=True)
    fired = tuple([judged.allowed] if judged.allowed else []) + tuple(verdict for _, verdict in judged.verdicts)
    return Explanation(text, decision, trust, fired, tuple(dict.fromkeys(judged.near)))


def explain_rule(text: str, rule: str, ruleset: Ruleset, *, surface: Surface = "chat", author: Author | None = None) -> Why:
    """One rule's answer to the same message, with what each part of its condition saw."""
    quiet = replace(ruleset, engagement=None)
    return why(_said(text, surface, author), rule, quiet, History(), Situation(EVENT, poll_open=False), NOW)


def _said(text: str, surface: Surface, author: Author | None) -> Message:
    status = "public" if surface == "chat" else "new"
    return Message("explain", "m", surface, text, author or Author("Somebody", "somebody@example.test"), status, read=NOW)
