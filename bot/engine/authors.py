"""What is remembered of each author: how much they wrote, strikes, mutes, labels.

History kinds: ("author", key) {"messages", "first", "last", "hidden"?, "labels"?: {name: until}}; ("strikes", key) [[expires, n,
rule, decision], …]; ("mute", key) {"until", "why", "decision", "hidden": [[ref, surface, status], …], "because"?: the strikes that
led to it}; ("slow", key) {"every", "until", "last", "why"}; ("recent", key) [[ref, surface, at], …] (only where some rule sweeps).

Nothing stored is ever altered; a change is a new value. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.history import Draft
from bot.domain.signals import Message

DAY = 86400.0
AUTHOR_KEPT = DAY / 2
NEWCOMER_KEPT = 3600.0
NEWCOMERS = 20_000
"""About so many authors with one or two messages are remembered; in a raid they are forgotten sooner."""
RECENT = 30
MUTE_REMEMBERS = 200

Record = Mapping[str, Any]


def note_message(draft: Draft, key: str, record: Record | None, now: float, rate: float) -> None:
    """Counts one more message of an author. `rate` is the event's messages a second."""
    if record is None:
        new: dict[str, Any] = {"messages": 1, "first": now, "last": now}
        kept = newcomer_kept(rate)
    else:
        new = {**record, "messages": record["messages"] + 1, "last": now}
        kept = AUTHOR_KEPT if record["messages"] >= 2 else NEWCOMER_KEPT
    draft.put(("author", key), new, now + kept)


def newcomer_kept(rate: float) -> float:
    """Seconds for which somebody who wrote once is remembered, at so many messages a second."""
    return min(NEWCOMER_KEPT, max(60.0, NEWCOMERS / rate)) if rate > 0 else NEWCOMER_KEPT


def change_record(draft: Draft, key: str, now: float, **changes: Any) -> None:
    """Sets fields of an author's record; None takes a field away."""
    record = draft.get("author", key) or {"messages": 0, "first": now, "last": now}
    new = {name: value for name, value in {**record, **changes}.items() if value is not None}
    draft.put(("author", key), new, now + AUTHOR_KEPT)


def note_hidden(draft: Draft, key: str, now: float, by: int = 1) -> None:
    """One more (or fewer) of this author's messages is hidden."""
    record = draft.get("author", key)
    hidden = max(0, (record or {}).get("hidden", 0) + by)
    change_record(draft, key, now, hidden=hidden or None)


def strikes(draft: Draft, key: str, now: float) -> list[list[Any]]:
    """The strikes that still count."""
    return [strike for strike in draft.get("strikes", key) or () if strike[0] > now]


def add_strike(draft: Draft, key: str, now: float, strike: list[Any]) -> tuple[int, int]:
    """Adds [expires, n, rule, decision]; returns the sums before and after."""
    held = strikes(draft, key, now)
    before = sum(old[1] for old in held)
    put_strikes(draft, key, [*held, strike])
    return before, before + strike[1]


def put_strikes(draft: Draft, key: str, held: list[list[Any]]) -> None:
    """Stores the strikes of an author; none forgets."""
    if held:
        draft.put(("strikes", key), held, max(strike[0] for strike in held))
    else:
        draft.drop("strikes", key)


def remove_strike(draft: Draft, key: str, now: float, strike: list[Any]) -> None:
    """Takes exactly this strike back, if it still counts."""
    held = strikes(draft, key, now)
    if strike in held:
        held.remove(strike)
        put_strikes(draft, key, held)


def in_force(record: Record | None, now: float) -> bool:
    """A mute, slow mode, lock or raid that has not ended. `until` None is until the event ends."""
    return record is not None and (record["until"] is None or record["until"] > now)


def note_recent(draft: Draft, message: Message, now: float) -> None:
    """Remembers where an author's last messages are, for `sweep`."""
    key = message.author.key
    held = draft.get("recent", key) or []
    draft.put(("recent", key), [*held[-RECENT + 1 :], [message.ref, message.surface, now]], now + NEWCOMER_KEPT)
