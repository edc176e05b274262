"""What the bot needs of a platform: reading messages and events, and doing what an entry says.

All calls raise only `domain.errors.PlatformError` subclasses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.domain.actions import Action
from bot.domain.signals import EventState, Message, Surface


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the chat or Q&A list. `received` counts rows as they came, undecodable ones included; order means nothing."""

    rows: tuple[Message, ...]
    received: int
    asked: float = 0.0
    """Our clock when the request left."""
    platform_now: float | None = None
    """The platform's clock by its Date header."""


class ReadsMessages(Protocol):
    """Reading chat and Q&A."""

    async def read_messages(
        self, event: str, surface: Surface, *, limit: int, page: int = 1, index_start: int | None = None
    ) -> Page:
        """One page; raises BadAnswer when the answer is no list."""
        ...


class ReadsEvents(Protocol):
    """Reading events."""

    async def read_event(self, event: str) -> EventState:
        """One event's state."""
        ...

    async def list_events(self, status: str | None = None) -> Sequence[EventState]:
        """All events of the account, or those of one status."""
        ...


@dataclass(frozen=True, slots=True)
class Watching:
    """How many watch now (None: not told), and the livestream: online, offline, or "" where its word says neither (B-16, B-23)."""

    viewers: int | None = None
    stream: str = ""


class ReadsAudience(Protocol):
    """Reading who is there."""

    async def read_watching(self, event: str) -> Watching:
        """Viewers and livestream."""
        ...

    async def count_signups(self, event: str) -> int:
        """How many have signed up; a call for each hundred."""
        ...


@dataclass(frozen=True, slots=True)
class Applied:
    """A write went through. `remote` is the platform's ref of what was made; `changed` is False where nothing changed (B-14)."""

    changed: bool = True
    remote: str = ""
    result: dict[str, Any] = field(default_factory=dict)


class Performs(Protocol):
    """Doing what an entry says: one platform call, or one walk for CountPoll."""

    async def perform(self, event: str, action: Action) -> Applied:
        """Raises NotSent, Throttled, Unclear, Refused or NoRight."""
        ...

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        """Refs of what equals `action` on the platform, made since then and not among `known` (oldest first).

        For posts: own name and e-mail, same text. For polls: same question and options. Reads all pages.
        """
        ...
