"""Seeds that once failed, each by a bug that was mended.

A mend changes the stories of many seeds, so each bug has a test of its own beside the code that was mended, too. These are
played to their last second.
"""

from __future__ import annotations

import pytest

from tests.simulation.playing import play
from tests.simulation.story import Making

FOUND = {
    "an edit was seen a deep read too late after the clock had been set back": (3286,),
    "a second try waited for the time of a clock that had been set back": (4044,),
    "edits and a moderator's verdicts were not seen for 20 s after the clock had been set back": (2693, 3664, 4180, 5105, 5552),
    "our own hide, applied although its answer was lost and overtaken by a newer wish, was taken for a moderator's": (
        *(3339, 5018, 5312, 5872, 6665, 9526, 9818),
    ),
    "a read from before our first write was taken for a moderator's verdict while a second one was open": (2352, 8616),
    "what was being sent at an end, put off before the clock was set back, was not looked at until the old time": (230138,),
    "a moderator's act on a message of 20 to 30 s was not seen": (8462,),
}


@pytest.mark.parametrize("seed", [seed for seeds in FOUND.values() for seed in seeds])
def test_what_was_found_stays_mended(seed: int) -> None:
    played = play(seed, Making(patient=True))
    assert not played.problems, str(played)
