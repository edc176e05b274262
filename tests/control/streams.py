"""A reader of the feed for tests that block: server-sent events over a socket, as they come."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.control.living import TOKENS, Living


@dataclass(frozen=True, slots=True)
class Heard:
    """One event."""

    kind: str
    ident: str
    data: Any


class Stream:
    """Iterates over what comes; `until` skips to a kind."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self._answer = answer

    def __iter__(self) -> Iterator[Heard]:
        fields: dict[str, str] = {}
        for raw in self._answer:
            line = raw.decode().rstrip("\n")
            if line.startswith(":"):
                continue
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                yield Heard(fields["event"], fields.get("id", ""), json.loads(fields["data"]))
                fields = {}

    def until(self, kind: str, **values: Any) -> Heard:
        """The next event of this kind with these values in its data."""
        deadline = time.monotonic() + 20
        for heard in self:
            assert time.monotonic() < deadline, f"no '{kind}' with {values} in time"
            if heard.kind == kind and all(heard.data.get(name) == value for name, value in values.items()):
                return heard
        raise AssertionError(f"the stream ended without a '{kind}'")


@contextmanager
def listening(bot: Living, role: str = "viewer", headers: Mapping[str, str] | None = None) -> Iterator[Stream]:
    """The feed; whatever is not heard within ten seconds fails the test."""
    connection = http.client.HTTPConnection("127.0.0.1", bot.port, timeout=10)
    try:
        sent = {"Authorization": f"Bearer {TOKENS[role]}"} if role else {}
        connection.request("GET", "/api/v1/feed", headers=sent | dict(headers or {}))
        yield Stream(connection.getresponse())
    finally:
        connection.close()
