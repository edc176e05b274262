"""A person's data: what is held, taking it out, and asking the running daemon to do so (reliability 3.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """Something that a command asks of the daemon which has the channel in its memory."""

    id: int
    channel: str
    kind: str
    body: Mapping[str, Any]
    who: str
    at: float


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went: counts by table, and the events in which the person took part."""

    pid: str
    counts: Mapping[str, int] = field(default_factory=dict)
    events: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Nothing of this person was held."""
        return not any(self.counts.values())


class PrivacyStore(Protocol):
    """What `usher export`, `usher forget` and the daemon's answer to them need."""

    async def export_person(self, channel: str, email: str) -> Mapping[str, Any]:
        """All that is held about somebody, as JSON values; rows of other people are left out."""
        ...

    async def forget_person(self, channel: str, email: str, who: str, at: float) -> Forgotten:
        """Takes somebody out of everything, in small transactions; safe to repeat. Audited under the pseudonym."""
        ...

    async def put_request(self, channel: str, kind: str, body: Mapping[str, Any], who: str, at: float) -> int:
        """Asks the daemon; returns the request's number."""
        ...

    async def requests(self, channel: str) -> Sequence[Request]:
        """What was asked and not yet answered, oldest first."""
        ...

    async def answer(self, request: int, state: str, answer: Mapping[str, Any]) -> None:
        """`done` or `failed`; what was asked is not kept."""
        ...

    async def answer_to(self, request: int) -> tuple[str, Mapping[str, Any]]:
        """(`waiting`, `done`, `failed` or "" if it is gone, answer)."""
        ...

    async def withdraw(self, request: int) -> bool:
        """Takes a request back that nobody has answered."""
        ...
