"""The small values of rule files as pydantic types: Duration, Moment, Comparison, Range, Measure, Rate, Counted, Percent.

Each reads the way a moderator writes it (`1h30m`, `live+10m`, `>= 3`, `15..300`, `5 in 30s`, `20%`), refuses everything else with
a hint, and carries its own JSON Schema. Models of rule files derive from `RuleModel`. This is the front door: durations.py and
moments.py stand behind it. Pure.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.ruleset.durations import (
    DURATION,
    NUMBER,
    Duration,
    Id,
    Percent,
    RuleModel,
    Text,
    Written,
    duration_text,
    plain,
    read_duration,
    read_percent,
    refuse,
)
from bot.ruleset.moments import Moment

__all__ = [
    "Comparison",
    "Counted",
    "Duration",
    "Id",
    "Lasting",
    "Measure",
    "Moment",
    "Percent",
    "Range",
    "Rate",
    "RuleModel",
    "Text",
    "duration_text",
    "plain",
    "read_duration",
    "read_percent",
    "refuse",
]

Operator = Literal["<", "<=", ">", ">=", "==", "!="]
_HOLDS: dict[Operator, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_COMPARISON = re.compile(rf"(<=|>=|==|!=|<|>|=)?\s*(-?{NUMBER})\s*(%?)")


@dataclass(frozen=True)
class Comparison(Written):
    """`>= 3`, `< 3`, `>= 70%`, or a plain number, which means exactly that many."""

    op: Operator
    value: float

    @classmethod
    def read(cls, value: Any) -> Comparison:
        """From text or a number."""
        hint = 'write it like ">= 3", "< 3" or 3'
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            refuse("a comparison is meant here", hint)
        found = _COMPARISON.fullmatch(str(value).strip())
        if found is None:
            refuse(f"'{value}' is no comparison", hint)
        number = float(found[2]) / (100 if found[3] else 1)
        ops: dict[str, Operator] = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "=": "==", "!=": "!=", "": "=="}
        return cls(ops[found[1] or ""], number)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text or number."""
        return {
            "anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^\\s*(?:{_COMPARISON.pattern})\\s*$"}],
            "description": 'a comparison such as ">= 3" or "< 3"; a plain number means exactly that many',
        }

    def holds(self, number: float) -> bool:
        """Is it so for this number?"""
        return bool(_HOLDS[self.op](number, self.value))

    @property
    def low(self) -> float:
        """No smaller number holds; 0 where small ones do."""
        return self.value if self.op in (">", ">=", "==") else 0.0

    def __str__(self) -> str:
        return plain(self.value) if self.op == "==" else f"{self.op} {plain(self.value)}"


@dataclass(frozen=True)
class Range(Written):
    """`15..300`: both ends included; either may be left out (`..300`)."""

    low: float | None
    high: float | None

    @classmethod
    def read(cls, value: Any) -> Range:
        """From text."""
        hint = 'write it like "15..300", "15.." or "..300"'
        found = re.fullmatch(rf"({NUMBER})?\s*\.\.\s*({NUMBER})?", value.strip()) if isinstance(value, str) else None
        if found is None or not (found[1] or found[2]):
            refuse(f"'{value}' is no range", hint)
        low, high = (float(part) if part else None for part in found.groups())
        if low is not None and high is not None and low > high:
            refuse(f"'{value}' is empty: {plain(low)} is more than {plain(high)}", f'write "{plain(high)}..{plain(low)}"')
        return cls(low, high)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text."""
        return {
            "type": "string",
            "pattern": rf"^\s*(?:{NUMBER}\s*\.\.\s*(?:{NUMBER})?|\.\.\s*{NUMBER})\s*$",
            "description": 'a range such as "15..300"',
        }

    def holds(self, number: float) -> bool:
        """Does it lie inside?"""
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)

    def __str__(self) -> str:
        return f"{'' if self.low is None else plain(self.low)}..{'' if self.high is None else plain(self.high)}"


@dataclass(frozen=True)
class Measure(Written):
    """A length or a count to be tested: a range, or a comparison in which a plain number means at least that many."""

    test: Comparison | Range

    @classmethod
    def read(cls, value: Any) -> Measure:
        """From text or a number."""
        if isinstance(value, str) and ".." in value:
            return cls(Range.read(value))
        test = Comparison.read(value)
        plainly = not isinstance(value, str) or value.strip()[:1].isdigit()
        return cls(Comparison(">=", test.value) if plainly else test)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text or number."""
        return {
            "anyOf": [{"type": "number", "minimum": 0}, *Comparison.schema()["anyOf"][1:], Range.schema()],
            "description": 'a measure such as ">= 300" or "15..300"; a plain number means at least that many',
        }

    def holds(self, number: float) -> bool:
        """Is it so for this number?"""
        return self.test.holds(number)

    @property
    def low(self) -> float:
        """No smaller number holds."""
        return self.test.low or 0.0

    def __str__(self) -> str:
        return str(self.test)


@dataclass(frozen=True)
class Rate(Written):
    """`5 in 30s`: so many within so many seconds. `5/min` and `5/s` are understood too."""

    n: int
    seconds: float

    @classmethod
    def read(cls, value: Any) -> Rate:
        """From text."""
        hint = 'write it like "5 in 30s"'
        if not isinstance(value, str):
            refuse("a rate is meant here", hint)
        text = value.strip().lower()
        per = re.fullmatch(r"([0-9]+)\s*/\s*(s|m|min|h)", text)
        if per:
            return cls(int(per[1]), {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}[per[2]])
        found = re.fullmatch(r"([0-9]+)\s+in\s+(.+)", text)
        if found is None:
            refuse(f"'{value}' is no rate", hint)
        seconds = read_duration(found[2])
        if int(found[1]) < 1 or seconds <= 0:
            refuse(f"'{value}' can never be reached", hint)
        return cls(int(found[1]), seconds)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text."""
        return {
            "type": "string",
            "pattern": rf"^\s*[0-9]+\s*(?:/\s*(?:s|m|min|h)|\s+in\s+{DURATION})\s*$",
            "description": 'a rate such as "5 in 30s"',
        }

    def __str__(self) -> str:
        return f"{self.n} in {duration_text(self.seconds)}"


@dataclass(frozen=True)
class Lasting(Written):
    """`< 10m`, `>= 1h`: a comparison with a duration; a plain one means at least that long."""

    test: Comparison

    @classmethod
    def read(cls, value: Any) -> Lasting:
        """From text."""
        hint = 'write it like "< 10m" or ">= 1h"'
        found = re.fullmatch(r"\s*(<=|>=|==|<|>)?\s*(\S.*)", value) if isinstance(value, str) else None
        if found is None:
            refuse("a comparison with a duration is meant here", hint)
        op = Comparison.read(f"{found[1] or '>='} 0").op
        return cls(Comparison(op, read_duration(found[2])))

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text."""
        return {
            "type": "string",
            "pattern": rf"^\s*(?:<=|>=|==|<|>)?\s*{DURATION}\s*$",
            "description": 'a comparison with a duration such as "< 10m"',
        }

    def holds(self, seconds: float) -> bool:
        """Is it so for this many seconds?"""
        return self.test.holds(seconds)

    def __str__(self) -> str:
        return f"{self.test.op} {duration_text(self.test.value)}"


@dataclass(frozen=True)
class Counted(Written):
    """`>= 3 in 10m`: a comparison, and how far back it counts (`seconds` None: everything that is still remembered)."""

    test: Comparison
    seconds: float | None

    @classmethod
    def read(cls, value: Any) -> Counted:
        """From text or a number."""
        count, has_window, window = str(value).partition(" in ")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            refuse("a comparison is meant here", 'write it like ">= 3 in 10m"')
        return cls(Comparison.read(count), read_duration(window) if has_window else None)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text or number."""
        return {
            "anyOf": [
                {"type": "number"},
                {"type": "string", "pattern": rf"^\s*(?:{_COMPARISON.pattern})(?:\s+in\s+{DURATION})?\s*$"},
            ],
            "description": 'a count such as ">= 3 in 10m"',
        }

    def __str__(self) -> str:
        return str(self.test) if self.seconds is None else f"{self.test} in {duration_text(self.seconds)}"
