"""Moments of an event: `live+10m`, `start-5m`, `14:05`. Read from text, resolved against what is known of the event. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.signals import EventState
from bot.ruleset.durations import DURATION, Written, read_duration, refuse

_RELATIVE = re.compile(rf"(live|start|end)\s*(?:([+-])\s*({DURATION}))?")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_EARLY = timedelta(hours=6)


@dataclass(frozen=True)
class Moment(Written):
    """`live+10m`, `start-5m`, `end-5m`, `14:05` (the event's zone) or an ISO time with offset.

    `offset` is seconds after live, start or end; seconds after midnight for `clock`; seconds since 1970 for `at`.
    """

    kind: Literal["live", "start", "end", "clock", "at"]
    offset: float
    text: str

    @classmethod
    def read(cls, value: Any) -> Moment:
        """From text."""
        hint = 'write it like live+10m, start-5m, end-5m, "14:05" or 2026-05-04T14:05+02:00'
        if not isinstance(value, str):
            refuse("a moment is meant here", hint)
        text = value.strip()
        relative = _RELATIVE.fullmatch(text.lower())
        if relative:
            seconds = read_duration(relative[3]) if relative[3] else 0.0
            kinds: dict[str, Literal["live", "start", "end"]] = {"live": "live", "start": "start", "end": "end"}
            return cls(kinds[relative[1]], -seconds if relative[2] == "-" else seconds, text)
        clock = _CLOCK.fullmatch(text)
        if clock:
            return cls("clock", int(clock[1]) * 3600.0 + int(clock[2]) * 60.0, text)
        return cls("at", _iso_time(text, hint), text)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Text."""
        iso = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+\s*(?:Z|[+-][0-9]{2}:?[0-9]{2})"
        return {
            "type": "string",
            "pattern": f"^\\s*(?:{_RELATIVE.pattern}|{_CLOCK.pattern}|{iso})\\s*$",
            "examples": ["live+10m", "start-5m", "end-5m", "14:05"],
            "description": "a moment: live+10m, start-5m, end-5m, 14:05 (event's time zone) or an ISO time with offset",
        }

    def resolve(self, event: EventState) -> float | None:
        """Seconds since 1970, or None while the event does not tell what it counts from.

        `14:05` is the first one not earlier than six hours before the scheduled start (so 23:30 and 00:30 both belong to a night's
        event); on a day without that time of day it is the end of the gap, on a day that has it twice the first.
        """
        if self.kind == "at":
            return self.offset
        if self.kind == "clock":
            return _clock_time(self.offset, event)
        base = {"live": event.live_since, "start": event.starts, "end": event.ends}[self.kind]
        return None if base is None else base + self.offset

    def __str__(self) -> str:
        return self.text


def _iso_time(text: str, hint: str) -> float:
    try:
        moment = datetime.fromisoformat(text.replace(" +", "+"))
    except ValueError:
        refuse(f"'{text}' is no moment", hint)
    if moment.tzinfo is None:
        refuse(f"'{text}' has no offset", f"add the offset from UTC: {text}Z or {text}+02:00")
    return moment.timestamp()


def zone_of(event: EventState) -> ZoneInfo:
    """The event's time zone; UTC where its name is unknown."""
    try:
        return ZoneInfo(event.zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _clock_time(seconds: float, event: EventState) -> float | None:
    base = event.starts if event.starts is not None else event.live_since
    if base is None:
        return None
    zone = zone_of(event)
    earliest = datetime.fromtimestamp(base, zone) - _EARLY
    day = earliest.date()
    first = local_time(day, seconds, zone)
    return first if first >= base - _EARLY.total_seconds() else local_time(day + timedelta(days=1), seconds, zone)


def local_time(day: date, seconds: float, zone: ZoneInfo) -> float:
    """The instant at which clocks of the zone show so many seconds after midnight: the first if twice, the gap's end if never."""
    naive = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)  # noqa: DTZ001 - wall time; the zone is put on below
    instant = naive.replace(tzinfo=zone).timestamp()
    if datetime.fromtimestamp(instant, zone).replace(tzinfo=None) == naive:
        return instant
    return _gap_end(naive.replace(tzinfo=zone, fold=1).timestamp(), instant, zone)


def _gap_end(before: float, after: float, zone: ZoneInfo) -> float:
    """The second at which the offset changes between two instants, found by halving."""
    old = datetime.fromtimestamp(before, zone).utcoffset()
    low, high = int(before), int(after)
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return float(high)
