"""length, words, lines, run, emoji, zalgo: is there more (or less) of something than a moderator wants?

A plain number means at least that many; `"15..300"` and `"< 5"` say it otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from bot.ruleset.building import Building
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, Condition, Facts, Finding
from bot.ruleset.glance import LENGTHS, NOTHING, UNUSUAL, Glance
from bot.ruleset.shorthand import Short
from bot.ruleset.values import Comparison, Measure, RuleModel, plain
from bot.ruleset.views import text_of

_NEAR = 0.9
_PICTURE = (
    "[\U0001f300-\U0001faff\u2600-\u27bf\u2b05-\u2b55\u231a-\u23ff\u203c\u2049\u3030\u303d\u00a9\u00ae\u2122]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]?"
)
EMOJI = re.compile(rf"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PICTURE}(?:\u200d{_PICTURE})*)")
"""Pictures as they are seen: flags, key caps, skin tones and joined families count once."""
_UNUSUAL = ("emoji", "zalgo")
_RUN = re.compile(r"(\S)\1+")


class Counted(RuleModel):
    """How many, and how long a message has to be at least before this is asked."""

    count: Measure
    min_length: Annotated[int, Field(ge=0)] = 0


class Run(Counted):
    """The same character so many times in a row."""

    count: Measure = Measure(Comparison(">=", 20))


class Emoji(Counted):
    """So many emoji."""

    count: Measure = Measure(Comparison(">=", 20))


class Zalgo(Counted):
    """So many marks stacked on one letter; no living script needs four."""

    count: Measure = Measure(Comparison(">=", 4))


@dataclass(frozen=True, slots=True)
class Count:
    """A number taken from the text lies where it was told to lie."""

    name: str
    measure: Callable[[Facts], int]
    test: Measure
    min_length: int = 0

    @property
    def least(self) -> Glance:
        """Emoji and marks are outside ASCII; a length is one already, and nearly long enough is worth telling."""
        if self.name in _UNUSUAL and not self.test.holds(0):
            return Glance(UNUSUAL, self.min_length)
        return Glance(length=int(min(self.test.low * _NEAR, LENGTHS))) if self.name == "length" else NOTHING

    def check(self, facts: Facts) -> Finding:
        """Counts and compares."""
        if self.min_length and len(text_of(facts)) < self.min_length:
            return NO
        number = facts.view(f"count {self.name}", partial(self.measure, facts))
        if self.test.holds(number):
            return Finding(True, note=f"{self.name} {number} (limit {self.test})")
        limit = getattr(self.test.test, "value", 0)
        if number < 2 or limit <= 2 or number < limit * _NEAR or self.test.test != Comparison(">=", limit):
            return NO
        return Finding(False, near=f"{self.name} {number} of {plain(limit)}")


def length(facts: Facts) -> int:
    """Code points, spaces around left out; the one count that sees the whole text."""
    return len(facts.message.text.strip())


def words(facts: Facts) -> int:
    """Pieces between spaces."""
    return len(text_of(facts).split())


def lines(facts: Facts) -> int:
    """Lines, empty ones included."""
    return len(text_of(facts).splitlines())


def longest_run(facts: Facts) -> int:
    """The longest run of one character."""
    runs = (match.end() - match.start() for match in _RUN.finditer(text_of(facts).casefold()))
    return max(runs, default=min(1, len(text_of(facts))))


def emoji(facts: Facts) -> int:
    """Emoji as they are seen."""
    text = text_of(facts)
    return 0 if text.isascii() and "\u20e3" not in text else sum(1 for _ in EMOJI.finditer(text))


def stacked(facts: Facts) -> int:
    """The most marks on one letter."""
    text = text_of(facts)
    if text.isascii():
        return 0
    most = now = 0
    for char in text:
        now = now + 1 if unicodedata.category(char) in ("Mn", "Me") and not "\ufe00" <= char <= "\ufe0f" else 0
        most = max(most, now)
    return most


def _make(key: str, measure: Callable[[Facts], int], argument: Counted, _building: Building) -> Condition:
    return Count(key, measure, argument.count, argument.min_length)


def _kind(key: str, measure: Callable[[Facts], int], model: Any, says: str) -> Kind:
    make: Callable[[Any, Building], Condition] = partial(_make, key, measure)
    bare = model is not Counted
    return Kind(key, Annotated[model, Short("count", bare=bare)], make, says)


KINDS = (
    _kind("length", length, Counted, 'characters, such as "15..300" or "> 500"'),
    _kind("words", words, Counted, "words"),
    _kind("lines", lines, Counted, "lines"),
    _kind("run", longest_run, Run, "the same character so many times in a row (20)"),
    _kind("emoji", emoji, Emoji, "so many emoji (20)"),
    _kind("zalgo", stacked, Zalgo, "so many marks stacked on one letter (4)"),
)
