"""How an audience votes. Pure: the same seed, people and poll give the same votes, whenever the poll opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bot.rehearsal.audience_acts import Person

TURNOUT = 0.6
_SLOWEST = 20.0


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote: `after` seconds from the opening; `option` counts from 0."""

    after: float
    person: Person
    option: int


def ballots(seed: int, people: Sequence[Person], question: str, options: Sequence[str]) -> tuple[Ballot, ...]:
    """Who votes for what: most within seconds, the earlier options a little oftener, in the order of their time."""
    dice = Random(f"{seed}|{question}|{'|'.join(options)}")  # noqa: S311 - a seeded show, no secrets
    taste = [dice.uniform(0.3, 1.0) for _ in options]
    voters = [person for person in people if dice.random() < TURNOUT]
    made = [Ballot(min(_SLOWEST, dice.expovariate(0.25)), person, _choice(dice, taste)) for person in voters if options]
    return tuple(sorted(made, key=lambda ballot: (ballot.after, ballot.person.email)))


def _choice(dice: Random, taste: Sequence[float]) -> int:
    return dice.choices(range(len(taste)), taste)[0]
