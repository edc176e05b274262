"""The harness proves itself: each of five classic bugs is found within 1,000 seeds."""

from __future__ import annotations

import pytest

from tests.simulation.planted import BUGS
from tests.simulation.playing import play


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str) -> None:
    for seed in range(1_000):
        with BUGS[bug]() as making:
            if play(seed, making).problems:
                return
    pytest.fail(f"1,000 seeds did not find '{bug}'")
