"""How a channel stands, in numbers and in words: for status and for the pulse of the feed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

OLD = 30.0
"""Seconds after which a feed that should have been read was not."""
_SOME = 2.0


def word_of(age: float | None, interval: float) -> str:
    """fresh, slow, stale or never: is a feed read as often as it should be? `interval` is how often that is now, in seconds."""
    if age is None:
        return "never"
    if age <= 3 * interval + _SOME:
        return "fresh"
    return "slow" if age <= max(OLD, 6 * interval) else "stale"


def feeds_of(health: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The feeds of `ChannelPowers.health`, each with its word."""
    return [dict(feed) | {"word": word_of(feed["age"], feed["interval"])} for feed in health["feeds"]]


def budget_of(health: Mapping[str, Any]) -> dict[str, Any]:
    """The calls of `ChannelPowers.health`, with how many are left in this minute."""
    budget = dict(health["budget"])
    return budget | {"left": max(0, int(budget["limit"]) - budget["last_minute"])}


def pulse_of(name: str, health: Mapping[str, Any], backlog: tuple[int, int]) -> dict[str, Any]:
    """What changes all the time, in short."""
    short = ("event", "surface", "age", "word", "error")
    inbox, outbox = backlog
    return {
        "name": name,
        "inbox": inbox,
        "outbox": outbox,
        "feeds": [{key: feed[key] for key in short} for feed in feeds_of(health)],
        "budget": budget_of(health),
        "stopped": health["relay"]["stopped"],
    }


def percentiles(values: Sequence[float]) -> dict[str, float | int | None]:
    """Of how long hidden messages could be seen, in seconds."""
    ordered = sorted(values)

    def at(share: float) -> float | None:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None

    return {"count": len(ordered), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99)}
