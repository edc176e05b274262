"""The running order of a rehearsed event: phases with their rates, and when the event goes live and ends. Pure.

A show of any length has the same phases: doors, start, talk, questions, end. The default is two minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.rehearsal.audience_acts import Turn

DEFAULT_LENGTH = 120.0
PhaseName = Literal["doors", "start", "talk", "questions", "end"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the show: shares of its length, arrivals a second of 60 people, and what share of them are questions."""

    name: PhaseName
    begins: float
    ends: float
    rate: float
    questions: float = 0.0


PHASES = (
    Phase("doors", 0.0, 0.06, 0.4),
    Phase("start", 0.06, 0.2, 1.4, 0.05),
    Phase("talk", 0.2, 0.6, 0.8, 0.1),
    Phase("questions", 0.6, 0.86, 0.9, 0.35),
    Phase("end", 0.86, 1.0, 1.6),
)
LIVE, DONE = 0.06, 0.95
"""When the event goes live and when it is over, as shares of the length."""

# Viewers as shares of the people, at shares of the length.
_VIEWERS = ((0.0, 0.2), (0.06, 0.6), (0.2, 0.9), (0.5, 1.0), (0.7, 0.8), (0.9, 0.5), (0.97, 0.1))


def running_order(length: float, people: int) -> tuple[Turn, ...]:
    """The event's status and viewers over a show of `length` seconds."""
    turns = [Turn(0.0, status="idle"), Turn(LIVE * length, status="live"), Turn(DONE * length, status="done")]
    turns += [Turn(at * length, viewers=round(share * people)) for at, share in _VIEWERS]
    return tuple(sorted(turns, key=lambda turn: turn.at))


def phase_at(at: float, length: float) -> Phase:
    """The phase that a moment belongs to."""
    share = at / length
    return next((phase for phase in PHASES if share < phase.ends), PHASES[-1])
