"""Where and how often something was measured: the machine's name, and medians of several rounds taken in turns."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROUNDS = 7


class Compared(NamedTuple):
    """Medians of all rounds: ours, the peer's, and ours for each of theirs in the same round."""

    ours: float
    theirs: float
    ratio: float


def machine() -> str:
    """Processor, cores and interpreter, in a line."""
    cores = len(os.sched_getaffinity(0))
    return f"{_processor()}, {cores} cores; {platform.python_implementation()} {platform.python_version()} on {platform.system()}"


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text().splitlines() if cpus.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def in_turns(ours: Callable[[], float], theirs: Callable[[], float], rounds: int = ROUNDS) -> Compared:
    """Both measured by themselves again and again: a machine that slows down slows both."""
    return medians([(ours(), theirs()) for _ in range(rounds)])


def medians(pairs: Sequence[tuple[float, float]]) -> Compared:
    """Of rounds, each with our figure and the peer's."""
    return Compared(
        statistics.median(one for one, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(one / other for one, other in pairs),
    )
