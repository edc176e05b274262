"""Rows of videos, uploads, logs, connections, usage and views to values. Pure; a hostile row raises BadRow at worst.

Rules: contract digest sections 2.6, 6 to 9; B-28 states of videos, B-33 truth, B-44 uploads in two shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bot.platform_api.beestreamed.assets import (
    ChannelInfo,
    ChannelUsage,
    Connection,
    Cost,
    Group,
    LogLine,
    Upload,
    UploadPlace,
    Video,
    View,
    Viewer,
    ViewPage,
)
from bot.platform_api.oddities import BadRow, Row
from bot.platform_api.payload import clean
from bot.platform_api.redact import redact_value
from bot.platform_api.scalars import moment, number, ref, text, truth, whole


def video(row: Row) -> Video:
    """A video of REST or of a webhook. Raises BadRow without a ref."""
    name = _ref(row, "video_ref")
    mux, tags = _under(row, "video_mux_data"), _under(row, "video_tags").get("tags")
    deleted, seconds = truth(row.get("video_deleted")), number(mux.get("duration"))
    state: Literal["processing", "ready", "deleted"] = "deleted" if deleted else "ready" if seconds is not None else "processing"
    return Video(
        ref=name,
        number=whole(row.get("video_id")),
        title=text(row.get("video_title"), 1000),
        channel=ref(row.get("video_client_ref")),
        event=ref(row.get("video_event_ref")),
        created=moment(row.get("video_date")),
        deleted=deleted,
        deletes_at=moment(row.get("video_delete_date")),
        asset=ref(row.get("video_mux_asset_id")) or ref(mux.get("asset_id")),
        playback=ref(mux.get("playback_id")),
        seconds=seconds,
        state=state,
        views=whole(row.get("video_total_views")),
        public=truth(row.get("video_public")),
        tags=tuple(text(tag, 256) for tag in tags) if isinstance(tags, list) else (),
        description=text(row.get("video_description"), 10_000),
        raw=_kept(row),
    )


def upload(row: Row) -> Upload:
    """An upload, whichever of the two answers and three webhooks it came in (B-44). Raises BadRow without an id or ref."""
    data = _under(row, "upload_data")
    found = {**row, **data}
    name = ref(found.get("id")) or ref(row.get("upload_mux_id")) or ref(row.get("upload_id"))
    if not name and not ref(row.get("upload_ref")):
        raise BadRow("neither id nor upload_ref")
    return Upload(
        id=name,
        status=text(found.get("status") or row.get("upload_status"), 64),
        url=text(found.get("url"), 4096),
        timeout=number(found.get("timeout")),
        asset=ref(found.get("asset_id")),
        title=text(row.get("upload_title"), 1000),
        seconds=number(row.get("upload_duration")),
        ref=ref(row.get("upload_ref")),
    )


def upload_place(row: Row) -> UploadPlace:
    """Where a picture may be put."""
    return UploadPlace(_ref(row, "asset_ref"), text(row.get("upload_url"), 4096))


def log_line(row: Row) -> LogLine:
    """A line of an event's log. Raises BadRow without ref and id."""
    found = whole(row.get("events_log_id"))
    name = ref(row.get("events_log_ref")) or (f"#{found}" if found is not None else "")
    if not name:
        raise BadRow("neither events_log_ref nor events_log_id")
    changes = row.get("events_log_response")
    return LogLine(
        name,
        found,
        text(row.get("events_log_type"), 64),
        moment(row.get("events_log_created")),
        _kept(changes) if isinstance(changes, Mapping) else {},
    )


def channel_info(row: Row) -> ChannelInfo:
    """The channel's details of either level."""
    name = _ref(row, "client_ref")
    return ChannelInfo(name, text(row.get("client_name"), 256), text(row.get("client_subdomain"), 256), whole(row.get("client_id")))


def channel_usage(row: Row) -> ChannelUsage:
    """What was used, by kind."""
    types = {
        str(name): Cost(number(one.get("cost")), number(one.get("unit_cost")), number(one.get("usage")))
        for name, one in _under(row, "types").items()
        if isinstance(one, Mapping)
    }
    return ChannelUsage(text(row.get("currency"), 16), number(row.get("total")), types)


def connection(row: Row) -> Connection:
    """A tie, as the channel's or the user's list has it. Raises BadRow without conn_ref."""
    data = _under(row, "data")
    names = " ".join(part for part in (text(data.get("user_first"), 256), text(data.get("user_last"), 256)) if part)
    return Connection(
        ref=_ref(row, "conn_ref"),
        channel=ref(row.get("conn_client_ref")) or ref(data.get("client_ref")) or ref(data.get("user_client_ref")),
        user=ref(row.get("conn_user_ref")) or ref(data.get("user_ref")),
        name=names or text(data.get("client_name"), 256),
        email=text(data.get("user_email"), 320),
        current=truth(row.get("current")),
    )


def group(row: Row) -> Group:
    """A line of a breakdown; numbers may come as texts (B-27)."""
    return Group(text(row.get("group"), 256), number(row.get("value")))


def view(row: Row) -> View:
    """One visit. Raises BadRow without an id."""
    return View(_ref(row, "view_id"), moment(row.get("view_start")), moment(row.get("view_end")), number(row.get("view_duration")))


def view_page(row: Row, views: tuple[View, ...]) -> ViewPage:
    """A page of visits around its rows."""
    return ViewPage(views, whole(row.get("total_row_count")))


def viewer(row: Row) -> Viewer:
    """One viewer's data and interactions."""
    data, interaction = _under(row, "viewer_data"), row.get("interaction_data")
    return Viewer(
        id=_ref(data, "viewer_id"),
        first=moment(data.get("first_view")),
        last=moment(data.get("last_view")),
        views=whole(data.get("total_views")),
        seconds=number(data.get("total_duration")),
        interaction=_kept(interaction) if isinstance(interaction, Mapping) else {},
    )


def _ref(row: Row, name: str) -> str:
    found = ref(row.get(name))
    if not found:
        raise BadRow(f"no {name}")
    return found


def _under(row: Row, name: str) -> Row:
    found = row.get(name)
    return found if isinstance(found, Mapping) else {}


def _kept(row: Row) -> Mapping[str, Any]:
    try:
        kept = redact_value(clean(dict(row)))
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}
