"""What all engagement items have in common: name, mode, life time, triggers and limits; and the steps of `do:`. Pure models."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from bot.domain.decisions import Mode
from bot.ruleset.durations import Duration, Id, RuleModel, Text, refuse
from bot.ruleset.engagement.triggers import Predicate, Trigger, When, triggers_of
from bot.ruleset.moments import Moment


class Item(RuleModel):
    """Something with a name that a producer wrote."""

    kind: ClassVar[str] = "item"

    id: Id
    note: Text | None = None
    enabled: bool = True
    mode: Mode = "act"
    begins: Moment | None = None
    expires: Moment | None = None
    events: tuple[Text, ...] = ()

    @property
    def key(self) -> str:
        """`poll:role`: its name in the ledger of what fired, in causes and in `after`."""
        return f"{self.kind}:{self.id}"


class Started(Item):
    """An item that starts by itself or by hand."""

    repeats: ClassVar[bool] = True
    """Whether a status, a webhook and the like may start it more than once an event unless `once` is said."""

    when: When = "manual"
    only_if: Predicate | None = None
    once: bool | None = None
    misfire_grace: Annotated[Duration, Field(gt=0)] = 60.0
    """Later than this it does not start any more (reliability 3.7)."""
    coalesce: Literal["latest", "all"] = "latest"
    """Of several missed occurrences the newest, or up to ten of them."""
    jitter: Duration = 0.0
    cooldown: Duration = 0.0
    max_per_event: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _jitter_stays_inside(self) -> Started:
        shortest = min((trigger.every for trigger in self.triggers if trigger.every is not None), default=None)
        if shortest is not None and self.jitter >= shortest:
            refuse(f"a jitter of {self.jitter:g} s with every {shortest:g} s", "make jitter shorter than every")
        return self

    @cached_property
    def triggers(self) -> tuple[Trigger, ...]:
        """What starts it, besides people."""
        return triggers_of(self.when)

    @property
    def only_once(self) -> bool:
        """`once:`; polls and quizzes start once an event unless they recur by `every` or `cron`."""
        if self.once is not None:
            return self.once
        return not self.repeats and not any(trigger.kind in ("every", "cron") for trigger in self.triggers)


class Switches(RuleModel):
    """`set_event`: what is switched at the event."""

    chat: bool | None = None
    qa: bool | None = None
    status: Literal["idle", "live", "video", "done", "force_live"] | None = None

    @model_validator(mode="after")
    def _something(self) -> Switches:
        if not self.changes:
            refuse("set_event switches nothing", "write for instance { chat: true, qa: true }")
        return self

    @property
    def changes(self) -> dict[str, Any]:
        """Only what is to change."""
        return self.model_dump(exclude_none=True)


class Post(RuleModel):
    """A line in the chat."""

    text: Text
    priority: Literal["urgent", "high", "normal", "low"] = "normal"


class Call(RuleModel):
    """A call to another program, with a JSON body."""

    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2000)]
    body: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


def _plain_or_full(value: Any) -> str:
    return "plain" if isinstance(value, str) else "full"


Said = Annotated[Annotated[Text, Tag("plain")] | Annotated[Post, Tag("full")], Discriminator(_plain_or_full)]
Called = Annotated[
    Annotated[str, Tag("plain"), Field(pattern=r"^https?://\S+$", max_length=2000)] | Annotated[Call, Tag("full")],
    Discriminator(_plain_or_full),
]


class Do(RuleModel):
    """One step of `do:`; exactly one key."""

    set_event: Switches | None = None
    post: Said | None = None
    alert: Text | None = None
    open_poll: Id | None = None
    close_poll: Id | None = None
    start_quiz: Id | None = None
    start_capture: Id | None = None
    start_stream: Id | None = None
    stop_stream: Id | None = None
    report: Literal[True] | None = None
    webhook: Called | None = None

    @model_validator(mode="after")
    def _just_one(self) -> Do:
        keys = sorted(self.model_fields_set)
        if len(keys) != 1:
            refuse(f"{' and '.join(keys) or 'nothing'} in one step", "write one step a list item: [ { post: … }, { alert: … } ]")
        return self

    @property
    def kind(self) -> str:
        """Its only key."""
        return next(iter(self.model_fields_set))

    @property
    def value(self) -> Any:
        """What stands behind the key."""
        return getattr(self, self.kind)


Steps = Annotated[tuple[Do, ...], Field(min_length=1, max_length=20)]
