"""What `indexStart` means, found out from answers (B-09). Pure.

Three readings are possible: rows at and *older* than the number, rows at and *newer* than it, or it is *ignored*. Each look with a
number, while we know rows on either side of it, rules some of them out. Whether the number itself is included does not matter:
all queries of `walk` and `cursor` hold under both. An absent `indexStart` may mean the newest page, or literally "the latest
entry", in which case the plain list is thin or empty under the newer reading; so while nothing is known, looks alternate between
the plain list and `index_start=0`.

Left out: several readings at once; a feed whose answers contradict every reading is read as a plain list.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

Reading = Literal["unknown", "older", "newer", "ignored"]
ALL: tuple[Reading, ...] = ("older", "newer", "ignored")
TRIES = 3
"""After so many contradictions the list is read plainly."""
KNOWN = 60
"""So many of the newest numbers are kept for the next question."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is left possible, and the numbers that the list was seen to hold."""

    possible: tuple[Reading, ...] = ALL
    known: tuple[int, ...] = ()
    looks: int = 0
    tries: int = 0
    unnumbered: bool = False
    """Rows came, but without numbers: there is nothing to ask with."""


@dataclass(frozen=True, slots=True)
class Look:
    """One answer: asked with `value` (None: plain), it held `numbers`; `full` if it may have been cut at the page size."""

    value: int | None
    numbers: tuple[int, ...]
    full: bool


def question(inquiry: Inquiry) -> int | None:
    """The next number to ask with; None is a plain look."""
    if not inquiry.known:
        return 0 if inquiry.looks % 2 else None
    if len(inquiry.known) >= 3:
        return inquiry.known[len(inquiry.known) // 2]
    if "older" in inquiry.possible:
        return 0
    return inquiry.known[-1] + 1


def learn(inquiry: Inquiry, look: Look) -> Inquiry:
    """What an answer leaves possible."""
    possible = inquiry.possible
    if look.value is not None and inquiry.known:
        refuted = refutes(look, inquiry.known)
        possible = tuple(reading for reading in possible if reading not in refuted)
    known = tuple(sorted({*inquiry.known, *look.numbers})[-KNOWN:])
    if not possible:
        return Inquiry(known=tuple(sorted(look.numbers)), looks=inquiry.looks + 1, tries=inquiry.tries + 1)
    return replace(inquiry, possible=possible, known=known, looks=inquiry.looks + 1)


def verdict(inquiry: Inquiry) -> Reading:
    """The reading, or "unknown" while several are left."""
    if inquiry.tries >= TRIES or inquiry.unnumbered:
        return "ignored"
    if len(inquiry.possible) == 1:
        return inquiry.possible[0]
    if inquiry.possible == ("newer", "ignored") and len(inquiry.known) >= 3 and inquiry.looks >= TRIES:
        # A full page above the number: reading on from a number is right under both, so no more calls are spent on it.
        return "newer"
    return "unknown"


def refutes(look: Look, known: Collection[int]) -> frozenset[Reading]:
    """The readings that cannot have given this answer to a question with a number, when `known` rows are in the list."""
    if look.value is None:
        return frozenset()
    value = look.value
    sees_below = any(number < value for number in look.numbers)
    sees_above = any(number > value for number in look.numbers)
    refuted: set[Reading] = set()
    if sees_below:
        refuted.add("newer")
    elif any(number < value for number in known):
        # The plain list's newest page may have moved beyond the number only if it is full.
        refuted |= {"older"} if look.full else {"older", "ignored"}
    if sees_above:
        refuted.add("older")
    elif any(number > value for number in known):
        refuted |= {"newer", "ignored"}
    return frozenset(refuted)
