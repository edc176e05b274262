"""One call of `advance` while it is being worked out: what it was given, and what it has brought so far.

Nothing here outlives the call; what must be remembered is written on the draft. `send` is the one door for acts, so the bot's
shadow mode is decided there and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.domain.actions import Action, Entry, SendAlert
from bot.domain.history import Draft
from bot.domain.signals import EventState
from bot.engine.situation import Situation
from bot.ruleset.engagement import Engagement

HUMAN, NEAR, USUAL, SPEECH = 0, 2, 3, 4
"""Priorities (reliability 3.5): a person's press, a poll or switch near its time, counting, what the bot says."""
SWITCH_EXPIRES = 600.0
"""A switch of the event or a stream is still wanted after a short outage; later it would surprise."""
DAY = 86400.0
_KEY = re.compile(r"([a-z]+):([a-z0-9_.-]+):([0-9]+)(?::([a-z0-9_.-]+))?@(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Moves:
    """What one signal brings; the caller saves it together with the draft's changes."""

    entries: tuple[Entry, ...] = ()
    cancelled: tuple[str, ...] = ()
    fired: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EntryKey:
    """An entry's key taken apart: `poll:role:1:open@ev1`."""

    kind: str
    item: str
    run: int
    step: str

    @classmethod
    def read(cls, key: str) -> EntryKey | None:
        """None for the keys of others."""
        found = _KEY.fullmatch(key)
        return None if found is None else cls(found[1], found[2], int(found[3]), found[4] or "")


@dataclass(slots=True)
class Turn:
    """The given, and the lists it fills."""

    engagement: Engagement
    draft: Draft
    situation: Situation
    event: EventState
    now: float
    entries: list[Entry] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    fired: list[tuple[str, str]] = field(default_factory=list)
    news: list[str] = field(default_factory=list)
    """What has happened in this turn, as `after:` says it: "poll:role closed"."""
    wanted: list[tuple[str, str, float]] = field(default_factory=list)
    """Items that a step wants started: (item, cause, due)."""

    def entry_key(self, kind: str, item: str, run: int, step: str = "") -> str:
        """The event is part of it: several events may run the same files at once."""
        return f"{kind}:{item}:{run}{':' + step if step else ''}@{self.event.event}"

    def send(self, key: str, action: Action, *, cause: str, priority: int = USUAL, expires: float | None = None) -> None:
        """Puts an act of engagement into the outbox."""
        self.put(Entry(key, self.event.event, action, priority, what="engagement", cause=cause, created=self.now, expires=expires))

    def put(self, entry: Entry) -> None:
        """The one door to the outbox; in the bot's shadow mode nothing goes through."""
        if not self.situation.shadow:
            self.entries.append(entry)

    def alert(self, key: str, text: str, *, cause: str, urgent: bool = False) -> None:
        """Tells people outside."""
        self.send(key, SendAlert(text, urgent), cause=cause, priority=SPEECH, expires=self.now + SWITCH_EXPIRES)

    def tell(self, news: str) -> None:
        """Something has happened that `after:` may wait for."""
        known = self.draft.get("happened", news)
        self.draft.put(("happened", news), {"at": self.now, "n": (known["n"] if known else 0) + 1})
        self.news.append(news)

    def moves(self) -> Moves:
        """What came of it."""
        return Moves(tuple(self.entries), tuple(self.cancelled), tuple(self.fired))
