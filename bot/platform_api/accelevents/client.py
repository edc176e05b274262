"""Accelevents' session call as a typed call. Method and path are settings: the platform does not document them (A-01)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from bot.config import Stream
from bot.domain.errors import BadAnswer, PlatformError, Refused, Unclear
from bot.platform_api.accelevents import wire
from bot.platform_api.auth import Auth
from bot.platform_api.call import Call
from bot.platform_api.http import Transport
from bot.platform_api.redact import secrets_in


def auth_of(stream: Stream) -> Auth:
    """`Key: <key>` unless configured otherwise (A-02). No second header is tried: the call changes something."""
    key = stream.api_key.get_secret_value()
    return Auth({stream.auth_header: f"{stream.auth_scheme} {key}".strip()}, (key,))


class Accelevents:
    """One session of one event."""

    def __init__(self, transport: Transport, stream: Stream) -> None:
        self.transport = transport
        self._method = stream.method
        self.template = stream.path
        self._parts = {"event_url": wire.slug_of(stream.event_url), "session_id": stream.session_id}

    async def stream_key(self, *, regenerate: bool = False) -> wire.StreamKey:
        """Makes the session's key or gets the one it has (A-04); `regenerate` replaces it and cuts off who uses it (A-03)."""
        query = (("regenerate", "true"),) if regenerate else ()
        call = Call(f"{self._method} stream key", self._method, self._path(), query, kind="act", priority=0)
        try:
            answer = await self.transport.send(call)
        except (Refused, PlatformError) as error:
            raise self._told(error) from None
        self.transport.redactor.learn(secrets_in(answer.payload))
        if not isinstance(answer.payload, Mapping):
            raise (Unclear if call.changes else BadAnswer)(f"{call.name}: the answer is no object")
        row = answer.payload.get("data")
        return wire.stream_key(row if isinstance(row, Mapping) else answer.payload)

    def _path(self) -> str:
        if not self._parts["event_url"]:
            raise Refused("event_url holds no name; write the last part of the event page's address")
        try:
            return self.template.format(**{name: quote(value, safe="") for name, value in self._parts.items()})
        except (KeyError, IndexError, ValueError):
            raise Refused(f"path '{self.template}' may hold {{event_url}} and {{session_id}}, and nothing else in braces") from None

    def _told(self, error: PlatformError) -> PlatformError:
        """The error with the platform's number in plain words, and the template where the path is in doubt (A-01)."""
        plain = wire.PLAIN.get(str(error.status), "") if not error.code else ""
        extra = f"; {plain}" if plain else ""
        if error.status in (404, 405) and not error.code:
            extra += f"; path is '{self.template}', method {self._method}, neither is documented"
        error.args = (f"{error}{extra}",)
        return error
