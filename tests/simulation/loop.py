"""Virtual time with seeded interleavings: what takes minutes by the clock takes milliseconds, and a seed is always the same story.

One round runs one callback, mostly the one whose turn it is and sometimes another; when nothing is ready, time jumps to the next
timer. Tasks carry numbers as their hashes, because the order of a set of tasks would otherwise depend on addresses in memory. No
sockets, no threads. It knows a few private names of asyncio's loop (test_loop.py guards them) and has handles of its own, because
asking the selector, and all that a handle is asked elsewhere, would cost more than the callback.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any, TypeVar

T = TypeVar("T")
EPOCH = 1_800_000_000.0
"""The wall clock when a story begins (2027-01-15 08:00 UTC)."""
TURN = 10e-6
"""Seconds that one callback takes: computing is not free there either."""
OUT_OF_TURN = 0.1
"""So often another callback than the next one runs."""
LONGEST = 7200.0
"""Seconds after which a story that is not over never will be: somebody waits for what does not come, and timers go on and on."""


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


class Turn:
    """What is to be called: asyncio's handle, without what only debugging needs."""

    __slots__ = ("args", "callback", "context", "is_cancelled", "time")

    def __init__(self, callback: Callable[..., object], args: tuple[Any, ...], context: Context | None, time: float = 0.0) -> None:
        self.callback, self.args, self.time = callback, args, time
        self.context = copy_context() if context is None else context
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True

    def cancelled(self) -> bool:
        return self.is_cancelled

    def when(self) -> float:
        return self.time

    def __lt__(self, other: Turn) -> bool:
        return self.time < other.time


class SimLoop(asyncio.SelectorEventLoop):
    """`seed` decides who comes first where order is not promised."""

    _ready: deque[Turn]
    _timers: list[Turn]
    _stopping: bool

    def __init__(self, seed: int) -> None:
        self._now = 0.0
        self._timers = []
        self._chance = random.Random(f"loop|{seed}")
        super().__init__()
        SimTask._numbers = itertools.count()
        self.wrongs: list[str] = []
        """What nobody else would have noticed: exceptions that no task was asked for."""
        self.set_exception_handler(self._wrong)

    def time(self) -> float:
        return self._now

    def create_task(  # type: ignore[override]  # typeshed's generic form says the same
        self, coro: Coroutine[Any, Any, Any], *, name: str | None = None, context: Context | None = None
    ) -> SimTask:
        return SimTask(coro, loop=self, name=name, context=context)

    def call_soon(  # type: ignore[override]  # a handle of its own
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Turn:
        turn = Turn(callback, args, context)
        self._ready.append(turn)
        return turn

    def call_at(  # type: ignore[override]  # as above
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Turn:
        turn = Turn(callback, args, context, when)
        heapq.heappush(self._timers, turn)
        return turn

    def call_later(  # type: ignore[override]  # as above
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Turn:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def _run_once(self) -> None:
        """All rounds until it is told to stop; run_forever would call it for each."""
        ready, timers, chance = self._ready, self._timers, self._chance.random
        while not self._stopping:
            if not ready:
                self._jump()
            self._now += TURN
            if timers and timers[0].time <= self._now:
                self._ring()
            if len(ready) > 1 and chance() < OUT_OF_TURN:
                ready.rotate(-self._chance.randrange(len(ready)))
            turn = ready.popleft()
            if turn.is_cancelled:
                continue
            try:
                turn.context.run(turn.callback, *turn.args)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:
                self.call_exception_handler({"message": f"in {turn.callback}", "exception": error})

    def _jump(self) -> None:
        """Nobody has anything to do before the next timer."""
        if not self._timers:
            raise RuntimeError("nothing will ever happen again: every task waits for another")
        self._now = max(self._now, self._timers[0].time)

    def _ring(self) -> None:
        """Timers whose time has come are ready."""
        if self._now > LONGEST:
            raise RuntimeError(f"not over after {LONGEST:.0f} virtual seconds: somebody waits for what does not come")
        while self._timers and self._timers[0].time <= self._now:
            self._ready.append(heapq.heappop(self._timers))

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
