"""Recorded messages, one JSON object a line (the format of `usher replay`): reading them strictly, and telling what is wrong.

A record needs `text`; all else has a default. A record of something that is no message (a recording's `ev`: join, kick, ban) reads
as an empty text, so that every line keeps its place. Positions in texts are kept: what has to be cleaned is replaced one for one.
Pure.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, cast, get_args

from bot.domain.signals import Author, Phase, Surface, Trust
from bot.engine.asking import is_score

SURFACES = get_args(Surface)
TRUSTS = get_args(Trust)
PHASES: dict[str, Phase] = {"idle": "before", "live": "on_air", "force_live": "on_air", "video": "playback", "done": "over"}
"""The platform's words for an event's status (B-16); other words are kept and mean an unknown phase."""
LATEST = 1e9
NOTHING_SAID: Mapping[str, float] = MappingProxyType({})
_REPLACEMENT = "\ufffd"
_decode = json.JSONDecoder().decode


class BadRecord(ValueError):
    """A line that cannot be read; the text says why."""


class Record(NamedTuple):
    """One line. `t` and `author` are None where the line does not say."""

    text: str
    t: float | None = None
    surface: Surface = "chat"
    author: Author | None = None
    id: str = ""
    event: str = ""
    trust: Trust | None = None
    status: str = "live"
    poll_open: bool = False
    scores: Mapping[str, float] = NOTHING_SAID
    """Of services that rules ask (`external`)."""


def read_record(line: str | bytes) -> Record:
    """A line as a record. Raises BadRecord."""
    raw = _object(line)
    return Record(
        text=_message_text(raw),
        t=_seconds(raw),
        surface=cast(Surface, _one_of(raw, "surface", SURFACES) or "chat"),
        author=_author(raw),
        id=_text(raw, "id"),
        event=_text(raw, "event") or _text(raw, "room"),
        trust=cast("Trust | None", _one_of(raw, "trust", TRUSTS)),
        status=_text(raw, "status") or "live",
        poll_open=_flag(raw, "poll_open"),
        scores=_scores(raw) if "scores" in raw else NOTHING_SAID,
    )


def _object(line: str | bytes) -> dict[str, Any]:
    try:
        raw = _decode(str(line, "utf-8") if isinstance(line, bytes) else line)
    except ValueError:
        raw = _thoroughly(line)
    except RecursionError as error:
        raise BadRecord(f"not JSON: {error}"[:200]) from None
    if not isinstance(raw, dict):
        raise BadRecord('a record is a JSON object, like {"text": "hello"}')
    return raw


def _thoroughly(line: str | bytes) -> Any:
    """With byte order marks and other encodings, for which it takes twice as long."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRecord(f"not JSON: {error}"[:200]) from None


def clean(text: str) -> str:
    """Without NUL and lone surrogates, each replaced by one character so that positions stay."""
    if text.isascii() and "\0" not in text:
        return text
    if "\0" in text:
        text = text.replace("\0", _REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(_REPLACEMENT if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def _message_text(raw: dict[str, Any]) -> str:
    text = raw.get("text")
    if isinstance(text, str):
        return clean(text)
    if text is None and "ev" in raw:
        return ""
    raise BadRecord("'text' is missing" if text is None else "'text' must be a text")


def _seconds(raw: dict[str, Any]) -> float | None:
    t = raw.get("t")
    if t is None:
        return None
    if isinstance(t, bool) or not isinstance(t, int | float) or not math.isfinite(t) or abs(t) > LATEST:
        raise BadRecord("'t' must be a number of seconds from the start")
    return float(t)


def _author(raw: dict[str, Any]) -> Author | None:
    name, email = _text(raw, "name") or _text(raw, "author"), _text(raw, "email")
    return Author(name, email) if name or email else None


def _text(raw: dict[str, Any], key: str) -> str:
    value = raw.get(key)
    if value is None:
        return ""
    if value.__class__ is str:
        return clean(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadRecord(f"'{key}' must be a text")
    return clean(str(value))


def _one_of(raw: dict[str, Any], key: str, allowed: tuple[str, ...]) -> str | None:
    value = raw.get(key)
    if value is not None and value not in allowed:
        raise BadRecord(f"'{key}' must be one of {', '.join(allowed)}")
    return cast("str | None", value)


def _scores(raw: dict[str, Any]) -> Mapping[str, float]:
    given = raw["scores"]
    if not isinstance(given, dict) or not all(map(is_score, given.values())):
        raise BadRecord("'scores' must be a mapping of services to numbers from 0 to 1")
    return cast("Mapping[str, float]", given)


def _flag(raw: dict[str, Any], key: str) -> bool:
    value = raw.get(key)
    if value is not None and not isinstance(value, bool):
        raise BadRecord(f"'{key}' must be true or false")
    return bool(value)
