"""link, links, domain_in, domain_not_in, link_mismatch: what the message links to, by parsed host, never by substring."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, ClassVar

import idna
from pydantic import Field

from bot.ruleset.building import Building, Entry, did_you_mean
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, YES, Condition, Facts, Finding
from bot.ruleset.glance import LINKED, NOTHING, Glance
from bot.ruleset.links import Domains, Link, find_links, read_domain
from bot.ruleset.texts import ListRef, Texts, TextsArgument
from bot.ruleset.values import Comparison, Measure
from bot.ruleset.views import links_of

_MARKDOWN = re.compile(r"\[([^\]\n]{1,200})\]\(\s*<?([^)\s>]{1,500})")
_ANCHOR = re.compile(r"<a\s[^>]{0,200}?href\s*=\s*[\"']?([^\"'\s>]{1,500})[^>]{0,200}>([^<]{1,200})<", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Links:
    """So many links."""

    test: Measure

    @property
    def least(self) -> Glance:
        """A link, unless none will do."""
        return NOTHING if self.test.holds(0) else Glance(LINKED)

    def check(self, facts: Facts) -> Finding:
        """Counts the sure ones."""
        found = [link for link in links_of(facts) if link.sure]
        if not self.test.holds(len(found)):
            return NO
        return _finding(found, f"{len(found)} link{'' if len(found) == 1 else 's'}") if found else Finding(True, note="no link")


@dataclass(frozen=True, slots=True)
class InDomains:
    """Something links to one of these domains."""

    domains: Domains
    least: ClassVar[Glance] = Glance(LINKED)

    def check(self, facts: Facts) -> Finding:
        """Doubtful links count too: a listed host is no file name."""
        found = [link for link in links_of(facts) if self.domains.match(link)]
        return _finding(found, "link to") if found else NO


@dataclass(frozen=True, slots=True)
class NotInDomains:
    """Something links elsewhere."""

    domains: Domains
    least: ClassVar[Glance] = Glance(LINKED)

    def check(self, facts: Facts) -> Finding:
        """The links outside."""
        found = [link for link in links_of(facts) if link.sure and not self.domains.match(link)]
        return _finding(found, "link outside the list:") if found else NO


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A link shows one host and leads to another, hides its host behind an @, or mixes scripts within a name."""

    wanted: bool

    @property
    def least(self) -> Glance:
        """A link, or what may lead to one."""
        return Glance(LINKED) if self.wanted else NOTHING

    def check(self, facts: Facts) -> Finding:
        """The misleading ones."""
        text = facts.message.text
        found = [link for link in links_of(facts) if link.sure and ("." in link.user or _mixes_scripts(link.host))]
        found += [link for shown, target in _shown(text) for link in _differing(shown, target, text)]
        if not self.wanted:
            return NO if found else YES
        return _finding(found, "misleading link") if found else NO


def _finding(links: list[Link], said: str) -> Finding:
    hosts = ", ".join(dict.fromkeys(link.host for link in links[:3]))
    return Finding(True, tuple(sorted({link.span for link in links})), f"{said} {hosts}")


def _shown(text: str) -> list[tuple[str, str]]:
    if "](" not in text and "<" not in text:
        return []
    return [(match[1], match[2]) for match in _MARKDOWN.finditer(text)] + [(match[2], match[1]) for match in _ANCHOR.finditer(text)]


def _differing(shown: str, target: str, text: str) -> list[Link]:
    """The targets' links, placed in the whole text, that none of the shown hosts covers."""
    hosts = [link.host for link in find_links(shown)]
    start = max(0, text.find(target))
    return [
        Link(link.host, (start + link.span[0], start + link.span[1]))
        for link in find_links(target)
        if hosts and not any(link.host == host or link.host.endswith("." + host) for host in hosts)
    ]


def _mixes_scripts(host: str) -> bool:
    for label in host.split("."):
        if label.startswith("xn--"):
            try:
                label = idna.decode(label)  # noqa: PLW2901 - the same label, readable
            except (idna.IDNAError, UnicodeError):
                return True
        scripts = {unicodedata.name(char, "?").split()[0] for char in label if char.isalpha()}
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1:
            return True
    return False


def _domains(argument: TextsArgument, building: Building, key: str) -> Domains:
    """Listed domains; a text without a dot is the name of a list."""
    items = argument if isinstance(argument, list) else [argument]
    entries: list[Entry] = []
    for number, item in enumerate(items):
        path = (key, number) if isinstance(argument, list) else (key,)
        if isinstance(item, str) and (item in building.shared.lists or "." not in item):
            entries += building.listed(item, *path)
        elif isinstance(item, ListRef):
            entries += building.listed(item.list, *path, "list")
        else:
            entries.append(Entry(str(item), building.tree, building.tree.place((*building.path, *path))))
    return _read_all(entries, building)


def _read_all(entries: list[Entry], building: Building) -> Domains:
    hosts: set[str] = set()
    paths: set[tuple[str, str]] = set()
    for entry in entries:
        if not entry.text.strip():
            continue
        read = read_domain(entry.text)
        if read is None:
            hint = did_you_mean(entry.text, building.shared.lists, "write it like example.com")
            problem = entry.tree.problem(entry.place, f"'{entry.text[:60]}' is no domain", hint, rule=building.rule)
            building.shared.problems.append(problem)
        elif read[1]:
            paths.add(read)
        else:
            hosts.add(read[0])
    return Domains(frozenset(hosts), frozenset(paths))


def _link(argument: bool, _building: Building) -> Condition:
    return Links(Measure(Comparison(">=", 1) if argument else Comparison("==", 0)))


def _links(argument: Measure, _building: Building) -> Condition:
    return Links(argument)


def _domain_in(argument: TextsArgument, building: Building) -> Condition:
    return InDomains(_domains(argument, building, "domain_in"))


def _domain_not_in(argument: TextsArgument, building: Building) -> Condition:
    return NotInDomains(_domains(argument, building, "domain_not_in"))


def _link_mismatch(argument: bool, _building: Building) -> Condition:
    return Mismatch(argument)


KINDS = (
    Kind("link", bool, _link, "true: there is a link; false: there is none"),
    Kind("links", Measure, _links, 'so many links, such as ">= 2"'),
    Kind("domain_in", Texts, _domain_in, "a link to one of these domains (a list's name, or domains); sub-domains included"),
    Kind("domain_not_in", Texts, _domain_not_in, "a link to anything but these domains"),
    Kind("link_mismatch", Annotated[bool, Field()], _link_mismatch, "a link that shows one host and leads to another"),
)
