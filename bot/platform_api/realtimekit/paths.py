"""Where the calls live: the one table of templates (K-10, D-03, D-09). Singular and plural differ on purpose."""

from __future__ import annotations

from urllib.parse import quote

from bot.domain.errors import Refused
from bot.platform_api.scalars import REF_LIMIT

PATHS = {
    "livestreams": "/livestreams",
    "livestream": "/livestreams/{livestream}",
    "active session": "/livestreams/{livestream}/active-livestream-session",
    "livestream session": "/livestreams/sessions/{run}",
    "active livestream": "/meetings/{meeting}/active-livestream",
    "start": "/meetings/{meeting}/livestreams",
    "stop": "/meetings/{meeting}/active-livestream/stop",
    "meeting livestreams": "/meetings/{meeting}/livestream",
    "sessions of a meeting": "/sessions/{session}/livestream-sessions",
    "overall": "/analytics/livestreams/overall",
    "daywise": "/analytics/livestreams/daywise",
    # Dyte only
    "reset key": "/livestreams/{livestream}/reset-stream-key",
    "enable": "/livestreams/{livestream}/enable",
    "disable": "/livestreams/{livestream}/disable",
}


def path_of(prefix: str, name: str, **ids: str) -> str:
    """The whole path, ids percent-encoded. Raises Refused for an id that cannot stand in a path."""
    for kind, value in ids.items():
        if not value or value in (".", "..") or len(value) > REF_LIMIT:
            raise Refused(f"'{value[:40]}' cannot be the id of a {kind}")
    return prefix + PATHS[name].format(**{kind: quote(value, safe="", errors="replace") for kind, value in ids.items()})
