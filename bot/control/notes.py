"""Lines from backstage for the speaker, who reads them on the stage screen. Kept in memory: after minutes nobody wants them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

KEPT = 20


@dataclass(frozen=True, slots=True)
class Note:
    """One line."""

    at: float
    who: str
    event: str
    text: str


class Notes:
    """The newest of each event."""

    def __init__(self) -> None:
        self._of: dict[str, deque[Note]] = {}

    def add(self, note: Note) -> None:
        """The newest line."""
        self._of.setdefault(note.event, deque(maxlen=KEPT)).appendleft(note)

    def newest(self, event: str) -> list[Note]:
        """Newest first."""
        return list(self._of.get(event, ()))
