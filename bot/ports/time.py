"""Time and waking, handed in."""

from __future__ import annotations

from typing import Any, Protocol


class Clock(Protocol):
    """Time, handed in."""

    def now(self) -> float:
        """Wall time, seconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        ...

    async def rest(self, seconds: float, bell: Bell) -> None:
        """Waits so long, or until the bell rings."""
        ...


class Bell(Protocol):
    """Wakes a neighbour so that nothing waits for a tick (asyncio.Event fits)."""

    def set(self) -> None:
        """Rings."""
        ...

    def clear(self) -> None:
        """Silences it again."""
        ...

    async def wait(self) -> Any:
        """Until it rings."""
        ...
