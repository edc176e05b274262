"""What follows from the outcome of a call. Pure; the table of reliability 3.4 by Action.repeat, randomness handed in.

It never waits by itself: the answer is a state and a delay. Attempts are those that the store counted, so they survive a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.actions import PostMessage, SetStream
from bot.domain.errors import BadAnswer, NoRight, NotSent, PlatformError, Refused, Throttled, Unclear
from bot.ports import OutboxRow

LONGEST = 60.0
"""Seconds: no back-off is longer."""
SHORTEST_WAIT_ASKED = 0.25
"""Seconds: "at once" is not taken literally."""
LONGEST_WAIT_ASKED = 600.0
"""Seconds: a platform that asks for more is asked again after this (A6)."""
PROBE = 60.0
"""Seconds between two tries with a token that was refused (A8)."""
TOO_LATE_TO_POST = 30.0
"""Seconds after which a chat line is not sent again: a late joke is worse than none."""
UNCLEAR_TRIES = 20
"""Unclear answers to a repeatable act before it is left to a person (about a quarter of an hour)."""


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of an entry: its state, and after how many seconds it is looked at again."""

    state: str
    delay: float = 0.0
    error: str = ""
    remote: str = ""
    twins: tuple[str, ...] = ()


def backoff(tries: int, draw: float, longest: float = LONGEST) -> float:
    """Full jitter: uniform in [0, min(longest, 0.5 · 2^tries)]; `draw` is uniform in [0, 1)."""
    ceiling: float = min(longest, 0.5 * 2.0 ** min(max(tries, 0), 30))
    return ceiling * draw


def after_error(error: PlatformError, row: OutboxRow, *, attempts: int, settle: float, draw: float) -> Next:
    """After a call that raised. `attempts` counts this one; `settle` as in config.Channel."""
    text = f"{type(error).__name__}: {error}"
    match error:
        case Throttled():
            return Next("pending", wait_asked(error, attempts, draw), text)
        case NoRight():
            return Next("pending", PROBE + backoff(attempts, draw, LONGEST_WAIT_ASKED), text)
        case NotSent() | BadAnswer():
            return Next("pending", backoff(attempts, draw), text)
        case Refused(status=409) if row.entry.action.repeat == "after_looking":
            return Next("unknown", settle, text)
        case Refused(status=404 | 410):
            return Next("gone", error=text)
        case Refused():
            return Next("failed", error=text)
        case Unclear():
            return after_unclear(row, text, attempts=attempts, settle=settle, draw=draw)
        case _:
            return after_unclear(row, text, attempts=attempts, settle=settle, draw=draw)


def wait_asked(error: Throttled, attempts: int, draw: float) -> float:
    """Seconds to wait after a 429: what the platform asked for within reason, else a back-off of at least a second."""
    asked = error.retry_after
    if asked is None or not 0 <= asked < float("inf"):
        return 1.0 + backoff(attempts, draw)
    return min(max(asked, SHORTEST_WAIT_ASKED), LONGEST_WAIT_ASKED)


def after_unclear(row: OutboxRow, text: str, *, attempts: int, settle: float, draw: float) -> Next:
    """It may or may not have been applied."""
    match row.entry.action.repeat:
        case "freely" if attempts < UNCLEAR_TRIES:
            return Next("unknown", backoff(attempts, draw), text)
        case "freely":
            return Next("parked", error=f"{text}; tried {attempts} times, look at the platform")
        case "after_looking":
            return Next("unknown", settle, text)
        case _:
            return Next("failed", error=f"{text}; it may have arrived, and is not repeated")


def after_looking(row: OutboxRow, found: Sequence[str], now: float) -> Next:
    """After a search for what an unclear call may have made; `found` oldest first, without what was known before."""
    if found:
        twins = tuple(found[1:])
        error = f"{len(found)} of these exist, the oldest is kept: {', '.join(found)}" if twins else ""
        return Next("done", error=error, remote=found[0], twins=twins)
    if row.entry.expires is not None and row.entry.expires <= now:
        return Next("parked", error="the answer was lost, it is not there, and its time is over")
    if isinstance(row.entry.action, PostMessage) and now - (row.first_sent or now) > TOO_LATE_TO_POST:
        return Next("parked", error="the answer was lost and the line did not appear; it is too late to repeat it")
    if row.attempts >= (3 if isinstance(row.entry.action, SetStream) else 2):
        return Next("parked", error=f"the answer was lost {row.attempts} times and it is not there; look at the platform")
    return Next("pending")
