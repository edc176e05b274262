"""Shapes of the routes about polls, questions, captures and the running order (api_engagement.py)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.control.models import WHOLE, Answer, Body, Duration, EventQuery


class ExtendBody(Body):
    """How much longer an open poll stays open."""

    for_: Annotated[Duration, Field(alias="for")]


class QuestionBody(Body):
    """`into` is the number of the question that another one is merged into."""

    into: Annotated[int, Field(ge=1, le=10**9), WHOLE] | None = None


class UpcomingQuery(EventQuery):
    """How far to look."""

    minutes: Annotated[int, Field(ge=1, le=24 * 60), WHOLE] = 15


class PollView(Answer):
    """One run of a poll. `counts` and `percent` are null until something was counted; `told` is the result in words."""

    channel: str
    event: str
    key: str
    id: str
    run: int
    type: str
    state: str
    question: str
    options: list[str]
    opened: float | None
    closes: float | None
    closed: float | None
    why: str
    cause: str
    remote: str
    results_policy: str
    counts: list[int] | None
    percent: list[float] | None
    votes: int
    voters: int
    provisional: bool
    told: str


class ScoreView(Answer):
    """One line of a quiz's table; names as the rules want them."""

    name: str
    points: float
    most: float
    right: int
    answered: int


class QuizView(Answer):
    """One run of a quiz; `question` counts from 1."""

    channel: str
    event: str
    key: str
    id: str
    run: int
    state: str
    question: int
    of: int
    scores: list[ScoreView] | None


class CaptureView(Answer):
    """One word cloud: answers with how many people gave them."""

    channel: str
    event: str
    key: str
    id: str
    run: int
    state: str
    prompt: str
    closes: float | None
    answers: list[tuple[str, int]]


class PollList(Answer):
    """Newest first."""

    polls: list[PollView]
    quizzes: list[QuizView]
    captures: list[CaptureView]


class Claim(Answer):
    """Somebody is at a question."""

    who: str
    until: float


class QuestionView(Answer):
    """A question. The first of a cluster carries how many asked it (`asked_by`) and who was `merged` into it."""

    channel: str
    event: str
    n: int
    ref: str
    surface: str
    text: str
    name: str
    at: float
    state: str
    status: str
    lead: int | None
    suggest: list[tuple[int, float]]
    answered: float | None
    asked_by: int
    merged: list[int]
    claim: Claim | None


class QuestionList(Answer):
    """Newest first."""

    questions: list[QuestionView]


class NextView(Answer):
    """Something that starts or closes (`what`) at a known time; `in_` seconds from now. `held` says what stops it at the moment."""

    channel: str
    event: str
    key: str
    kind: str
    id: str
    mode: str
    what: str
    at: float
    in_: Annotated[float, Field(alias="in")]
    held: str


class WaitingView(Answer):
    """A line that is due and may not be said yet: `why` says what it waits for."""

    channel: str
    event: str
    key: str
    text: str
    source: str
    why: str
    since: float
    until: float | None


class DroppedView(Answer):
    """A line that was not said, and why."""

    channel: str
    event: str
    key: str
    text: str
    source: str
    why: str
    at: float


class SkippedView(Answer):
    """A start that did not happen, and why."""

    channel: str
    event: str
    item: str
    occurrence: str
    why: str
    due: float | None = None
    at: float


class ItemView(Answer):
    """One item of the running order. `needs` is manual, clock or other: what starts it."""

    channel: str
    event: str
    key: str
    kind: str
    id: str
    mode: str
    enabled: bool
    started: int
    last: float | None
    next: float | None
    needs: str


class ShelfView(Answer):
    """An offer of the engagement: a `suggest` item that would start, a quiz answer, a chat line that looks like a question."""

    channel: str
    event: str
    key: str
    item: str
    why: str
    at: float
    until: float
    text: str = ""


class UpcomingAnswer(Answer):
    """What comes next (soonest first), what was put off and by what, dropped, left out; the running order; offers."""

    now: float
    next: list[NextView]
    waiting: list[WaitingView]
    dropped: list[DroppedView]
    skipped: list[SkippedView]
    items: list[ItemView]
    offers: list[ShelfView]
