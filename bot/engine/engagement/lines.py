"""How much attendees write: the total, and how many in the last so many seconds.

History kinds: ("lines_total",) count; ("lines", "<n>") count of the ten seconds that begin at n×10. Only visible lines of attendees
count: none of the bot, of the team, hidden ones, or commands.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.decisions import Decision
from bot.domain.history import Draft
from bot.domain.signals import Message
from bot.engine.engagement.turn import Turn

STEP = 10
KEPT = 3700.0
"""A little over the longest look back (1 h)."""


def visible(message: Message, decision: Decision | None) -> bool:
    """A message that attendees go on seeing."""
    if message.own or message.deleted or message.status in ("hidden", "archived"):
        return False
    return decision is None or decision.outcome in ("none", "approve")


def total(draft: Draft) -> int:
    """All attendee lines of this event."""
    known: int = draft.get("lines_total") or 0
    return known


def note_line(turn: Turn) -> None:
    """One more."""
    draft, slot = turn.draft, str(int(turn.now // STEP))
    draft.put(("lines_total",), total(draft) + 1)
    draft.put(("lines", slot), (draft.get("lines", slot) or 0) + 1, turn.now + KEPT)


def take_back(turn: Turn) -> None:
    """A line that had counted was hidden afterwards."""
    turn.draft.put(("lines_total",), max(0, total(turn.draft) - 1))


def leaving(draft: Draft, seconds: float, now: float) -> Iterator[float]:
    """When lines leave the last so many seconds, as `within` counts them."""
    first, last = int((now - seconds) // STEP), int(now // STEP)
    yield from ((slot + 1) * STEP + seconds for slot in range(first, last + 1) if draft.get("lines", str(slot)))


def within(turn: Turn, seconds: float) -> int:
    """Lines of the last so many seconds; the ten seconds at the old end count whole."""
    last = int(turn.now // STEP)
    first = int((turn.now - seconds) // STEP)
    return sum(turn.draft.get("lines", str(slot)) or 0 for slot in range(first, last + 1))
