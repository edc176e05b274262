"""Points of a quiz, from the ballots of its questions. Pure; always worked out anew from the counted ballots.

A person is their e-mail, else their name; a ballot with neither earns nothing. The first answer of a person to a question counts. A
question that was not held leaves the maximum, so nobody loses by it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.domain.ids import author_key
from bot.engine.engagement.texts import short_name

SLOWEST = 0.5
"""With `scoring: speed` the last right answer earns this share of the points, the first all of them."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One counted entry: option index from 0, and when the platform took it (whole seconds of its clock)."""

    person: str
    name: str
    index: int
    at: float


def ballots(results: Mapping[str, Any] | None) -> list[Ballot]:
    """Of a CountPoll's result: "ballots" is [[email, name, index from 0, seconds], …] in the order in which they came."""
    found: dict[str, Ballot] = {}
    for email, name, index, at in (results or {}).get("ballots") or ():
        person = author_key(str(name or ""), str(email or ""))
        if person != "name:":
            found.setdefault(person, Ballot(person, str(name or ""), int(index), float(at or 0.0)))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Score:
    """What one person has reached of what could be reached."""

    person: str
    name: str
    points: float
    most: int
    right: int
    answered: int


def scores(asked: Sequence[tuple[Mapping[str, Any], Mapping[str, Any] | None]], scoring: str, window: float) -> list[Score]:
    """`asked` are the questions that were held ({"right", "points"}) with their results; best first, ties in the order of the
    ballots.

    `window` is how long a question was open, for `speed`.
    """
    table: dict[str, dict[str, Any]] = {}
    most = sum(int(question["points"]) for question, _results in asked)
    for question, results in asked:
        cast = ballots(results)
        first = min((ballot.at for ballot in cast), default=0.0)
        for ballot in cast:
            row = table.setdefault(ballot.person, {"name": ballot.name, "points": 0.0, "right": 0, "answered": 0})
            row["answered"] += 1
            if ballot.index in question["right"]:
                row["right"] += 1
                row["points"] += int(question["points"]) * _share(scoring, ballot.at - first, window)
    found = [Score(person, row["name"], row["points"], most, row["right"], row["answered"]) for person, row in table.items()]
    return sorted(found, key=lambda score: -score.points)


def _share(scoring: str, late: float, window: float) -> float:
    if scoring != "speed" or window <= 0:
        return 1.0
    return 1.0 - (1.0 - SLOWEST) * min(1.0, max(0.0, late / window))


def shown_name(score: Score, names: Literal["short", "full", "alias"] | str) -> str:
    """`Ana P.`, the whole first and last name, or an alias that tells nobody who it is."""
    if names == "alias" or not score.name.strip():
        return f"Player {zlib.crc32(score.person.encode('utf-8', 'surrogatepass')) % 9000 + 1000}"
    return short_name(score.name) if names == "short" else " ".join(score.name.replace("@", "＠").split())[:40]


def leaderboard(found: Sequence[Score], top: int, names: str) -> str:
    """`1. Ana P. 3, 2. Bo L. 2`; equal points share a place."""
    parts = []
    for score in found[:top]:
        place = 1 + sum(other.points > score.points for other in found)
        parts.append(f"{place}. {shown_name(score, names)} {score.points:.3g}")
    return ", ".join(parts)
