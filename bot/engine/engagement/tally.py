"""What a poll's count means, in numbers and in words. Always worked out from the counted entries, never added to.

`counts` has one number an option, zeroes included; `index_base` None means that nobody knows yet whether the platform counts
options from 0 or 1 (B-39): then nothing is said about which option has what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.engine.engagement.texts import times


@dataclass(frozen=True, slots=True)
class Outcome:
    """A count, read."""

    options: tuple[str, ...]
    counts: tuple[int, ...]
    votes: int
    """All counted entries, those of no option included."""
    leaders: tuple[int, ...]
    """Indexes of the options with most votes; several in a tie, none without votes."""
    provisional: bool
    enough: bool

    @property
    def winner(self) -> int | None:
        """The one option that won, if a winner may be named."""
        return self.leaders[0] if len(self.leaders) == 1 and self.enough and not self.provisional else None

    def percent(self, index: int) -> int:
        """Share of the votes, rounded half up; 0 where nobody voted."""
        total = sum(self.counts)
        return (200 * self.counts[index] + total) // (2 * total) if total else 0


def outcome(options: Sequence[str], results: Mapping[str, Any], min_votes: int) -> Outcome:
    """Reads a CountPoll's result. Missing options count zero; a negative or odd number counts as none."""
    given = [_whole(number) for number in results.get("counts") or ()][: len(options)]
    counts = (*given, *([0] * (len(options) - len(given))))
    votes = sum(counts) + _whole(results.get("other", 0))
    most = max(counts, default=0)
    leaders = tuple(index for index, count in enumerate(counts) if count == most and most > 0)
    provisional = results.get("index_base") is None and votes > 0
    return Outcome(tuple(options), counts, votes, leaders, provisional, sum(counts) >= max(1, min_votes))


def _whole(number: Any) -> int:
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else 0


def with_known_base(results: dict[str, Any], base: int | None) -> dict[str, Any]:
    """A count read from 0 for want of knowledge, once another poll has shown how this platform counts."""
    counts = list(results.get("counts") or ())
    if results.get("index_base") is not None or base is None or not counts:
        return results
    if base == 0:
        return {**results, "index_base": 0}
    if counts[0]:
        return results
    moved: dict[str, Any] = {name: [*results[name][1:], 0] for name in ("counts", "distinct_counts") if results.get(name)}
    if results.get("ballots"):
        moved["ballots"] = [[email, name, index - 1, at] for email, name, index, at in results["ballots"] if index >= 1]
    return {**results, "index_base": 1, **moved}


def sentence(found: Outcome) -> str:
    """Who won, or why nobody did."""
    votes = times(found.votes, "vote")
    if found.votes == 0:
        return "nobody voted"
    if found.provisional:
        return f"{votes}; the count is still provisional"
    if not found.leaders:
        return f"{votes}, none of them for an option"
    if not found.enough:
        return f"{votes}, too few to name a winner"
    names = [f"“{found.options[index]}”" for index in found.leaders]
    if len(names) > 1:
        tied = f"{', '.join(names[:-1])} and {names[-1]}"
        return f"a tie between {tied} with {found.percent(found.leaders[0])} % each of {votes}"
    return f"{names[0]} wins with {found.percent(found.leaders[0])} % of {votes}"


def listing(found: Outcome) -> str:
    """Every option with its votes, in the order of the poll."""
    if found.provisional:
        return sentence(found)
    parts = [
        f"{name} {count} ({found.percent(index)} %)"
        for index, (name, count) in enumerate(zip(found.options, found.counts, strict=True))
    ]
    return ", ".join(parts)


def full(found: Outcome) -> str:
    """Every option, and who won."""
    told = sentence(found)
    return told if found.provisional else f"{listing(found)}. {told[:1].upper()}{told[1:]}"


def placeholders(found: Outcome, question: str, poll: str, voters: int) -> dict[str, str]:
    """What a template of `post_results` may name."""
    winner = found.winner
    return {
        "question": question,
        "poll": poll,
        "votes": str(found.votes),
        "voters": str(voters),
        "winner": found.options[winner] if winner is not None else "nobody",
        "percent": str(found.percent(winner)) if winner is not None else "0",
        "results": listing(found),
    }
