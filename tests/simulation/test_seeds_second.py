"""A thousand seeds of the simulation; the other thousand are in a file of their own, so that two processors share them."""

from __future__ import annotations

import pytest

from tests.simulation.playing import play

CHUNK = 100


@pytest.mark.parametrize("first", range(1000, 2000, CHUNK))
def test_promises_hold_in_every_story(first: int) -> None:
    for seed in range(first, first + CHUNK):
        played = play(seed)
        assert not played.problems, str(played)
