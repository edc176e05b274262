"""Property tests try the same cases each time: a green commit stays green. HYPOTHESIS_PROFILE=explore looks for new ones.

No test is timed: speed is measured by `make bench`. Where tests run side by side, there is one process more than processors:
half of what they take is waiting, for programs to start, shows to go on and clocks to move.
"""

from __future__ import annotations

import os
from collections.abc import MutableSequence

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

FIRST = "two_hours"
"""Long, and played more slowly, so longer still, where others compute beside it; the files that are next in order wait mostly."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """What `-n auto` means, unless xdist's own variable says otherwise."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return 1 + (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def pytest_collection_modifyitems(items: MutableSequence[pytest.Item]) -> None:
    """Everything in its order but the first; every process must have the same."""
    items[:] = sorted(items, key=lambda item: FIRST not in item.path.parts)
