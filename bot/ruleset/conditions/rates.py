"""rate, counter: how often does it happen?

A rate counts all messages under a value (author, text, linked domain, or the event as a whole); all rules that count the same
share one memory, so editing a threshold, or adding a rule, keeps the count. A counter is named; the action `count` counts it up.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from bot.ruleset.building import Building
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, Condition, Facts, Finding
from bot.ruleset.shorthand import Short
from bot.ruleset.values import Counted, Id, Rate, RuleModel, plain
from bot.ruleset.windows import AT_LEAST_SECONDS, By, Window, rate_entry, rate_id, values_by

_KEPT = 60
_MOST = 1000


class RateArgument(RuleModel):
    """`over: 5 in 30s` holds from the fifth message on. `distinct` counts each author, text or domain once."""

    over: Rate
    by: By = "author"
    distinct: Literal["author", "text", "domain"] | None = None


@dataclass(frozen=True, slots=True)
class Often:
    """So many messages within the window, this one included; what is exactly one window old is out."""

    rate: Rate
    by: By
    distinct: Literal["", "author", "text", "domain"]

    @property
    def window(self) -> Window:
        """More is kept than needed, so that the threshold may be raised."""
        keep = min(_MOST, max(_KEPT, self.rate.n * 2))
        return Window("rate", max(self.rate.seconds, AT_LEAST_SECONDS), keep, self.by, self.distinct)

    @property
    def remembers(self) -> tuple[Window, ...]:
        """The moments of the last messages."""
        return (self.window,)

    def check(self, facts: Facts) -> Finding:
        """The highest count among the message's values."""
        number = max([self._count(facts, value) for value in values_by(facts, self.by)], default=0)
        if number < self.rate.n - 1:
            return NO
        what = f"{self.distinct}s" if self.distinct else "messages"
        if number >= self.rate.n:
            return Finding(True, note=f"{number} {what} by {self.by} (limit {self.rate})")
        return Finding(False, near=f"{number} of {self.rate.n} {what} by {self.by}" if number > 1 else "")

    def _count(self, facts: Facts, value: str) -> int:
        held = facts.history.get("rate", rate_id(self.by, self.distinct), value) or ()
        since = facts.now - self.rate.seconds
        if not self.distinct:
            return 1 + len(held) - bisect_right(held, since)
        return len({known for moment, known in held if moment > since} | {rate_entry(facts, self.distinct)[1]})


@dataclass(frozen=True, slots=True)
class Counters:
    """All named counters stand where they were told to stand."""

    tests: tuple[tuple[str, Counted], ...]

    def check(self, facts: Facts) -> Finding:
        """Sums what was counted within the window."""
        notes = []
        for name, counted in self.tests:
            since = -1.0 if counted.seconds is None else facts.now - counted.seconds
            number = sum(n for moment, n in facts.history.get("counter", name) or () if moment > since)
            if not counted.test.holds(number):
                return NO
            notes.append(f"counter {name} {plain(number)} (limit {counted})")
        return Finding(True, note=", ".join(notes))


def _rate(argument: RateArgument, building: Building) -> Condition:
    if argument.distinct == argument.by:
        building.report(
            f"within one {argument.by} there is only one {argument.by}", "count another thing as distinct", "rate", "distinct"
        )
    if argument.over.n > _MOST:
        building.report(f"a rate counts up to {_MOST}", f"write {_MOST} or less", "rate")
    return Often(argument.over, argument.by, argument.distinct or "")


def _counter(argument: dict[str, Counted], _building: Building) -> Condition:
    return Counters(tuple(argument.items()))


KINDS = (
    Kind(
        "rate",
        Annotated[RateArgument, Short("over")],
        _rate,
        'so many messages in a time, such as { by: author, over: "5 in 30s" }',
    ),
    Kind(
        "counter", Annotated[dict[Id, Counted], Field(min_length=1)], _counter, 'a named counter, such as { heat: ">= 3 in 10m" }'
    ),
)
