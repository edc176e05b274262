"""Who is here, and who is at what: told by the pages themselves, forgotten when nobody says it again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

STAYS = 60.0
"""Seconds for which "I am at this one" holds."""


@dataclass(frozen=True, slots=True)
class Present:
    """One person. `on` is what is being handled: `message:REF`, `question:12`, or nothing. `pages` reads the feed."""

    name: str
    role: str
    on: str = ""
    since: float = 0.0
    pages: int = 0


class Presence:
    """Times on any one clock."""

    def __init__(self) -> None:
        self._at: dict[str, tuple[Present, float]] = {}

    def says(self, name: str, role: str, on: str, now: float) -> None:
        """`name` is at this now; again within a minute, or it is forgotten."""
        known = self._at.get(name)
        since = known[0].since if known is not None and known[0].on == on else now
        self._at[name] = (Present(name, role, on, since), now + STAYS)

    def people(self, readers: Iterable[tuple[str, str]], now: float) -> list[Present]:
        """Everybody who reads (name, role) or has said something lately, by name."""
        self._at = {name: (person, until) for name, (person, until) in self._at.items() if until > now}
        found = {name: person for name, (person, _) in self._at.items()}
        for name, role in readers:
            known = found.get(name) or Present(name, role)
            found[name] = replace(known, pages=known.pages + 1)
        return sorted(found.values(), key=lambda person: person.name)
