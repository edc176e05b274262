"""caps, symbols: which share of the message is capital letters, or neither letters nor digits?

Only messages with `min_length` letters (or characters) are asked: live chats shout a lot, and "LOL" is no offence.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from bot.ruleset.building import Building
from bot.ruleset.conditions.counts import EMOJI
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, Condition, Facts, Finding
from bot.ruleset.glance import Glance
from bot.ruleset.shorthand import Short
from bot.ruleset.values import Percent, RuleModel
from bot.ruleset.views import text_of

_NEAR = 0.9


class Caps(RuleModel):
    """The share of capitals among letters that have a case, in messages with so many of them."""

    share: Percent = 0.8
    min_length: Annotated[int, Field(ge=1)] = 30


class Symbols(RuleModel):
    """The share of punctuation and symbols (emoji aside) among all that is not space."""

    share: Percent = 0.6
    min_length: Annotated[int, Field(ge=1)] = 20


Parts = tuple[int, int]
"""So many of so many."""


@dataclass(frozen=True, slots=True)
class Share:
    """At least this share, in messages that are long enough."""

    name: str
    parts: Callable[[Facts], Parts]
    share: float
    min_length: int

    @property
    def least(self) -> Glance:
        """So many characters: it has no more letters than those."""
        return Glance(length=self.min_length)

    def check(self, facts: Facts) -> Finding:
        """Counts and compares."""
        if len(facts.message.text) < self.min_length:
            return NO
        some, whole = facts.view(f"share {self.name}", partial(self.parts, facts))
        if whole < self.min_length:
            return NO
        percent, limit = some / whole * 100, self.share * 100
        if some >= self.share * whole:
            return Finding(True, note=f"{self.name} {percent:.0f} % (limit {limit:.0f} %)")
        return Finding(False, near=f"{self.name} {percent:.0f} % of {limit:.0f} %" if some >= self.share * whole * _NEAR else "")


def capitals(facts: Facts) -> Parts:
    """Capitals among the letters that have a case."""
    text = text_of(facts)
    upper = sum(map(str.isupper, text))
    return upper, upper + sum(map(str.islower, text))


def symbols(facts: Facts) -> Parts:
    """Punctuation and symbols among all that is not space; emoji are counted by `emoji`, marks belong to their letters."""
    text = text_of(facts)
    seen = text if text.isascii() else EMOJI.sub("", text)
    kinds = [unicodedata.category(char)[0] for char in seen if not char.isspace()]
    return sum(1 for kind in kinds if kind in "PS"), sum(1 for kind in kinds if kind != "M")


def _make(key: str, parts: Callable[[Facts], Parts], argument: Caps | Symbols, _building: Building) -> Condition:
    return Share(key, parts, argument.share, argument.min_length)


def _kind(key: str, parts: Callable[[Facts], Parts], model: Any, says: str) -> Kind:
    make: Callable[[Any, Building], Condition] = partial(_make, key, parts)
    return Kind(key, Annotated[model, Short("share", bare=True)], make, says)


KINDS = (
    _kind("caps", capitals, Caps, "share of capitals (80 %), in messages of at least 30 letters"),
    _kind("symbols", symbols, Symbols, "share of punctuation and symbols (60 %), in messages of at least 20 characters"),
)
