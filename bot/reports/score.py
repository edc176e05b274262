"""The engagement score: pure, and printed in every report in the words of `FORMULA`, which are made of the same numbers.

It says how much somebody took part in what was offered, not how good they are. A part that nobody could take part in (no poll was
held, no quiz was played to its end, nobody used the chat or the Q&A) leaves the denominator. Hidden messages count for nothing;
nothing is ever taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WEIGHTS: Mapping[str, int] = {"polls": 35, "quiz": 25, "chat": 25, "questions": 15}
ENOUGH_LINES = 5
ENOUGH_QUESTIONS = 2

FORMULA = (
    "score = 100 × (sum of weight × part) / (sum of the weights of the parts that could be had)",
    f"polls ({WEIGHTS['polls']}): polls answered / polls held",
    f"quiz ({WEIGHTS['quiz']}): points / points that could be had",
    f"chat ({WEIGHTS['chat']}): chat lines that still stand / {ENOUGH_LINES}, at most 1",
    f"questions ({WEIGHTS['questions']}): questions that were not declined / {ENOUGH_QUESTIONS}, at most 1",
    "A part nobody could take part in (no poll held, no quiz finished, no chat line, no question) leaves the denominator.",
)


@dataclass(frozen=True, slots=True)
class Opportunity:
    """What the event offered."""

    polls: int = 0
    quiz: float = 0.0
    chat: bool = False
    questions: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What one person took of it."""

    polls: int = 0
    quiz: float = 0.0
    lines: int = 0
    questions: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """`parts` are 0 to 1 in the order of WEIGHTS, None without opportunity; `total` is 0 to 100, None without any."""

    total: float | None
    parts: Mapping[str, float | None]


def score(taken: Taken, offered: Opportunity) -> Score:
    """Both rounded only for show: the total is worked out of the exact parts.

    >>> score(Taken(polls=1, lines=9), Opportunity(polls=2, chat=True)).total
    70.8
    """
    parts: dict[str, float | None] = {
        "polls": _share(taken.polls, offered.polls),
        "quiz": _share(taken.quiz, offered.quiz),
        "chat": _share(taken.lines, ENOUGH_LINES) if offered.chat else None,
        "questions": _share(taken.questions, ENOUGH_QUESTIONS) if offered.questions else None,
    }
    had = {name: part for name, part in parts.items() if part is not None}
    weight = sum(WEIGHTS[name] for name in had)
    total = 100 * sum(WEIGHTS[name] * part for name, part in had.items()) / weight if weight else None
    return Score(None if total is None else round(total, 1), {n: None if p is None else round(p, 3) for n, p in parts.items()})


def _share(reached: float, most: float) -> float | None:
    return min(1.0, max(0.0, reached / most)) if most > 0 else None
