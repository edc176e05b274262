"""Texts of people on the page: everything can be seen, nothing takes effect. Pure.

Escaping is Jinja2's; this is about what is left after it: signs that turn the direction of a line, control signs, towers of marks.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_TURNING = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_TOWER = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_JOINER = "\u200d"
"""Makes families of emoji and is needed in Indic scripts: it turns nothing, so it stays."""


def visible(text: object) -> str:
    """What cannot be seen is named: `‹U+202E›`.

    >>> visible("abc\u202ecba")
    'abc‹U+202E›cba'
    """
    return _TOWER.sub(r"\1", _TURNING.sub(_named, str(text)))


def _named(found: re.Match[str]) -> str:
    return found[0] if found[0] == _JOINER else f"‹U+{ord(found[0]):04X}›"


def zone_of(name: str) -> tzinfo:
    """A time zone; UTC for one that is not known here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def clock_time(at: float | None, zone: tzinfo, form: str = "%H:%M") -> str:
    """A time of day in the event's zone; a dash where it is not known."""
    if at is None:
        return "–"
    try:
        return datetime.fromtimestamp(at, zone).strftime(form)
    except (ValueError, OverflowError, OSError):
        return "–"


def whole(value: object) -> str:
    """`12,345`; a dash where it is not known."""
    if isinstance(value, int | float):
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return "–"


def lasted(value: object) -> str:
    """Seconds in words.

    >>> lasted(0.42), lasted(75), lasted(4000)
    ('0.4 s', '1 min 15 s', '1 h 6 min')
    """
    if not isinstance(value, int | float):
        return "–"
    if value < 60:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
    minutes, seconds = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
