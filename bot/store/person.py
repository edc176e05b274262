"""One person in stored values: found, taken out, told apart from everybody else. Pure.

Values are JSON as the store keeps it. A person is known by their address; names alone are nobody's, so a name is only taken out
beside the address, beside one of the person's messages, or where the bot itself wrote it into a sentence.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from bot.domain.ids import author_key, text_version
from bot.domain.signals import Author, Message

FORGOTTEN = "[forgotten]"
"""What stands in a sentence instead of a name."""
SHORTEST_NAME = 3
QUOTED = 40
"""A stored text that is cut off is still recognised from this length on."""
NOBODY = text_version("")
_IDENTIFIER = re.compile(r"(?:email|name):.+|[^\s@:]+@[^\s@]+", re.DOTALL)
# fmt: off
_OUR_WORDS = frozenset({
    "chat", "qa", "public", "hidden", "new", "approved", "archived", "hide", "hold", "none", "archive", "approve", "show",
    "status", "strike", "mute", "slow", "rules", "platform", "timer", "person", "open", "closed", "void", "failed", "done",
    "gone", "parked", "pending", "cancelled", "expired", "choice", "quiz", "act", "suggest", "shadow", "regular", "trusted",
    "team",
})
"""Words of ours that somebody may carry as a name: they are not taken out where they stand alone."""
# fmt: on


def pid_of(email: str, secret: str) -> str:
    """A person's pseudonym in this state: HMAC-SHA-256 of the address."""
    return hmac.new(secret.encode(), _plain(email).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def gone_of(pid: str) -> str:
    """What stands for a forgotten person afterwards."""
    return f"gone-{pid[:12]}"


@dataclass(frozen=True)
class Person:
    """Somebody, and what is known of them: `email` trimmed and casefolded."""

    email: str
    gone: str
    names: frozenset[str] = frozenset()
    refs: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, email: str, secret: str) -> Person:
        """Known by the address alone."""
        return cls(_plain(email), gone_of(pid_of(email, secret)))

    def knowing(self, messages: Iterable[Message]) -> Person:
        """With what their messages tell."""
        seen = list(messages)
        names = {" ".join(one.author.name.split()) for one in seen} | {one.author.name for one in seen}
        texts = {one.text for one in seen}
        return replace(
            self,
            names=self.names | {name for name in names if name},
            refs=self.refs | {one.ref for one in seen},
            texts=self.texts | {text for text in texts if text},
        )

    @property
    def key(self) -> str:
        """As the engine knows them."""
        return author_key("", self.email)

    @cached_property
    def address(self) -> re.Pattern[str]:
        """Their address or key in a text; another's address that ends or begins like it is another's."""
        return re.compile(rf"(?:email:)?(?<![\w.+%-]){re.escape(self.email)}(?![\w-]|\.\w)", re.IGNORECASE)

    @cached_property
    def called(self) -> re.Pattern[str] | None:
        """One of their names as whole words of a sentence."""
        long = sorted((name for name in self.names if len(name) >= SHORTEST_NAME), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, long))})(?!\w)", re.IGNORECASE) if long else None


def mentions(value: Any, person: Person) -> bool:
    """Whether a value holds the address or one of the refs."""
    match value:
        case str():
            return value in person.refs or person.address.search(value) is not None
        case dict():
            return any(mentions(part, person) for pair in value.items() for part in pair)
        case list() | tuple():
            return any(mentions(part, person) for part in value)
    return False


def without(value: Any, person: Person, *, theirs: bool = False) -> Any:
    """The value without the person. `theirs`: it is about them, so their names and words go too."""
    match value:
        case str():
            return _text_without(value, person, theirs=theirs)
        case dict():
            about = theirs or _directly(value.values(), person)
            return {_text_without(name, person, theirs=False): without(part, person, theirs=about) for name, part in value.items()}
        case list() | tuple():
            about = theirs or _directly(value, person)
            return [without(part, person, theirs=about) for part in value]
    return value


def decision_without(body: Mapping[str, Any], person: Person) -> dict[str, Any]:
    """A decision about one of their messages: rules, times and spans stay, words go."""
    verdicts = {
        kind: [one | {"matches": [match | {"text": ""} for match in one["matches"]], "notes": []} for one in body[kind]]
        for kind in ("verdicts", "suggested", "shadow")
        if kind in body
    }
    cleaned: dict[str, Any] = without({**body, "near": []}, person, theirs=True)
    return cleaned | {kind: without(found, person) for kind, found in verdicts.items()}


def sentence_without(text: str, person: Person) -> str:
    """Something the bot wrote, without the address, the names and what it quoted."""
    for quoted in sorted((one for one in person.texts if len(one) >= SHORTEST_NAME and " " in one), key=len, reverse=True):
        text = text.replace(quoted, FORGOTTEN)
    text = person.address.sub(person.gone, text)
    return person.called.sub(FORGOTTEN, text) if person.called is not None else text


def about(value: Any, person: Person) -> Any:
    """The part of a value that may be handed to the person: rows and entries of others are left out."""
    kept = _about(value, person)
    return None if kept is _OTHERS else kept


_OTHERS: Final = object()


def _about(value: Any, person: Person) -> Any:
    match value:
        case dict():
            if _names_others(value.values(), person):
                return _OTHERS
            parts = {name: _about(part, person) for name, part in value.items() if not _is_another(name, person)}
            return {name: part for name, part in parts.items() if part is not _OTHERS}
        case list() | tuple():
            if value and all(isinstance(part, str) and _IDENTIFIER.fullmatch(part) for part in value):
                return [part for part in value if not _is_another(part, person)]
            if _names_others(value, person):
                return _OTHERS
            return [part for part in (_about(one, person) for one in value) if part is not _OTHERS]
    return value


def _names_others(parts: Iterable[Any], person: Person) -> bool:
    held = list(parts)
    return any(_is_another(part, person) for part in held) and not _directly(held, person)


def _is_another(value: Any, person: Person) -> bool:
    return isinstance(value, str) and _IDENTIFIER.fullmatch(value) is not None and not person.address.search(value)


def _directly(parts: Iterable[Any], person: Person) -> bool:
    return any(isinstance(part, str) and (part in person.refs or person.address.fullmatch(part)) for part in parts)


def _text_without(text: str, person: Person, *, theirs: bool) -> str:
    if theirs and _is_theirs(text, person):
        return ""
    text = person.address.sub(person.gone, text)
    if theirs and person.called is not None and " " in text:
        return person.called.sub(FORGOTTEN, text)
    return text


def _is_theirs(text: str, person: Person) -> bool:
    if text.casefold() in _OUR_WORDS:
        return False
    return (
        text in person.names or text in person.texts or (len(text) >= QUOTED and any(one.startswith(text) for one in person.texts))
    )


def blanked(row: Message) -> Message:
    """A message of somebody who was forgotten, as it may still be taken in: that it is there, and its status."""
    return replace(row, text="", author=Author())


def _plain(email: str) -> str:
    return email.strip().casefold()
