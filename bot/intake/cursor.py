"""How a feed is read: which page to ask for next, and what an answer proves. Pure; the feed reader does the asking.

A cursor says how far a list was read *without a gap*. It moves only when a walk is complete; rows of a walk that a crash cut short
were stored, but they do not count for joining, and neither do own posts known from the answer to a POST. What counts is the
`tail`: refs of the newest covered rows.

- older, ignored: a read is the plain newest page. If it holds a covered row, it is joined: one call. If not, the walk goes down.
- newer: a read asks from a little below the newest covered row, so that the page overlaps.
- Every `DEEP` seconds a read goes on down to what was the newest row about 40 s ago, so that rows which became visible up to 30 s
  late, with lower numbers, are found (reliability A14). With a page of 100 this costs nothing until 2 rows a second.
- Every `VERIFY` seconds one look with a number checks the reading that was learned; a contradiction is learned from (A17).

Left out: late rows that come more than 30 s or 200 rows late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from bot.intake.indexing import Inquiry, Look, Reading, learn, question, refutes, verdict
from bot.intake.walk import TAIL, Ask, Mark, Walk, advance, newest, next_ask

DEEP = 10.0
MARKS = 4
"""What was 30 s old just after a deep read has to be reached by the next one: three times `DEEP`, and once more."""
VERIFY = 60.0
PEEK = 8
"""In a long walk downwards, every so many pages the newest page is looked at, so that new messages do not wait for old ones."""

BLANK = 8
"""While an empty list is read as others are, every so many reads ask in the other way, in case it is not like them."""
SURE = 5
"""So many known rows must be missing from a page before their absence proves something; single ones may have been deleted."""

Purpose = Literal["look", "walk", "peek", "verify"]


@dataclass(frozen=True, slots=True)
class Query:
    """One call to make."""

    limit: int
    page: int = 1
    index_start: int | None = None
    purpose: Purpose = "walk"


@dataclass(frozen=True, slots=True)
class Took:
    """What an answer meant. `more`: ask again at once. `covers`: the list was read up to its newest row at that moment."""

    more: bool = False
    covers: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The state of one feed. What `to_json` writes survives a restart; the rest is begun again."""

    reading: Reading = "unknown"
    sure: bool = False
    """The reading was checked with a number that has rows on both sides."""
    assumed: bool = False
    """The reading was learned from another list of the account; this one has not contradicted it."""
    high: int | None = None
    """The newest number of contiguous coverage."""
    top: int | None = None
    """The newest number that the list still held at the last complete walk."""
    tail: tuple[Mark, ...] = ()
    capacity: int = 0
    """The most rows that one page has brought."""
    marks: tuple[int, ...] = ()
    """`high` at the last `MARKS` deep walks, oldest first."""
    rigid: bool = False
    """Page sizes are not kept there."""
    rising: bool = False
    """Under "newer", page 1 is the page nearest to the number, not the newest one."""
    attached: bool = False
    """The whole list was read once."""
    inquiry: Inquiry = field(default_factory=Inquiry)
    walk: Walk | None = None
    blank: bool = False
    """The last walk found an empty list."""
    turn: int = 0
    peeked: bool = False
    deep_at: float = 0.0
    verified_at: float = 0.0


def query(cursor: Cursor, limit: int, now: float) -> Query:
    """The next call. `now` in seconds of any clock that only grows; `limit` is the configured page size."""
    if cursor.reading == "unknown":
        return Query(limit, index_start=question(cursor.inquiry), purpose="look")
    if cursor.walk is None and _verify_due(cursor, now):
        return Query(limit, index_start=_middle(cursor), purpose="verify")
    if cursor.walk is None and cursor.blank and cursor.turn % (BLANK if cursor.assumed else 2) == 1:
        return Query(limit, index_start=0, purpose="verify")
    if _peek_due(cursor):
        return Query(limit, purpose="peek")
    ask = next_ask(cursor.walk or _fresh_walk(cursor, now), limit, cursor.rigid)
    return Query(ask.limit, ask.page, ask.index_start)


def assume(cursor: Cursor, learned: Reading) -> Cursor:
    """A list of which nothing is known yet is read as others of the account are, and checked as soon as it has rows for that.

    What contradicted that once is learned for itself.
    """
    if cursor.reading != "unknown" or cursor.inquiry.tries or cursor.assumed or learned == "unknown":
        return cursor
    return replace(cursor, reading=learned, assumed=True)


def take(cursor: Cursor, asked: Query, rows: Sequence[Mark], received: int, now: float) -> tuple[Cursor, Took]:
    """What the answer to `asked` proves. `received` counts undecodable rows too; `now` as given to `query` for it."""
    cursor = replace(cursor, capacity=max(cursor.capacity, received), turn=cursor.turn + 1)
    if asked.purpose == "look":
        return _take_look(cursor, asked, rows, received, now)
    if asked.purpose == "verify":
        return _take_verify(cursor, asked, rows, received, now)
    if asked.purpose == "peek":
        return replace(cursor, peeked=True), Took(more=True)
    return _take_page(cursor, asked, rows, received, now)


def looks_at_newest(cursor: Cursor, asked: Query) -> bool:
    """Whether the answer to this would hold a row that has just come. Pages further down, and looks from the middle, do not."""
    return asked.page == 1 and (not asked.index_start or cursor.reading == "newer")


def rejected(cursor: Cursor, asked: Query) -> Cursor:
    """The platform refused the call (400, 410, 422). A number that is not liked is not used again (A17)."""
    if asked.index_start is None:
        return replace(cursor, walk=None)
    if asked.purpose == "look" or cursor.reading != "newer":
        return replace(cursor, reading="ignored", sure=True, walk=None, blank=False)
    return _resync(cursor, cursor.inquiry.tries + 1)


def to_json(cursor: Cursor) -> dict[str, Any]:
    """The part that is stored with the rows it covers."""
    return {
        "reading": cursor.reading,
        "sure": cursor.sure,
        "assumed": cursor.assumed,
        "high": cursor.high,
        "top": cursor.top,
        "tail": [[mark.number, mark.ref] for mark in cursor.tail],
        "capacity": cursor.capacity,
        "marks": list(cursor.marks),
        "rigid": cursor.rigid,
        "rising": cursor.rising,
        "attached": cursor.attached,
    }


def from_json(value: Mapping[str, Any] | None) -> Cursor:
    """The stored part again. Raises ValueError when it is damaged: then the feed is read anew from its start."""
    if not value:
        return Cursor()
    try:
        cursor = Cursor(
            reading=value["reading"],
            sure=bool(value["sure"]),
            assumed=bool(value.get("assumed", False)),
            high=_number(value["high"]),
            top=_number(value["top"]),
            tail=tuple(Mark(_number(number), str(ref)) for number, ref in value["tail"]),
            capacity=int(value["capacity"]),
            marks=tuple(int(mark) for mark in value["marks"][:1]),
            rigid=bool(value["rigid"]),
            rising=bool(value["rising"]),
            attached=bool(value["attached"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the stored cursor cannot be used: {error!r}") from error
    if cursor.reading not in get_args(Reading):
        raise ValueError(f"the stored cursor has an unknown reading {cursor.reading!r}")
    return cursor


# ── learning the reading ──────────────────────────────────────────────────────────────────────────────────────────────


def _take_look(cursor: Cursor, asked: Query, rows: Sequence[Mark], received: int, now: float) -> tuple[Cursor, Took]:
    numbers = tuple(row.number for row in rows if row.number is not None)
    look = Look(asked.index_start, numbers, received >= cursor.capacity)
    inquiry = learn(cursor.inquiry, look)
    inquiry = replace(inquiry, unnumbered=bool(rows) and not numbers and asked.index_start is None)
    found = verdict(inquiry)
    cursor = replace(cursor, inquiry=inquiry, reading=found, verified_at=now, sure=len(inquiry.known) >= 3)
    if found == "unknown":
        return cursor, Took(more=bool(inquiry.known) or inquiry.looks < 2)
    return cursor, Took(more=True, note=f"indexStart is read as '{found}'")


def _take_verify(cursor: Cursor, asked: Query, rows: Sequence[Mark], received: int, now: float) -> tuple[Cursor, Took]:
    numbers = tuple(row.number for row in rows if row.number is not None)
    known = [mark.number for mark in cursor.tail if mark.number is not None]
    # A page that may be cut shows nothing about what it leaves out; one call in a minute has time to wait for a clear answer.
    refuted = refutes(Look(asked.index_start, numbers, full=received >= cursor.capacity), known if asked.index_start else ())
    cursor = replace(cursor, verified_at=now, sure=cursor.sure or bool(asked.index_start))
    if cursor.reading not in refuted or len(refuted) > 2:
        return cursor, Took(more=bool(asked.index_start))
    if (cursor.reading, "older" in refuted) in {("newer", True), ("ignored", False)}:
        # Plain pages are right under "older", and reading on from a number is right under "ignored": nothing was missed.
        found: Reading = "ignored" if cursor.reading == "newer" else "older"
        return replace(cursor, reading=found), Took(more=True, note=f"indexStart is now read as '{found}'")
    return _resync(cursor, 0), Took(more=True, note=f"indexStart is not '{cursor.reading}': the list is read anew")


def _resync(cursor: Cursor, tries: int) -> Cursor:
    return Cursor(capacity=cursor.capacity, rigid=cursor.rigid, assumed=cursor.assumed, inquiry=Inquiry(tries=tries))


def _verify_due(cursor: Cursor, now: float) -> bool:
    numbered = sum(mark.number is not None for mark in cursor.tail[-KNOWN_ENOUGH:])
    return numbered >= KNOWN_ENOUGH and (not cursor.sure or now - cursor.verified_at >= VERIFY)


KNOWN_ENOUGH = 3


def _middle(cursor: Cursor) -> int:
    numbers = [mark.number for mark in cursor.tail[-max(KNOWN_ENOUGH, min(20, cursor.capacity)) :] if mark.number is not None]
    return numbers[len(numbers) // 2]


# ── walking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _fresh_walk(cursor: Cursor, now: float) -> Walk:
    deep = cursor.marks[0] if cursor.marks and now - cursor.deep_at >= DEEP else None
    if cursor.reading == "newer":
        return Walk(base=_since(cursor, deep), deep=deep)
    return Walk(keyed=cursor.reading == "older", deep=deep)


def _since(cursor: Cursor, deep: int | None) -> int:
    """The number to ask from. It need not be known whether it is included: rows above it are what counts."""
    numbers = [mark.number for mark in cursor.tail if mark.number is not None]
    if not cursor.attached or not numbers:
        return 0 if cursor.high is None else cursor.high
    if deep is not None:
        return max(0, deep - 1)
    overlap = min(33, cursor.capacity // 3) + 1
    return numbers[-overlap] if len(numbers) >= overlap else max(0, numbers[0] - 1)


def _take_page(cursor: Cursor, asked: Query, rows: Sequence[Mark], received: int, now: float) -> tuple[Cursor, Took]:
    before = cursor.walk or _fresh_walk(cursor, now)
    if _contradicts(cursor, asked, rows):
        return _resync(cursor, 0), Took(more=True, note=f"indexStart is not '{cursor.reading}': the list is read anew")
    rigid = cursor.rigid or received > asked.limit
    rising = cursor.rising or _rises(cursor, before, rows, received)
    cursor = replace(cursor, rigid=rigid, rising=rising, peeked=False)
    walk = advance(before, Ask(asked.page, asked.limit, asked.index_start), rows, received, rigid)
    if not walk.joined and _joins(cursor, walk, rows):
        walk = replace(walk, joined=True)
    if walk.over or (walk.joined and _reaches_top(cursor, walk)):
        return _finish(cursor, walk, received, now)
    return replace(cursor, walk=walk), Took(more=True)


def _contradicts(cursor: Cursor, asked: Query, rows: Sequence[Mark]) -> bool:
    """Whether rows came back that the learned reading rules out."""
    if asked.index_start is None:
        return False
    numbers = [row.number for row in rows if row.number is not None]
    if cursor.reading == "older":
        return any(number > asked.index_start for number in numbers)
    return cursor.reading == "newer" and any(number < asked.index_start for number in numbers)


def _joins(cursor: Cursor, walk: Walk, rows: Sequence[Mark]) -> bool:
    if not cursor.tail:
        return False
    if walk.base is not None and cursor.rising and cursor.attached:
        return True
    covered = {mark.ref for mark in cursor.tail if walk.deep is None or mark.number is None or mark.number <= walk.deep}
    if any(row.ref in covered for row in rows):
        return True
    floor = cursor.tail[0].number
    if floor is not None and walk.deep is not None:
        floor = min(floor, walk.deep)
    # All covered rows that we remember may be gone. Numbers rise with time, so a row below them, after one above, joins as well.
    continues = floor is not None and walk.top is not None and walk.top > floor
    return continues and any(row.number is not None and row.number <= (floor or 0) for row in rows)


def _rises(cursor: Cursor, walk: Walk, rows: Sequence[Mark], received: int) -> bool:
    """A full page 1 without the newest rows that we know of: under "newer", page 1 is the one nearest to the number."""
    if walk.base is None or walk.reach or received < cursor.capacity:
        return False
    top = max((row.number for row in rows if row.number is not None), default=0)
    known = {*cursor.inquiry.known, *(mark.number for mark in cursor.tail if mark.number is not None)}
    return sum(number > top for number in known) >= SURE


def _reaches_top(cursor: Cursor, walk: Walk) -> bool:
    if walk.base is None or cursor.top is None:
        return True
    return walk.top is not None and walk.top >= cursor.top


def _finish(cursor: Cursor, walk: Walk, received: int, now: float) -> tuple[Cursor, Took]:
    """The walk is whole: what it read is covered from now on."""
    refs = {mark.ref for mark in cursor.tail}
    fresh = any(mark.ref not in refs for mark in walk.rows)
    high = max((number for number in (cursor.high, walk.top) if number is not None), default=None)
    cut = walk.base is not None and fresh and 0 < cursor.capacity <= received
    if walk.base is None and walk.rows and not any(mark.ref in refs for mark in walk.rows):
        # The list was read to its end and holds nothing of what we knew: deleted, or its numbers began anew (A17).
        cursor, high = replace(cursor, tail=(), marks=()), walk.top
    done = replace(
        cursor,
        high=high,
        top=walk.top if walk.top is not None else (None if walk.base is None else cursor.top),
        tail=newest((*cursor.tail, *walk.rows), TAIL),
        rising=cursor.rising and not walk.fell,
        attached=True,
        walk=None,
        blank=walk.size == 0 and walk.base is None,
        peeked=False,
    )
    return _marked(done, now), Took(more=cut, covers=not cut)


def _marked(cursor: Cursor, now: float) -> Cursor:
    """Notes how far coverage had come, for the deep walks of the next 40 s. The first mark lies 200 rows back."""
    if cursor.high is None or (cursor.marks and now - cursor.deep_at < DEEP):
        return cursor
    first = cursor.tail[0].number if len(cursor.tail) == TAIL else 0
    before = cursor.marks or (cursor.high if first is None else first,)
    return replace(cursor, deep_at=now, marks=(*before, cursor.high)[-MARKS:])


def _peek_due(cursor: Cursor) -> bool:
    return cursor.walk is not None and cursor.walk.base is None and cursor.walk.pages % PEEK == PEEK - 1 and not cursor.peeked


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
