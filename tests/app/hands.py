"""Clocks moved by hand."""

from __future__ import annotations

import asyncio

from bot.clock import Clock
from bot.ports import Bell


class TwoClocks(Clock):
    """Wall and monotonic time that move when the test says so; sleeping takes no time but lets others work."""

    def __init__(self) -> None:
        super().__init__()
        self.wall = 1_000.0
        self.mono = 50.0

    def now(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.mono

    def passed(self, seconds: float) -> None:
        self.wall += seconds
        self.mono += seconds

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0.005)

    async def rest(self, seconds: float, _bell: Bell) -> None:
        await self.sleep(seconds)
