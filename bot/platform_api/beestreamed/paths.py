"""Where BeeStreamed's calls live: the one table (B-15: the endpoint pages' paths, not those of the introductions).

A 404 is never answered by trying another spelling: it may be a deleted event.
"""

from __future__ import annotations

from urllib.parse import quote

from bot.domain.errors import Refused
from bot.platform_api.scalars import REF_LIMIT

PATHS = {
    "events": "/events",
    "event": "/events/{event}",
    "stream": "/events/{event}/stream",
    "rtmp": "/events/{event}/rtmp",
    "simulcast": "/events/{event}/simulcast",
    "start_webrtc": "/events/{event}/startwebrtcstream",
    "stop_webrtc": "/events/{event}/stopwebrtcstream",
    "chat": "/chat/{event}",
    "message": "/chat/{event}/{message}",
    "polls": "/polls/{event}",
    "poll": "/polls/{event}/{poll}",
    "entries": "/polls/{event}/{poll}/entries",
    "signups": "/signup/{event}",
    "signup": "/signup/{event}/{signup}",
    "overall": "/analytics/{event}/overall",
    "timeseries": "/analytics/{event}/timeseries",
}


def path_of(name: str, **refs: str) -> str:
    """The path with every ref percent-encoded. Raises Refused for a ref that cannot stand in a path."""
    for kind, value in refs.items():
        if not value or value in (".", "..") or len(value) > REF_LIMIT:
            raise Refused(f"'{value[:40]}' cannot be the ref of a platform's {kind}")
    return PATHS[name].format(**{kind: quote(value, safe="", errors="replace") for kind, value in refs.items()})
