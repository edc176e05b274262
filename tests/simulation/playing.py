"""`play(seed)` is a pure function: the same seed, the same story, the same verdict."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog

from tests.simulation.disk import Disk
from tests.simulation.ending import until_quiet
from tests.simulation.judges import problems
from tests.simulation.loop import virtually
from tests.simulation.story import Making, Story

CHUNK = 50
"""Seeds that a process plays before it tells of them."""


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a seed. `lines` are (second, words …)."""

    seed: int
    problems: tuple[str, ...]
    lines: tuple[tuple[Any, ...], ...]
    kills: int = 0

    @property
    def digest(self) -> str:
        """Equal for equal stories."""
        return hashlib.sha256(repr(self.lines).encode()).hexdigest()[:16]

    def __str__(self) -> str:
        told = [f"{line[0]:9.4f}  {' '.join(str(word) for word in line[1:])}" for line in self.lines]
        return "\n".join([f"── seed {self.seed} ──", *told, *(f"!! {problem}" for problem in self.problems)])


@cache
def _disk() -> Disk:
    return Disk()


def play(seed: int, making: Making | None = None) -> Played:
    """Plays one seed."""
    disk = _disk()
    disk.empty()
    told: list[Story] = []

    async def main() -> None:
        story = Story(seed, disk, making or Making())
        told.append(story)
        await story.play(until_quiet)

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        _, wrongs = virtually(seed, main)
    finally:
        structlog.reset_defaults()
    story = told[0]
    found = (*problems(story), *(f"loop: {wrong}" for wrong in wrongs))
    return Played(seed, found, tuple(story.lines), len(story.lives) - 1)


def failing(first: int) -> list[Played]:
    """The seeds of one chunk that broke a promise."""
    return [played for seed in range(first, first + CHUNK) if (played := play(seed)).problems]
