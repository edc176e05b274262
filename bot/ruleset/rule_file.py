"""Models of a rule file's moderation half: people, lists, rules, escalate. What RULES.md section 1 names, nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, create_model

from bot.domain.decisions import Mode
from bot.domain.signals import Surface, Trust
from bot.ruleset.conditions import Kind
from bot.ruleset.durations import Duration, Id, Percent, RuleModel, refuse
from bot.ruleset.effects import Actions
from bot.ruleset.engagement import EngagementSections
from bot.ruleset.if_model import conditions_model
from bot.ruleset.moments import Moment
from bot.ruleset.shorthand import OneOrMore
from bot.ruleset.values import Rate

Reason = Literal[
    "profanity",
    "link",
    "flood",
    "duplicate",
    "raid",
    "caps",
    "impersonation",
    "off_topic",
    "abusive",
    "personal_data",
    "answered_already",
    "unclear",
    "spam",
]
Said = Annotated[str, Field(max_length=10_000)]
Scores = dict[Id, Annotated[float, Field(ge=0, le=1)]]
"""Of services, by name."""
OneOrMoreTexts = Annotated[tuple[Said, ...], OneOrMore({"type": "string"})]
Expected = Literal["none", "keep", "hide", "hold", "approve", "archive", "flag", "show"]


def _is_address(text: str) -> str:
    if "@" not in text:
        refuse(f"'{text}' is no e-mail address", "a display name proves nothing; write anna@example.com or *@example.com")
    return text.strip()


Address = Annotated[str, Field(min_length=3, max_length=320), AfterValidator(_is_address)]


class PeopleSection(RuleModel):
    """Who is listed, by e-mail only; `*@example.com` is everybody there."""

    team: tuple[Address, ...] = ()
    trusted: tuple[Address, ...] = ()


class ListFile(RuleModel):
    """One entry a line, # comments."""

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./ -]*$", max_length=200)]


def _source_form(value: Any) -> str:
    return "file" if isinstance(value, Mapping | ListFile) else "texts"


ListSource = Annotated[
    Annotated[list[Annotated[str, Field(max_length=2000)]], Tag("texts")] | Annotated[ListFile, Tag("file")],
    Discriminator(_source_form),
]


class Group(RuleModel):
    """Some people; one of the keys is enough."""

    trust: Annotated[tuple[Trust, ...], OneOrMore({"enum": ["new", "regular", "trusted", "team"]})] = ()
    emails: Annotated[tuple[Address, ...], OneOrMore({"type": "string"})] = ()
    names: OneOrMoreTexts = ()


class Limit(RuleModel):
    """At most so many acts in so much time; then the rule only suggests."""

    acts: Rate
    then: Literal["suggest"] = "suggest"


def _limit_form(value: Any) -> str:
    return "limit" if isinstance(value, Mapping | Limit) else "off"


LimitOrOff = Annotated[Annotated[Literal["off"], Tag("off")] | Annotated[Limit, Tag("limit")], Discriminator(_limit_form)]


class ScoredText(RuleModel):
    """A test's text with what services say of it; without it they have said nothing."""

    say: Said
    scores: Scores


def _test_form(value: Any) -> str:
    return "scored" if isinstance(value, Mapping | ScoredText) else "text"


TestText = Annotated[Annotated[Said, Tag("text")] | Annotated[ScoredText, Tag("scored")], Discriminator(_test_form)]
_SCORED_TEXT = {
    "type": "object",
    "properties": {
        "say": {"type": "string"},
        "scores": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1}},
    },
    "required": ["say", "scores"],
    "additionalProperties": False,
}
OneOrMoreTests = Annotated[tuple[TestText, ...], OneOrMore({"anyOf": [{"type": "string"}, _SCORED_TEXT]})]


class SequenceStep(RuleModel):
    """At this time somebody says something, and the rule does what is expected."""

    at: Duration
    by: Annotated[str, Field(min_length=1)]
    say: Said
    expect: Expected = "none"
    surface: Surface = "chat"
    scores: Scores = Field(default_factory=dict)


class TestsSection(RuleModel):
    """A rule's own tests: what it has to do to these texts."""

    hide: OneOrMoreTests = ()
    hold: OneOrMoreTests = ()
    approve: OneOrMoreTests = ()
    archive: OneOrMoreTests = ()
    flag: OneOrMoreTests = ()
    keep: OneOrMoreTests = ()
    sequence: Annotated[tuple[SequenceStep, ...], Field(max_length=500)] = ()


class RuleItem(RuleModel):
    """A rule but for its `if`."""

    id: Id
    note: str = ""
    enabled: bool = True
    mode: Mode = "act"
    begins: Moment | None = None
    expires: Moment | None = None
    events: OneOrMoreTexts = ()
    reason: Reason | Literal[""] = ""
    severity: Annotated[int, Field(ge=1, le=5)] = 3
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    stop: bool = False
    except_: Annotated[Group | None, Field(alias="except")] = None
    only: Group | None = None
    sample: Annotated[Percent, Field(gt=0)] = 1.0
    once: Literal["item", "author", "event"] | None = None
    cooldown: Duration = 0.0
    delay: Annotated[Duration, Field(le=3600)] = 0.0
    limit: LimitOrOff | None = None
    on_error: Literal["pass", "hold"] = "pass"
    tests: TestsSection = TestsSection()
    do: Actions


class EscalateSection(RuleModel):
    """Strikes reached, and what is done then."""

    strikes: dict[Annotated[int, Field(ge=1, le=1000)], Actions] = Field(default_factory=dict)


def rule_model(kinds: Mapping[str, Kind]) -> type[RuleItem]:
    """The model of one rule with the conditions of this table."""
    return _models(tuple(kinds.values()))[0]


def file_model(kinds: Mapping[str, Kind]) -> type[RuleModel]:
    """The model of a whole rule file, engagement included."""
    return _models(tuple(kinds.values()))[1]


@lru_cache(maxsize=8)
def _models(kinds: tuple[Kind, ...]) -> tuple[type[RuleItem], type[RuleModel]]:
    condition = conditions_model({kind.key: kind for kind in kinds})
    rule: Any = create_model("Rule", __base__=RuleItem, __doc__="If all this holds, do that.", if_=(condition, Field(alias="if")))
    sections: dict[str, Any] = {
        "people": (PeopleSection, PeopleSection()),
        "lists": (dict[Id, ListSource], {}),
        "rules": (list[rule], []),
        "escalate": (EscalateSection, EscalateSection()),
    }
    whole = create_model("RuleFile", __base__=EngagementSections, __doc__="A rule file of Usher.", **sections)
    return rule, whole
