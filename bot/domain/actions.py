"""What goes out: one frozen value for each kind of call the outbox can make, and the entry that carries it.

The answer to "may it be repeated?" stands beside each kind (DESIGN, "Effectively once"); outbox/retry reads it here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from bot.domain.signals import Surface

Repeat = Literal["freely", "after_looking", "never"]


@dataclass(frozen=True, slots=True)
class SetMessageStatus:
    """`public`/`hidden` for chat, `approved`/`archived` for Q&A (B-18, B-19). `before` is what it was, for the undo."""

    ref: str
    surface: Surface
    status: str
    before: str = ""
    kind: Literal["set_message_status"] = "set_message_status"
    repeat: ClassVar[Repeat] = "freely"


@dataclass(frozen=True, slots=True)
class PostMessage:
    """A chat line in the bot's name."""

    text: str
    kind: Literal["post_message"] = "post_message"
    repeat: ClassVar[Repeat] = "after_looking"


@dataclass(frozen=True, slots=True)
class CreatePoll:
    """Makes a poll; the platform answers with its ref. It starts closed (B-37)."""

    question: str
    options: tuple[str, ...]
    kind: Literal["create_poll"] = "create_poll"
    repeat: ClassVar[Repeat] = "after_looking"


@dataclass(frozen=True, slots=True)
class SetPoll:
    """Opens or closes a poll."""

    poll: str
    open: bool
    kind: Literal["set_poll"] = "set_poll"
    repeat: ClassVar[Repeat] = "freely"


@dataclass(frozen=True, slots=True)
class CountPoll:
    """Pages through a poll's entries and counts them. Result: counts, distinct, voters, other, index_base, digest.

    With `ballots` (quizzes only: they are personal data) also "ballots": [[email, name, index from 0, seconds], …] in the order in
    which they came. With `votes` also "votes": [[entry id, index as the platform has it, email, name, seconds], …], all counted
    entries: what the report's recount is made of; the store keeps them with the entry and hands them to nobody else.
    """

    poll: str
    options: tuple[str, ...]
    kind: Literal["count_poll"] = "count_poll"
    ballots: bool = False
    votes: bool = False
    repeat: ClassVar[Repeat] = "freely"


@dataclass(frozen=True, slots=True)
class SetEvent:
    """Switches of the event: any of chat, qa (bool) and status (idle live video done force_live)."""

    changes: dict[str, Any]
    kind: Literal["set_event"] = "set_event"
    repeat: ClassVar[Repeat] = "freely"


@dataclass(frozen=True, slots=True)
class SetStream:
    """Starts or stops a configured livestream."""

    stream: str
    on: bool
    kind: Literal["set_stream"] = "set_stream"
    repeat: ClassVar[Repeat] = "after_looking"


@dataclass(frozen=True, slots=True)
class SendAlert:
    """Tells people outside: chat tools, mail."""

    text: str
    urgent: bool = False
    kind: Literal["send_alert"] = "send_alert"
    repeat: ClassVar[Repeat] = "never"


@dataclass(frozen=True, slots=True)
class WriteReport:
    """Writes the event's report files."""

    formats: tuple[str, ...] = ("html", "csv", "json")
    names: str = "named"
    kind: Literal["write_report"] = "write_report"
    repeat: ClassVar[Repeat] = "freely"


@dataclass(frozen=True, slots=True)
class CallWebhook:
    """Tells another program."""

    url: str
    body: dict[str, Any] = field(default_factory=dict)
    kind: Literal["call_webhook"] = "call_webhook"
    repeat: ClassVar[Repeat] = "never"


@dataclass(frozen=True, slots=True)
class AskService:
    """Asks another service for its score of a text; nothing else of the message goes there.

    Result: {"score": 0 to 1}, {"error": why there is none}, or {"unasked": true} in a rehearsal.
    """

    service: str
    text: str
    kind: Literal["ask_service"] = "ask_service"
    repeat: ClassVar[Repeat] = "freely"


Action = (
    SetMessageStatus
    | PostMessage
    | CreatePoll
    | SetPoll
    | CountPoll
    | SetEvent
    | SetStream
    | SendAlert
    | WriteReport
    | CallWebhook
    | AskService
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act in the outbox. `key` is derived from its cause, so asking twice for the same act is an ignored insert.

    `what` names the pause that stops it: moderation or engagement. Priorities are those of reliability 3.5 (0 first).
    """

    key: str
    event: str
    action: Action
    priority: int = 3
    severity: int = 0
    what: Literal["moderation", "engagement"] = "moderation"
    cause: str = ""
    """Who or which rule: `rule:swearing`, `person:anna`, `poll:role`."""
    decision: str = ""
    """The id of the decision that asked for it; empty for engagement."""
    created: float = 0.0
    not_before: float = 0.0
    expires: float | None = None
