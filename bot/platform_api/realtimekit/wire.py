"""Answers of RealtimeKit and Dyte to values: declared and shown shapes alike. Pure; nothing a row holds can raise but BadRow.

K-01 envelope · K-02 list or object, paging beside or inside · K-03 truth · K-04 seconds · K-05 all nullable · K-06 none active ·
K-07 status words · K-14 one decoder for all runs · D-05, D-07, D-11 the same at Dyte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from bot.platform_api.oddities import BadRow, Oddities, Row
from bot.platform_api.realtimekit.values import Broadcast, Detail, Listed, LivestreamId, LivestreamSessionId, Paging, Run, Totals
from bot.platform_api.scalars import moment, number, ref, text, truth, whole
from bot.ports import StreamStatus

T = TypeVar("T")

_WORDS: Mapping[str, StreamStatus] = {
    "LIVE": "on_air",
    "INVOKED": "starting",
    "IDLE": "off",
    "OFFLINE": "off",
    "ERRORED": "failed",
}
_INNER = ("data", "livestreams", "livestream", "sessions", "session")


def status_of(word: str) -> StreamStatus:
    """What a status word means; unknown words are unknown, never an error (K-07, D-04)."""
    return _WORDS.get(word.strip().upper(), "unknown")


def refusal(body: Any) -> tuple[str, str] | None:
    """(text, code) when the body says `success: false`, whatever the HTTP status (K-01)."""
    if not isinstance(body, Mapping) or truth(body.get("success")) is not False:
        return None
    return error_words(body, "")


def error_words(payload: Any, body: str) -> tuple[str, str]:
    """(text for people, code): `errors[0]`, then `error`, then text (K-12)."""
    if not isinstance(payload, Mapping):
        return text(" ".join(body.split()), 200), ""
    errors = payload.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else payload.get("error")
    if isinstance(first, Mapping):
        return text(first.get("message"), 200), ref(first.get("code"))
    said = first if isinstance(first, str) and first else payload.get("message")
    return text(said, 200) or "the platform says that it did not succeed", ""


def payload_of(body: Any) -> Any:
    """The payload without its envelope: `result` where there is one (and `data` in it), else `data` (K-01).

    Dyte's `disable` answers under a key of its own (D-11).
    """
    if not isinstance(body, Mapping):
        return body
    if body.get("result") is not None:
        inner = body["result"]
        return inner["data"] if isinstance(inner, Mapping) and inner.get("data") is not None else inner
    if body.get("data") is not None:
        return body["data"]
    if "LivestreamBase" in body:
        return body["LivestreamBase"]
    return None if {"success", "data", "result"} & set(body) else body


def as_list(value: Any, names: Sequence[str] = _INNER) -> list[Any]:
    """A list as it is, a list or object under one of `names`, any other object as the one row it is, nothing as none (K-02)."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping):
        return []
    for name in names:
        if isinstance(value.get(name), list):
            return list(value[name])
    for name in names:
        if isinstance(value.get(name), Mapping):
            return [value[name]]
    return [value] if set(value) - {"paging"} else []


def paging_of(body: Any) -> Paging:
    """Beside the payload, or inside it."""
    result = body.get("result") if isinstance(body, Mapping) else None
    for place in (body, result, payload_of(body)):
        found = place.get("paging") if isinstance(place, Mapping) else None
        if isinstance(found, Mapping):
            return Paging(whole(found.get("total_count")), whole(found.get("start_offset")), whole(found.get("end_offset")))
    return Paging()


def broadcast(row: Row) -> Broadcast:
    """A livestream. Raises BadRow when it has neither id nor status: then it says nothing."""
    name, status = ref(row.get("id")), text(row.get("status"), 64).strip()
    if not name and not status:
        raise BadRow("neither id nor status")
    return Broadcast(
        id=LivestreamId(name),
        status=status,
        name=text(row.get("name"), 256),
        meeting=ref(row.get("meeting_id")),
        server=text(row.get("ingest_server"), 1024).strip(),
        key=text(row.get("stream_key"), 1024).strip(),
        playback=text(row.get("playback_url"), 2048).strip(),
        disabled=truth(row.get("disabled")),
        created=moment(row.get("created_at")),
        updated=moment(row.get("updated_at")),
        ingest_seconds=number(row.get("ingest_seconds")),
        viewer_seconds=number(row.get("viewer_seconds")),
    )


def run(row: Row) -> Run:
    """A livestream session. Raises BadRow when it has neither id nor any time."""
    times = {name: moment(row.get(f"{name}_time")) for name in ("invoked", "started", "stopped")}
    name = ref(row.get("id"))
    if not name and not any(times.values()):
        raise BadRow("neither id nor time")
    return Run(
        id=LivestreamSessionId(name),
        livestream=LivestreamId(ref(row.get("livestream_id"))),
        error=text(row.get("err_message"), 500).strip(),
        created=moment(row.get("created_at")),
        updated=moment(row.get("updated_at")),
        ingest_seconds=number(row.get("ingest_seconds")),
        viewer_seconds=number(row.get("viewer_seconds")),
        **times,
    )


def totals(row: Row) -> Totals:
    """Analytics of a time frame or of one day."""
    return Totals(
        count=whole(row.get("count")),
        ingest_seconds=number(row.get("total_ingest_seconds")),
        viewer_seconds=number(row.get("total_viewer_seconds")),
        date=text(row.get("date"), 64),
    )


def rows_of(value: Any, decode: Callable[[Row], T], what: str, oddities: Oddities) -> tuple[T, ...]:
    """Decodes each row by itself; a bad one is counted by its keys and left out."""
    good: list[T] = []
    for row in value if isinstance(value, list) else []:
        if not isinstance(row, Mapping):
            oddities.note(f"{what} row dropped: no object")
            continue
        try:
            good.append(decode(row))
        except BadRow as reason:
            oddities.note(f"{what} row dropped: {reason}", row)
    return tuple(good)


def listed(body: Any, decode: Callable[[Row], T], what: str, oddities: Oddities) -> Listed[T]:
    """A page in either shape."""
    rows = as_list(payload_of(body))
    return Listed(rows_of(rows, decode, what, oddities), paging_of(body), len(rows))


def detail(body: Any, oddities: Oddities) -> Detail:
    """`{livestream(s), session(s)}` in either shape, or a flat livestream with seconds (Dyte's guide)."""
    found = payload_of(body)
    if isinstance(found, list):
        return Detail(rows_of(found, broadcast, "livestream", oddities), (), paging_of(body), len(found))
    row: Row = found if isinstance(found, Mapping) else {}
    streams = _under(row, ("livestreams", "livestream"))
    runs = _under(row, ("sessions", "session"))
    if not streams and not runs and set(row) - {"paging"}:
        streams = [row]
    return Detail(
        rows_of(streams, broadcast, "livestream", oddities),
        rows_of(runs, run, "livestream session", oddities),
        paging_of(body),
        len(streams) + len(runs),
    )


def _under(row: Row, names: tuple[str, ...]) -> list[Any]:
    found = next((row[name] for name in names if row.get(name) is not None), None)
    if isinstance(found, Mapping):
        return [found] if found else []
    return found if isinstance(found, list) else []


def active(body: Any, oddities: Oddities) -> Broadcast | None:
    """The active livestream: the first that is on air of a list, else its first; None in each of four ways (K-06)."""
    found = detail(body, oddities).livestreams
    return next((each for each in found if status_of(each.status) == "on_air"), found[0] if found else None)


def message_of(body: Any) -> str:
    """The note for people of a stop."""
    found = payload_of(body)
    return text(found.get("message"), 200) if isinstance(found, Mapping) else text(found, 200)


def added(values: Iterable[float | None]) -> float | None:
    """The sum of what was said; None when nothing was."""
    said = [value for value in values if value is not None]
    return sum(said) if said else None
