"""The sections that engage: speech, polls, quizzes, announcements, commands, captures, qa, cues, reports. Pure models."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from bot.ruleset.durations import Duration, Id, Percent, RuleModel, Text, refuse
from bot.ruleset.engagement.items import Item, Started, Steps
from bot.ruleset.engagement.triggers import Status, Trigger
from bot.ruleset.moments import Moment
from bot.ruleset.values import Rate

LONGEST_LINE = 400
"""No line of the bot is longer (code points)."""
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE)]
Option = Annotated[str, Field(min_length=1, max_length=200)]
Question = Annotated[str, Field(min_length=1, max_length=300)]


class Speech(RuleModel):
    """One budget for everything the bot says."""

    min_gap: Duration = 45.0
    """From one line of the bot to the next, counted from when the platform has taken it."""
    max_share: Annotated[Percent, Field(gt=0)] | None = 0.10
    """Of the attendees' visible lines, in every five minutes; one line is always allowed."""
    quiet_above: Rate | None = None
    """While attendees write more than this, the bot waits."""


class Close(RuleModel):
    """How a poll ends."""

    after: Annotated[Duration, Field(ge=5, le=86400)] | None = 90.0
    """Open for so long; null: until somebody closes it."""
    warn: Annotated[Duration, Field(gt=0)] | None = None
    """So long before the end a line says so."""
    grace: Annotated[Duration, Field(le=300)] = 5.0
    """Votes on their way are still counted for so long."""

    @model_validator(mode="after")
    def _warn_inside(self) -> Close:
        if self.warn is not None and self.after is not None and self.warn >= self.after:
            refuse(
                f"the warning comes {self.warn:g} s before the end of a poll of {self.after:g} s", "make warn shorter than after"
            )
        return self


class Poll(Started):
    """An audience poll. An open poll is never edited: running it again makes a new run."""

    kind: ClassVar[str] = "poll"
    repeats: ClassVar[bool] = False

    type: Literal["choice", "yes_no", "rating"] = "choice"
    question: Question
    options: tuple[Option, ...] = ()
    close: Close = Close()
    results: Literal["always", "after_close", "moderators"] = "after_close"
    post_results: Line = "summary"
    """none, summary, full, or a template."""
    min_votes: Annotated[int, Field(ge=0)] = 0
    misfire_grace: Annotated[Duration, Field(gt=0)] = 120.0

    @model_validator(mode="after")
    def _options_fit(self) -> Poll:
        given = {"choice": (), "yes_no": ("Yes", "No"), "rating": ("1", "2", "3", "4", "5")}[self.type]
        if not self.options and given:
            object.__setattr__(self, "options", given)
        _check_options(self.options)
        if self.type == "yes_no" and len(self.options) != 2:
            refuse(f"a yes_no poll has two options, not {len(self.options)}", "leave options out, or use `type: choice`")
        return self


def _check_options(options: tuple[str, ...]) -> None:
    if len(options) < 2:
        refuse(f"{len(options)} option{'' if len(options) == 1 else 's'}", "a poll needs at least two options")
    if len(options) > 20:
        refuse(f"{len(options)} options", "a poll has at most 20 options")
    plain = [" ".join(option.split()).casefold() for option in options]
    twice = next((option for i, option in enumerate(options) if plain[i] in plain[:i]), None)
    if twice is not None:
        refuse(f"the option '{twice}' stands there twice", "attendees could not tell them apart; make the options differ")


class QuizQuestion(RuleModel):
    """One question of a quiz; `correct` counts from 0, or is the option's text, or a list of these."""

    id: Id
    question: Question
    options: tuple[Option, ...]
    correct: int | str | tuple[int | str, ...]
    explain: Line | None = None
    points: Annotated[int, Field(ge=1, le=1000)] = 1

    @model_validator(mode="after")
    def _fits(self) -> QuizQuestion:
        _check_options(self.options)
        if not self.right:
            refuse("no option is correct", "name at least one")
        return self

    @property
    def right(self) -> tuple[int, ...]:
        """Indexes of the right options, from 0."""
        given = self.correct if isinstance(self.correct, tuple) else (self.correct,)
        return tuple(dict.fromkeys(_index(one, self.options) for one in given))


def _index(correct: int | str, options: tuple[str, ...]) -> int:
    if isinstance(correct, str) and correct in options:
        return options.index(correct)
    if isinstance(correct, str) and not correct.isdigit():
        refuse(f"'{correct}' is none of the options", f"write one of {', '.join(options)}")
    if not 0 <= int(correct) < len(options):
        refuse(f"correct: {correct} is no option", f"options count from 0; the last one is {len(options) - 1}")
    return int(correct)


class Leaderboard(RuleModel):
    """Who stands on it, and how they are named."""

    top: Annotated[int, Field(ge=1, le=50)] = 5
    names: Literal["short", "full", "alias"] = "short"


class Quiz(Started):
    """A chain of polls with right answers."""

    kind: ClassVar[str] = "quiz"
    repeats: ClassVar[bool] = False

    questions: Annotated[tuple[QuizQuestion, ...], Field(min_length=1, max_length=50)]
    scoring: Literal["accuracy", "speed"] = "accuracy"
    """speed: earlier answers earn more; only as exact as the platform's whole seconds, and the manual says so."""
    reveal: Literal["after_each", "at_end", "manual"] = "after_each"
    close: Close = Close.model_validate({"after": "30s"})
    pause: Duration = 5.0
    """Between two questions."""
    leaderboard: Leaderboard | None = Leaderboard()
    misfire_grace: Annotated[Duration, Field(gt=0)] = 120.0

    @model_validator(mode="after")
    def _named_once(self) -> Quiz:
        ids = [question.id for question in self.questions]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            refuse(f"two questions are called '{twice[0]}'", "give each its own id")
        return self


class Announcement(Started):
    """A line that the bot says now and then."""

    kind: ClassVar[str] = "announcement"

    every: Annotated[Duration, Field(ge=10)] | None = None
    messages: Annotated[tuple[Line, ...], Field(min_length=1, max_length=100)]
    order: Literal["sequence", "shuffle"] = "sequence"
    min_chat_lines: Annotated[int, Field(ge=0)] = 0
    """Visible attendee lines since this one was last posted."""
    window: Annotated[Duration, Field(ge=10, le=3600)] | None = None
    """The other meaning: lines within the last so many seconds."""
    only_when: tuple[Status, ...] = ("live",)
    show_until: Moment | None = None
    priority: Literal["urgent", "high", "normal", "low"] = "normal"
    misfire_grace: Annotated[Duration, Field(gt=0)] = 300.0
    """How long it waits, once, while lines are too few or the speech budget is spent."""

    @model_validator(mode="after")
    def _has_a_time(self) -> Announcement:
        if self.every is not None and "when" in self.model_fields_set:
            refuse("every and when in one announcement", "write when: [ { every: … }, … ]")
        return self

    @cached_property
    def triggers(self) -> tuple[Trigger, ...]:
        """The short form `every:` included."""
        return super().triggers if self.every is None else (Trigger.model_construct({"every"}, every=self.every),)


class Cooldown(RuleModel):
    """Between two answers: to anybody, and to the same person."""

    everybody: Annotated[Duration, Field(alias="global")] = 0.0
    user: Duration = 0.0


Word = Annotated[str, Field(min_length=1, max_length=50)]
Words = Annotated[
    Annotated[Word, Tag("one")] | Annotated[tuple[Word, ...], Tag("many"), Field(min_length=1, max_length=20)],
    Discriminator(lambda value: "many" if isinstance(value, list | tuple) else "one"),
]


class Command(Item):
    """An answer that attendees can ask for in the chat."""

    kind: ClassVar[str] = "command"

    trigger: Words
    match: Literal["start", "exact", "anywhere"] = "start"
    reply: Line | None = None
    do: Steps | None = None
    allow: tuple[Text, ...] = ("everyone",)
    deny: tuple[Text, ...] = ()
    cooldown: Cooldown = Cooldown.model_validate({})
    limit: Rate | None = None
    max_per_event: Annotated[int, Field(ge=1)] | None = None
    max_age: Annotated[Duration, Field(gt=0)] = 30.0
    """Older ones are ignored, after a restart for instance."""

    @model_validator(mode="after")
    def _answers(self) -> Command:
        if self.reply is None and not self.do:
            refuse("the command does nothing", "add `reply:` or `do:`")
        blank = next((word for word in self.words if not word.strip()), None)
        if blank is not None:
            refuse("an empty trigger", 'write for instance trigger: "!agenda"')
        known = ("everyone", "signed_up", "regular", "trusted", "team")
        bad = next((who for who in (*self.allow, *self.deny) if who not in known and "@" not in who), None)
        if bad is not None:
            refuse(f"'{bad}' is nobody", f"write {', '.join(known)} or an e-mail address")
        return self

    @property
    def words(self) -> tuple[str, ...]:
        """What people type."""
        return (self.trigger,) if isinstance(self.trigger, str) else self.trigger


class Capture(Started):
    """A word cloud out of the chat."""

    kind: ClassVar[str] = "capture"

    prompt: Line
    duration: Annotated[Duration, Field(alias="for", ge=5, le=3600)] = 60.0
    max_words: Annotated[int, Field(ge=1, le=10)] = 3
    top: Annotated[int, Field(ge=1, le=50)] = 10


class Duplicates(RuleModel):
    """When two questions are shown as perhaps the same."""

    suggest_at: Annotated[Percent, Field(gt=0)] = 0.80


class Remind(RuleModel):
    """When the team is reminded."""

    unanswered: Annotated[Duration, Field(ge=60)] = 600.0


class Qa(RuleModel):
    """How questions are treated."""

    policy: Literal["hold", "approve"] = "hold"
    """hold: a person approves; approve: what no rule objects to is approved at once."""
    duplicates: Duplicates | None = Duplicates()
    remind: Remind | None = None
    on_answered: Literal["archive", "keep"] = "archive"
    promote_from_chat: bool = False


class Cue(Started):
    """A step of the running order."""

    kind: ClassVar[str] = "cue"

    do: Steps


class Reports(RuleModel):
    """What is written about the event, and when."""

    on: Literal["done", "manual"] = "done"
    formats: Annotated[tuple[Literal["html", "csv", "json"], ...], Field(min_length=1)] = ("html", "csv", "json")
    names: Literal["named", "hashed", "aggregate"] = "named"


class EngagementSections(RuleModel):
    """What one rule file says about engagement."""

    length: Annotated[Duration, Field(ge=60, le=7 * 86400)] | None = None
    """How long the event is planned to last: the platform does not say, and `end-10m` counts from its planned end."""
    speech: Speech | None = None
    polls: tuple[Poll, ...] = ()
    quizzes: tuple[Quiz, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    commands: tuple[Command, ...] = ()
    captures: tuple[Capture, ...] = ()
    qa: Qa | None = None
    cues: tuple[Cue, ...] = ()
    reports: Reports | None = None
