"""surface, event, poll, raid, between: what is going on in the event while this is written?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from bot.domain.signals import Phase
from bot.domain.signals import Surface as SurfaceName
from bot.ruleset.building import Building
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, YES, Condition, Facts, Finding
from bot.ruleset.glance import CHAT, NOTHING, QA, Glance
from bot.ruleset.moments import Moment
from bot.ruleset.shorthand import OneOrMore
from bot.ruleset.values import RuleModel, refuse

_PHASES = ["before", "on_air", "playback", "over", "unknown"]
Words = Annotated[list[str], OneOrMore({"type": "string"})]
Phases = Annotated[list[Phase], OneOrMore({"enum": _PHASES})]
Surfaces = Annotated[list[SurfaceName], OneOrMore({"enum": ["chat", "qa"]})]


class EventArgument(RuleModel):
    """The platform's word for the event's status, our phase of it, and its switches."""

    status: Words | None = None
    phase: Phases | None = None
    chat: bool | None = None
    qa: bool | None = None


@dataclass(frozen=True, slots=True)
class Surface:
    """It was written in the chat, or asked in Q&A."""

    surfaces: frozenset[str]

    @property
    def least(self) -> Glance:
        """That surface, if there is but one."""
        return Glance(QA if "qa" in self.surfaces else CHAT) if len(self.surfaces) == 1 else NOTHING

    def check(self, facts: Facts) -> Finding:
        """Compares."""
        return YES if facts.message.surface in self.surfaces else NO


@dataclass(frozen=True, slots=True)
class Event:
    """The event is in one of these states."""

    status: frozenset[str] | None
    phase: frozenset[str] | None
    chat: bool | None
    qa: bool | None

    def check(self, facts: Facts) -> Finding:
        """All that is named has to be so."""
        event = facts.event
        fits = (
            (self.status is None or event.status in self.status)
            and (self.phase is None or event.phase in self.phase)
            and (self.chat is None or event.chat is self.chat)
            and (self.qa is None or event.qa is self.qa)
        )
        return Finding(True, note=f"event is {event.status or event.phase}") if fits else NO


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll is open, or none is."""

    open: bool

    def check(self, facts: Facts) -> Finding:
        """Compares."""
        if facts.poll_open is not self.open:
            return NO
        return Finding(True, note="a poll is open" if self.open else "no poll is open")


@dataclass(frozen=True, slots=True)
class Raid:
    """Raid mode is on, or off."""

    on: bool

    def check(self, facts: Facts) -> Finding:
        """Compares."""
        if facts.raid is not self.on:
            return NO
        return Finding(True, note="raid mode is on") if self.on else YES


@dataclass(frozen=True, slots=True)
class Between:
    """Now lies between two moments of the event: from the first on, before the second. An unknown moment never holds."""

    begins: Moment | None
    ends: Moment | None

    def check(self, facts: Facts) -> Finding:
        """Resolves both against the event."""
        if self.begins is not None:
            begins = self.begins.resolve(facts.event)
            if begins is None or facts.now < begins:
                return NO
        if self.ends is not None:
            ends = self.ends.resolve(facts.event)
            if ends is None or facts.now >= ends:
                return NO
        return Finding(True, note=f"between {self.begins or 'the beginning'} and {self.ends or 'the end'}")


def _read_between(value: Any) -> tuple[Moment, Moment]:
    hint = 'write it like "live..live+10m" or [live, live+10m]'
    parts = value.split("..") if isinstance(value, str) else value
    if not isinstance(parts, list) or len(parts) != 2:
        refuse("two moments are meant here", hint)
    return Moment.read(parts[0]), Moment.read(parts[1])


_MOMENTS = {
    "anyOf": [
        {"type": "string", "pattern": r"^.+\.\..+$"},
        {"type": "array", "minItems": 2, "maxItems": 2, "items": Moment.schema()},
    ],
    "description": 'two moments, such as "live..live+10m"',
}
BetweenArgument = Annotated[Any, BeforeValidator(_read_between), WithJsonSchema(_MOMENTS)]


def _surface(argument: list[str], _building: Building) -> Condition:
    return Surface(frozenset(argument))


def _event(argument: EventArgument, building: Building) -> Condition:
    if not argument.model_fields_set:
        building.report("an empty event: says nothing about the event", "write for instance event: { phase: on_air }", "event")
    status = None if argument.status is None else frozenset(argument.status)
    return Event(status, None if argument.phase is None else frozenset(argument.phase), argument.chat, argument.qa)


def _poll(argument: str, _building: Building) -> Condition:
    return Poll(argument == "open")


def _raid(argument: bool, _building: Building) -> Condition:
    return Raid(argument)


def _between(argument: tuple[Moment, Moment], _building: Building) -> Condition:
    return Between(*argument)


KINDS = (
    Kind("surface", Surfaces, _surface, "chat or qa"),
    Kind("event", EventArgument, _event, "the event's status (idle, live, done, ...), phase, or switches"),
    Kind("poll", Literal["open", "closed"], _poll, "open: a poll is open; closed: none is"),
    Kind("raid", bool, _raid, "true: raid mode is on"),
    Kind("between", BetweenArgument, _between, 'between two moments, such as "live..live+10m"'),
)
