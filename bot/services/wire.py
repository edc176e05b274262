"""What a service is sent, and where the score stands in its answer. Pure but for its types."""

from __future__ import annotations

import json
from typing import Any

from bot.config import Service

LONGEST = 64 * 1024
"""Bytes of an answer that are read; a longer one is no answer."""


class NoScore(Exception):
    """Why there is none, in words."""


def headers_of(section: Service) -> dict[str, str]:
    """The token, where it has to stand."""
    token = section.token.get_secret_value()
    if not token:
        return {}
    return {section.header: f"Bearer {token}" if section.header.casefold() == "authorization" else token}


def request(section: Service, text: str) -> dict[str, Any]:
    """What is sent: the constant part, and the text in its place."""
    *outer, last = section.text.split(".")
    body = inside = dict(section.body)
    for name in outer:
        known = inside.get(name)
        inside[name] = dict(known) if isinstance(known, dict) else {}
        inside = inside[name]
    inside[last] = text
    return body


def score_in(raw: bytes, place: str) -> float:
    """The score of an answer; raises NoScore."""
    if len(raw) > LONGEST:
        raise NoScore(f"its answer is longer than {LONGEST // 1024} KiB")
    try:
        value: Any = json.loads(raw)
    except (ValueError, RecursionError):
        raise NoScore("its answer is no JSON") from None
    for name in place.split("."):
        value = _part(value, name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoScore(f"its answer has no number at '{place}'")
    if not 0 <= value <= 1:  # neither does NaN
        raise NoScore(f"its score {str(value)[:20]} does not lie between 0 and 1")
    return float(value)


def _part(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list) and name.isascii() and name.isdecimal() and len(name) < 9 and int(name) < len(value):
        return value[int(name)]
    return None
