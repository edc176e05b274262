"""Handler: the event's report, as one page or as tables."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.control.api_acts import find_event
from bot.control.desk import Desk
from bot.control.models import EventQuery
from bot.control.refusal import ApiError
from bot.control.routes import Call, Document, Routes
from bot.domain.errors import UsageError

routes = Routes()
_PAGE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The page brings its own style and needs no script."""


class ReportQuery(EventQuery):
    """`names` empty: what the rules say. `table` names one table, for csv and json."""

    format: Literal["html", "csv", "json"] = "html"
    names: Literal["", "named", "hashed", "aggregate"] = ""
    table: Annotated[str, Field(max_length=40)] = ""


@routes.add(
    "GET",
    "/api/v1/report",
    answer=None,
    query=ReportQuery,
    errors=(404, 409),
    kinds=("text/html", "text/csv", "application/json", "application/zip"),
)
async def get_report(desk: Desk, call: Call) -> Document:
    """The event's report. Who may only look sees no names."""
    query: ReportQuery = call.query
    names = query.names
    if not call.person.may("moderator") and names in ("", "named"):
        names = "hashed"
    channel, event = await find_event(desk, query.event)
    try:
        made = await channel.report(event.event, format=query.format, names=names, table=query.table)
    except UsageError as error:
        raise ApiError(404, str(error)) from None
    page = made.content_type.startswith("text/html")
    return Document(made.name, made.content_type, made.body, {"Content-Security-Policy": _PAGE} if page else {})
