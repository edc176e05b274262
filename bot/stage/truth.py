"""The whole truth, as JSON values: what only the platform's own side can know, to judge a bot by.

Times are the stage's clock, seconds since 1970, with all their digits; not what the wire prints.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.stage.beestreamed.model import REMOVED, Event, Message, Poll
from bot.stage.beestreamed.world import World
from bot.stage.journal import Journal


def message_truth(message: Message) -> dict[str, Any]:
    """One message: `exposure` is hidden_at - created, None while it was never hidden."""
    return {
        "event": message.event,
        "ref": message.ref,
        "number": message.number,
        "qa": message.qa,
        "text": message.text,
        "name": message.name,
        "email": message.email,
        "status": message.status,
        "by_api": message.by_api,
        "label": message.label,
        "created": message.created,
        "hidden_at": message.hidden_at,
        "approved_at": message.approved_at,
        "deleted_at": message.deleted_at,
        "exposure": None if message.hidden_at is None else message.hidden_at - message.created,
        "changes": [list(change) for change in message.changes],
    }


def poll_truth(poll: Poll) -> dict[str, Any]:
    """One poll with its true tally, options counted from 0."""
    tally = Counter(vote.option for vote in poll.votes)
    return {
        "event": poll.event,
        "ref": poll.ref,
        "question": poll.question,
        "options": poll.options,
        "active": poll.active,
        "created": poll.created,
        "changes": [list(change) for change in poll.changes],
        "votes": len(poll.votes),
        "tally": [tally[option] for option in range(len(poll.options))],
    }


def event_truth(event: Event) -> dict[str, Any]:
    """One event: its state, its counts, and every change with who made it (`api` or `human`)."""
    removed = sum(message.status in REMOVED for message in event.chat_feed)
    return {
        "ref": event.ref,
        "client_ref": event.client_ref,
        "title": event.title,
        "status": event.status,
        "chat": event.chat,
        "qa": event.qa,
        "messages": len(event.chat_feed),
        "hidden": removed,
        "questions": len(event.qa_feed),
        "polls": len(event.polls),
        "signups": len(event.signups),
        "posts_by_api": sum(message.by_api for message in event.chat_feed),
        "stream": event.stream.status,
        "viewers": len(event.stream.watching),
        "changes": [list(change) for change in event.changes],
    }


def messages(world: World, event: str = "", since: float = 0.0) -> list[dict[str, Any]]:
    """Every message, or those of one event, created since then."""
    return [message_truth(each) for each in world.messages.values() if (not event or each.event == event) and each.created >= since]


def whole(world: World, journal: Journal, now: float) -> dict[str, Any]:
    """Events, polls and counts of calls; messages and calls have doors of their own, they are many."""
    return {
        "now": now,
        "events": [event_truth(each) for each in world.events.values()],
        "polls": [poll_truth(each) for each in world.polls.values()],
        "calls": journal.counts(),
    }
