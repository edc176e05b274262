"""Chat messages and questions: written, moderated, deleted."""

from __future__ import annotations

from dataclasses import dataclass

from bot.stage.beestreamed.model import CHAT_STATUSES, QUESTION_STATUSES, REMOVED, Event, Message
from bot.stage.beestreamed.world import Refused, World
from bot.stage.feed import Feed


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to say. `number` and `age` (seconds before now) make a late insert with an older id or time."""

    text: str
    name: str = ""
    email: str = ""
    qa: bool = False
    by_api: bool = False
    label: str = ""
    number: int | None = None
    age: float = 0.0
    late: float | None = None
    """Seconds until it is listed."""


def feed_of(event: Event, qa: bool) -> Feed[Message]:
    """The event's questions or its chat."""
    return event.qa_feed if qa else event.chat_feed


def say(world: World, event: Event, draft: Draft) -> Message:
    """A new message; 409 for attendees where chat or Q&A is switched off."""
    open_ = event.qa if draft.qa else event.chat
    if not open_ and not draft.by_api and world.switches.closed_chat == "refuses":
        raise Refused(409, "The chat is closed.", "chat_closed")
    now = world.now()
    message = Message(
        event=event.ref,
        qa=draft.qa,
        number=draft.number if draft.number is not None else world.number("chat"),
        ref=world.ref(purpose="api" if draft.by_api else "door"),
        text=draft.text,
        name=draft.name,
        email=draft.email,
        status="new" if draft.qa else "public",
        created=now - draft.age,
        by_api=draft.by_api,
        label=draft.label,
    )
    world.messages[message.ref] = message
    late = draft.late if draft.late is not None else world.late_rows()
    feed_of(event, draft.qa).add(message.number, message, None if late is None else now + late)
    return message


def set_status(world: World, message: Message, status: str, who: str) -> int:
    """Sets a status that is allowed for the kind; returns rows changed (0 or 1). 422 for a status of the other kind (B-19)."""
    _check(world, message, status, who)
    if not _fits(message, status) and world.switches.b19_other_kind == "rows_0" and who == "api":
        return 0
    if message.status == status:
        return 1 if world.switches.b14_same_state == "rows_1" else 0
    now = world.now()
    message.status = status
    message.changes.append((now, status, who))
    if status in REMOVED and message.hidden_at is None:
        message.hidden_at = now
    if status == "approved" and message.approved_at is None:
        message.approved_at = now
    return 1


def edit(world: World, message: Message, text: str) -> None:
    """Another text under the same ref; the documents know no such thing, but nothing rules it out (reliability.md A16)."""
    message.text = text
    message.changes.append((world.now(), "edited", "human"))


def delete(world: World, message: Message, gone: bool = False) -> None:
    """A person deletes a message: softly (a time in its row), or `gone` altogether."""
    message.deleted_at = world.now()
    if gone:
        del world.messages[message.ref]
        feed_of(world.events[message.event], message.qa).remove(message)


def _fits(message: Message, status: str) -> bool:
    return status in (QUESTION_STATUSES if message.qa else CHAT_STATUSES)


def _check(world: World, message: Message, status: str, who: str) -> None:
    if status not in CHAT_STATUSES + QUESTION_STATUSES:
        raise Refused(422, "The status is not valid.", "invalid_status")
    if who != "api":
        return
    if status == "new" and message.qa and not world.switches.b18_new_writable:
        raise Refused(422, "The status is not valid.", "invalid_status")
    if not _fits(message, status) and world.switches.b19_other_kind == "refuse":
        raise Refused(422, "The status does not fit this message.", "invalid_status")
