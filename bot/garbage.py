"""How often the interpreter looks for cycles of objects that keep each other. Our values have none; a look costs much."""

from __future__ import annotations

import gc

NEW, YOUNG, OLD = 50_000, 20, 50
"""So many new objects bring a look at the new ones; so many looks at one generation bring one at the next older."""


def rarely() -> None:
    """What exists now stays for good and is never looked through again; the rest is looked at rarely.

    Measured (bench/flow.py): with the interpreter's own habits the looking takes a tenth of the daemon's processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW, YOUNG, OLD)
