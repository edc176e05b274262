"""What the runner holds between judging and saving. Values; nothing here waits or touches a store."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.history import Draft, Key, Remembered
from bot.domain.signals import Signal
from bot.engine.situation import Step
from bot.ruleset.model import Ruleset


@dataclass(slots=True)
class Outcome:
    """What a batch of one event came to, before it is saved."""

    draft: Draft
    ruleset: Ruleset
    """One for the whole batch, whatever is reloaded meanwhile (reliability E9)."""
    done: list[int] = field(default_factory=list)
    steps: list[tuple[Signal, Step]] = field(default_factory=list)
    quarantined: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        """Nothing came of it but that time was noticed; the clock would bring the same again."""
        brought = any(each.decisions or each.entries or each.cancelled or each.fired for _, each in self.steps)
        return not (brought or self.done or self.quarantined)


@dataclass(frozen=True, slots=True)
class Watched:
    """What was read of an event's audience last; only in memory, for after a restart it is read again."""

    viewers: int | None = None
    signups: int | None = None
    stream: str = ""


@dataclass(slots=True)
class Unsaved:
    """What quiet ticks changed in memory since the last save: it goes with the next one."""

    since: float
    changes: dict[Key, Remembered | None] = field(default_factory=dict)
