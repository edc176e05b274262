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
    "breakdown": "/analytics/{event}/breakdown",
    "views": "/analytics/{event}/views",
    "viewer": "/analytics/{event}/viewers/{viewer}",
    "event_image": "/events/{event}/image",
    "event_upload": "/events/{event}/upload",
    "event_log": "/events/{event}/log",
    "send_emails": "/events/{event}/sendemails",
    "videos": "/videos",
    "video": "/videos/{video}",
    "video_upload": "/videos/upload",
    "video_upload_status": "/videos/upload/{upload}",
    "video_master": "/videos/{video}/master",
    "client": "/client/{client}",
    "client_image": "/client/{client}/image",
    "client_usage": "/client/{client}/usage",
    "client_connections": "/client/{client}/connections",
    "user_connections": "/user/{session}/connections",
}


def path_of(name: str, **refs: str) -> str:
    """The path with every ref percent-encoded. Raises Refused for a ref that cannot stand in a path."""
    for kind, value in refs.items():
        if not value or value in (".", "..") or len(value) > REF_LIMIT:
            shown = "what was given" if kind == "session" else f"'{value[:40]}'"
            raise Refused(f"{shown} cannot be the ref of a platform's {kind}")
    return PATHS[name].format(**{kind: quote(value, safe="", errors="replace") for kind, value in refs.items()})
