"""The newest alerts, for whoever looks at the desk; what is told again is one line with a count. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.control.broadcast import Broadcast, told

KEPT = 20


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert, told `times` times; `at` is the last time."""

    at: float
    event: str
    text: str
    urgent: bool
    times: int = 1


class Alarms:
    """Heard by whoever sends alerts, seen in `status` and in the feed."""

    def __init__(self, broadcast: Broadcast, now: Callable[[], float]) -> None:
        self._broadcast = broadcast
        self._now = now
        self._known: OrderedDict[tuple[str, str], Alarm] = OrderedDict()
        self.count = 0
        """Since the start."""

    def heard(self, event: str, text: str, urgent: bool) -> None:
        """An alert was told."""
        before = self._known.pop((event, text), None)
        alarm = Alarm(self._now(), event, text, urgent, before.times + 1 if before else 1)
        self._known[event, text] = alarm
        self.count += 1
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        self._broadcast.tell("alert", lambda: told({"at": alarm.at, "event": event, "text": text, "urgent": urgent}))

    @property
    def newest(self) -> list[Alarm]:
        """The newest first."""
        return list(self._known.values())[::-1]
