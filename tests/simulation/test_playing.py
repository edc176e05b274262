"""A seed is a story: always the same one, in every process, whatever the memory looks like."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.simulation.playing import play

SEEDS = (3, 42, 170, 303)


@pytest.mark.parametrize("seed", range(10))
def test_the_same_seed_is_the_same_story(seed: int) -> None:
    first, second = play(seed), play(seed)
    assert first == second
    assert first.digest == second.digest


def test_other_seeds_are_other_stories() -> None:
    assert len({play(seed).digest for seed in range(20)}) == 20


def test_another_process_tells_the_same_story() -> None:
    asked = f"from tests.simulation.playing import play; print([play(seed).digest for seed in {SEEDS}])"
    told = {
        subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", asked], env={**os.environ, "PYTHONHASHSEED": salt}, capture_output=True, text=True, check=True
        ).stdout
        for salt in ("1", "2")
    }
    assert told == {f"{[play(seed).digest for seed in SEEDS]}\n"}


def test_stories_are_eventful() -> None:
    """What is never tried is not proven: kills, stops, frozen processes, pauses, full disks, set clocks, other rules."""
    told = {str(line[1]) for seed in range(60) for line in play(seed).lines}
    assert told >= {"killed", "asked to end", "stopped", "freeze", "paused", "resumed", "disk full", "clock set", "rules swapped"}
    assert told >= {"webhook", "edits", "deletes", "control", "is now", "poll made", "decided"}


def test_a_failing_seed_prints_its_story() -> None:
    printed = str(play(1))
    assert printed.startswith("── seed 1 ──\n   0.0000  start 1\n")
