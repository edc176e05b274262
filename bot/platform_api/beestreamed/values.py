"""Frozen values for what BeeStreamed tells beyond messages and events. None means the platform did not say; `raw` keeps the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Poll:
    """An audience poll, whichever of its two shapes it came in (B-25). `counts` are None where not told: no count is not zero."""

    ref: str
    event: str
    question: str
    options: tuple[str, ...]
    counts: tuple[int | None, ...] = ()
    active: bool | None = None
    """True while open; an archived poll is closed (B-38)."""
    created: float | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PollEntry:
    """One vote. Nothing about it is authenticated (B-40); e-mail and name may be empty."""

    number: int | None
    index: int | None
    email: str = ""
    name: str = ""
    created: float | None = None


@dataclass(frozen=True, slots=True)
class Signup:
    """Somebody who signed up. `data` holds the form's fields: personal, never logged."""

    ref: str
    number: int | None
    name: str
    email: str
    created: float | None
    visited: bool | None
    visited_at: float | None
    email_sent: bool | None
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Views:
    """One line of the stream's statistics: all views so far, and viewers now (they lag somewhat)."""

    total: int | None
    now: int | None
    at: float | None
    """None: never updated."""


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """The state of an event's livestream, advisory only (B-16, B-23)."""

    status: str
    views: tuple[Views, ...] = ()
    reconnect_window: float | None = None
    targets: tuple[str, ...] = ()
    """Display names of simulcast targets; their keys are not kept."""
    target_ids: tuple[str, ...] = ()
    """Their ids in the same order: what `remove_target` takes."""


@dataclass(frozen=True, slots=True)
class PushAddress:
    """Where an encoder pushes to. Secret."""

    server: str = field(repr=False)
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of the analytics."""

    metric: str
    value: float | None
    measurement: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a time series."""

    at: float | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the token is good for (B-03). `reduced`: it reads and posts, but cannot moderate. `unknown`: no row was seen yet."""

    level: Literal["full", "reduced", "unknown"]
    events: int
    """How many events the first page of the account's list held."""
