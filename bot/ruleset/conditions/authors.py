"""author: who wrote it? Several keys in it must all hold.

Identity is the e-mail, else the name. Attendees type both themselves, so this is weak; a name is never proof of being team.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import re2
from pydantic import Discriminator, Field, Tag

from bot.domain.signals import Trust
from bot.ruleset.building import Building
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, YES, Condition, Facts, Finding
from bot.ruleset.links import Domains, read_domain
from bot.ruleset.logic import All
from bot.ruleset.suffixes import host_name
from bot.ruleset.texts import Texts, TextsArgument
from bot.ruleset.values import Comparison, Lasting, RuleModel, plain

_LADDER: tuple[Trust, ...] = ("new", "regular", "trusted", "team")


def _one_or_more(value: Any) -> str:
    return "many" if isinstance(value, list) else "one"


TrustNames = Annotated[
    Annotated[str, Tag("one")] | Annotated[list[str], Tag("many"), Field(min_length=1)], Discriminator(_one_or_more)
]


class Author(RuleModel):
    """What is known of the author before this message."""

    trust: Annotated[TrustNames, Field(description='new, regular, trusted, team, several of them, or ">= regular"')] = ""
    first_message: bool | None = None
    messages: Comparison | None = None
    seen_for: Lasting | None = None
    signed_up: Annotated[bool, Tag("flag")] | Annotated[Lasting, Tag("since")] | None = None
    name: Texts | None = None
    email: Texts | None = None
    domain: Texts | None = None
    hidden_share: Comparison | None = None
    strikes: Comparison | None = None
    label: Texts | None = None


def record_of(facts: Facts) -> Any:
    """What the engine remembers of the author; empty for somebody new."""
    return facts.author or facts.history.get("author", facts.message.author.key) or {}


@dataclass(frozen=True, slots=True)
class TrustedAs:
    """The author stands on one of these steps."""

    steps: frozenset[Trust]

    def check(self, facts: Facts) -> Finding:
        """Compares."""
        return Finding(True, note=f"author is {facts.trust}") if facts.trust in self.steps else NO


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the author's record lies where it was told to lie; None is a number that is not known and never holds."""

    name: str
    measure: Callable[[Facts], float | None]
    test: Comparison | Lasting

    def check(self, facts: Facts) -> Finding:
        """Compares."""
        number = self.measure(facts)
        if number is None or not self.test.holds(number):
            return NO
        shown = f"{number:.0f} s" if isinstance(self.test, Lasting) else plain(round(number, 3))
        return Finding(True, note=f"author's {self.name} {shown} (limit {self.test})")


@dataclass(frozen=True, slots=True)
class Named:
    """The author's name or e-mail fits one of the patterns (`*` any run, `?` one character), case aside."""

    what: str
    pattern: Any

    def check(self, facts: Facts) -> Finding:
        """Compares the whole name or address."""
        author = facts.message.author
        text = author.name if self.what == "name" else author.email
        if not text or self.pattern is None or self.pattern.fullmatch(text.strip().casefold()) is None:
            return NO
        return Finding(True, note=f"author's {self.what} fits")


@dataclass(frozen=True, slots=True)
class MailDomain:
    """The author's e-mail is of one of these domains."""

    domains: Domains

    def check(self, facts: Facts) -> Finding:
        """Sub-domains are meant too."""
        host = host_name(facts.message.author.email.rpartition("@")[2])
        parts = host.split(".")
        held = bool(host) and not self.domains.hosts.isdisjoint(".".join(parts[first:]) for first in range(len(parts)))
        return Finding(True, note=f"author writes from {host}") if held else NO


@dataclass(frozen=True, slots=True)
class Labelled:
    """The author bears one of these labels, which the action `label` gave."""

    labels: frozenset[str]

    def check(self, facts: Facts) -> Finding:
        """Compares."""
        borne = sorted(self.labels.intersection(record_of(facts).get("labels") or ()))
        return Finding(True, note=f"author is labelled {', '.join(borne)}") if borne else NO


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about the author is (or is not) so."""

    name: str
    measure: Callable[[Facts], bool]
    wanted: bool

    def check(self, facts: Facts) -> Finding:
        """Compares."""
        if self.measure(facts) is not self.wanted:
            return NO
        return Finding(True, note=self.name) if self.wanted else YES


def _messages(facts: Facts) -> float:
    return float(record_of(facts).get("messages", 0))


def _seen_for(facts: Facts) -> float:
    first = record_of(facts).get("first")
    return 0.0 if first is None else facts.now - first


def _signed_up_for(facts: Facts) -> float | None:
    moment = record_of(facts).get("signed_up")
    return None if moment is None else facts.now - moment


def _hidden_share(facts: Facts) -> float:
    messages = _messages(facts)
    return float(record_of(facts).get("hidden", 0)) / messages if messages else 0.0


def _strikes(facts: Facts) -> float:
    held = facts.history.get("strikes", facts.message.author.key) or ()
    return float(sum(strike[1] for strike in held if strike[0] > facts.now))


def _is_first(facts: Facts) -> bool:
    return _messages(facts) == 0


def _is_signed_up(facts: Facts) -> bool:
    return _signed_up_for(facts) is not None


def _steps(argument: str | list[str], building: Building) -> frozenset[Trust]:
    """`regular`, a list, or `>= regular`."""
    found: set[Trust] = set()
    for text in argument if isinstance(argument, list) else [argument]:
        match = re.fullmatch(r"\s*(>=|<=|>|<)?\s*(new|regular|trusted|team)\s*", text)
        if match is None:
            building.report(f"'{text}' is no step of trust", 'write new, regular, trusted, team or ">= regular"', "author", "trust")
            continue
        test = Comparison.read(f"{match[1] or '=='} {_LADDER.index(next(step for step in _LADDER if step == match[2]))}")
        found |= {step for number, step in enumerate(_LADDER) if test.holds(number)}
    return frozenset(found)


def _pattern(texts: list[str]) -> Any:
    parts = ["".join({"*": ".*", "?": "."}.get(char) or re2.escape(char) for char in text.strip().casefold()) for text in texts]
    options = re2.Options()
    options.dot_nl = True
    return re2.compile("|".join(parts), options) if parts else None


def _named(what: str, argument: TextsArgument, building: Building) -> Condition:
    return Named(what, _pattern([entry.text for entry in building.entries(argument, "author", what)]))


def _mail_domain(argument: TextsArgument, building: Building) -> Condition:
    hosts = set()
    for entry in building.entries(argument, "author", "domain"):
        read = read_domain(entry.text.rpartition("@")[2])
        if read is None:
            building.report(f"'{entry.text}' is no domain", "write it like example.com", "author", "domain")
        else:
            hosts.add(read[0])
    return MailDomain(Domains(frozenset(hosts)))


def _labelled(argument: TextsArgument, building: Building) -> Condition:
    return Labelled(frozenset(entry.text for entry in building.entries(argument, "author", "label")))


_NUMBERS: dict[str, Callable[[Facts], float | None]] = {
    "messages": _messages,
    "seen_for": _seen_for,
    "hidden_share": _hidden_share,
    "strikes": _strikes,
}


def _author(argument: Author, building: Building) -> Condition:
    parts: list[Condition] = []
    if argument.trust:
        parts.append(TrustedAs(_steps(argument.trust, building)))
    parts += [
        Number(name.replace("_", " "), measure, getattr(argument, name))
        for name, measure in _NUMBERS.items()
        if getattr(argument, name) is not None
    ]
    if argument.first_message is not None:
        parts.append(Flag("author's first message", _is_first, argument.first_message))
    if isinstance(argument.signed_up, bool):
        parts.append(Flag("author has signed up", _is_signed_up, argument.signed_up))
    elif argument.signed_up is not None:
        parts.append(Number("sign-up", _signed_up_for, argument.signed_up))
    texts: dict[str, Callable[[TextsArgument, Building], Condition]] = {
        "name": partial(_named, "name"),
        "email": partial(_named, "email"),
        "domain": _mail_domain,
        "label": _labelled,
    }
    parts += [make(getattr(argument, name), building) for name, make in texts.items() if getattr(argument, name) is not None]
    if not parts:
        building.report("an empty author: says nothing about the author", "write for instance author: { trust: new }", "author")
    return All(tuple(parts))


KINDS = (Kind("author", Author, _author, "who wrote it: trust, messages, seen_for, strikes, e-mail, ..."),)
