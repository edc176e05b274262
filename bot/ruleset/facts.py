"""All that a condition may look at, and what it answers.

A condition is asked once per message with one `Facts`; expensive views (scan, links, counts) are worked out once, on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

from bot.domain.signals import EventState, Message, Trust

Span = tuple[int, int]
T = TypeVar("T")


class Scan(Protocol):
    """What the matcher found in one text."""

    @property
    def views(self) -> dict[str, Any]:
        """What else was worked out from that text alone; kept as long as the scan, for chat repeats itself."""
        ...

    @property
    def found(self) -> Collection[int]:
        """Numbers of the terms that stand in the text."""
        ...

    def spans(self, term: int) -> Sequence[Span]:
        """Where the term with this number stands in the original text, in code points; empty if nowhere."""
        ...


class Reads(Protocol):
    """The part of a history (or draft) that conditions read."""

    def get(self, *key: str) -> Any:
        """The remembered value, or None."""
        ...


class Finding(NamedTuple):
    """A condition's answer. `note` says the facts in words; `near` is set when it nearly held ("caps 68 % of 70 %").

    `rest` is set where it is still open, because another service has to be asked: what is left to be answered.
    """

    holds: bool
    spans: tuple[Span, ...] = ()
    note: str = ""
    near: str = ""
    rest: Condition | None = None


NO = Finding(False)
YES = Finding(True)


@dataclass(slots=True)
class Facts:
    """One message with everything known about it at this moment. `cache` belongs to the conditions' shared views."""

    message: Message
    event: EventState
    now: float
    history: Reads
    scan: Scan
    trust: Trust = "new"
    poll_open: bool = False
    raid: bool = False
    author: Mapping[str, Any] = field(default_factory=dict)
    """The author's record as engine/authors keeps it: messages, first, hidden, ... before this message."""
    signups: int | None = None
    cache: dict[str, Any] = field(default_factory=dict)

    def view(self, name: str, make: Callable[[], T]) -> T:
        """What depends on the text alone, made once for the message and its exact copies."""
        views = self.scan.views
        if name not in views:
            views[name] = make()
        value: T = views[name]
        return value

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What depends on more than the text, made once for this message."""
        if name not in self.cache:
            self.cache[name] = make()
        value: T = self.cache[name]
        return value


class Condition(Protocol):
    """One test of a message. Frozen; knows its own settings; raises nothing on purpose."""

    def check(self, facts: Facts) -> Finding:
        """Does it hold, where, and why?"""
        ...
