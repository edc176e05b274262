"""In a process of its own: the habit is the whole interpreter's."""

from __future__ import annotations

import subprocess
import sys

ASKED = """
import gc
from bot import garbage

class Chain: pass

garbage.rarely()
assert gc.get_freeze_count() > 1_000
assert gc.get_threshold() == (garbage.NEW, garbage.YOUNG, garbage.OLD)
for _ in range(3 * garbage.NEW):
    link = Chain()
    link.itself = link
assert len([one for one in gc.get_objects() if isinstance(one, Chain)]) <= garbage.NEW + 1
"""


def test_cycles_are_still_found_but_rarely() -> None:
    subprocess.run([sys.executable, "-c", ASKED], check=True)  # noqa: S603 - our own lines
