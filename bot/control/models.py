"""The shapes of the control API: bodies in, answers out. The OpenAPI description is made from these (openapi.py)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.config import seconds

Ref = Annotated[str, Field(min_length=1, max_length=128)]
What = Literal["all", "moderation", "engagement"]


def _whole(value: Any) -> Any:
    """47.0 is an integer to JSON Schema; a boolean is none, though Python thinks so."""
    if isinstance(value, bool):
        raise ValueError("a number is needed, not true or false")
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Stands behind the limits, so that they are in the description too."""


def _duration(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("write a duration like 90s, 5m or 1h, or a number of seconds")
    return seconds(value)


_Span = Annotated[float, Field(gt=0, le=7 * 86400)]
_Words = Annotated[str, Field(pattern=r"^([1-9][0-9]{0,2}[sm]|[1-9][0-9]?h)$", examples=["90s", "5m", "1h"])]
Duration = Annotated[
    _Span,
    BeforeValidator(_duration, json_schema_input_type=_Span | _Words),
    Field(description="seconds, or text like 90s, 5m, 1h; at most seven days"),
]


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


NOT_GIVEN = Field(json_schema_extra=_without_default)
"""The default stands for nothing: what was not sent is known by its absence (`model_fields_set`)."""


class Body(BaseModel):
    """What a caller sends: nothing unknown gets in."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """What we answer."""

    model_config = ConfigDict(frozen=True)


class Problem(Answer):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""


class Nothing(Body):
    """No body, or an empty one."""


class PauseBody(Body):
    """Without `for` it holds until somebody resumes; without `event` it stops every event."""

    for_: Duration | None = Field(None, alias="for")
    event: Annotated[str, Field(max_length=128)] = ""
    what: What = "all"


class ResumeBody(Body):
    """What becomes of what waited: `run` sends it now, `drop` throws it away."""

    waiting: Literal["run", "drop"] = "run"
    event: Annotated[str, Field(max_length=128)] = ""


class PauseView(Answer):
    """A pause in force."""

    channel: str
    event: str
    what: str
    until: float | None
    by: str
    since: float


class PauseAnswer(Answer):
    """After this answer nothing covered by the pauses is sent."""

    paused: bool
    pauses: list[PauseView]
    waiting: int
    dropped: int = 0


class SetEventBody(Body):
    """Switches of the event, at least one; only what is given is changed."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    chat: Annotated[bool, NOT_GIVEN] = False
    qa: Annotated[bool, NOT_GIVEN] = False
    status: Annotated[Literal["idle", "live", "video", "done", "force_live"], NOT_GIVEN] = "idle"


class PostBody(Body):
    """A line to be posted in the bot's name, under the speech budget unless urgent."""

    text: Annotated[str, Field(min_length=1, max_length=400)]
    event: Annotated[str, Field(max_length=128)] = ""
    urgent: bool = False


class TryBody(Body):
    """A text to be tried against the rules in force; nothing is stored or sent."""

    text: Annotated[str, Field(max_length=5_000)]
    surface: Literal["chat", "qa"] = "chat"
    name: Annotated[str, Field(max_length=200)] = "Somebody"
    email: Annotated[str, Field(max_length=320)] = ""


class MessagesQuery(Body):
    """Newest first; `before` is the `seq` of the last row of the page before."""

    event: Annotated[str, Field(max_length=128)] = ""
    surface: Literal["", "chat", "qa"] = ""
    outcome: Literal["", "hide", "hold", "archive", "approve", "none"] = ""
    author: Annotated[str, Field(max_length=320)] = ""
    text: Annotated[str, Field(max_length=200)] = ""
    before: Annotated[int, Field(ge=0, le=2**53), WHOLE] = 0
    limit: Annotated[int, Field(ge=1, le=500), WHOLE] = 100


class DecisionsQuery(Body):
    """Newest first; `before` is the id of the last row of the page before, `since` seconds since 1970."""

    event: Annotated[str, Field(max_length=128)] = ""
    rule: Annotated[str, Field(max_length=64)] = ""
    ref: Annotated[str, Field(max_length=128)] = ""
    outcome: Literal["", "hide", "hold", "archive", "approve", "none"] = ""
    since: Annotated[float, Field(ge=0, le=4e9)] = 0.0
    before: Annotated[str, Field(max_length=200)] = ""
    acted: bool = False
    """Only those in which a rule fired or a person acted."""
    limit: Annotated[int, Field(ge=1, le=500), WHOLE] = 100


class EventQuery(Body):
    """One event, or all."""

    event: Annotated[str, Field(max_length=128)] = ""


class ActAnswer(Answer):
    """A person's act was taken. `decision` is its id; `done` is false if the runner has not got to it within two seconds."""

    decision: str
    done: bool
    note: str = ""


class AlertView(Answer):
    """An alert, told `times` times; `at` is the last time."""

    at: float
    event: str
    text: str
    urgent: bool
    times: int


class StatusAnswer(Answer):
    """Is it working? Ages and durations in seconds."""

    version: str
    mode: str
    ready: bool
    up_for: float
    now: float
    paused: bool
    pauses: list[PauseView]
    channels: list[dict[str, Any]]
    reasons: list[str] = []
    """Why it is not ready."""
    alerts: list[AlertView] = []
    """Newest first."""
    readers: int = 0
    """Pages that read the feed."""
    replicas: list[dict[str, Any]] = []
    """Who shares the channels, where several processes do: name, url, version, seconds of its lease left, its channels."""


class HealthAnswer(Answer):
    """For probes."""

    ok: bool
    reasons: list[str]
