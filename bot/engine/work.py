"""One step while it is being worked out: what it was given, and what it has brought so far. Lives inside one call of `step`."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.actions import Action, Entry
from bot.domain.decisions import Decision
from bot.domain.history import Draft
from bot.domain.signals import Trust
from bot.engine.plan import Plan
from bot.engine.situation import Situation
from bot.ruleset.facts import Condition
from bot.ruleset.model import Rule

HUMAN, SEVERE, USUAL, SPEECH = 0, 1, 3, 4
FIRST = HUMAN
"""Locks: in a raid one call beats hiding one by one, so nothing stands before it."""
"""Priorities of entries (reliability 3.5): a person's act or undo, a severe hide, other acts on messages, replies and alerts."""
SEVERE_FROM = 4
SPEECH_EXPIRES = 30.0
"""A reply that is later than this is worse than none; so is a question to another service."""
_SOON_TOO_LATE = ("post_message", "send_alert", "ask_service")


@dataclass(slots=True)
class Work:
    """What a step is given, and the lists it fills."""

    plan: Plan
    draft: Draft
    situation: Situation
    now: float
    decisions: list[Decision] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    fired: list[tuple[str, str]] = field(default_factory=list)
    open: list[tuple[Rule, Condition]] = field(default_factory=list)
    """Rules that wait for another service, with what is left of their conditions."""
    trust: Trust = "new"
    """Of the author of the message, if the signal is one."""

    @property
    def event(self) -> str:
        """The event's ref."""
        return self.situation.event.event

    def ask(
        self, key: str, action: Action, *, decision: str, cause: str, priority: int = USUAL, severity: int = 0, delay: float = 0.0
    ) -> str:
        """Puts an act of moderation on the list; returns its key."""
        twice = sum(entry.key == key or entry.key.startswith(f"{key}#") for entry in self.entries)
        key = f"{key}#{twice + 1}" if twice else key
        speech = action.kind in _SOON_TOO_LATE
        self.entries.append(
            Entry(
                key=key,
                event=self.event,
                action=action,
                priority=priority,
                severity=severity,
                cause=cause,
                decision=decision,
                created=self.now,
                not_before=self.now + delay if delay else 0.0,
                expires=self.now + delay + SPEECH_EXPIRES if speech else None,
            )
        )
        return key


def hide_priority(severity: int) -> int:
    """Severe before mild."""
    return SEVERE if severity >= SEVERE_FROM else USUAL
