"""`when:` and `only_if:`: what starts an item, and what must be so at that moment. Pure models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from bot.ruleset.durations import Duration, Id, RuleModel, Text, refuse
from bot.ruleset.engagement.written import After, ChatRate, Cron, PeopleSay, Viewers
from bot.ruleset.moments import Moment
from bot.ruleset.values import Comparison

Status = Literal["before", "live", "video", "over", "done", "idle", "force_live"]
"""A phase (before, live, video, over) or the platform's own word; `live` is any of live and force_live, `done` the same as over."""
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Trigger(RuleModel):
    """One reason to start; exactly one key."""

    at: Moment | None = None
    every: Annotated[Duration, Field(ge=10)] | None = None
    cron: Cron | None = None
    status: Status | None = None
    viewers: Viewers | None = None
    chat_rate: ChatRate | None = None
    command: Id | None = None
    after: After | None = None
    signups: Comparison | None = None
    people: PeopleSay | None = None
    webhook: Text | None = None
    stream: Literal["online", "offline"] | None = None
    manual: Literal[True] | None = None

    @model_validator(mode="after")
    def _just_one(self) -> Trigger:
        keys = sorted(self.model_fields_set)
        if not keys:
            refuse("an empty trigger", "write for instance `at: live+5m`")
        if len(keys) > 1:
            refuse(
                f"{' and '.join(keys)} in one trigger", f"any of several is a list: [{', '.join(f'{{ {k}: … }}' for k in keys)}]"
            )
        return self

    @property
    def kind(self) -> str:
        """Its only key."""
        return next(iter(self.model_fields_set))


def _shape(value: Any) -> str:
    if isinstance(value, str):
        return "word"
    return "many" if isinstance(value, list | tuple) else "one"


When = Annotated[
    Annotated[Trigger, Tag("one")]
    | Annotated[tuple[Trigger, ...], Tag("many"), Field(min_length=1, max_length=20)]
    | Annotated[Literal["manual"], Tag("word")],
    Discriminator(_shape),
]
"""One trigger, a list (any of them), or the word manual."""


def triggers_of(when: Trigger | tuple[Trigger, ...] | str) -> tuple[Trigger, ...]:
    """All of them; none for `manual`, which is always possible."""
    if isinstance(when, str):
        return ()
    return (when,) if isinstance(when, Trigger) else when


_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


class Between(RuleModel):
    """`between: { from: 14:00, to: 15:30 }` in the event's zone; over midnight if `to` is earlier."""

    start: Annotated[str, Field(alias="from", pattern=_CLOCK.pattern)]
    to: Annotated[str, Field(pattern=_CLOCK.pattern)]

    def holds(self, seconds: float) -> bool:
        """Seconds after midnight; the end is out."""
        first, last = _seconds(self.start), _seconds(self.to)
        return first <= seconds < last if first <= last else seconds >= first or seconds < last


def _seconds(clock: str) -> float:
    hours, minutes = clock.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0


class Predicate(RuleModel):
    """What must be so: several keys must all hold; all, any, none nest."""

    status: Status | None = None
    viewers: Viewers | None = None
    chat_rate: ChatRate | None = None
    signups: Comparison | None = None
    stream: Literal["online", "offline"] | None = None
    after: After | None = None
    poll: Literal["open", "none"] | None = None
    between: Between | None = None
    weekday: tuple[Weekday, ...] | None = None
    all: tuple[Predicate, ...] | None = None
    any: tuple[Predicate, ...] | None = None
    none: tuple[Predicate, ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_weekday(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and isinstance(value.get("weekday"), str):
            return {**value, "weekday": [value["weekday"]]}
        return value

    @model_validator(mode="after")
    def _not_empty(self) -> Predicate:
        if not self.model_fields_set:
            refuse("an empty condition", "write for instance `status: live`, or leave only_if out")
        if _depth(self) > 8:
            refuse("conditions nest deeper than 8", "write fewer all, any and none inside each other")
        return self


def asked_by(predicate: Predicate) -> Iterator[str]:
    """The keys that a condition and those inside it have."""
    yield from predicate.model_fields_set
    for inner in (*(predicate.all or ()), *(predicate.any or ()), *(predicate.none or ())):
        yield from asked_by(inner)


def _depth(predicate: Predicate) -> int:
    inner = [*(predicate.all or ()), *(predicate.any or ()), *(predicate.none or ())]
    return 1 + max((_depth(item) for item in inner), default=0)
