"""Messages counted as they pass: a line for each person, a line for each minute. Pure; holds no text, so it stays small.

A hundred thousand messages of five thousand people over three hours are five thousand and 180 small values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.domain.signals import Message
from bot.ports import ReportMessage, Sample
from bot.reports.names import Naming
from bot.reports.score import Opportunity, Score, Taken, score
from bot.reports.tables import Row

MINUTE = 60
LONGEST_GAP = 360
"""Minutes; a longer silence is left out of the time series."""


@dataclass(slots=True)
class Attendee:
    """What one person did."""

    name: str = ""
    email: str = ""
    first: float | None = None
    last: float | None = None
    messages: int = 0
    hidden: int = 0
    questions: int = 0
    declined: int = 0
    answered: int = 0
    polls: set[str] = field(default_factory=set)
    points: float = 0.0
    right: int = 0

    def seen(self, at: float | None) -> None:
        """Was there at this time."""
        if at is not None:
            self.first = at if self.first is None else min(self.first, at)
            self.last = at if self.last is None else max(self.last, at)

    @property
    def taken(self) -> Taken:
        """For the score."""
        return Taken(len(self.polls), self.points, self.messages - self.hidden, self.questions - self.declined)


@dataclass(slots=True)
class Minute:
    """What happened in one minute."""

    messages: int = 0
    chatters: set[int] = field(default_factory=set)
    hidden: int = 0
    questions: int = 0
    votes: int = 0
    bot: int = 0


@dataclass(slots=True)
class Activity:
    """Filled by `message`, `vote` and `played`."""

    people: dict[str, Attendee] = field(default_factory=dict)
    minutes: dict[int, Minute] = field(default_factory=dict)
    exposures: list[float] = field(default_factory=list)
    messages: int = 0
    hidden: int = 0
    bot: int = 0
    questions: int = 0
    answers: list[float] = field(default_factory=list)
    """Seconds from asking to answered."""
    states: dict[str, int] = field(default_factory=dict)
    """Questions by state."""
    first: float | None = None
    last: float | None = None

    def message(self, row: ReportMessage) -> None:
        """Counts a chat line or a question."""
        message = row.message
        minute = self._at(moment(message))
        if row.hidden_at is not None:
            self.exposures.append(max(0.0, row.hidden_at - moment(message)))
        if message.own:
            self.bot += 1
            minute.bot += 1
            return
        person = self.person(message.author.key, message.author.name, message.author.email, moment(message))
        if message.surface == "qa":
            minute.questions += 1
            return
        hidden = int(message.status == "hidden")
        self.messages += 1
        self.hidden += hidden
        minute.messages += 1
        minute.hidden += hidden
        minute.chatters.add(hash(message.author.key))
        person.messages += 1
        person.hidden += hidden

    def question(self, row: Row, key: str, at: Mapping[str, int]) -> None:
        """Counts a row of `questions`; `at` says where its columns stand."""
        state, seconds = str(row[at["state"]]), row[at["seconds_to_answer"]]
        self.questions += 1
        self.states[state] = self.states.get(state, 0) + 1
        person = self.people.get(key)
        if person is not None:
            person.questions += 1
            person.declined += state in ("declined", "archived", "hidden") and row[at["answered"]] is None
            person.answered += row[at["answered"]] is not None
        if isinstance(seconds, float):
            self.answers.append(seconds)

    def vote(self, key: str, name: str, email: str, at: float | None, poll: str) -> None:
        """Counts a vote; `poll` is empty for one that points at no option, or of a quiz."""
        if at is not None:
            self._at(at).votes += 1
        if name or email:
            person = self.person(key, name, email, at)
            person.polls |= {poll} if poll else set()

    def played(self, key: str, name: str, points: float, right: int) -> None:
        """Counts a person's quiz."""
        person = self.person(key, name, key.removeprefix("email:") if key.startswith("email:") else "", None)
        person.points += points
        person.right += right

    def person(self, key: str, name: str, email: str, at: float | None) -> Attendee:
        """Who did it; the newest name counts."""
        found = self.people.setdefault(key, Attendee())
        found.name = name or found.name
        found.email = email or found.email
        found.seen(at)
        return found

    def acted(self, at: float) -> None:
        """The bot did something."""
        self.last = at if self.last is None else max(self.last, at)

    def _at(self, at: float) -> Minute:
        self.first = at if self.first is None else min(self.first, at)
        self.last = at if self.last is None else max(self.last, at)
        return self.minutes.setdefault(int(at // MINUTE), Minute())


def moment(message: Message) -> float:
    """When it became visible, as well as we know."""
    return next(at for at in (message.posted, message.created, message.read) if at is not None)


def attendee_rows(activity: Activity, offered: Opportunity, naming: Naming) -> list[Row]:
    """Of `attendees`, the best score first."""
    scored = [(score(one.taken, offered), key, one) for key, one in activity.people.items()]
    ordered = sorted(scored, key=lambda row: (-(row[0].total or 0.0), row[1]))
    return [_attendee_row(one, found, offered, naming) for found, _key, one in ordered]


def _attendee_row(one: Attendee, found: Score, offered: Opportunity, naming: Naming) -> Row:
    who = naming.person(one.name, one.email)
    return (
        who.id,
        who.name,
        who.email,
        one.first,
        one.last,
        one.messages,
        one.hidden,
        one.questions,
        one.answered,
        len(one.polls),
        offered.polls,
        round(one.points, 2) if offered.quiz else None,
        offered.quiz or None,
        one.right if offered.quiz else None,
        found.total,
        *found.parts.values(),
    )


def minutes_of(activity: Activity, samples: Iterable[Sample]) -> list[int]:
    """Every minute from the first to the last, quiet ones included; silences of many hours are cut out."""
    known = sorted({*activity.minutes, *(one.minute for one in samples)})
    found: list[int] = []
    for minute in known:
        quiet = minute - found[-1] if found else 1
        found += range(found[-1] + 1, minute + 1) if found and quiet <= LONGEST_GAP else [minute]
    return found


def minute_rows(activity: Activity, samples: Iterable[Sample], group: Callable[[int | None], int | None]) -> Iterator[Row]:
    """Of `timeseries`."""
    by_minute = {one.minute: one for one in samples}
    for number in minutes_of(activity, by_minute.values()):
        minute, seen = activity.minutes.get(number, Minute()), by_minute.get(number)
        yield (
            number * 60.0,
            minute.messages,
            group(len(minute.chatters)),
            minute.hidden,
            minute.questions,
            group(minute.votes),
            minute.bot,
            seen.viewers if seen else None,
            seen.signups if seen else None,
        )


def offered(activity: Activity, polls: int, quiz: float) -> Opportunity:
    """What there was to take part in."""
    return Opportunity(polls, quiz, activity.messages > 0, activity.questions > 0)
