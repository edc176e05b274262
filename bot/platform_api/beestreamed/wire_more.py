"""Rows of polls, votes, signups, stream statistics and analytics to values. Pure; a hostile row raises BadRow at worst.

Rules: contract digest sections 2.6, 4, 5, 6, 10.3; B-12, B-23, B-25, B-27, B-38.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.platform_api.beestreamed.rows import first_of
from bot.platform_api.beestreamed.values import Metric, Point, Poll, PollEntry, PushAddress, Signup, StreamInfo, Views
from bot.platform_api.oddities import BadRow, Row
from bot.platform_api.payload import clean
from bot.platform_api.redact import redact_value
from bot.platform_api.scalars import moment, number, ref, text, truth, whole


def poll(row: Row, event: str = "") -> Poll:
    """A poll of REST (options are texts) or of a webhook (options are objects under `poll_data`). Raises BadRow without a ref."""
    name = ref(row.get("poll_ref"))
    if not name:
        raise BadRow("no poll_ref")
    data = row.get("poll_data")
    inner: Row = data if isinstance(data, Mapping) else {}
    options, counts = _options(first_of({**inner, **row}, ("poll_options", "options")))
    return Poll(
        ref=name,
        event=ref(row.get("poll_event_ref")) or event,
        question=text(first_of({**inner, **row}, ("poll_question", "question"))),
        options=options,
        counts=counts,
        active=False if truth(row.get("poll_archived")) else truth(row.get("poll_active")),
        created=moment(row.get("poll_created")),
        raw=_kept(row),
    )


def _options(found: Any) -> tuple[tuple[str, ...], tuple[int | None, ...]]:
    items = found if isinstance(found, list) else []
    words = tuple(text(first_of(item, ("option", "text", "title")) if isinstance(item, Mapping) else item) for item in items)
    counts = tuple(whole(item.get("entries")) if isinstance(item, Mapping) else None for item in items)
    return words, counts


def poll_entry(row: Row) -> PollEntry:
    """A vote. Raises BadRow when it has neither an id nor an option: then it says nothing."""
    entry = PollEntry(
        number=whole(row.get("poll_entry_id")),
        index=whole(row.get("poll_entry_option_index")),
        email=text(row.get("poll_entry_email"), 320).strip(),
        name=text(row.get("poll_entry_name"), 256).strip(),
        created=moment(row.get("poll_entry_created")),
    )
    if entry.number is None and entry.index is None:
        raise BadRow("neither id nor option")
    return entry


def signup(row: Row) -> Signup:
    """A signup of the list, of its details or of a webhook. Raises BadRow without a ref."""
    name = ref(row.get("signup_ref"))
    if not name:
        raise BadRow("no signup_ref")
    found = row.get("signup_data")
    data = {str(key).casefold(): value for key, value in found.items()} if isinstance(found, Mapping) else {}
    return Signup(
        ref=name,
        number=whole(row.get("signup_id")),
        name=text(data.get("name"), 256).strip(),
        email=text(data.get("email"), 320).strip(),
        created=moment(row.get("signup_date")),
        visited=truth(row.get("signup_visited")),
        visited_at=moment(row.get("signup_date_visited")),
        email_sent=truth(row.get("signup_email_sent")),
        data=_kept(found) if isinstance(found, Mapping) else {},
    )


def stream_info(row: Row) -> StreamInfo:
    """The stream's state; every field is optional (B-23)."""
    views, listed = row.get("view_data"), row.get("simulcast_targets")
    targets = [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []
    return StreamInfo(
        status=text(row.get("status"), 64).strip(),
        views=tuple(_views(item) for item in views if isinstance(item, Mapping)) if isinstance(views, list) else (),
        reconnect_window=number(row.get("reconnect_window")),
        targets=tuple(text(item.get("passthrough"), 256) for item in targets),
        target_ids=tuple(ref(item.get("id")) for item in targets),
    )


def push_address(row: Row) -> PushAddress:
    """The answer of `/rtmp`."""
    return PushAddress(text(row.get("server"), 1024).strip(), text(row.get("key"), 1024).strip())


def _views(row: Row) -> Views:
    return Views(whole(row.get("views")), whole(row.get("viewers")), moment(row.get("updated_at")))


def metric(row: Row) -> Metric:
    """An overall figure; numbers may come as texts (B-27)."""
    return Metric(text(row.get("metric"), 128), number(row.get("value")), text(row.get("measurement"), 128))


def point(row: Row) -> Point:
    """A step of a time series: Unix seconds as number or text, or RFC 3339 (B-27)."""
    return Point(moment(row.get("timestamp")), number(row.get("value")))


def _kept(row: Row) -> Mapping[str, Any]:
    """The row with clean texts and without secrets; empty when it is nested too deeply to be walked."""
    try:
        kept = redact_value(clean(dict(row)))
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}
