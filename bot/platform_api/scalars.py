"""Single values of answers, whose documents contradict themselves on nearly every type.

Pure. Nothing here raises for anything the platform may send; what cannot be read is None or "". Rules: contract digest section 12,
B-12, B-27, B-33, reliability H9 to H11.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.platform_api.payload import TEXT_LIMIT, clean_text

REF_LIMIT = 128
_TRUE = frozenset({"1", "true"})
_FALSE = frozenset({"0", "false"})
_SPACE_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")
_LATEST = 253_402_300_800.0  # the year 10000


def truth(value: Any) -> bool | None:
    """true/false, 1/0, "1"/"0", "true"/"false" in any case; anything else, `"null"` and "" included, is unknown."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, (str, int, float)) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def number(value: Any) -> float | None:
    """A finite number, or a text that holds one; truth values are no numbers."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(value: Any) -> int | None:
    """A whole number that fits 64 bit, or None."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 2**63 else None
    found = number(value)
    return int(found) if found is not None and found.is_integer() and abs(found) < 2**53 else None


def moment(value: Any, zone: tzinfo = UTC) -> float | None:
    """Seconds since 1970. Takes Unix seconds (number or text), naive times (read in `zone`), times with an offset, RFC 3339.

    0, year 1 and "0000-00-00 00:00:00" mean "never", hence None (B-12).
    """
    seconds = _said(value, zone) if isinstance(value, str) else number(value)
    return seconds if seconds is not None and 0.0 < seconds < _LATEST else None


@lru_cache(maxsize=512)
def _said(text: str, zone: tzinfo) -> float | None:
    """Many rows of a page were made in the same second."""
    seconds = number(text)
    return _written(text.strip(), zone) if seconds is None else seconds


def _written(text: str, zone: tzinfo) -> float | None:
    try:
        found = datetime.fromisoformat(_SPACE_BEFORE_OFFSET.sub("", text[:64]))
        return (found if found.tzinfo else found.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        return None


def has_offset(value: Any) -> bool:
    """Whether a written time says itself where it counts from."""
    if not isinstance(value, str):
        return False
    try:
        return datetime.fromisoformat(_SPACE_BEFORE_OFFSET.sub("", value.strip()[:64])).tzinfo is not None
    except ValueError:
        return False


def zone_named(name: Any) -> ZoneInfo | None:
    """The IANA time zone of that name; None when there is none (the name comes from outside: paths and junk are no zones)."""
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_+\-/]{1,64}", name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def ref(value: Any) -> str:
    """An opaque name as it is (case matters), at most 128 characters; whole numbers become texts; anything else is "" (H11)."""
    if isinstance(value, bool):
        return ""
    text = str(value) if isinstance(value, int) else value
    if not isinstance(text, str):
        return ""
    text = clean_text(text).strip()
    return text if len(text) <= REF_LIMIT and text.isprintable() else ""


def text(value: Any, limit: int = TEXT_LIMIT) -> str:
    """A clean text; numbers and truth values as they would be written, null as "". Lists and objects are no texts: ""."""
    if value is None or isinstance(value, (list, dict)):
        return ""
    return clean_text(value if isinstance(value, str) else str(value), limit)
