"""How conditions are combined: all, any, none, and so many of several; and what can be told about a whole condition beforehand.

Combined findings carry the spans and notes of the parts that made them hold. A near miss comes up only where nothing else
stood in the way. A part may be open (`Finding.rest`: another service has to be asked): the whole is open only if that part decides
it, and its rest holds what the other parts said, so that it can be answered later without asking them again. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.ruleset.facts import NO, YES, Condition, Facts, Finding, Span
from bot.ruleset.glance import NOTHING, Glance, all_of, any_of
from bot.ruleset.windows import Window


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds. Parts are asked in order, so cheap ones stand first."""

    children: tuple[Condition, ...]

    def check(self, facts: Facts) -> Finding:
        """Stops at the first part that fails, but goes on behind a near miss to see whether it was the only obstacle."""
        findings: list[Finding] = []
        still: tuple[Finding, ...] = ()
        near = ""
        for child in self.children:
            finding = child.check(facts)
            if finding.holds:
                findings.append(finding)
            elif finding is NO:
                return NO
            elif finding.rest is not None:
                still += (finding,)
            elif finding.near and not near:
                near = finding.near
            else:
                return NO
        if near:
            return Finding(False, near=near)
        return together(findings) if not still else _open(still, All, [Known(together(findings))] if findings else [])


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds; all that do are named."""

    children: tuple[Condition, ...]

    def check(self, facts: Facts) -> Finding:
        """Asks all parts: the spans of all are wanted."""
        findings = [child.check(facts) for child in self.children]
        held = [finding for finding in findings if finding.holds]
        if held:
            return together(held)
        still = [finding for finding in findings if finding.rest is not None]
        if still:
            return _open(still, Any)
        return Finding(False, near=next((finding.near for finding in findings if finding.near), ""))


@dataclass(frozen=True, slots=True)
class NoneOf:
    """No part holds."""

    children: tuple[Condition, ...]

    def check(self, facts: Facts) -> Finding:
        """Says what stood in the way as a near miss."""
        still: tuple[Finding, ...] = ()
        for child in self.children:
            finding = child.check(facts)
            if finding.holds:
                return Finding(False, near=f"spared because of {finding.note}" if finding.note else "")
            if finding.rest is not None:
                still += (finding,)
        return _open(still, NoneOf) if still else YES


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`n` of the parts hold, each counted once however often it is found."""

    n: int
    children: tuple[Condition, ...]

    def check(self, facts: Facts) -> Finding:
        """Counts the parts that hold."""
        findings = [child.check(facts) for child in self.children]
        held = [finding for finding in findings if finding.holds]
        if len(held) >= self.n:
            whole = together(held)
            return Finding(True, whole.spans, f"{len(held)} of {len(self.children)} patterns ({whole.note})")
        still = [finding for finding in findings if finding.rest is not None]
        if still and len(held) + len(still) >= self.n:
            rest = AtLeast(self.n, tuple(finding.rest or Known(finding) for finding in findings))
            return Finding(False, near=still[0].near, rest=rest)
        return Finding(False, near=f"{len(held)} of {self.n} patterns" if held and len(held) == self.n - 1 else "")


@dataclass(frozen=True, slots=True)
class Never:
    """Holds for nothing; stands for a part that was refused, so that its surroundings can still be checked."""

    needs: ClassVar[frozenset[int]] = frozenset()

    def check(self, _facts: Facts) -> Finding:
        """Never."""
        return NO


@dataclass(frozen=True, slots=True)
class Known:
    """A part that was answered when the message was read, in what is left of a condition."""

    finding: Finding

    def check(self, _facts: Facts) -> Finding:
        """What it said then."""
        return self.finding


Combined = All | Any | NoneOf | AtLeast


def _open(still: Sequence[Finding], combine: type[All | Any | NoneOf], known: Sequence[Condition] = ()) -> Finding:
    """Not decided by these parts, which are open."""
    rests = (*known, *(finding.rest for finding in still if finding.rest is not None))
    alone = len(rests) == 1 and combine is not NoneOf
    return Finding(False, near=still[0].near, rest=rests[0] if alone else combine(rests))


def together(findings: Sequence[Finding]) -> Finding:
    """One finding out of several that hold."""
    if len(findings) == 1:
        return findings[0]
    notes = dict.fromkeys(finding.note for finding in findings if finding.note)
    return Finding(True, merged(span for finding in findings for span in finding.spans), ", ".join(notes))


def merged(spans: Iterator[Span]) -> tuple[Span, ...]:
    """Sorted, without doubles and without those that lie inside another."""
    kept: list[Span] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and all its parts."""
    yield condition
    for child in getattr(condition, "children", ()):
        yield from walk(child)


def services_of(condition: Condition) -> tuple[str, ...]:
    """The services that it may ask."""
    found = (getattr(part, "service", "") for part in walk(condition))
    return tuple(dict.fromkeys(name for name in found if name))


def windows_of(condition: Condition) -> tuple[Window, ...]:
    """What the engine has to remember for this condition after each message."""
    return tuple(window for part in walk(condition) for window in getattr(part, "remembers", ()))


def terms_of(condition: Condition) -> frozenset[int]:
    """All terms that it looks at."""
    return frozenset(term for part in walk(condition) for term in getattr(part, "terms", ()))


def needed_terms(condition: Condition) -> frozenset[int] | None:
    """Terms of which at least one must stand in the text if the condition is to hold; None if it can hold without any."""
    if isinstance(condition, All):
        needs = [need for need in map(needed_terms, condition.children) if need is not None]
        return min(needs, key=len) if needs else None
    if isinstance(condition, Any | AtLeast):
        parts = [needed_terms(child) for child in condition.children]
        known = [part for part in parts if part is not None]
        return frozenset().union(*known) if parts and len(known) == len(parts) else None
    needs_own: frozenset[int] | None = getattr(condition, "needs", None)
    return needs_own


def least_of(condition: Condition) -> Glance:
    """What a message must show at a glance if the condition is to hold, or to be nearly met."""
    if isinstance(condition, All):
        return all_of(map(least_of, condition.children))
    if isinstance(condition, Any | AtLeast):
        return any_of(map(least_of, condition.children))
    least: Glance = getattr(condition, "least", NOTHING)
    return least
