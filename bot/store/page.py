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

OVERTAKEN = 20.0
"""Seconds by which no read is overtaken: one that seems older still was asked after the clock had been set back (D2)."""

TRIES = 5
"""How often a status change is sent whose answer is good and which no read ever shows."""

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
    known: int = 0

    @property
    def is_empty(self) -> bool:
        """The page says what is known."""
        changes = (self.new, self.edited, self.by_person, self.noted, self.verified, self.again, self.given_up)
        return not any(changes)


def compare(rows: Sequence[Message], known: Mapping[str, Known], writes: Mapping[str, Sequence[Write]], asked: float) -> Difference:
    """One page against what we know; a ref that stands twice on the page counts once."""
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
        if not _before(asked, before.asked):
            _compare_one(found, row, before, writes.get(row.ref, ()), asked)
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

    A write that a read has verified explains nothing that happens later.
    """
    newest = writes[-1] if writes else None
    if newest is not None and newest.status == status and newest.verified_at is None:
        return "ours"
    if status == known:
        return "same"
    if newest is None:
        return "person"
    if newest.state == "done" and newest.settled_at is not None and _before(asked, newest.settled_at + GRACE):
        return "stale"
    if newest.state == "done" and not newest.changed and newest.verified_at is None:
        return "not_taken"
    if any(_late(write, status, asked) for write in writes[:-1]):
        return "not_taken"
    return "person"


def _late(write: Write, status: str, asked: float) -> bool:
    if write.status != status or write.unclear_at is None:
        return False
    return write.unclear_at - OVERTAKEN <= asked < write.unclear_at + LATE


def _before(asked: float, moment: float) -> bool:
    return moment - OVERTAKEN <= asked < moment
