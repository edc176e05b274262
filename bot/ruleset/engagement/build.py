"""Several files' sections become one Engagement; what only shows when all of them are seen together is checked here. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.signals import EventState
from bot.ruleset.engagement.items import Item, Post, Started
from bot.ruleset.engagement.placeholders import ANSWER, EVENT, RESULTS, unknown
from bot.ruleset.engagement.sections import (
    Announcement,
    Capture,
    Command,
    Cue,
    EngagementSections,
    Poll,
    Qa,
    Quiz,
    Reports,
    Speech,
)
from bot.ruleset.engagement.triggers import Predicate, asked_by

Path = tuple[str | int, ...]
Finding = tuple[Path, str, str]
"""Where (number of the sections, then keys and indexes inside them), what is wrong, what to write instead."""
TWINS = 600.0
"""Two polls that ask the same within so many seconds could not be told apart after a lost answer (reliability 3.3)."""


@dataclass(frozen=True, slots=True)
class Engagement:
    """All engagement in force at one time."""

    length: float | None = None
    speech: Speech = field(default_factory=Speech)
    polls: tuple[Poll, ...] = ()
    quizzes: tuple[Quiz, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    commands: tuple[Command, ...] = ()
    captures: tuple[Capture, ...] = ()
    qa: Qa | None = None
    cues: tuple[Cue, ...] = ()
    reports: Reports | None = None

    @property
    def started(self) -> tuple[Started, ...]:
        """Everything that can start by itself; cues first, so that a switch comes before what needs it."""
        return (*self.cues, *self.polls, *self.quizzes, *self.captures, *self.announcements)

    @property
    def asks(self) -> frozenset[str]:
        """What `when:` and `only_if:` ask about: at, viewers, signups, stream, …"""
        started = [item for item in self.started if item.enabled]
        conditions = [item.only_if for item in started if item.only_if is not None]
        kinds = {trigger.kind for item in started for trigger in item.triggers}
        return frozenset(kinds.union(*map(asked_by, conditions)))

    @property
    def counts_from(self) -> frozenset[str]:
        """What the moments of all enabled items count from: live, start, end, clock, at."""
        items = [item for item in (*self.started, *self.commands) if item.enabled]
        moments = [trigger.at for item in self.started if item.enabled for trigger in item.triggers]
        moments += [moment for item in items for moment in (item.begins, item.expires, getattr(item, "show_until", None))]
        return frozenset(moment.kind for moment in moments if moment is not None)

    @property
    def lead(self) -> float:
        """Seconds before the event's start at which the first item is due."""
        moments = [trigger.at for item in self.started if item.enabled for trigger in item.triggers]
        return max((-moment.offset for moment in moments if moment is not None and moment.kind in ("start", "live")), default=0.0)

    def planned(self, event: EventState) -> EventState:
        """The event with the end that `length:` gives it, where it has none of its own."""
        begins = event.starts if event.starts is not None else event.live_since
        if self.length is None or begins is None or event.ends is not None:
            return event
        return replace(event, ends=begins + self.length)

    def find(self, key: str) -> Item | None:
        """The item called `poll:role`, `cue:doors`, …"""
        return next((item for item in (*self.started, *self.commands) if item.key == key), None)

    def poll(self, poll_id: str) -> Poll | None:
        """The poll with this id."""
        return next((poll for poll in self.polls if poll.id == poll_id), None)


_LISTS = ("polls", "quizzes", "announcements", "commands", "captures", "cues")
_SINGLE = ("length", "speech", "qa", "reports")


def build(sections: Sequence[EngagementSections]) -> tuple[Engagement, list[Finding]]:
    """Merges, and finds all problems at once. A path starts with the number of the sections it lies in."""
    merged: dict[str, Any] = {name: tuple(item for one in sections for item in getattr(one, name)) for name in _LISTS}
    for name in _SINGLE:
        given = [value for one in sections if (value := getattr(one, name)) is not None]
        if given:
            merged[name] = given[0]
    engagement = Engagement(**merged)
    findings = [*_said_twice(sections)]
    for path, item in _items(sections):
        findings += [((*path, *where), text, hint) for where, text, hint in _check(item, engagement)]
    findings += _doubles(sections)
    return engagement, findings + _twins(sections)


def _items(sections: Sequence[EngagementSections]) -> Iterator[tuple[Path, Item]]:
    for number, one in enumerate(sections):
        for name in _LISTS:
            for index, item in enumerate(getattr(one, name)):
                yield (number, name, index), item


def _said_twice(sections: Sequence[EngagementSections]) -> Iterator[Finding]:
    for name in _SINGLE:
        numbers = [number for number, one in enumerate(sections) if getattr(one, name) is not None]
        for number in numbers[1:]:
            yield (number, name), f"there are two {name} sections", "keep one; the first is used"


def _doubles(sections: Sequence[EngagementSections]) -> list[Finding]:
    seen: set[str] = set()
    findings: list[Finding] = []
    for path, item in _items(sections):
        if item.key in seen:
            findings.append(((*path, "id"), f"there are two {path[1]} called '{item.id}'", "give each its own id"))
        seen.add(item.key)
    return findings


def _twins(sections: Sequence[EngagementSections]) -> list[Finding]:
    """Polls with equal question and options whose times may lie within ten minutes."""
    known: list[Poll] = []
    findings: list[Finding] = []
    for path, item in _items(sections):
        if not isinstance(item, Poll):
            continue
        twin = next((poll for poll in known if poll.id != item.id and _same(poll, item) and not _far_apart(poll, item)), None)
        if twin is not None:
            text = f"asks the same as poll '{twin.id}' within ten minutes"
            findings.append(((*path, "question"), text, "after a lost answer the two could not be told apart; change the wording"))
        known.append(item)
    return findings


def _same(one: Poll, other: Poll) -> bool:
    return _fingerprint(one) == _fingerprint(other)


def _fingerprint(poll: Poll) -> tuple[str, ...]:
    return tuple(" ".join(text.split()).casefold() for text in (poll.question, *poll.options))


def _far_apart(one: Poll, other: Poll) -> bool:
    """Surely more than ten minutes between them: both have only moments, all counted from the same thing."""
    moments = [trigger.at for poll in (one, other) for trigger in poll.triggers]
    if not all(moments) or len({moment.kind for moment in moments if moment}) != 1:
        return False
    firsts, seconds = ([trigger.at.offset for trigger in poll.triggers if trigger.at] for poll in (one, other))
    return bool(firsts and seconds) and all(abs(a - b) > TWINS for a in firsts for b in seconds)


def _check(item: Item, engagement: Engagement) -> Iterator[Finding]:
    if isinstance(item, Started):
        yield from _check_started(item, engagement)
    yield from _check_steps(item, engagement)
    yield from _check_texts(item)


def _check_started(item: Started, engagement: Engagement) -> Iterator[Finding]:
    listed = isinstance(item.when, tuple)
    for index, trigger in enumerate(item.triggers):
        where: Path = ("when", index) if listed else ("when",)
        if trigger.after is not None:
            yield from _known(f"{trigger.after.kind}:{trigger.after.item}", (*where, "after"), engagement)
        if trigger.command is not None:
            yield from _known(f"command:{trigger.command}", (*where, "command"), engagement)
    if item.only_if is not None:
        yield from _check_predicate(item.only_if, ("only_if",), engagement)


def _check_predicate(predicate: Predicate, where: Path, engagement: Engagement) -> Iterator[Finding]:
    if predicate.after is not None:
        yield from _known(f"{predicate.after.kind}:{predicate.after.item}", (*where, "after"), engagement)
    for name in ("all", "any", "none"):
        for index, inner in enumerate(getattr(predicate, name) or ()):
            yield from _check_predicate(inner, (*where, name, index), engagement)


def _check_steps(item: Item, engagement: Engagement) -> Iterator[Finding]:
    names: dict[str, str] = {"open_poll": "poll", "close_poll": "poll", "start_quiz": "quiz", "start_capture": "capture"}
    for index, step in enumerate(getattr(item, "do", None) or ()):
        if step.kind in names:
            yield from _known(f"{names[step.kind]}:{step.value}", ("do", index, step.kind), engagement)


def _known(key: str, where: Path, engagement: Engagement) -> Iterator[Finding]:
    if engagement.find(key) is None:
        kind, _, name = key.partition(":")
        there = [item.id for item in (*engagement.started, *engagement.commands) if item.kind == kind]
        hint = f"there is {', '.join(sorted(there))}" if there else f"no {kind} is defined in these files"
        yield where, f"there is no {kind} called '{name}'", hint


def _check_texts(item: Item) -> Iterator[Finding]:
    texts: Callable[[Item], Iterable[tuple[Path, str, frozenset[str]]]] = _texts_of
    for where, text, known in texts(item):
        for name in unknown(text, known):
            yield where, f"'{{{name}}}' is no placeholder here", f"one of {', '.join(f'{{{one}}}' for one in sorted(known))}"


def _texts_of(item: Item) -> Iterator[tuple[Path, str, frozenset[str]]]:
    if isinstance(item, Poll) and item.post_results not in ("none", "summary", "full"):
        yield ("post_results",), item.post_results, RESULTS
    if isinstance(item, Announcement):
        yield from ((("messages", index), text, EVENT) for index, text in enumerate(item.messages))
    if isinstance(item, Command) and item.reply is not None:
        yield ("reply",), item.reply, ANSWER
    if isinstance(item, Capture):
        yield ("prompt",), item.prompt, EVENT
    for index, step in enumerate(getattr(item, "do", None) or ()):
        if step.kind == "post":
            text = step.post.text if isinstance(step.post, Post) else step.post
            yield ("do", index, "post"), text, ANSWER if isinstance(item, Command) else EVENT
