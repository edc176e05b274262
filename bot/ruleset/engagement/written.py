"""Small values of the engagement sections, read the way a producer writes them. Pure.

`drop 20% in 5m`, `<= 2/min for 5m`, `5 people say "audio" in 60s`, `poll:warmup closed`, `*/15 * * * *`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cronsim import CronSim, CronSimError

from bot.ruleset.durations import DURATION, NUMBER, Written, read_duration, read_percent, refuse
from bot.ruleset.values import Comparison

_PER = {"s": 60.0, "min": 1.0, "m": 1.0, "h": 1 / 60.0}
HAPPENINGS = {
    "poll": ("opened", "closed", "failed", "void"),
    "quiz": ("started", "finished"),
    "announcement": ("posted",),
    "command": ("used",),
    "capture": ("opened", "closed"),
    "cue": ("done",),
}
"""What `after` can wait for, by kind of item."""


@dataclass(frozen=True)
class Viewers(Written):
    """`>= 100`, or `drop 20% in 5m`: a fall from the highest number of the last so many seconds."""

    test: Comparison | None = None
    drop: float = 0.0
    seconds: float = 0.0

    @classmethod
    def read(cls, value: Any) -> Viewers:
        """From text or a number."""
        found = re.fullmatch(rf"drop\s+({NUMBER}\s*%)\s+in\s+(.+)", value.strip().lower()) if isinstance(value, str) else None
        if found is None:
            return cls(Comparison.read(value))
        share, seconds = read_percent(found[1]), read_duration(found[2])
        if share <= 0 or seconds <= 0:
            refuse(f"'{value}' would always hold", 'write it like "drop 20% in 5m"')
        return cls(None, share, seconds)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text or number."""
        drop = {"type": "string", "pattern": rf"^\s*drop\s+{NUMBER}\s*%\s+in\s+{DURATION}\s*$"}
        return {"anyOf": [*Comparison.schema()["anyOf"], drop], "description": 'viewers: ">= 100" or "drop 20% in 5m"'}


@dataclass(frozen=True)
class ChatRate(Written):
    """`<= 2/min for 5m`: attendee lines a minute, on average over so many seconds (one minute if not said)."""

    test: Comparison
    seconds: float = 60.0

    @classmethod
    def read(cls, value: Any) -> ChatRate:
        """From text."""
        hint = 'write it like "<= 2/min for 5m"'
        text = value.strip().lower() if isinstance(value, str) else ""
        found = re.fullmatch(rf"((?:<=|>=|<|>)\s*)({NUMBER})\s*/\s*(s|min|m|h)(?:\s+for\s+(.+))?", text)
        if found is None:
            refuse(f"'{value}' is no chat rate", hint)
        seconds = read_duration(found[4]) if found[4] else 60.0
        if not 10 <= seconds <= 3600:
            refuse(f"'{value}' looks back {seconds:g} s", "a chat rate looks back between 10s and 1h")
        return cls(Comparison.read(f"{found[1]}{float(found[2]) * _PER[found[3]]:f}"), seconds)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text."""
        pattern = rf"^\s*(?:<=|>=|<|>)\s*{NUMBER}\s*/\s*(?:s|min|m|h)(?:\s+for\s+{DURATION})?\s*$"
        return {"type": "string", "pattern": pattern, "description": 'attendee lines a minute, such as "<= 2/min for 5m"'}


@dataclass(frozen=True)
class PeopleSay(Written):
    """`5 people say "audio" in 60s`: so many different authors whose visible lines hold these words."""

    people: int
    phrase: str
    seconds: float

    @classmethod
    def read(cls, value: Any) -> PeopleSay:
        """From text."""
        hint = "write it like '5 people say \"audio\" in 60s'"
        text = value.strip() if isinstance(value, str) else ""
        found = re.fullmatch(r"([0-9]{1,4})\s+people\s+say\s+[\"“']?(.+?)[\"”']?\s+in\s+(\S.*)", text, re.IGNORECASE)
        if found is None:
            refuse(f"'{value}' is not understood", hint)
        people, seconds = int(found[1]), read_duration(found[3])
        if people < 1 or seconds <= 0 or not re.search(r"\w", found[2]):
            refuse(f"'{value}' can never hold", hint)
        return cls(people, found[2], seconds)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text."""
        pattern = rf"^\s*[0-9]{{1,4}}\s+people\s+say\s+.+\s+in\s+{DURATION}\s*$"
        return {"type": "string", "pattern": pattern, "examples": ['5 people say "audio" in 60s']}


@dataclass(frozen=True)
class After(Written):
    """`poll:warmup closed`: something else of this file has happened."""

    kind: str
    item: str
    what: str

    @classmethod
    def read(cls, value: Any) -> After:
        """From text."""
        hint = 'write it like "poll:warmup closed"'
        found = re.fullmatch(r"([a-z]+):([a-z0-9_-]{1,64})(?:\s+([a-z]+))?", value.strip()) if isinstance(value, str) else None
        if found is None:
            refuse(f"'{value}' is not understood", hint)
        kind, item, what = found.groups()
        if kind not in HAPPENINGS:
            refuse(f"nothing can be awaited of a '{kind}'", f"one of {', '.join(HAPPENINGS)} is possible")
        what = what or HAPPENINGS[kind][0 if len(HAPPENINGS[kind]) == 1 else 1]
        if what not in HAPPENINGS[kind]:
            refuse(f"a {kind} is never '{what}'", f"write {kind}:{item} {' or '.join(HAPPENINGS[kind])}")
        return cls(kind, item, what)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text."""
        kinds = "|".join(HAPPENINGS)
        words = "|".join(sorted({word for words in HAPPENINGS.values() for word in words}))
        return {
            "type": "string",
            "pattern": rf"^\s*(?:{kinds}):[a-z0-9_-]{{1,64}}(?:\s+(?:{words}))?\s*$",
            "examples": ["poll:warmup closed"],
        }

    def __str__(self) -> str:
        return f"{self.kind}:{self.item} {self.what}"


@dataclass(frozen=True)
class Cron(Written):
    """Five fields as in crontab, in the event's time zone; Sunday is 0 or SUN. Read by cronsim."""

    text: str

    @classmethod
    def read(cls, value: Any) -> Cron:
        """From text."""
        hint = 'write five fields: minute hour day month weekday, such as "*/15 14-16 * * MON-FRI"'
        if not isinstance(value, str) or len(value.split()) != 5:
            refuse(f"'{value}' is no cron line", hint)
        try:
            next(CronSim(value, datetime(2024, 1, 1, tzinfo=UTC)))
        except (CronSimError, ValueError) as error:
            refuse(f"'{value}' is no cron line: {error}", hint)
        except StopIteration:
            refuse(f"'{value}' names a day that never comes", hint)
        return cls(" ".join(value.split()))

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text."""
        return {"type": "string", "examples": ["*/15 14-16 * * MON-FRI"], "description": "five cron fields, event's time zone"}
