"""Who is who: listed e-mails, and the four steps of trust.

A display name proves nothing, so only e-mails make somebody team or trusted; attendees type both themselves, which is why team
addresses should be ones that the event's organiser controls. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.domain.signals import Author, Message, Trust
from bot.ruleset.model import People

NEW_MESSAGES = 3
NEW_SECONDS = 600.0
CLEAN_MESSAGES = 50
"""So many messages, over half an hour, none of them hidden, make somebody trusted who is not listed."""
CLEAN_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Patterns:
    """Texts with `*` and `?`, ready to be asked; case does not count."""

    compiled: re.Pattern[str] | None

    def match(self, text: str) -> bool:
        """Does one of them fit the whole text?"""
        return self.compiled is not None and bool(text) and self.compiled.fullmatch(text.strip().casefold()) is not None


@lru_cache(maxsize=256)
def patterns(texts: tuple[str, ...]) -> Patterns:
    """Compiles patterns; none match nothing.

    >>> patterns(("*@team.example.test",)).match("Anna@team.example.test")
    True
    """
    parts = [_pattern(text) for text in texts if text.strip()]
    return Patterns(re.compile("|".join(parts), re.DOTALL) if parts else None)


def _pattern(text: str) -> str:
    plain = re.sub(r"\*+", "*", text.strip().casefold())
    return "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in plain)


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule set's `people:`, ready to be asked."""

    team: Patterns
    trusted: Patterns


def listed(people: People) -> Listed:
    """The lists of a rule set."""
    return Listed(patterns(people.team), patterns(people.trusted))


def trust_of(message: Message, record: Mapping[str, Any] | None, lists: Listed, now: float) -> Trust:
    """How far the author of a message is trusted, before this message counts."""
    if message.trust is not None:
        return message.trust
    email = message.author.email
    if email and lists.team.match(email):
        return "team"
    if email and lists.trusted.match(email):
        return "trusted"
    return _earned(record, now)


def _earned(record: Mapping[str, Any] | None, now: float) -> Trust:
    if not record or record["messages"] < NEW_MESSAGES or now - record["first"] < NEW_SECONDS:
        return "new"
    clean = record["messages"] >= CLEAN_MESSAGES and now - record["first"] >= CLEAN_SECONDS and not record.get("hidden")
    return "trusted" if clean else "regular"


SETTLED_MESSAGES = 2


def is_settled(trust: Trust, record: Mapping[str, Any] | None) -> bool:
    """Not new, or with two messages that nothing took away: at the start of an event all are new, yet that is no raid."""
    return trust != "new" or bool(record and record.get("messages", 0) - record.get("hidden", 0) >= SETTLED_MESSAGES)


def belongs(author: Author, trust: Trust, group: Mapping[str, Iterable[str]]) -> bool:
    """Is this author one of `except:` or `only:`, which name trust, emails or names? One of them is enough."""
    if trust in group.get("trust", ()):
        return True
    if author.email and patterns(tuple(group.get("emails", ()))).match(author.email):
        return True
    return patterns(tuple(group.get("names", ()))).match(author.name)
