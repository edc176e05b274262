"""Which acts must not overtake each other. Pure; the store and the outbox both hold to it.

A lane is a text: of the acts in one lane only one is on its way at a time. In a strict lane the acts also go in the order in
which they were asked for, and one whose outcome is open blocks those behind it: opening and closing a poll must not change places.
Posts go one at a time in any order, but the same line again waits until it is known what became of the first: no search could tell
them apart.
"""

from __future__ import annotations

from bot.domain.actions import Action, CountPoll, CreatePoll, PostMessage, SetEvent, SetMessageStatus, SetPoll, SetStream
from bot.domain.ids import text_version


def lane(event: str, key: str, action: Action) -> str:
    """The lane of an act; an act that may go beside all others has its own (its entry's key)."""
    match action:
        case SetMessageStatus(ref=ref, surface=surface):
            return f"status:{surface}:{ref}"
        case PostMessage():
            return f"post:{event}"
        case CountPoll(poll=poll):
            return f"count:{poll}"
        case _:
            return strict_lane(event, action) or f"entry:{key}"


def strict_lane(event: str, action: Action) -> str:
    """The lane of an act that keeps its place in the row, or "" for the others."""
    match action:
        case PostMessage(text=text):
            return f"post:{event}:{text_version(' '.join(text.split()))}"
        case CreatePoll():
            return f"poll:{event}"
        case SetPoll(poll=poll):
            return f"switch:{poll}"
        case SetEvent():
            return f"event:{event}"
        case SetStream(stream=stream):
            return f"stream:{stream}"
        case _:
            return ""
