"""One start of the bot, from its first step to its end: it can be killed between any two steps, frozen, and given a wrong clock.

A step is a statement in the store, the beginning or end of a call to the platform, or a sleep: everything by which the outside can
tell whether the process still lives. What is dead takes no step: whoever tries is cancelled, so nothing that its code does while it
unwinds has an effect, exactly as after `kill -9`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.clock import heard
from bot.ports import Bell
from tests.simulation.loop import EPOCH


class Killed(asyncio.CancelledError):
    """There is no process any more that could go on."""


@dataclass(slots=True)
class Life:
    """`dies_at` is the number of the step at which it is killed, `asked_at` the one at which it is told to end."""

    number: int
    dies_at: int | None = None
    asked_at: int | None = None
    steps: int = 0
    alive: bool = True
    last_words: Callable[[], None] = lambda: None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    thawed: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """SIGTERM has come."""

    def __post_init__(self) -> None:
        self.thawed.set()

    def step(self) -> None:
        """Raises Killed if this was the last one, or is one too many."""
        if not self.alive:
            raise Killed
        self.steps += 1
        if self.steps == self.dies_at:
            self.kill()
            raise Killed
        if self.steps == self.asked_at:
            self.asked.set()

    async def go_on(self, turn: bool = True) -> None:
        """A step; with `turn` others come first. A frozen process stays here."""
        if turn:
            await asyncio.sleep(0)
        while not self.thawed.is_set():
            await self.thawed.wait()
        self.step()

    def kill(self) -> None:
        """`kill -9`."""
        if self.alive:
            self.alive = False
            self.last_words()
            self.over.set()
            self.thawed.set()


@dataclass(slots=True)
class Sky:
    """The wall clock of the machine: it may be set forward or back while the bot runs."""

    jumped: float = 0.0
    lowest: float = 0.0
    furthest: float = 0.0
    """The most by which it was ever ahead of a moment before."""

    def set(self, by: float) -> None:
        """Forward, or back."""
        self.jumped += by
        self.lowest = min(self.lowest, self.jumped)
        self.furthest = max(self.furthest, self.jumped - self.lowest)

    def now(self) -> float:
        """Seconds since 1970, as the machine has it."""
        return EPOCH + self.jumped + asyncio.get_running_loop().time()


class SimClock:
    """The clock of one life."""

    speed = 1.0

    def __init__(self, life: Life, sky: Sky, seed: int) -> None:
        self._life = life
        self._sky = sky
        self.random = random.Random(f"clock|{seed}|{life.number}")

    def now(self) -> float:
        return self._sky.now()

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))
        await self._life.go_on(turn=False)

    async def rest(self, seconds: float, bell: Bell) -> None:
        await heard(bell, seconds)
        await self._life.go_on(turn=False)

    def new_secret(self) -> str:
        return f"secret{self.random.random()}"


class SimAlarms:
    """bot.intake.timers.Alarms on the loop's own timers."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Nothing to do."""

    def set(self, name: str, seconds: float, ring: Callable[[str], object]) -> None:
        old = self._waiting.pop(name, None)
        if old is not None:
            old.cancel()
        self._waiting[name] = asyncio.create_task(self._ring(name, seconds, ring))

    async def _ring(self, name: str, seconds: float, ring: Callable[[str], object]) -> None:
        await asyncio.sleep(seconds)
        self._life.step()
        self._waiting.pop(name, None)
        await ring(name)  # type: ignore[misc]  # it gives an awaitable

    def stop(self) -> None:
        for task in self._waiting.values():
            task.cancel()
        self._waiting.clear()
