"""`/chat/…`: platforms/beestreamed.md section 3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.stage.beestreamed.asked import numbered, text, truth, window
from bot.stage.beestreamed.model import REMOVED, Message
from bot.stage.beestreamed.rights import allowed_event, is_reduced
from bot.stage.beestreamed.rows import message_row
from bot.stage.beestreamed.talk import Draft, feed_of, say, set_status
from bot.stage.beestreamed.world import Refused, World
from bot.stage.wire import Answer, Call, bare, note


def list_messages(world: World, call: Call, event_ref: str) -> Answer:
    """`GET /chat/{event_ref}`: a bare list."""
    event = allowed_event(world, call, event_ref)
    feed = feed_of(event, truth(world, call, "qa"))
    feed.settle(world.now())
    switches, ahead, reduced = world.switches, world.skew, is_reduced(world, call)
    found = feed.page(window(world, call, chat=True), _listed(world))

    def row(message: Message) -> dict[str, Any]:
        return message_row(message, switches, ahead, reduced)

    rows = numbered(world, found, len(feed), row, "row_num")
    if switches.b35_repeated_ids:
        for at, each in enumerate(rows):
            key = next(name for name in each if name.endswith("_id"))
            each[key] = rows[at - at % 2][key]
    return bare(rows, rows=True)


def post_message(world: World, call: Call, event_ref: str) -> Answer:
    """`POST /chat/{event_ref}`: 201 with the new ref; every level of token may do it."""
    event = allowed_event(world, call, event_ref)
    qa = truth(world, call, "qa")
    draft = Draft(text(call, "message"), text(call, "name"), text(call, "email"), qa, by_api=True)
    made = say(world, event, draft)
    key = world.switches.b17_created_key if qa else "chat_ref"
    return note("Message created.", {key: made.ref}, world.switches.b36_created)


def patch_message(world: World, call: Call, event_ref: str, ref: str) -> Answer:
    """`PATCH /chat/{event_ref}/{ref}`: sets the status; `rows` tells whether anything changed (B-14)."""
    allowed_event(world, call, event_ref, moderating=True)
    status = text(call, "status")
    message = world.messages.get(ref)
    if message is None or message.event != event_ref:
        if world.switches.b14_unknown_ref == "404":
            raise Refused(404, "Message not found.", "message_not_found")
        return note("Message updated.", {"rows": 0})
    return note("Message updated.", {"rows": set_status(world, message, status, "api")})


def _listed(world: World) -> Callable[[Message], bool] | None:
    hidden, deleted = world.switches.b42_hidden_listed, world.switches.b42_deleted_listed
    if hidden and deleted:
        return None
    return lambda message: (hidden or message.status not in REMOVED) and (deleted or message.deleted_at is None)
