"""What comes in. Every signal is a frozen value; the store keeps them in the inbox in the order they came.

Times are seconds since 1970 (UTC, float). Texts are already clean of NUL and lone surrogates (reliability H9, H10).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.domain.ids import author_key

Surface = Literal["chat", "qa"]
Phase = Literal["before", "on_air", "playback", "over", "unknown"]
Trust = Literal["new", "regular", "trusted", "team"]
Verb = Literal[
    "hide",
    "show",
    "approve",
    "archive",
    "undo",
    "open_poll",
    "close_poll",
    "void_poll",
    "archive_poll",
    "restore_poll",
    "extend_poll",
    "start",
    "close_capture",
    "drop_offer",
    "post",
    "set_event",
    "release",
    "accept",
    "dismiss",
    "accept_all",
    "dismiss_all",
    "undo_all",
    "set_rule",
    "set_stream",
    "question",
]


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote, as the platform tells it; both may be empty."""

    name: str = ""
    email: str = ""

    @property
    def key(self) -> str:
        """The identity used for strikes and windows."""
        return author_key(self.name, self.email)

    @property
    def known_key(self) -> str:
        """The same, but empty when nobody knows who wrote: two who are nameless are not one."""
        return self.key if self.name or self.email else ""


@dataclass(frozen=True, slots=True)
class Message:
    """A chat message or a question. `ref` is the platform's opaque name, `number` its chat_id or qa_id (may be missing)."""

    event: str
    ref: str
    surface: Surface
    text: str
    author: Author = Author()
    status: str = "public"
    number: int | None = None
    created: float | None = None
    """By the platform's clock."""
    read: float = 0.0
    """By our clock: when the answer that held it had arrived."""
    posted: float | None = None
    """Our best estimate of when it became visible, on our clock: `created` has whole seconds and the platform's clock, so intake
    narrows it by the clock offset and by the read before, which did not hold it yet. Exposure counts from here."""
    deleted: bool = False
    own: bool = False
    """Posted by this bot (ref known from an answer, or our name and e-mail)."""
    trust: Trust | None = None
    """Only replay records set this; the engine works it out otherwise."""


@dataclass(frozen=True, slots=True)
class EventState:
    """A live event as last read. None means the platform did not say."""

    event: str
    title: str = ""
    status: str = ""
    """The platform's word: idle, live, force_live, video, done, or one we do not know (B-16)."""
    phase: Phase = "unknown"
    chat: bool | None = None
    qa: bool | None = None
    starts: float | None = None
    ends: float | None = None
    zone: str = "UTC"
    live_since: float | None = None
    """When we first saw it on air; `live+10m` counts from here."""


@dataclass(frozen=True, slots=True)
class MessageRead:
    """A message seen for the first time, or again with another text."""

    message: Message
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A person changed a message's status on the platform: it now differs from what we last saw and what we set."""

    event: str
    ref: str
    surface: Surface
    status: str
    before: str
    text: str = ""
    """The message's text and author where known: a person's verdict holds for copies too, long after the engine forgot the text."""
    author: Author = Author()
    decision: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    """The newest decision about the message and what it changed, for an engine that no longer remembers it."""
    kind: Literal["status_changed"] = "status_changed"


@dataclass(frozen=True, slots=True)
class EventRead:
    """An event's state differs from the one known before (`before` is None at the first read)."""

    state: EventState
    before: EventState | None = None
    kind: Literal["event"] = "event"


@dataclass(frozen=True, slots=True)
class WebhookCame:
    """A verified delivery. `event` is None where the platform does not say which (B-29)."""

    type: str
    event: str | None
    data: dict[str, Any]
    delivery: str
    sent: float | None = None
    kind: Literal["webhook"] = "webhook"


@dataclass(frozen=True, slots=True)
class PersonAct:
    """Somebody pressed something: on the dashboard, by the control API or from the command line."""

    event: str
    who: str
    verb: Verb
    target: str = ""
    """A message's ref, a decision's id, a poll's id: whatever `verb` acts on."""
    data: dict[str, Any] = field(default_factory=dict)
    kind: Literal["person"] = "person"


@dataclass(frozen=True, slots=True)
class EntrySettled:
    """What became of an outbox entry: `done`, `gone`, `failed`, `expired`, `parked` or `cancelled`, with the platform's answer."""

    event: str
    key: str
    state: str
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    kind: Literal["settled"] = "settled"


@dataclass(frozen=True, slots=True)
class Tick:
    """The clock moved on. Never stored: what it causes is."""

    event: str
    kind: Literal["tick"] = "tick"


@dataclass(frozen=True, slots=True)
class Overload:
    """So many messages of an event wait to be hidden that working them off takes long. Never stored: what it causes is."""

    event: str
    waiting: int
    seconds: float
    """That the calls allowed will take."""
    kind: Literal["overload"] = "overload"


Signal = MessageRead | StatusChanged | EventRead | WebhookCame | PersonAct | EntrySettled | Tick | Overload
