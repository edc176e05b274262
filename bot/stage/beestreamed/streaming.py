"""An event's livestream and who watches it."""

from __future__ import annotations

from bot.stage.beestreamed.model import Event, View
from bot.stage.beestreamed.world import News, Refused, World

STREAM_STATUSES = ("idle", "active", "disabled")


def set_stream(world: World, event: Event, status: str) -> None:
    """The stream is in this state from now on."""
    if status not in STREAM_STATUSES:
        raise Refused(422, f"A stream is one of {', '.join(STREAM_STATUSES)}.", "invalid_status")
    event.stream.status = status
    event.stream.active_from = None
    event.stream.changed = world.now()


def start_stream(world: World, event: Event) -> None:
    """Asks for the stream; it is on air `stream_start_seconds` later."""
    wait = world.switches.stream_start_seconds
    if event.stream.status == "active":
        return
    if wait <= 0:
        set_stream(world, event, "active")
    else:
        event.stream.active_from = world.now() + wait


def present_status(world: World, event: Event) -> str:
    """The stream's status now, a start that was asked for taken into account."""
    due = event.stream.active_from
    if due is not None and world.now() >= due:
        set_stream(world, event, "active")
    return event.stream.status


def set_viewers(world: World, event: Event, count: int) -> None:
    """So many watch from now on: new visits begin, or the oldest end."""
    stream, now = event.stream, world.now()
    while len(stream.watching) < count:
        view = View(world.ref(16), world.ref(12), now)
        stream.watching.append(view)
        stream.views.append(view)
    while len(stream.watching) > max(0, count):
        stream.watching.pop(0).end = now


def reset_key(world: World, event: Event) -> None:
    """A person resets the stream key; there is only a webhook for that."""
    event.stream.key = f"fake-stream-key-{world.ref(12)}"
    extra = {"message": "The stream key was reset."}
    world.tell(News("event.updated.streamkey.reset", event.client_ref, event, extra=extra))
