"""What every act of a person has: a name for its decision, and the decision. Pure."""

from __future__ import annotations

from typing import Any

from bot.domain.decisions import Decision, Outcome
from bot.domain.signals import PersonAct
from bot.engine.work import Work

ACT_KEPT = 7_200.0
"""Seconds for which the engine itself remembers what an act changed; later acts bring it along from the store."""


def act_id(work: Work, act: PersonAct) -> str:
    """`act-<inbox number>`; without a number (tests, rehearsals in memory) derived from the act and the moment."""
    number = work.situation.act
    return f"act-{number}" if number else f"act-{act.verb}-{act.target}-{work.now:.3f}"


def decided(work: Work, decision: str, ref: str, outcome: Outcome, who: str, **more: Any) -> Decision:
    """A decision of now."""
    return Decision(decision, work.event, ref, outcome, work.now, work.plan.ruleset.hash, who=who, **more)
