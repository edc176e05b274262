"""similar_to_own, similar_to_others: has this been written before, by the same author or by several?

Texts are compared by their skeletons (strongly folded, letters and digits only), so that case, look-alikes and punctuation make no
difference. Very short texts are left alone: half of a live chat says "lol" at the same moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field
from rapidfuzz import fuzz, process

from bot.ruleset.building import Building
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, Condition, Facts, Finding
from bot.ruleset.glance import Glance
from bot.ruleset.shorthand import Short
from bot.ruleset.values import Duration, Percent, RuleModel, duration_text
from bot.ruleset.views import skeleton_of
from bot.ruleset.windows import AT_LEAST_SECONDS, Window

OWN_LEAST, OWN_KEPT, OTHERS_KEPT = 12, 30, 300


class Own(RuleModel):
    """`times` counts this message too."""

    like: Percent = 0.85
    last: Duration = 300.0
    times: Annotated[int, Field(ge=2, le=OWN_KEPT)] = 3
    min_length: Annotated[int, Field(ge=1)] = 12


class Others(RuleModel):
    """`authors` counts this message's author too."""

    like: Percent = 0.85
    last: Duration = 120.0
    authors: Annotated[int, Field(ge=2, le=100)] = 4
    min_length: Annotated[int, Field(ge=1)] = 18


@dataclass(frozen=True, slots=True)
class SimilarToOwn:
    """The author wrote (nearly) the same so many times."""

    like: float
    last: float
    times: int
    min_length: int

    @property
    def remembers(self) -> tuple[Window, ...]:
        """The author's last texts."""
        kept = min(OWN_KEPT, max(OWN_LEAST, 4 * self.times))  # of thousands of authors, each text remembered costs
        return (Window("own", max(self.last, AT_LEAST_SECONDS), kept, min_length=self.min_length),)

    @property
    def least(self) -> Glance:
        """Short texts are left alone."""
        return Glance(length=self.min_length)

    def check(self, facts: Facts) -> Finding:
        """Counts earlier ones that are alike."""
        held = facts.history.get("own", facts.message.author.key)
        if not held or len(facts.message.text) < self.min_length or len(skeleton_of(facts)) < self.min_length:
            return NO
        recent = [text for moment, text in held if moment > facts.now - self.last]
        times = 1 + len(alike(skeleton_of(facts), recent, self.like))
        if times >= self.times:
            return Finding(True, note=f"said {times} times in {duration_text(self.last)} (limit {self.times})")
        return Finding(False, near=f"said {times} of {self.times} times" if 1 < times == self.times - 1 else "")


@dataclass(frozen=True, slots=True)
class SimilarToOthers:
    """So many authors wrote (nearly) the same."""

    like: float
    last: float
    authors: int
    min_length: int

    @property
    def remembers(self) -> tuple[Window, ...]:
        """The event's last texts."""
        return (Window("others", max(self.last, AT_LEAST_SECONDS), OTHERS_KEPT, min_length=self.min_length),)

    @property
    def least(self) -> Glance:
        """Short texts are left alone."""
        return Glance(length=self.min_length)

    def check(self, facts: Facts) -> Finding:
        """Counts the other authors whose texts are alike."""
        held = facts.history.get("others")
        if not held or len(facts.message.text) < self.min_length:
            return NO
        skeleton = skeleton_of(facts)
        if len(skeleton) < self.min_length:
            return NO
        recent = [entry for entry in held if entry[0] > facts.now - self.last]
        found = facts.once(f"others {self.like} {self.last}", lambda: alike(skeleton, [entry[2] for entry in recent], self.like))
        authors = {recent[number][1] for number in found} | {facts.message.author.key}
        if len(authors) >= self.authors:
            return Finding(True, note=f"said by {len(authors)} authors in {duration_text(self.last)} (limit {self.authors})")
        return Finding(
            False, near=f"said by {len(authors)} of {self.authors} authors" if 1 < len(authors) == self.authors - 1 else ""
        )


def alike(text: str, others: Sequence[str], like: float) -> list[int]:
    """Positions of the texts that are at least this similar."""
    found: list[tuple[Any, float, int]] = process.extract(text, others, scorer=fuzz.ratio, score_cutoff=like * 100, limit=None)
    return [position for _text, _score, position in found]


def _own(argument: Own, _building: Building) -> Condition:
    return SimilarToOwn(argument.like, argument.last, argument.times, argument.min_length)


def _others(argument: Others, _building: Building) -> Condition:
    return SimilarToOthers(argument.like, argument.last, argument.authors, argument.min_length)


KINDS = (
    Kind(
        "similar_to_own", Annotated[Own, Short("like", bare=True)], _own, "the author wrote nearly the same so many times (3 in 5m)"
    ),
    Kind(
        "similar_to_others",
        Annotated[Others, Short("like", bare=True)],
        _others,
        "so many authors wrote nearly the same (4 in 2m)",
    ),
)
