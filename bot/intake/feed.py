"""One feed as its reader knows it: cursor, last page, last error; and what an error of the platform means for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.domain.errors import NoRight, PlatformError, Refused, Throttled
from bot.domain.signals import Message, Surface
from bot.intake.cursor import Cursor, Query, rejected

SAVE_AGAIN = 2.0
"""A page equal to the last one is stored again after so many seconds: the store verifies by it what was sent."""
SLOWLY = 60.0
"""Seconds until a refused read is tried again: an unknown event, a missing right."""
LONGEST = 15.0
SHOWN = 300
"""Rows whose moments are kept: those of about three pages."""
LEAST_LIMIT = 10
"""No smaller page is asked for; it is the platform's own default."""


class FeedKey(NamedTuple):
    """One list of one event."""

    event: str
    surface: Surface


@dataclass(slots=True)
class Feed:
    """What a reader keeps of one feed."""

    key: FeedKey
    limit: int
    cursor: Cursor = field(default_factory=Cursor)
    loaded: bool = False
    left_at: float | None = None
    """Our wall clock when the first page of the present walk was asked for."""
    covered_at: float | None = None
    """The same of the last walk that read the list up to its newest row."""
    read_at: float | None = None
    """When the newest successful read arrived."""
    shown: dict[str, tuple[Message, Message]] = field(default_factory=dict)
    """The rows of the last pages by their refs: as they came, and with the moments that were worked out for them."""
    page: int = 0
    """Digest of the last stored page and cursor."""
    stored_at: float = 0.0
    failures: int = 0
    error: str = ""
    reads: int = 0
    rows: int = 0
    """New ones so far."""
    skipped: int = 0
    """Rows that came and could not be used."""
    note: str = ""
    """The last thing learned about how this list must be read."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failed read means: how long this feed waits, and whether all feeds of the channel wait with it."""

    wait: float
    everybody: bool = False
    denied: bool = False


def page_digest(rows: Sequence[Message], cursor: Cursor) -> int:
    """Equal for pages that tell the store nothing new."""
    shown = tuple((row.ref, row.status, row.text, row.deleted) for row in rows)
    return hash((shown, cursor.high, cursor.reading, cursor.attached, cursor.marks))


def failure(error: PlatformError, failures: int, luck: float) -> Failure:
    """What to do after `failures` failures in a row; `luck` in [0, 1) spreads the feeds."""
    if isinstance(error, Throttled):
        return Failure(max(error.retry_after or 1.0, 0.1), everybody=True)
    if isinstance(error, NoRight):
        # 401 is about the token; 403 may be about this event alone.
        return Failure(SLOWLY, everybody=error.status != 403, denied=error.status != 403)
    if isinstance(error, Refused):
        return Failure(SLOWLY)
    longest = min(LONGEST, 0.5 * 2.0 ** min(failures - 1, 10))
    return Failure(longest * (0.5 + 0.5 * luck))


def after_refusal(feed: Feed, asked: Query, error: Refused) -> bool:
    """Whether another question can help: without the number, or with a smaller page. Changes the feed so that it is asked next."""
    if error.status not in (400, 410, 422):
        return False
    if asked.index_start is not None:
        feed.cursor = rejected(feed.cursor, asked)
        return True
    if feed.limit > LEAST_LIMIT:
        feed.limit = max(LEAST_LIMIT, feed.limit // 2)
        return True
    return False
