"""Who looks on while a channel judges and acts: the feed, the figures, a rehearsal's view; and who tells people outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.alerts import Notifier
from bot.domain.signals import Signal
from bot.engine.situation import Step
from bot.ports import OutboxRow
from bot.services import Asker

Acted = Callable[[OutboxRow, str, str], None]
"""An act, the state in which it ended, and the error."""


class Watch(Protocol):
    """Somebody who looks on: the rehearsal's view."""

    def saw(self, signal: Signal, step: Step) -> None:
        """A signal was judged and saved."""
        ...


@dataclass(frozen=True, slots=True)
class Onlookers:
    """`alerts` None: nobody outside is told; `services` None: none can be asked."""

    watches: tuple[Watch, ...] = ()
    acts: tuple[Acted, ...] = ()
    alerts: Notifier | None = None
    services: Asker | None = None

    def saw(self, signal: Signal, step: Step) -> None:
        """A signal was judged and saved."""
        for watch in self.watches:
            watch.saw(signal, step)

    def acted(self, row: OutboxRow, state: str, error: str) -> None:
        """An act has ended."""
        for heard in self.acts:
            heard(row, state, error)
