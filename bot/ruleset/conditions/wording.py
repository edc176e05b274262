"""word, contains, starts_with, ends_with, exact, exact_text, wildcard, regex, preset: is one of these texts in the message?

All texts of all rules are looked for by one matcher beforehand; a condition only asks for its numbers. `fold` and `allow` stand
beside these keys and hold for everything in the same mapping: an allowed term rescues a match that it covers fully, each
occurrence for itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Annotated, Any

from pydantic import Field

from bot.ruleset.building import Building, Entry, did_you_mean
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, Condition, Facts, Finding, Span
from bot.ruleset.logic import merged
from bot.ruleset.terms import Fold, TermKind
from bot.ruleset.texts import Texts, TextsArgument

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Wording:
    """One of these terms stands in the text, not covered by an allowed one."""

    key: str
    terms: frozenset[int]
    allowed: frozenset[int] = frozenset()

    @property
    def needs(self) -> frozenset[int]:
        """It cannot hold without one of its terms."""
        return self.terms

    def check(self, facts: Facts) -> Finding:
        """The spans of all its terms."""
        found = [term for term in facts.scan.found if term in self.terms]
        if not found:
            return NO
        spans = merged(span for term in found for span in facts.scan.spans(term))
        permitted = merged(span for term in facts.scan.found if term in self.allowed for span in facts.scan.spans(term))
        left = tuple(span for span in spans if not _covered(span, permitted)) if permitted else spans
        if left:
            return Finding(True, left, f"{self.key} {_quoted(facts.message.text, left)}")
        return Finding(False, near=f"{self.key} {_quoted(facts.message.text, spans)} is allowed") if spans else NO


def _covered(span: Span, permitted: Sequence[Span]) -> bool:
    """Does it lie within one of these? They are as `merged` gives them: the last that begins before it reaches furthest."""
    at = bisect_right(permitted, span[0], key=itemgetter(0))
    return at > 0 and span[1] <= permitted[at - 1][1]


def _quoted(text: str, spans: tuple[Span, ...]) -> str:
    shown = [f"'{text[start:end][:60]}'" for start, end in spans[:_SHOWN]]
    return ", ".join(shown) + (" and more" if len(spans) > _SHOWN else "")


def _make(kind: TermKind, fold: Fold, argument: TextsArgument, building: Building) -> Condition:
    entries = building.entries(argument, kind)
    return Wording(kind, building.terms(kind, entries, fold), building.allowed)


def _preset(argument: str | list[str], building: Building) -> Condition:
    names = argument if isinstance(argument, list) else [argument]
    terms: frozenset[int] = frozenset()
    for number, name in enumerate(names):
        path = ("preset", number) if isinstance(argument, list) else ("preset",)
        if name not in building.shared.presets:
            known = building.shared.presets
            building.report(f"there is no preset '{name}'", did_you_mean(name, known, f"known: {', '.join(sorted(known))}"), *path)
            continue
        place = building.tree.place((*building.path, *path))
        entries = (Entry(text, building.tree, place) for text in building.shared.presets[name] if text.strip())
        terms |= building.terms("word", entries, "strong")
    return Wording("preset", terms, building.allowed)


def _kind(kind: TermKind, says: str, fold: Fold = "strong") -> Kind:
    make: Callable[[Any, Building], Condition] = partial(_make, kind, fold)
    return Kind(kind, Texts, make, says)


KINDS = (
    _kind("word", "one of these words or phrases, with word edges; cat*, *cat, *cat* are prefix, suffix, anywhere"),
    _kind("contains", "one of these texts anywhere, inside words too"),
    _kind("starts_with", "the message begins with one of these texts"),
    _kind("ends_with", "the message ends with one of these texts"),
    _kind("exact", "the whole message is one of these texts"),
    _kind("exact_text", "the whole message is one of these texts, leading and trailing punctuation aside"),
    _kind("wildcard", "* is a run without space, ? exactly one character"),
    _kind("regex", "a regular expression (RE2: linear time, no look-around, no backreferences)", fold="basic"),
    Kind(
        "preset",
        Annotated[str, Field(min_length=1)] | Annotated[list[str], Field(min_length=1)],
        _preset,
        "a word list that comes along: profanity, sexual, slurs, scam",
    ),
)
