"""The session's stream key, and the platform's error codes in plain words. Pure.

A-05 where the long codes appear · A-06 metadata as object or text · A-08 a provider without a key · A-09 the event's slug.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.platform_api.oddities import Row
from bot.platform_api.redact import redact_value
from bot.platform_api.scalars import ref, text, truth

STREAM_RUNS = "4068912"
MUX_STATUS_MISSING = "4044005"
MUX_DID_NOT_MAKE = "4044004"
PLAIN: Mapping[str, str] = {
    "4030201": "the account behind the key is not a host of this event",
    STREAM_RUNS: "a stream is running with this key, so it cannot be replaced; stop the encoder first",
    "404800": "the session is unknown; check session_id",
    MUX_STATUS_MISSING: "the video service does not tell the stream's status at the moment",
    MUX_DID_NOT_MAKE: "the video service could not make the stream",
    "400": "the platform takes the request for malformed; check event_url and session_id",
    "401": "the key is missing, wrong, or in the wrong header; check api_key, auth_header and auth_scheme",
    "403": "the key has no right to this event",
    "404": "nothing is found there: either the session, or the configured path is not the platform's",
    "405": "the platform does not take this method there; check method and path",
}
_CODES = re.compile(r"(?<!\d)(" + "|".join(sorted((code for code in PLAIN if len(code) > 3), key=len, reverse=True)) + r")(?!\d)")


@dataclass(frozen=True, slots=True)
class StreamKey:
    """The answer, whole. `studio` True: the vendor's browser studio, False: plain RTMP (A-07)."""

    provider: str = ""
    sub_provider: str = ""
    playback: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    rtmp: str = field(default="", repr=False)
    studio: bool | None = None
    playback_token: str = field(default="", repr=False)
    thumbnail_token: str = field(default="", repr=False)
    metadata: Any = field(default=None, repr=False)
    livestream: str = ""


def stream_key(row: Row) -> StreamKey:
    """Every field may be missing or null."""
    return StreamKey(
        provider=text(row.get("streamProvider"), 64),
        sub_provider=text(row.get("subStreamProvider"), 64),
        playback=text(row.get("streamUrl"), 2048).strip(),
        key=text(row.get("streamKey"), 1024).strip(),
        rtmp=text(row.get("rtmpUrl"), 1024).strip(),
        studio=truth(row.get("accelEventsStudio")),
        playback_token=text(row.get("playBackRestrictionToken"), 8192),
        thumbnail_token=text(row.get("thumbnailRestrictionToken"), 8192),
        metadata=redact_value(_parsed(row.get("metaData"))),
        livestream=ref(row.get("liveStreamId")),
    )


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def code_of(payload: Any, body: str) -> str:
    """The known code that an error carries, as a whole number in one of its fields or else in its text (A-05); "" if none."""
    if isinstance(payload, Mapping):
        for name in ("errorCode", "code", "status", "error"):
            value = payload.get(name)
            found = code_of(value, "") if isinstance(value, Mapping) else _CODES.fullmatch(str(value)[:16])
            if found:
                return found if isinstance(found, str) else found.group()
    elif payload is not None and not isinstance(payload, (list, str)):
        return ""
    told = json.dumps(payload)[:2000] if payload is not None else body[:2000]
    match = _CODES.search(told)
    return match.group() if match else ""


def error_words(payload: Any, body: str) -> tuple[str, str]:
    """(plain words and what the platform says, code)."""
    code = code_of(payload, body)
    said = body
    if isinstance(payload, Mapping):
        said = next((payload[name] for name in ("message", "errorMessage", "error") if isinstance(payload.get(name), str)), "")
    said = text(" ".join(said.split()), 200)
    plain = PLAIN.get(code, "")
    return ": ".join(part for part in (plain, said) if part), code


def slug_of(address: str) -> str:
    """The event's slug: a whole address is cut to its last part (A-09)."""
    path = re.split(r"[?#]", address.strip().rpartition("://")[2])[0]
    return path.rstrip("/").rpartition("/")[2]
