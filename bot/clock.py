"""The only file that asks the machine for time, sleep, ids and randomness. Everything else is handed a Clock."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from contextlib import suppress

from bot.ports import Bell


async def heard(bell: Bell, within: float) -> None:
    """Until the bell rings, at most so many seconds of the running loop's own time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, within)):
            await bell.wait()


class Clock:
    """The real clock, or one that runs `speed` times as fast (a rehearsal of two hours in two minutes).

    `now` is wall time (seconds since 1970) and may jump; `monotonic` never goes back; `sleep` takes seconds of this clock.
    """

    def __init__(self, speed: float = 1.0, seed: int | None = None, began: float | None = None) -> None:
        """`began`: the wall time at which it began to run fast, where several processes share one time; default now."""
        self.speed = speed
        self._wall = time.time() if began is None else began
        self._start = time.monotonic() - (time.time() - self._wall)
        self._skipped = 0.0
        self.random = random.Random(seed)  # noqa: S311 - jitter and sampling; secrets come from new_secret

    def now(self) -> float:
        """Wall time in seconds since 1970."""
        if self.speed == 1.0:
            return time.time() + self._skipped
        return self._wall + (time.monotonic() - self._start) * self.speed + self._skipped

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        if self.speed == 1.0:
            return time.monotonic() + self._skipped
        return self._start + (time.monotonic() - self._start) * self.speed + self._skipped

    def skip(self, seconds: float) -> None:
        """Lets time pass in an instant: a rehearsal leaves out silence. Who sleeps now sleeps on as long as it would have."""
        self._skipped += max(0.0, seconds)

    async def sleep(self, seconds: float) -> None:
        """Sleeps for so many seconds of this clock."""
        await asyncio.sleep(max(0.0, seconds) / self.speed)

    async def rest(self, seconds: float, bell: Bell) -> None:
        """Sleeps so long, or until the bell rings."""
        await heard(bell, seconds / self.speed)

    def new_id(self) -> str:
        """A short unique id."""
        return secrets.token_hex(8)

    def new_secret(self) -> str:
        """128 random bits as text."""
        return secrets.token_urlsafe(16)
