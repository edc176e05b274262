"""Tells people outside when the bot itself cannot work, and when it can again. What caused it logs itself.

A reason that goes away within seconds is no alert; one that stays is one alert, whatever details change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.clock import Clock

LASTS = 15.0
"""Seconds after which something that does not work is told."""
LOOK = 5.0
Tell = Callable[[str, bool], object]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that does not work. `what` stays the same while `detail` may change."""

    what: str
    detail: str = ""
    urgent: bool = True


@dataclass(slots=True)
class _Known:
    since: float
    told: bool = False


class TroubleWatch:
    """`look` gives what does not work at the moment; `tell` gets a text and whether it is urgent."""

    def __init__(self, look: Callable[[], Iterable[Trouble]], tell: Tell, clock: Clock) -> None:
        self._look = look
        self._tell = tell
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._clock.sleep(LOOK)
            self.look()

    def look(self) -> None:
        """Tells what has lasted, and what is over."""
        now, found = self._clock.monotonic(), {trouble.what: trouble for trouble in self._look()}
        for what in [what for what in self._known if what not in found]:
            if self._known.pop(what).told:
                self._tell(f"works again: {what}", False)
        for what, trouble in found.items():
            known = self._known.setdefault(what, _Known(now))
            if not known.told and now - known.since >= LASTS:
                known.told = True
                self._tell(f"{what}: {trouble.detail}" if trouble.detail else what, trouble.urgent)


def trouble_of(reason: str) -> Trouble:
    """A reason why a channel is not ready ("main: nothing is sent: 401 …"); its last part may change."""
    parts = reason.split(": ", 2)
    return Trouble(": ".join(parts[:2]), parts[2] if len(parts) > 2 else "")
