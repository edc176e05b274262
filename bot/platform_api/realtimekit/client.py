"""The 12 livestream calls of RealtimeKit as typed calls; each understands the declared and the shown shape of its answer.

Weighed: the vendor's Python SDK 5.9.0. It lacks three of the calls and returns answers unchecked (K-19), so the client is our own
over the common transport.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from bot.domain.errors import BadAnswer, Refused
from bot.platform_api.call import Call
from bot.platform_api.http import Transport
from bot.platform_api.oddities import Oddities
from bot.platform_api.realtimekit import wire
from bot.platform_api.realtimekit.paths import path_of
from bot.platform_api.realtimekit.values import (
    Broadcast,
    Detail,
    Listed,
    LivestreamId,
    LivestreamSessionId,
    MeetingId,
    MeetingSessionId,
    Run,
    Totals,
    Video,
)
from bot.platform_api.redact import secrets_in

PER_PAGE = 50
MOST_PAGES = 200
SortOrder = Literal["ASC", "DSC"]
"""DSC, not DESC, for livestreams (K-08)."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")


def iso_time(at: float) -> str:
    """Unix seconds as RealtimeKit's lists want times: ISO 8601 with Z (K-09)."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unix_time(at: float) -> str:
    """As its analytics want them: whole Unix seconds (K-09)."""
    return str(int(at))


class RealtimeKit:
    """One app of one account. `prefix` is `/accounts/{account}/realtime/kit/{app}`."""

    analytics_time: Callable[[float], str] = staticmethod(unix_time)

    def __init__(self, transport: Transport, prefix: str, oddities: Oddities) -> None:
        self.transport = transport
        self.oddities = oddities
        self._prefix = prefix

    async def create_livestream(self, name: str | None = None) -> Broadcast:
        """Call 1. Not to be repeated blindly (K-12)."""
        return self._one(await self._change("POST", "livestreams", _named(name)), "a livestream")

    async def livestreams(
        self,
        *,
        page: int = 1,
        per_page: int = PER_PAGE,
        status: str = "",
        since: float | None = None,
        until: float | None = None,
        order: SortOrder | None = None,
        exclude_meetings: bool = False,
    ) -> Listed[Broadcast]:
        """Call 2, one page (counted from 1)."""
        query = {
            **_paged(page, per_page),
            "exclude_meetings": "true" if exclude_meetings else None,
            "status": status or None,
            "start_time": None if since is None else iso_time(since),
            "end_time": None if until is None else iso_time(until),
            "sort_order": order,
        }
        return wire.listed(await self._read("livestreams", query), wire.broadcast, "livestream", self.oddities)

    async def all_livestreams(self) -> list[Broadcast]:
        """Call 2, every page (K-15)."""

        async def fetch(page: int) -> tuple[Listed[Any], set[str]]:
            got = await self.livestreams(page=page)
            return got, {row.id for row in got.rows}

        return [row async for got in _pages(fetch) for row in got.rows]

    async def livestream(self, livestream: LivestreamId, *, page: int = 1, per_page: int = PER_PAGE) -> Detail:
        """Call 3: a livestream with its runs."""
        body = await self._read("livestream", _paged(page, per_page), livestream=livestream)
        return wire.detail(body, self.oddities)

    async def active_session(self, livestream: LivestreamId) -> Detail | None:
        """Call 4: the livestream with its present run; None when none runs (K-06)."""
        body = await self._read_or_none("active session", livestream=livestream)
        found = wire.detail(body, self.oddities)
        return found if found.runs or found.livestreams else None

    async def session(self, run: LivestreamSessionId) -> Run:
        """Call 5: one run."""
        body = await self._read("livestream session", run=run)
        found = wire.listed(body, wire.run, "livestream session", self.oddities).rows
        if not found:
            raise BadAnswer("GET livestream session: the answer holds no session")
        return found[0]

    async def active_livestream(self, meeting: MeetingId) -> Broadcast | None:
        """Call 6: what runs in a meeting; None when nothing does (K-06)."""
        return wire.active(await self._read_or_none("active livestream", meeting=meeting), self.oddities)

    async def start(self, meeting: MeetingId, name: str | None = None, video: Video | None = None) -> Broadcast:
        """Call 7. Always with a body (K-11); not to be repeated before 6 or 9 was read (K-12)."""
        body = {**_named(name), **({"video_config": video.body()} if video else {})}
        return self._one(await self._change("POST", "start", body, meeting=meeting), "the livestream")

    async def stop(self, meeting: MeetingId) -> str:
        """Call 8. Never with a body (K-11). Returns the platform's note."""
        return wire.message_of(await self._change("POST", "stop", None, meeting=meeting))

    async def meeting_livestreams(self, meeting: MeetingId, *, page: int = 1, per_page: int = PER_PAGE) -> Detail:
        """Call 9: a meeting's livestreams with their runs, one page."""
        body = await self._read("meeting livestreams", _paged(page, per_page), meeting=meeting)
        return wire.detail(body, self.oddities)

    async def meeting_runs(self, meeting: MeetingId) -> list[Run]:
        """Call 9, the runs of every page."""

        async def fetch(page: int) -> tuple[Detail, set[str]]:
            got = await self.meeting_livestreams(meeting, page=page)
            return got, {row.id for row in got.runs}

        found = {row.id or str(row.started): row async for got in _pages(fetch) for row in got.runs}
        return list(found.values())

    async def sessions_of(self, session: MeetingSessionId, *, page: int = 1, per_page: int = PER_PAGE) -> Listed[Run]:
        """Call 10: the runs within one run of a meeting, one page."""
        body = await self._read("sessions of a meeting", _paged(page, per_page), session=session)
        return wire.listed(body, wire.run, "livestream session", self.oddities)

    async def overall(self, since: float, until: float, filters: str = "") -> Totals:
        """Call 11: all livestreams of the app in a time frame; day rows are added up (D-07)."""
        rows = self._totals(await self._read("overall", self._frame(since, until, filters)))
        return rows[0] if len(rows) == 1 else _sum(rows)

    async def daywise(self, since: float, until: float, filters: str = "") -> tuple[Totals, ...]:
        """Call 12: the same, a row a day."""
        return self._totals(await self._read("daywise", self._frame(since, until, filters)))

    def _totals(self, body: Any) -> tuple[Totals, ...]:
        return wire.listed(body, wire.totals, "analytics", self.oddities).rows

    def _frame(self, since: float, until: float, filters: str) -> Mapping[str, Any]:
        times = {"start_time": self.analytics_time(since), "end_time": self.analytics_time(until)}
        return {**times, "filters": filters or None}

    def _one(self, body: Any, what: str) -> Broadcast:
        found = wire.detail(body, self.oddities).livestream
        if found is None:
            raise BadAnswer(f"{what} was expected, but the answer holds none")
        return found

    async def _read(self, name: str, query: Mapping[str, Any] | None = None, **ids: str) -> Any:
        pairs = tuple((key, str(value)) for key, value in (query or {}).items() if value is not None)
        call = Call(f"GET {name}", "GET", path_of(self._prefix, name, **ids), pairs, kind="control")
        return await self._send(call)

    async def _read_or_none(self, name: str, **ids: str) -> Any:
        try:
            return await self._read(name, None, **ids)
        except Refused as error:
            if error.status != 404:
                raise
            return None

    async def _change(
        self, method: Literal["POST", "PUT"], name: str, body: Mapping[str, Any] | None, *, priority: int = 0, **ids: str
    ) -> Any:
        path = path_of(self._prefix, name, **ids)
        return await self._send(Call(f"{method} {name}", method, path, body=body, kind="act", priority=priority))

    async def _send(self, call: Call) -> Any:
        answer = await self.transport.send(call)
        self.transport.redactor.learn(secrets_in(answer.payload))
        refused = wire.refusal(answer.payload)
        if refused is not None:
            said, code = refused
            raise Refused(self.transport.redactor.text(f"{call.name}: {said}"), status=answer.status, code=code)
        return answer.payload


def _paged(page: int, per_page: int) -> dict[str, Any]:
    return {"page_no": page, "per_page": per_page}


def _named(name: str | None) -> dict[str, Any]:
    """No empty name and no odd character: both are refused there (K-17)."""
    if not name:
        return {}
    if not _NAME.fullmatch(name):
        raise Refused(f"'{name[:40]}' cannot name a livestream; letters, digits, - and _ can")
    return {"name": name}


async def _pages(fetch: Callable[[int], Awaitable[tuple[Any, set[str]]]]) -> AsyncIterator[Any]:
    """Pages from 1 until one is empty or brings nothing new, or the last offset reaches the total (K-15)."""
    known: set[str] = set()
    for page in range(1, MOST_PAGES + 1):
        got, ids = await fetch(page)
        yield got
        end, total = got.paging.end, got.paging.total
        if not got.received or not ids - known or (end is not None and total is not None and end >= total):
            return
        known |= ids


def _sum(rows: tuple[Totals, ...]) -> Totals:
    count = wire.added(row.count for row in rows)
    ingest, viewers = wire.added(row.ingest_seconds for row in rows), wire.added(row.viewer_seconds for row in rows)
    return Totals(None if count is None else int(count), ingest, viewers)
