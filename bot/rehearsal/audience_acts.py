"""What an audience does: timed acts, frozen values. `at` is seconds from the start of the show.

`label` is the truth that a summary is judged by: `bad` (must be hidden), `fine` (must stay), or nothing (a matter of taste or of
settings: mild words, shouting, the first lines of a flood).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Label = Literal["bad", "fine", ""]
Temper = Literal["friendly", "quiet", "curious", "foul", "loud", "flooder", "parrot", "scammer", "raider", "clerk"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the audience. `temper` decides what they do."""

    name: str
    email: str
    temper: Temper = "friendly"


@dataclass(frozen=True, slots=True)
class Say:
    """Writes into the chat, or asks in the Q&A. `kind` names what it is: small_talk, swearing, scam, …"""

    at: float
    person: Person
    text: str
    surface: Literal["chat", "qa"] = "chat"
    label: Label = ""
    kind: str = ""
    event: str = ""
    """Where; "" is the show's own event."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The event's own doing: its status, or how many watch. None leaves it as it is."""

    at: float
    status: str | None = None
    viewers: int | None = None
    event: str = ""


Act = Say | Turn


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole show: acts in the order of their time, and the people who vote when a poll opens."""

    length: float
    acts: tuple[Act, ...]
    people: tuple[Person, ...] = ()
    seed: int = 0
    longest_silence: float | None = None
    """Of silences longer than this many seconds the rest passes in an instant; None lives through all of them."""

    @property
    def events(self) -> tuple[str, ...]:
        """The rooms it plays in, in the order in which they come up; "" is the show's own event."""
        return tuple(dict.fromkeys(act.event for act in self.acts)) or ("",)

    @property
    def lines(self) -> tuple[Say, ...]:
        """Only what is said."""
        return tuple(act for act in self.acts if isinstance(act, Say))

    def later(self, seconds: float) -> Plan:
        """The same show after a wait; nothing happens before."""
        return replace(self, length=self.length + seconds, acts=tuple(replace(act, at=act.at + seconds) for act in self.acts))

    def begins(self, event: str = "") -> float:
        """When this room goes live: what its event announces as its start."""
        return next((act.at for act in self.acts if isinstance(act, Turn) and act.event == event and act.status == "live"), 0.0)

    def is_over(self, event: str = "") -> bool:
        """Whether this room is over when everything has been played."""
        turns = [act for act in self.acts if isinstance(act, Turn) and act.event == event and act.status is not None]
        return bool(turns) and turns[-1].status == "done"
