"""Votes to counts: pure. Always from the entries, never incremented; what cannot be known is said, not guessed (B-39, B-40).

The documents do not say whether the first option is 0 or 1. An index 0 proves the first, an index equal to the number of options
proves the second; until one is seen the base is open, and the counts (read as 0-based) are provisional.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from bot.platform_api.beestreamed.values import PollEntry

Base = Literal[0, 1]


def proven_base(entries: Iterable[PollEntry], options: int) -> Base | None:
    """What the indexes prove, or None. An index 0 outweighs everything: no 1-based platform sends it."""
    seen = {entry.index for entry in entries}
    if 0 in seen:
        return 0
    return 1 if options in seen else None


def identity(entry: PollEntry) -> tuple[Any, ...]:
    """By what an entry is known again on another page: its id, else everything it says."""
    if entry.number is not None:
        return (entry.number,)
    return ("", entry.index, entry.email.casefold(), entry.name, entry.created)


def tally(
    entries: Sequence[PollEntry], options: int, base: Base | None, *, ballots: bool = False, votes: bool = False
) -> dict[str, Any]:
    """The result of CountPoll.

    counts           raw entries for each option          other        raw entries that point at no option
    voters           raw entries in all                   distinct     people among them (by e-mail; each without one is one)
    distinct_counts  the last entry of each person        index_base   0, 1, or None: open, hence provisional
    digest           SHA-256 over the sorted entries: two counts that saw the same votes have the same one
    ballots          only if asked for: [[email, name, index from 0, seconds], …] of the votes for an option, oldest first
    votes            only if asked for: [[entry id, index as it came, email, name, seconds], …] of all entries
    """
    first = base or 0
    last_of_each = {_person(entry): entry for entry in sorted(entries, key=_age)}
    counts = _counted(entries, options, first)
    cast: dict[str, Any] = {"ballots": _ballots(entries, options, first)} if ballots else {}
    if votes:
        cast["votes"] = [[entry.number, entry.index, entry.email, entry.name, entry.created] for entry in entries]
    return cast | {
        "counts": counts,
        "other": len(entries) - sum(counts),
        "voters": len(entries),
        "distinct": len(last_of_each),
        "distinct_counts": _counted(last_of_each.values(), options, first),
        "index_base": base,
        "digest": _digest(entries),
    }


def _counted(entries: Iterable[PollEntry], options: int, first: int) -> list[int]:
    counts = [0] * options
    for entry in entries:
        if entry.index is not None and 0 <= entry.index - first < options:
            counts[entry.index - first] += 1
    return counts


def _ballots(entries: Iterable[PollEntry], options: int, first: int) -> list[list[Any]]:
    return [
        [entry.email, entry.name, entry.index - first, entry.created or 0.0]
        for entry in sorted(entries, key=_age)
        if entry.index is not None and 0 <= entry.index - first < options
    ]


def _person(entry: PollEntry) -> tuple[Any, ...]:
    return ("email", entry.email.casefold()) if entry.email else ("entry", *identity(entry))


def _age(entry: PollEntry) -> tuple[float, float]:
    return (entry.created or 0.0, float(entry.number or 0))


def _digest(entries: Iterable[PollEntry]) -> str:
    lines = sorted(f"{entry.number}|{entry.index}|{entry.email.casefold()}" for entry in entries)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()
