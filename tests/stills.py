"""How long the machine gave us no turn: what a test of moments must forgive, and nothing more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_NAP = 0.005


class Stills:
    """Seconds in which a thread that only naps was not woken up."""

    def __init__(self) -> None:
        self.all = [0.0]

    @property
    def longest(self) -> float:
        return max(self.all)

    @property
    def together(self) -> float:
        return sum(self.all)


@contextmanager
def watched() -> Iterator[Stills]:
    """Watches until the block is left."""
    stills, over = Stills(), threading.Event()

    def nap() -> None:
        while not over.is_set():
            due = time.monotonic() + _NAP
            time.sleep(_NAP)
            if (late := time.monotonic() - due) > _NAP:
                stills.all.append(late)

    napping = threading.Thread(target=nap, daemon=True)
    napping.start()
    try:
        yield stills
    finally:
        over.set()
        napping.join()
