"""What a rehearsal comes to, in figures: what the bot saw and did, and what the stage knows to be true. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.ports import Tally

REMOVED = frozenset({"hidden", "archived"})


@dataclass(frozen=True, slots=True)
class Truth:
    """From the stage: every message as it truly ended (stage/truth.py), polls, and calls (stage/journal.py: counts)."""

    messages: Sequence[Mapping[str, Any]]
    polls: Sequence[Mapping[str, Any]]
    calls: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """The summary. Exposures are seconds between a message's creation on the stage and its hide taking effect there."""

    messages: int
    read: int
    judged: int
    hidden: int
    approved: int
    held: int
    archived: int
    posts: int
    polls: int
    doubled: int
    """Posts and polls that stand more than once on the platform; must be 0."""
    exposures: tuple[float, ...] = ()
    missed: tuple[str, ...] = ()
    """Texts that the made-up audience meant to be hidden and that still stand."""
    wrong: tuple[str, ...] = ()
    """Harmless texts of the made-up audience that were hidden."""
    calls: int = 0
    calls_peak: int = 0
    """Most calls in any 60 s."""
    budget: int = 0
    by_rule: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0


def figures(truth: Truth, tally: Tally, budget: int) -> Figures:
    """Both sides of the wire in one value."""
    people = [one for one in truth.messages if not one["by_api"]]
    posts = [one["text"] for one in truth.messages if one["by_api"]]
    polls = [(one["event"], one["question"]) for one in truth.polls]
    return Figures(
        messages=len(people),
        read=tally.messages,
        judged=tally.judged,
        hidden=sum(one["status"] == "hidden" for one in people),
        approved=sum(one["status"] == "approved" for one in people),
        archived=sum(one["status"] == "archived" for one in people),
        held=tally.outcomes.get("hold", 0),
        posts=len(posts),
        polls=len(polls),
        doubled=_doubled(polls),
        exposures=tuple(sorted(one["exposure"] for one in people if one["exposure"] is not None)),
        missed=tuple(one["text"] for one in people if one["label"] == "bad" and one["status"] not in REMOVED),
        wrong=tuple(one["text"] for one in people if one["label"] == "fine" and one["status"] in REMOVED),
        calls=int(truth.calls["total"]),
        calls_peak=int(truth.calls["peak_minute"]),
        budget=budget,
        by_rule=tally.by_rule,
        failed=sum(tally.entries.get(state, 0) for state in ("failed", "parked", "expired")),
    )


def _doubled(things: Sequence[Hashable]) -> int:
    return sum(count - 1 for count in Counter(things).values())


def share(values: Sequence[float], part: float) -> float | None:
    """The value below which `part` of the sorted values lie; None without values."""
    return values[min(len(values) - 1, int(part * len(values)))] if values else None


def lines(result: Figures) -> list[str]:
    """The summary for people."""
    rules = ", ".join(f"{rule} {count}" for rule, count in sorted(result.by_rule.items(), key=lambda one: -one[1])) or "none fired"
    rows = [
        ("messages", f"{result.messages} written, {result.read} read, {result.judged} judged"),
        (
            "acted",
            f"{result.hidden} hidden, {result.archived} archived, {result.approved} approved, {result.held} held for a person",
        ),
        ("rules", rules),
        ("said and ran", f"{result.posts} posts, {result.polls} polls, {result.doubled} doubled"),
        ("exposure", _exposure(result.exposures)),
        ("calls", f"{result.calls} in all, at most {result.calls_peak} in any minute of the {result.budget} allowed"),
    ]
    if result.failed:
        rows.append(("not done", f"{result.failed} acts failed, expired or wait for a person: see `usher status` and the log"))
    if result.missed:
        rows.append(("missed", f"{len(result.missed)}: " + "; ".join(repr(text) for text in result.missed[:5])))
    if result.wrong:
        rows.append(("wrongly hidden", f"{len(result.wrong)}: " + "; ".join(repr(text) for text in result.wrong[:5])))
    width = max(len(name) for name, _ in rows)
    return [f"  {name:<{width}}  {text}" for name, text in rows]


def _exposure(values: Sequence[float]) -> str:
    p50, p95 = share(values, 0.5), share(values, 0.95)
    if p50 is None or p95 is None:
        return "nothing was hidden"
    return f"p50 {p50:.2f} s, p95 {p95:.2f} s, longest {values[-1]:.2f} s (how long a hidden message could be seen)"
