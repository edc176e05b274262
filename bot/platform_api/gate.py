"""Where calls wait for their turn. The budget decides; this file only waits and wakes.

Waiting is cheap and can be cancelled; a turn that was given but not used goes back. Nobody waits for ever: who has no turn after
`patience` real seconds is told NotSent, and while the platform wants silence (429) everybody is told so at once with the time.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.errors import NotSent, Throttled
from bot.platform_api.budget import Budget, Kind, Usage
from bot.ports import Clock

PATIENCE: Mapping[Kind, float] = {"act": 5.0, "control": 30.0, "read": 30.0}
_SHORT_SILENCE = 1.5  # seconds of the handed-in clock that are waited out instead of being told


@dataclass(order=True, slots=True)
class _Waiter:
    priority: int
    round: int
    number: int
    turn: asyncio.Future[None] = field(compare=False)


class Gate:
    """`await slot(kind)` before each call. Within a kind: smaller priority first, then events take turns, then first come."""

    def __init__(self, budget: Budget, clock: Clock, patience: Mapping[Kind, float] = PATIENCE) -> None:
        self._budget = budget
        self._clock = clock
        self._patience = patience
        self._waiting: dict[Kind, list[_Waiter]] = {}
        self._rounds: dict[Kind, dict[str, int]] = {}
        self._served: dict[Kind, int] = {}
        self._number = 0
        self._pump: asyncio.Task[None] | None = None

    async def slot(self, kind: Kind, priority: int = 3, whose: str = "") -> None:
        """Returns when a call of this kind may start. Raises Throttled (429 is in force) or NotSent (no turn in time)."""
        now = self._clock.monotonic()
        if not any(self._waiting.values()) and self._budget.grant((kind,), now):
            return
        self._refuse_if_silent(now)
        waiter = self._enter(kind, priority, whose)
        try:
            async with asyncio.timeout(self._patience[kind]):
                await waiter.turn
        except TimeoutError:
            self._withdraw(kind, waiter)
            raise NotSent(f"no turn for a call ({kind}) within {self._patience[kind]:g} s: the budget is used up") from None
        except asyncio.CancelledError:
            self._withdraw(kind, waiter)
            raise

    def usage(self) -> Usage:
        """Calls used against the budget."""
        return self._budget.usage(self._clock.monotonic())

    def wait(self) -> float:
        """Seconds of the handed-in clock until a call could start; who waits already is not counted."""
        return self._budget.wait(self._clock.monotonic())

    def refused(self, sent: float, retry_after: float | None) -> None:
        """A 429 came for a call that left at `sent` (monotonic): slow down, and tell those who wait."""
        now = self._clock.monotonic()
        self._budget.refused(sent, now, retry_after)
        silence = self._budget.blocked_for(now)
        if silence <= _SHORT_SILENCE:
            return
        for waiters in self._waiting.values():
            for waiter in waiters:
                if not waiter.turn.done():
                    waiter.turn.set_exception(_silenced(silence))

    def accepted(self, sent: float) -> None:
        """The platform took a call that left at `sent` (monotonic)."""
        self._budget.accepted(sent, self._clock.monotonic())

    async def close(self) -> None:
        """Who waits is told NotSent."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)
        self._fail_all(NotSent("the connection to the platform is closed"))

    def _refuse_if_silent(self, now: float) -> None:
        silence = self._budget.blocked_for(now)
        if silence > _SHORT_SILENCE:
            raise _silenced(silence)

    def _enter(self, kind: Kind, priority: int, whose: str) -> _Waiter:
        self._number += 1
        waiter = _Waiter(priority, self._round_of(kind, whose), self._number, asyncio.get_running_loop().create_future())
        heapq.heappush(self._waiting.setdefault(kind, []), waiter)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._run(), name="gate")
        return waiter

    def _round_of(self, kind: Kind, whose: str) -> int:
        """Each event has one turn a round. Who comes anew comes into the round that is served, so nobody is overtaken for ever."""
        if not self._waiting.get(kind):
            self._rounds[kind] = {}
        rounds, served = self._rounds[kind], self._served.get(kind, 0)
        if not whose:
            return served
        rounds[whose] = max(served, rounds.get(whose, served - 1) + 1)
        return rounds[whose]

    def _withdraw(self, kind: Kind, waiter: _Waiter) -> None:
        """Who waited has gone: a turn that was given meanwhile goes back."""
        turn = waiter.turn
        if turn.cancel() or turn.cancelled() or turn.exception() is not None:
            return
        self._budget.give_back(kind, self._clock.monotonic())

    async def _run(self) -> None:
        try:
            while kinds := self._kinds():
                now = self._clock.monotonic()
                kind = self._budget.grant(kinds, now)
                if kind is None:
                    await self._clock.sleep(self._budget.wait(now))
                else:
                    next_one = heapq.heappop(self._waiting[kind])
                    self._served[kind] = max(self._served.get(kind, 0), next_one.round)
                    next_one.turn.set_result(None)
        except Exception as error:
            self._fail_all(NotSent(f"the budget cannot be asked: {type(error).__name__}"))
            raise

    def _kinds(self) -> list[Kind]:
        """Kinds somebody still waits for; those who gave up are dropped on the way."""
        for waiters in self._waiting.values():
            while waiters and waiters[0].turn.done():
                heapq.heappop(waiters)
        return [kind for kind, waiters in self._waiting.items() if waiters]

    def _fail_all(self, error: NotSent) -> None:
        for waiters in self._waiting.values():
            for waiter in waiters:
                if not waiter.turn.done():
                    waiter.turn.set_exception(error)
            waiters.clear()


def _silenced(seconds: float) -> Throttled:
    return Throttled(f"the platform asked for silence (429); {seconds:.0f} s are left", retry_after=seconds)
