"""Virtual time with seeded interleavings: what takes minutes by the clock takes milliseconds, and a seed is always the same story.

One round runs one callback, mostly the one whose turn it is and sometimes another; when nothing is ready, time jumps to the next
timer. Tasks carry numbers as their hashes, because the order of a set of tasks would otherwise depend on addresses in memory. No
sockets, no threads. It knows a few private names of asyncio's loop (test_loop.py guards them), because asking the selector before
each callback would cost more than the callback.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, TypeVar

T = TypeVar("T")
EPOCH = 1_800_000_000.0
"""The wall clock when a story begins (2027-01-15 08:00 UTC)."""
TURN = 10e-6
"""Seconds that one callback takes: computing is not free there either."""
OUT_OF_TURN = 0.1
"""So often another callback than the next one runs."""


class SimTask(asyncio.Task[Any]):
    """A task whose place in a set does not depend on the memory."""

    _numbers = itertools.count()
    _number: int

    def __new__(cls, *_args: Any, **_more: Any) -> SimTask:
        made = super().__new__(cls)
        made._number = next(cls._numbers)
        return made

    def __hash__(self) -> int:
        return self._number


class SimLoop(asyncio.SelectorEventLoop):
    """`seed` decides who comes first where order is not promised."""

    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]

    def __init__(self, seed: int) -> None:
        self._now = 0.0
        self._chance = random.Random(f"loop|{seed}")
        super().__init__()
        SimTask._numbers = itertools.count()
        self.set_task_factory(lambda loop, work, **more: SimTask(work, loop=loop, **more))
        self.wrongs: list[str] = []
        """What nobody else would have noticed: exceptions that no task was asked for."""
        self.set_exception_handler(self._wrong)

    def time(self) -> float:
        return self._now

    def call_soon(  # type: ignore[override]  # typeshed's variadic form says the same
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def _run_once(self) -> None:
        ready, timers = self._ready, self._scheduled
        if not ready and timers:
            self._now = max(self._now, timers[0]._when)  # type: ignore[attr-defined]  # private, guarded
        self._now += TURN
        while timers and timers[0].when() <= self._now:
            handle = heapq.heappop(timers)
            handle._scheduled = False  # type: ignore[attr-defined]  # private, guarded by a test
            ready.append(handle)
        if not ready:
            if not timers and not self._stopping:  # type: ignore[attr-defined]  # as above
                raise RuntimeError("nothing will ever happen again: every task waits for another")
            return
        if len(ready) > 1 and self._chance.random() < OUT_OF_TURN:
            ready.rotate(-self._chance.randrange(len(ready)))
        next_one = ready.popleft()
        if not next_one._cancelled:
            next_one._run()

    def _wrong(self, _loop: asyncio.AbstractEventLoop, told: dict[str, Any]) -> None:
        error = told.get("exception")
        self.wrongs.append(f"{told.get('message')}: {type(error).__name__}: {error}")


def virtually(seed: int, main: Callable[[], Coroutine[Any, Any, T]]) -> tuple[T, list[str]]:
    """Runs `main` in virtual time; gives its result and what went wrong unnoticed."""
    loop = SimLoop(seed)
    try:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(main()), loop.wrongs
    finally:
        loop.close()
