"""The four livestream platforms behind the wire: who asks, which call it is, and what comes of it."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from bot.stage.livestreams import meetings, sessions
from bot.stage.livestreams.world import API_KEY, ORGANIZATION, TOKEN, LivestreamWorld
from bot.stage.routing import Route, Routes
from bot.stage.wire import Answer, Call, raw


class Meetings:
    """RealtimeKit (`/accounts/{account}/realtime/kit/{app}` before each path) or Dyte."""

    def __init__(self, world: LivestreamWorld, kind: str) -> None:
        self.world = world
        self._kind = kind
        table = meetings.ROUTES if kind == "realtimekit" else {**meetings.ROUTES, **meetings.ONLY_DYTE}
        self._does = table
        self._skipped = 5 if kind == "realtimekit" else 0
        self._routes = Routes([Route(line.partition(" ")[0], line.partition(" ")[2], _unused) for line in table])

    def who(self, headers: Mapping[str, str]) -> str:
        """Bearer token, or Basic of organization and key."""
        pair = base64.b64encode(f"{ORGANIZATION}:{API_KEY}".encode()).decode()
        wanted = f"Bearer {TOKEN}" if self._kind == "realtimekit" else f"Basic {pair}"
        return self._kind if headers.get("Authorization", "") == wanted else ""

    def kind(self, call: Call) -> str:
        """Method and path template."""
        found = self._routes.find(call.method, call.path[self._skipped :])
        return f"{self._kind} {call.method} {found[0].template}" if found else f"{self._kind} {call.method} ?"

    def apply(self, call: Call) -> Answer:
        """Does it."""
        found = self._routes.find(call.method, call.path[self._skipped :])
        asked = meetings.Asked(self.world, self._kind, call, found[1] if found else ())
        if not call.who:
            return meetings.refusal(asked, meetings.Refused(401, "Authentication error"))
        if found is None:
            return meetings.refusal(asked, meetings.Refused(404, "Not found"))
        try:
            return self._does[f"{call.method} {found[0].template}"](asked)
        except meetings.Refused as error:
            return meetings.refusal(asked, error)
        except ValueError:
            return meetings.refusal(asked, meetings.Refused(400, "A parameter cannot be read."))


class StreamKeys:
    """Accelevents."""

    def __init__(self, world: LivestreamWorld) -> None:
        self.world = world

    def who(self, headers: Mapping[str, str]) -> str:
        """The key in the header that the switch says (A-02)."""
        header = self.world.switches.a02_header
        given = {
            "Key": headers.get("Key") == API_KEY,
            "Authorization": headers.get("Authorization") in (API_KEY, f"Bearer {API_KEY}"),
            "AUTHENTICATION": headers.get("AUTHENTICATION") == API_KEY,
        }
        return "accelevents" if (any(given.values()) if header == "any" else given[header]) else ""

    def kind(self, call: Call) -> str:
        """One call only."""
        return f"accelevents {call.method}"

    def apply(self, call: Call) -> Answer:
        """Does it."""
        switches = self.world.switches
        found = Routes([Route(switches.a01_method, switches.a01_path, _unused)]).find(call.method, call.path)
        if not call.who:
            return raw({"message": "Unauthorized"}, 401)
        if found is None:
            return raw({"message": "Not Found"}, 404)
        return sessions.stream_key(self.world, call, (found[1] or ("",))[-1])


class Webinars:
    """The sessions API."""

    _ROUTES = Routes([Route("POST", "/sessions/{id}/go_live", lambda *_: raw(None))])

    def __init__(self, world: LivestreamWorld) -> None:
        self.world = world

    def who(self, headers: Mapping[str, str]) -> str:
        """A bearer token."""
        return "golive" if headers.get("Authorization", "") == f"Bearer {TOKEN}" else ""

    def kind(self, call: Call) -> str:
        """One call only."""
        return f"golive {call.method}"

    def apply(self, call: Call) -> Answer:
        """Does it."""
        found = self._ROUTES.find(call.method, call.path)
        if not call.who:
            return sessions.live_error(self.world, 401, "unauthorized", "Token missing or expired.")
        if found is None:
            return sessions.live_error(self.world, 404, "not_found", "Not found.")
        return sessions.go_live(self.world, call, found[1][0])


def platforms(world: LivestreamWorld) -> dict[str, Meetings | StreamKeys | Webinars]:
    """All four by the prefix under which they stand."""
    found: dict[str, Meetings | StreamKeys | Webinars] = {kind: Meetings(world, kind) for kind in ("realtimekit", "dyte")}
    return {**found, "accelevents": StreamKeys(world), "golive": Webinars(world)}


def _unused(*_given: object) -> Answer:
    return raw(None)
