"""Bytes from a platform to clean JSON values: nothing hostile in them can raise further inside (reliability H9 to H11, A10).

Lenient where one odd byte must not blind a whole feed: invalid UTF-8 becomes U+FFFD, a byte order mark is skipped, NaN and Infinity
become null, whole numbers over 64 bit stay texts. `strict=True` (webhooks) also refuses what two readers could read in two ways.
"""

from __future__ import annotations

import json
import re
from typing import Any

MAX_DEPTH = 32
TEXT_LIMIT = 65_536
"""Code points kept of one text. Longer than any chat line, short enough that a page stays small in memory (B-50)."""

_LOOKS_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_AS_SPACE = {"\x0b": " ", "\x0c": " ", "\r": "\n", "\x85": "\n", "\x1c": " ", "\x1d": " ", "\x1e": " ", "\x1f": " "}


def clean_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """No lone surrogate (U+FFFD instead), no NUL or other control; those that part words become a space or a line break.

    Controls without a width are taken out, because readers do not see them either: `he<NUL>ck` shows as `heck`.
    """
    text = text[:limit]
    if not _LOOKS_ODD.search(text):
        return text
    return _LOOKS_ODD.sub(_replaced, text.replace("\r\n", "\n"))


def _replaced(match: re.Match[str]) -> str:
    char = match.group()
    return "�" if "\ud800" <= char <= "\udfff" else _AS_SPACE.get(char, "")


def clean(value: Any, depth: int = MAX_DEPTH) -> Any:
    """A deep copy with clean texts and keys; raises ValueError when nested deeper than `depth`."""
    if isinstance(value, str):
        return clean_text(value)
    if not isinstance(value, (dict, list)):
        return value
    if depth == 0:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, list):
        return [clean(item, depth - 1) for item in value]
    return {clean_text(key, 256): clean(item, depth - 1) for key, item in value.items()}


def _whole(digits: str) -> int | str:
    # sqlite and others raise beyond 64 bit; json itself beyond 4300 digits
    return int(digits) if len(digits) < 19 else digits[:128]


def _nothing(_constant: str) -> None:
    return None


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def decode(body: bytes, *, strict: bool = False) -> Any:
    """The JSON value of `body`. Raises ValueError with a short reason, and nothing else."""
    try:
        if strict:
            text = body.decode("utf-8-sig")
            return json.loads(text, parse_int=_whole, parse_constant=_refused, object_pairs_hook=_each_key_once)
        text = body.decode("utf-8-sig", "replace")
        return json.loads(text, parse_int=_whole, parse_constant=_nothing)
    except RecursionError:
        raise ValueError("nested too deeply") from None
