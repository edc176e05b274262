"""What a page of messages brings, compared with what we know. Pure.

A message whose status is not the one we know was changed by our own write, or by a person, or the read is older than our write
(stale), or our write did not take although the platform answered well (B-14). Which one it is decides whether a person's verdict is
respected or overrun, so all of it stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.domain.ids import text_version
from bot.domain.signals import Message

GRACE = 2.0
"""Seconds after our write was accepted in which a read may still show the old status."""
LATE = 120.0
"""Seconds after an unclear answer in which our own write may still be applied by the platform."""

TRIES = 5
"""How often a status change is sent whose answer is good and which no read ever shows."""

_LIVING = frozenset({"pending", "sending", "unknown", "done"})

Told = Literal["same", "stale", "ours", "not_taken", "person"]


@dataclass(frozen=True, slots=True)
class Known:
    """A message as the store has it. `asked` is when the newest read that showed it had been asked."""

    version: str
    status: str
    asked: float
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """A status change of ours that was tried at least once."""

    key: str
    status: str
    state: str
    sent_at: float | None
    settled_at: float | None
    verified_at: float | None
    unclear_at: float | None
    changed: bool
    attempts: int
    seq: int

    def is_ahead(self, now: float) -> bool:
        """Whether it ended, or became unclear, in the future."""
        return max(self.settled_at or now, self.unclear_at or now) > now

    def by(self, now: float) -> Write:
        """The same, at `now` at the latest."""
        settled, unclear = self.settled_at, self.unclear_at
        return replace(
            self,
            settled_at=None if settled is None else min(settled, now),
            unclear_at=None if unclear is None else min(unclear, now),
        )


@dataclass(slots=True)
class Difference:
    """What is to be stored for one page."""

    new: list[Message] = field(default_factory=list)
    edited: list[Message] = field(default_factory=list)
    by_person: list[tuple[Message, str]] = field(default_factory=list)
    """With the status before."""
    noted: list[Message] = field(default_factory=list)
    """Rows whose text or state is to be written over what we know."""
    verified: list[str] = field(default_factory=list)
    """Keys of entries that the page shows as done."""
    again: list[str] = field(default_factory=list)
    """Keys of entries that did not take and are sent once more."""
    given_up: list[str] = field(default_factory=list)
    """Keys of entries that did not take, however often they were sent."""
    ahead: list[str] = field(default_factory=list)
    """Refs about which we know something of the future: the clock was set back since (D2). What is stored is to be put right."""
    known: int = 0

    @property
    def is_empty(self) -> bool:
        """The page says what is known."""
        changes = (self.new, self.edited, self.by_person, self.noted, self.verified, self.again, self.given_up, self.ahead)
        return not any(changes)


def compare(
    rows: Sequence[Message], known: Mapping[str, Known], writes: Mapping[str, Sequence[Write]], asked: float, now: float
) -> Difference:
    """One page against what we know; a ref that stands twice on the page counts once. `now` is when it is stored.

    A moment later than `now` was told by a clock that has been set back since. A read of then was before this one: each list has
    one read at a time. How long ago we wrote cannot be known: it counts as `now`.
    """
    found = Difference()
    seen: set[str] = set()
    for row in rows:
        if row.ref in seen:
            continue
        seen.add(row.ref)
        before = known.get(row.ref)
        if before is None:
            found.new.append(row)
            continue
        found.known += 1
        tried = writes.get(row.ref, ())
        if before.asked > now or any(write.is_ahead(now) for write in tried):
            found.ahead.append(row.ref)
            tried = [write.by(now) for write in tried]
        if asked >= before.asked or before.asked > now:
            _compare_one(found, row, before, tried, asked)
    return found


def _compare_one(found: Difference, row: Message, before: Known, writes: Sequence[Write], asked: float) -> None:
    told = judge(row.status, before.status, writes, asked)
    newest = writes[-1] if writes else None
    if told in {"ours", "person"} and newest is not None and newest.verified_at is None:
        found.verified.append(newest.key)
    if told == "not_taken" and newest is not None:
        (found.again if newest.attempts < TRIES else found.given_up).append(newest.key)
    if told == "person":
        found.by_person.append((row, before.status))
    edited = text_version(row.text) != before.version
    if edited:
        found.edited.append(row)
    moved = told in {"ours", "person", "not_taken"} and row.status != before.status
    if edited or moved or row.deleted != before.deleted:
        found.noted.append(row if told != "stale" else replace(row, status=before.status))


def judge(status: str, known: str, writes: Sequence[Write], asked: float) -> Told:
    """Why a read shows `status` where we know `known`; `writes` oldest first.

    A write that a read has verified explains nothing that happens later. One that was given up after an unclear try may still be
    applied for a while.
    """
    writes = [write for write in writes if write.state in _LIVING or _late(write, write.status, asked)]
    newest = writes[-1] if writes else None
    if newest is not None and newest.status == status and newest.verified_at is None:
        return "ours"
    if status == known:
        return "same"
    if newest is None:
        return "person"
    if any(_just_done(write, asked) for write in writes):
        return "stale"
    if newest.state == "done" and not newest.changed and newest.verified_at is None:
        return "not_taken"
    if any(_late(write, status, asked) for write in writes[:-1]):
        return "not_taken"
    return "person"


def _just_done(write: Write, asked: float) -> bool:
    return write.state == "done" and write.settled_at is not None and asked < write.settled_at + GRACE


def _late(write: Write, status: str, asked: float) -> bool:
    return write.status == status and write.unclear_at is not None and asked < write.unclear_at + LATE
