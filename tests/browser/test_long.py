"""A page that is open for long does not grow and does not fall behind. `python -m bench.desk` watches the two hours."""

from __future__ import annotations

from pathlib import Path

from tests.browser.watching import watch

CALM = 150
"""Megabytes of the page's process: what is wanted; 115 to 130 are usual (docs/limits.md). A page that
grows passes this."""


async def test_half_an_hour_at_speed_ninety_stays_small_and_in_step(tmp_path: Path) -> None:
    seen = await watch(tmp_path, minutes=30, speed=90)
    assert len(seen.delays) >= 8
    assert max(seen.heap) < 150
    assert max(seen.process) < CALM
    assert sorted(seen.delays)[int(0.9 * len(seen.delays))] < 2
    assert seen.said == []
