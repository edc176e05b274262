"""What exists on the platform. Plain mutable records; only the world's own functions change them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.stage.feed import Feed

Level = Literal["user", "client", "global"]

EVENT_STATUSES = ("idle", "live", "video", "done", "force_live")
CHAT_STATUSES = ("public", "hidden")
QUESTION_STATUSES = ("new", "approved", "archived")
REMOVED = frozenset({"hidden", "archived"})


@dataclass(slots=True)
class Account:
    """One token with its rights, and the channel it belongs to. Several tokens may share a channel; each has its own limit."""

    token_id: str
    secret_key: str
    client_ref: str
    level: Level = "user"
    revoked: bool = False


@dataclass(slots=True)
class Message:
    """A chat message or a question. `created` and `hidden_at` are exact: their difference is the true exposure."""

    event: str
    qa: bool
    number: int
    ref: str
    text: str
    name: str
    email: str
    status: str
    created: float
    by_api: bool
    """Posted through the platform's API (by a bot), not by an attendee through the door."""
    label: str = ""
    """Ground truth that the sender attached (bad, fine, or nothing); never on the wire."""
    hidden_at: float | None = None
    """When it was hidden or archived for the first time."""
    approved_at: float | None = None
    deleted_at: float | None = None
    changes: list[tuple[float, str, str]] = field(default_factory=list)
    """(when, status, who): who is `api` or `human`."""


@dataclass(slots=True)
class Vote:
    """One entry of a poll; `option` counts from 0 whatever the wire says."""

    number: int
    option: int
    name: str | None
    email: str | None
    created: float


@dataclass(slots=True)
class Poll:
    """An audience poll with its entries."""

    number: int
    ref: str
    event: str
    question: str
    options: list[str]
    active: bool
    created: float
    archived: bool = False
    votes: Feed[Vote] = field(default_factory=Feed)
    changes: list[tuple[float, bool, str]] = field(default_factory=list)
    """(when, active, who)."""


@dataclass(slots=True)
class Signup:
    """Somebody who signed up for an event."""

    number: int
    ref: str
    event: str
    data: dict[str, Any]
    created: float
    visited: float | None = None
    mailed: bool = False


@dataclass(slots=True)
class LogLine:
    """A change of an event, as `/log` shows it."""

    number: int
    ref: str
    event: str
    changes: dict[str, Any]
    created: float


@dataclass(slots=True)
class View:
    """One viewer's visit; `end` is None while it lasts."""

    ref: str
    viewer: str
    start: float
    end: float | None = None


@dataclass(slots=True)
class Target:
    """A simulcast target."""

    ref: str
    url: str
    passthrough: str
    stream_key: str


@dataclass(slots=True)
class Stream:
    """An event's livestream."""

    status: str = "idle"
    active_from: float | None = None
    """Asked to start, on air from this moment on."""
    key: str = ""
    targets: list[Target] = field(default_factory=list)
    emails_sent: int = 0
    views: list[View] = field(default_factory=list)
    watching: list[View] = field(default_factory=list)
    changed: float | None = None


@dataclass(slots=True)
class Event:
    """A live event. `settings` are the fields that PATCH can set beyond those named here, by their PATCH names."""

    number: int
    ref: str
    client_ref: str
    user_ref: str
    title: str = ""
    description: str = ""
    status: str = "idle"
    date: float = 0.0
    zone: str = "UTC"
    created: float = 0.0
    chat: bool = True
    qa: bool = True
    signup: bool = False
    signup_form: str = "Name, Email"
    password: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    chat_feed: Feed[Message] = field(default_factory=Feed)
    qa_feed: Feed[Message] = field(default_factory=Feed)
    polls: Feed[Poll] = field(default_factory=Feed)
    signups: Feed[Signup] = field(default_factory=Feed)
    log: Feed[LogLine] = field(default_factory=Feed)
    stream: Stream = field(default_factory=Stream)
    changes: list[tuple[float, dict[str, Any], str]] = field(default_factory=list)


@dataclass(slots=True)
class Video:
    """A recording or an upload's result."""

    number: int
    ref: str
    client_ref: str
    title: str
    asset_id: str
    created: float
    event_ref: str | None = None
    deleted: bool = False
    ready: bool = True
    master_asked: float | None = None


@dataclass(slots=True)
class Upload:
    """A video upload that waits for its file."""

    ref: str
    client_ref: str
    duration: int
    created: float
    asset_id: str | None = None


@dataclass(slots=True)
class Connection:
    """A user's tie to a channel (the session calls of the documents)."""

    number: int
    ref: str
    client_ref: str
    user_ref: str
    email: str
    accepted: bool = False
