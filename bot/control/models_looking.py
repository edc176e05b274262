"""Shapes of the routes that only look: audit, trends, keep examples; and of the notes to the speaker (api_looking.py)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from bot.control.models import WHOLE, Answer, Body, EventQuery


class AuditQuery(Body):
    """Newest first; `before` is the `seq` of the last row of the page before, `since` seconds since 1970."""

    who: Annotated[str, Field(max_length=64)] = ""
    action: Annotated[str, Field(max_length=64)] = ""
    since: Annotated[float, Field(ge=0, le=4e9)] = 0.0
    before: Annotated[int, Field(ge=0, le=2**53), WHOLE] = 0
    limit: Annotated[int, Field(ge=1, le=500), WHOLE] = 100


class AuditView(Answer):
    """Who did what, when, to what; never a text of an attendee."""

    seq: int
    at: float
    channel: str
    who: str
    action: str
    target: str
    data: dict[str, Any]


class AuditList(Answer):
    """A page of the audit trail."""

    rows: list[AuditView]


class ExampleView(Answer):
    """A text that a rule took away and a person gave back; `yaml` is to be put into the rule."""

    channel: str
    rule: str
    text: str
    ref: str
    who: str
    at: float
    file: str
    line: int
    yaml: str


class ExampleList(Answer):
    """Newest first."""

    examples: list[ExampleView]


class TrendsQuery(EventQuery):
    """How far back."""

    minutes: Annotated[int, Field(ge=1, le=24 * 60), WHOLE] = 60


class MinuteView(Answer):
    """One minute; `at` is its beginning, in seconds since 1970. Minutes in which nothing happened are there too."""

    at: float
    messages: int
    questions: int
    hidden: int
    held: int
    approved: int
    archived: int
    by_people: int


class TrendsAnswer(Answer):
    """Oldest first."""

    now: float
    minutes: list[MinuteView]


class NoteBody(Body):
    """A line for the speaker."""

    text: Annotated[str, Field(min_length=1, max_length=280)]


class NoteView(Answer):
    """A line from backstage."""

    at: float
    who: str
    event: str
    text: str


class NoteList(Answer):
    """Newest first."""

    notes: list[NoteView]
