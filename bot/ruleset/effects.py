"""The actions of `do:` and `escalate:`: how they are written, and their full form (`Effect` in model.py). Pure.

An action is written as its bare name (`hide`), with its main setting (`mute: 10m`) or in full (`hold: { for: 5m, then: hide }`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    WithJsonSchema,
    create_model,
    model_validator,
)

from bot.ruleset.building import did_you_mean
from bot.ruleset.durations import Duration, Id, RuleModel, Text, refuse
from bot.ruleset.model import Effect
from bot.ruleset.shorthand import Short

PLACEHOLDERS = ("author", "match", "rule", "reason", "event")
_PLACE = re.compile(r"\{\s*(\w*)\s*\}")


def _check_template(text: str) -> str:
    for name in _PLACE.findall(text):
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            refuse(f"there is no placeholder {{{name}}}", did_you_mean(name, PLACEHOLDERS, f"known are {known}"))
    return text


Template = Annotated[Text, AfterValidator(_check_template)]
"""Text with {author} {match} {rule} {reason} {event}."""


def _read_while(value: Any) -> Any:
    if value is None:
        refuse("how long?", "write a duration such as 10m, or event")
    return None if value == "event" else value


Positive = Annotated[Duration, Field(gt=0)]
_WHILE = {"anyOf": [{"const": "event"}, TypeAdapter(Positive).json_schema()], "description": "a duration, or event for all of it"}
ForEvent = Annotated[Positive | None, BeforeValidator(_read_while), WithJsonSchema(_WHILE)]


class Settings(RuleModel):
    """What can be said about an action. The full form holds every setting by its written name."""

    def full(self) -> Any:
        """The value in the effect."""
        return self.model_dump(by_alias=True)


class Plain(Settings):
    """An action without settings."""

    def full(self) -> Any:
        """Nothing but that it is done."""
        return True


class Hold(Settings):
    """Kept back for a person to decide; after `for`, `then`. Without `for` it waits for ever."""

    for_: Annotated[Positive | None, Field(alias="for")] = None
    then: Literal["hide", "show", "approve", "archive"] | None = None

    @model_validator(mode="after")
    def _belongs_together(self) -> Hold:
        if self.then is not None and self.for_ is None:
            refuse("`then` needs `for`", "write for instance hold: { for: 5m, then: hide }")
        return self

    def full(self) -> Any:
        """After its time it is hidden unless something else is said."""
        return {"for": self.for_, "then": self.then or ("hide" if self.for_ else None)}


class Strike(Settings):
    """Points for the author, each with a life time of its own."""

    n: Annotated[int, Field(ge=1, le=100)] = 1
    for_: Annotated[Positive, Field(alias="for")] = 86400.0


class Named(Settings):
    """A label."""

    name: Annotated[Text, Field(max_length=64)]


class Count(Settings):
    """Counts a named counter up."""

    name: Id
    n: Annotated[int, Field(ge=1, le=1000)] = 1


class Score(Settings):
    """A weight for the condition `score`."""

    n: Annotated[float, Field(ge=-100, le=100)]
    name: Annotated[Id, Field()] | Literal[""] = ""


class Mute(Settings):
    """Hides what the author writes next, as it comes."""

    for_: Annotated[ForEvent, Field(alias="for")]


class Slow(Settings):
    """One message of the author in so much time; what comes sooner is hidden."""

    every: Positive
    for_: Annotated[Positive, Field(alias="for")] = 600.0

    def full(self) -> Any:
        """`last` is how long it goes on."""
        return {"every": self.every, "last": self.for_}


class Lock(Settings):
    """Closes the chat or Q&A for a while; always with an end."""

    what: Literal["chat", "qa", "both"] = "chat"
    for_: Annotated[Positive, Field(alias="for", le=86400)] = 120.0


class Unlock(Settings):
    """Opens it again."""

    what: Literal["chat", "qa", "both"] = "chat"


class RaidMode(Settings):
    """The chat is locked and rules with `raid: true` apply."""

    for_: Annotated[Positive, Field(alias="for", le=3600)] = 180.0


class Sweep(Settings):
    """Hides what the author wrote in the last while."""

    last: Positive = 600.0


class Reply(Settings):
    """A line in the chat, under the speech budget."""

    text: Template


class Warn(Settings):
    """A line to the author; without a text the usual one."""

    text: Template | Literal[""] = ""


class Alert(Settings):
    """To the dashboard, chat tools and mail; without a text the usual one."""

    text: Template | Literal[""] = ""
    urgent: bool = False


class Post(Settings):
    """A line in the chat."""

    text: Template
    priority: Literal["urgent", "high", "normal", "low"] = "normal"


class PollName(Settings):
    """A poll of the section `polls:`."""

    id: Id


class ClosePoll(Settings):
    """A poll of the section `polls:`, or the one that is open."""

    id: Id | Literal[""] = ""


class Switches(Settings):
    """The event's switches."""

    chat: bool | None = None
    qa: bool | None = None
    status: Literal["idle", "live", "video", "done", "force_live"] | None = None

    @model_validator(mode="after")
    def _something(self) -> Switches:
        if not self.full():
            refuse("set_event switches nothing", "write for instance set_event: { chat: false }")
        return self

    def full(self) -> Any:
        """Only what is switched."""
        return self.model_dump(exclude_none=True)


class Stream(Settings):
    """A livestream of the configuration."""

    stream: Id


class Webhook(Settings):
    """Tells another program, with a JSON body."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s/]\S*$", max_length=2000)]
    body: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


ACTIONS: dict[str, tuple[type[Settings], str, bool]] = {
    "hide": (Plain, "", True),
    "show": (Plain, "", True),
    "approve": (Plain, "", True),
    "archive": (Plain, "", True),
    "flag": (Plain, "", True),
    "allow": (Plain, "", True),
    "forgive": (Plain, "", True),
    "hold": (Hold, "for_", True),
    "alert": (Alert, "text", True),
    "reply": (Reply, "text", False),
    "warn": (Warn, "text", True),
    "strike": (Strike, "n", True),
    "label": (Named, "name", False),
    "unlabel": (Named, "name", False),
    "count": (Count, "name", False),
    "score": (Score, "n", False),
    "mute": (Mute, "for_", False),
    "slow": (Slow, "every", False),
    "lock": (Lock, "what", True),
    "unlock": (Unlock, "what", True),
    "raid_mode": (RaidMode, "for_", True),
    "sweep": (Sweep, "last", True),
    "open_poll": (PollName, "id", False),
    "close_poll": (ClosePoll, "id", True),
    "post": (Post, "text", False),
    "set_event": (Switches, "", False),
    "start_stream": (Stream, "stream", False),
    "stop_stream": (Stream, "stream", False),
    "webhook": (Webhook, "url", False),
}
"""Each action with its settings, the one that may stand alone, and whether its bare name is enough."""

BARE = tuple(name for name, (_model, _field, bare) in ACTIONS.items() if bare)


class OneAction(RuleModel):
    """One item of `do:`: a mapping with one key."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="after")
    def _just_one(self) -> OneAction:
        if len(self.model_fields_set) != 1:
            refuse(f"{len(self.model_fields_set)} actions in one item", "write one action an item: do: [ hide, { strike: 1 } ]")
        return self

    def effect(self) -> Effect:
        """The full form."""
        name = next(iter(self.model_fields_set))
        settings: Settings = getattr(self, name)
        return {name: settings.full()}


def _action_model() -> type[OneAction]:
    fields: dict[str, Any] = {
        name: (Annotated[model, Short(field, bare=bare)], Field(default=None)) for name, (model, field, bare) in ACTIONS.items()
    }
    return create_model("Action", __base__=OneAction, **fields)


def _read_action(value: Any) -> Any:
    """A bare name stands for a mapping with it."""
    if isinstance(value, Mapping | OneAction):
        return value
    if not isinstance(value, str):
        refuse("an action is meant here", "write a name such as hide, or { strike: { n: 1, for: 1h } }")
    if value not in ACTIONS:
        refuse(f"there is no action '{value}'", did_you_mean(value, ACTIONS))
    if value not in BARE:
        refuse(f"the action '{value}' needs a setting", f"write {{ {value}: ... }}")
    return {value: True}


def _read_actions(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


class _BareName:
    """JSON Schema of an action: a bare name, or a mapping."""

    @staticmethod
    def __get_pydantic_json_schema__(core: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(BARE)}, handler(core)]}


class _OneOrList:
    """JSON Schema of `do`: an action, or a list."""

    @staticmethod
    def __get_pydantic_json_schema__(core: Any, handler: Any) -> dict[str, Any]:
        listed = handler(core)
        return {"anyOf": [listed["items"], listed]}


ActionModel = _action_model()
ActionItem = Annotated[ActionModel, BeforeValidator(_read_action), _BareName()]  # type: ignore[valid-type]  # made from the table
Actions = Annotated[list[ActionItem], BeforeValidator(_read_actions), Field(min_length=1, max_length=20), _OneOrList()]
"""`do:`; validates to a list of OneAction."""


def effects_of(actions: Any) -> tuple[Effect, ...]:
    """The full form of validated actions."""
    return tuple(action.effect() for action in actions)
