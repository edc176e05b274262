"""Signups and analytics of an event, read: ports of engagement triggers and of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bot.domain.errors import BadAnswer, Refused
from bot.platform_api.beestreamed import wire_assets, wire_more
from bot.platform_api.beestreamed.assets import Group, Viewer, ViewPage
from bot.platform_api.beestreamed.calls import Writing
from bot.platform_api.beestreamed.rows import Rows, decode_rows, one_object
from bot.platform_api.beestreamed.values import Metric, Point, Signup
from bot.platform_api.beestreamed.walking import walk
from bot.platform_api.http import Transport
from bot.platform_api.oddities import BadRow, Oddities

PAGE = 100
MOST_ASKED = 20
Order = Literal["asc", "desc"]
Step = Literal["minute", "ten_minute", "hour", "day"]
LONGEST: Mapping[Step, float] = {"minute": 3600.0, "ten_minute": 6 * 3600.0}
"""Seconds a time frame must stay under for the fine steps (contract digest section 6)."""


class Figures:
    """Reads over one transport."""

    def __init__(self, transport: Transport, writing: Writing, oddities: Oddities) -> None:
        self._transport = transport
        self._writing = writing
        self._oddities = oddities

    async def signups(self, event: str) -> Sequence[Signup]:
        """Everybody who signed up."""

        async def fetch(page: int) -> Rows[Signup]:
            query = {"maxResults": PAGE, "page": page if page > 1 else None}
            answer = await self._transport.send(self._writing.get("signups", query, kind="control", event=event))
            return decode_rows(answer.payload, wire_more.signup, "signup", self._oddities)

        pages = walk(fetch, lambda row: row.ref, most=5000, what="signups")
        return [row async for rows in pages for row in rows]

    async def signup(self, event: str, ref: str) -> Signup:
        """One signup. Raises Refused (404) when it is not of this event."""
        answer = await self._transport.send(self._writing.get("signup", kind="control", event=event, signup=ref))
        try:
            return wire_more.signup(one_object(answer.payload, "a signup"))
        except BadRow as reason:
            raise BadAnswer(f"GET signup: {reason}") from None

    async def event_of(self, ref: str, events: Sequence[str]) -> str | None:
        """The event, of at most 20 asked, that has this signup: `signup.created` does not say (B-29)."""
        for event in events[:MOST_ASKED]:
            try:
                await self.signup(event, ref)
            except Refused:  # 404: not this one
                continue
            return event
        return None

    async def overall(
        self, event: str, *, metric: str = "views", measurement: str = "count", timeframe: tuple[float, float] | None = None
    ) -> Metric:
        """One figure over the time frame (Unix seconds)."""
        query = {"metric_id": metric, "measurement": measurement, "timeframe": _joined(timeframe)}
        answer = await self._transport.send(self._writing.get("overall", query, kind="control", event=event))
        return wire_more.metric(one_object(answer.payload, "a figure"))

    async def timeseries(self, event: str, *, timeframe: tuple[float, float], step: Step = "minute") -> Sequence[Point]:
        """Views in steps. For `minute` the time frame is cut to its last hour, for `ten_minute` to its last six.

        The time frame must be given: which one the platform takes by itself is not documented, and it may be too long for the step.
        """
        query = {"group_by": step, "timeframe": _joined(_shortened(timeframe, step))}
        answer = await self._transport.send(self._writing.get("timeseries", query, kind="control", event=event))
        return decode_rows(answer.payload, wire_more.point, "time series", self._oddities).good

    async def breakdown(
        self, event: str, group_by: str, *, metric: str = "views", timeframe: tuple[float, float] | None = None
    ) -> Sequence[Group]:
        """A figure by groups. `group_by` is required, and its values are not documented."""
        query = {"metric_id": metric, "group_by": group_by, "timeframe": _joined(timeframe)}
        answer = await self._transport.send(self._writing.get("breakdown", query, kind="control", event=event))
        return decode_rows(answer.payload, wire_assets.group, "breakdown", self._oddities).good

    async def views(
        self, event: str, *, timeframe: tuple[float, float] | None = None, limit: int = 25, page: int = 1, order: Order = "desc"
    ) -> ViewPage:
        """A page of visits; here the page is `limit` rows, unlike elsewhere."""
        query = {"timeframe": _joined(timeframe), "limit": limit, "page": page, "order": order}
        answer = await self._transport.send(self._writing.get("views", query, kind="control", event=event))
        row = one_object(answer.payload, "a page of views")
        rows = decode_rows(row.get("views") or [], wire_assets.view, "view", self._oddities)
        return wire_assets.view_page(row, rows.good)

    async def viewer(
        self, event: str, viewer: str, *, timeframe: tuple[float, float] | None = None, limit: int = 25, page: int = 1
    ) -> Viewer:
        """What one viewer did."""
        query = {"timeframe": _joined(timeframe), "limit": limit, "page": page}
        answer = await self._transport.send(self._writing.get("viewer", query, kind="control", event=event, viewer=viewer))
        try:
            return wire_assets.viewer(one_object(answer.payload, "a viewer"))
        except BadRow as reason:
            raise BadAnswer(f"GET viewer: {reason}") from None


def _shortened(timeframe: tuple[float, float], step: Step) -> tuple[float, float]:
    start, end = timeframe
    return max(start, end - LONGEST[step] + 1.0) if step in LONGEST else start, end


def _joined(timeframe: tuple[float, float] | None) -> Any:
    return None if timeframe is None else f"{int(timeframe[0])},{int(timeframe[1])}"
