"""Time as the stage needs it: the clock it is handed, and the ways in which a platform may print or read a moment (B-12).

Assumes moments are seconds since 1970 (float). Asks the machine for nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

TimeStyle = Literal["naive", "naive_local", "offset", "iso_z", "unix", "unix_text"]

_OFFSET = re.compile(r"^(?P<naive>.+?)\s*(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)$")


class StageClock(Protocol):
    """The clock that the stage lives by; whoever builds the stage hands one in."""

    def now(self) -> float:
        """Wall time, seconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Waits so many seconds of this clock."""
        ...


def naive(moment: float) -> str:
    """`YYYY-MM-DD HH:MM:SS` in UTC, whole seconds (the fraction is cut, as a database column of whole seconds would)."""
    return datetime.fromtimestamp(int(moment // 1), UTC).strftime("%Y-%m-%d %H:%M:%S")


def iso_z(moment: float) -> str:
    """RFC 3339 with Z."""
    return datetime.fromtimestamp(int(moment // 1), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_offset(moment: float, zone: str) -> str:
    """`YYYY-MM-DD HH:MM:SS +HH:MM` in the zone, as webhooks print `event_date`."""
    local = datetime.fromtimestamp(int(moment // 1), ZoneInfo(zone))
    digits = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S} {digits[:3]}:{digits[3:5]}"


def printed(moment: float, style: TimeStyle, zone: str = "UTC") -> str | int:
    """A moment in one of the styles."""
    if style == "naive":
        return naive(moment)
    if style == "naive_local":
        return f"{datetime.fromtimestamp(int(moment // 1), ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"
    if style == "offset":
        return with_offset(moment, zone)
    if style == "iso_z":
        return iso_z(moment)
    return int(moment // 1) if style == "unix" else str(int(moment // 1))


def understood(text: str, zone: str = "UTC") -> float | None:
    """A moment out of what a client sent, or None: Unix seconds, ISO 8601, or `YYYY-MM-DD HH:MM:SS` with or without `+HH:MM`."""
    text = text.strip()
    if re.fullmatch(r"\d{9,11}(\.\d+)?", text):
        return float(text)
    place: timezone | ZoneInfo = ZoneInfo(zone)
    if found := _OFFSET.match(text):
        minutes = int(found["hours"]) * 60 + int(found["minutes"])
        place = timezone(timedelta(minutes=minutes if found["sign"] == "+" else -minutes))
        text = found["naive"].strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=place)).timestamp()
