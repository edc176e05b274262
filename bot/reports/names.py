"""Who may be named: named, hashed or aggregate. Pure.

named      as people wrote themselves
hashed     a pseudonym, the same in every file of one event: HMAC-SHA-256 with a secret drawn for that event and kept in the
           store, so no list of addresses turns it back and two events cannot be joined. In texts, names and e-mails of
           everybody known are masked
aggregate  nobody: tables of people stay empty, and numbers that stand for fewer than SMALLEST people are left out

Masking finds what people are called, not what they tell about themselves: a telephone number or a nickname in a text stays.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ahocorasick_rs import AhoCorasick, Implementation

from bot.domain.ids import author_key

Policy = Literal["named", "hashed", "aggregate"]
POLICIES: tuple[Policy, ...] = ("named", "hashed", "aggregate")
SMALLEST = 5
"""Fewer people than this are no group."""
SHORTEST = 3
"""Names shorter than this tell nobody and would mask half of all words."""
NAME, ADDRESS = "[name]", "[e-mail]"
_EMAIL = re.compile(r"(?<![^\s@<>\"'(),;:])[^\s@<>\"'(),;:]++@[^\s@<>\"'(),;:]++")
_OURS = ("rules", "platform", "timer")


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the report shows them."""

    id: str
    name: str = ""
    email: str = ""


class Mask:
    """Takes names and addresses out of texts."""

    def __init__(self, people: Iterable[tuple[str, str]]) -> None:
        kinds: dict[str, str] = {}
        for name, email in people:
            plain = _lower(" ".join(name.split()))
            parts = [part for part in plain.split() if len(part) >= SHORTEST]
            kinds.update((part, "part") for part in parts if part not in kinds)
            if len(plain) >= SHORTEST:
                kinds[plain] = "name"
            if email.strip():
                kinds[_lower(email.strip())] = "email"
        self._kinds = list(kinds.values())
        self._patterns = AhoCorasick(list(kinds), implementation=Implementation.ContiguousNFA) if kinds else None

    def hide(self, text: str) -> str:
        """The text without them."""
        spans = [(found.start(), found.end(), ADDRESS) for found in _EMAIL.finditer(text)]
        if self._patterns is not None:
            spans += self._known(text)
        return _without(text, spans) if spans else text

    def _known(self, text: str) -> list[tuple[int, int, str]]:
        assert self._patterns is not None  # noqa: S101 - asked by `hide` only
        found = []
        for pattern, start, end in self._patterns.find_matches_as_indexes(_lower(text), overlapping=True):
            kind = self._kinds[pattern]
            if kind == "email":
                found.append((start, end, ADDRESS))
            elif _stands_alone(text, start, end) and (kind == "name" or text[start].isupper()):
                found.append((start, end, NAME))
        return found


class Naming:
    """One report's way of naming. `secret` is needed for hashed only."""

    def __init__(self, policy: Policy, secret: str = "", people: Iterable[tuple[str, str]] = ()) -> None:
        self.policy = policy
        self._secret = secret.encode()
        self._mask = Mask(people) if policy != "named" else None

    def person(self, name: str, email: str) -> Person:
        """How somebody is shown; nobody at all if nothing is known of them."""
        key = author_key(name, email)
        if key == "name:" or self.policy == "aggregate":
            return Person("")
        if self.policy == "hashed":
            return Person(self._pseudonym("p", key))
        return Person(key.removeprefix("email:"), name, email)

    def staff(self, who: str) -> str:
        """`person:anna` → who acted; ours stay as they are."""
        if who in _OURS or not who.startswith("person:"):
            return self.text(who.replace(":", " ", 1))
        if self.policy == "aggregate":
            return "a person"
        return f"person {self._pseudonym('t', who) if self.policy == 'hashed' else who.removeprefix('person:')}"

    def text(self, text: str) -> str:
        """What people wrote, as it may be shown."""
        return text if self._mask is None else self._mask.hide(text)

    def group(self, people: int | None) -> int | None:
        """A number of people, left out if it is too small to be told."""
        return None if self.policy == "aggregate" and people is not None and 0 < people < SMALLEST else people

    def _pseudonym(self, kind: str, key: str) -> str:
        return f"{kind}-{hmac.new(self._secret, key.encode('utf-8', 'replace'), hashlib.sha256).hexdigest()[:12]}"


def _lower(text: str) -> str:
    """Lower case, every letter in its place."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(one if len(one := char.lower()) == 1 else char for char in text)
    return low.replace("ς", "σ")


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before and before.isalnum() and text[start].isalnum()) and not (
        after and after.isalnum() and text[end - 1].isalnum()
    )


def _without(text: str, spans: list[tuple[int, int, str]]) -> str:
    parts, place = [], 0
    for start, end, word in _merged(spans):
        parts += [text[place:start], word]
        place = end
    return "".join([*parts, text[place:]])


def _merged(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Those that overlap become one; an address wins over a name."""
    found: list[tuple[int, int, str]] = []
    for start, end, word in sorted(spans):
        if found and start < found[-1][1]:
            first, last, known = found[-1]
            found[-1] = (first, max(last, end), ADDRESS if ADDRESS in (known, word) else known)
        else:
            found.append((start, end, word))
    return found
