"""Shapes of the routes that steer rules and take back acts (api_rules.py, api_undo.py)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from bot.control.models import NOT_GIVEN, Answer, Body, EventQuery


class UndoBody(Body):
    """Which acts are to be taken back; several together must all hold. At least one is needed."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    rule: Annotated[str, Field(min_length=1, max_length=128), NOT_GIVEN] = ""
    author: Annotated[str, Field(min_length=1, max_length=320), NOT_GIVEN] = ""
    """An e-mail, or a name of somebody without one."""
    since: Annotated[float, Field(ge=0, le=1e12), NOT_GIVEN] = 0.0
    """Seconds since 1970."""


class UndoQuery(EventQuery):
    """`preview=1` only says what would be done."""

    preview: bool = False


class TurnView(Answer):
    """A message whose visibility would be, or was, turned back."""

    ref: str
    surface: str
    was: Annotated[str, Field(alias="from")]
    to: str


class UndoAnswer(Answer):
    """`cannot` comes first wherever it is shown. `decision` is empty for a preview."""

    cannot: list[str]
    will: list[str]
    messages: list[TurnView]
    decisions: int
    nothing: bool
    decision: str = ""
    done: bool = False
    note: str = ""


class OfferQuery(EventQuery):
    """Of one rule, or of all."""

    rule: Annotated[str, Field(max_length=128)] = ""


class Offered(Answer):
    """What one rule offers to do."""

    rule: str
    effects: list[dict[str, Any]]
    reason: str
    severity: int


class OfferView(Answer):
    """A message for which rules in `suggest` offer something; accept or dismiss its decision."""

    decision: str
    ref: str
    text: str
    surface: str
    author: str
    name: str
    offered: list[Offered]


class OfferList(Answer):
    """Oldest first."""

    event: str
    offers: list[OfferView]


class WhyQuery(Body):
    """The rule that is asked about."""

    rule: Annotated[str, Field(min_length=1, max_length=128)]


class WhyPart(Answer):
    """One part of the rule's condition, with the value that it saw."""

    depth: int
    holds: bool
    text: str


class WhyAnswer(Answer):
    """One rule's answer to one message, as it was at that moment."""

    rule: str
    fired: bool
    why: list[str]
    parts: list[WhyPart]
    known: dict[str, Any]
    rule_text: str
    ruleset: str


class RuleActAnswer(Answer):
    """A rule's mode was changed in these events."""

    rule: str
    mode: str
    """Empty: the mode that its file gives it."""
    events: list[str]


class RuleOffersAnswer(Answer):
    """Everything that the rule had waiting in these events was done or dropped; `notes` say how much."""

    rule: str
    events: list[str]
    notes: list[str]


class ForetoldMessage(Answer):
    """A message that would be treated in another way."""

    ref: str
    text: str
    author: str
    before: str
    after: str
    rules: list[str]


class ForetoldAnswer(Answer):
    """What rules would change among the last messages of the events that are followed."""

    looked_at: int
    more: int
    fewer: int
    text: str
    rules: dict[str, int]
    messages: list[ForetoldMessage]


class ForetoldList(Answer):
    """By channel."""

    channels: dict[str, ForetoldAnswer]
