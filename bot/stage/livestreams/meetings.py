"""RealtimeKit's and Dyte's livestream calls (platforms/realtimekit.md, dyte.md), in whichever shape the switches say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.stage.livestreams.model import Broadcast, Run
from bot.stage.livestreams.world import LivestreamWorld
from bot.stage.wire import Answer, Call, raw

_ORDERS = ("ASC", "DSC")
_STATUSES = ("LIVE", "IDLE", "ERRORED", "INVOKED")


class Refused(Exception):
    """The platform says no."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, slots=True)
class Asked:
    """A call with the path's ids."""

    world: LivestreamWorld
    kind: str
    call: Call
    ids: tuple[str, ...]


Route = Callable[[Asked], Answer]


def create(asked: Asked) -> Answer:
    """`POST /livestreams`."""
    _wants_body(asked)
    made = asked.world.add(asked.kind, None, _name(asked))
    return _data(asked, _broadcast(asked, made, key=True), created=True)


def listing(asked: Asked) -> Answer:
    """`GET /livestreams`: one object with paging inside (declared), or a list with paging beside (shown)."""
    query = asked.call.query
    if query.get("sort_order", "ASC") not in _ORDERS:
        raise Refused(400, "sort_order must be ASC or DSC")
    if query.get("status", "LIVE") not in _STATUSES:
        raise Refused(400, "status is unknown")
    for name in ("start_time", "end_time"):
        _iso(query.get(name))
    found = sorted(asked.world.broadcasts[asked.kind], key=lambda each: each.created, reverse=query.get("sort_order") == "DSC")
    wanted = [each for each in found if "status" not in query or asked.world.word(each) == query["status"]]
    return _rows(asked, wanted, lambda each: _broadcast(asked, each, key=True))


def one(asked: Asked) -> Answer:
    """`GET /livestreams/{id}`."""
    found = _find(asked, asked.ids[0])
    runs = _page(asked, found.runs)
    return _with_runs(asked, [found], runs)


def active_session(asked: Asked) -> Answer:
    """`GET /livestreams/{id}/active-livestream-session`."""
    found = _find(asked, asked.ids[0])
    if found.run is None:
        return _none(asked)
    return _data(asked, {"livestream": _broadcast(asked, found, key=True), "session": _run(asked, found, found.run)})


def session(asked: Asked) -> Answer:
    """`GET /livestreams/sessions/{id}`."""
    for broadcast in asked.world.broadcasts[asked.kind]:
        for run in broadcast.runs:
            if run.ref == asked.ids[0]:
                return _data(asked, _run(asked, broadcast, run))
    raise Refused(404, "No such livestream session.")


def active(asked: Asked) -> Answer:
    """`GET /meetings/{id}/active-livestream`."""
    found = asked.world.active(asked.kind, asked.ids[0])
    if not found:
        return _none(asked)
    switches = asked.world.switches
    return _data(asked, _broadcast(asked, found[0], key=switches.k18_active_key))


def start(asked: Asked) -> Answer:
    """`POST /meetings/{id}/livestreams`: wants a body, be it `{}` (K-11)."""
    _wants_body(asked)
    world, meeting = asked.world, asked.ids[0]
    name = _name(asked)
    running = [each for each in world.active(asked.kind, meeting) if each.run and each.run.dropped_at is None]
    if running and world.switches.d14_twice == "refuse":
        raise Refused(409, "A livestream is already running.")
    made = running[0] if running and world.switches.d14_twice == "same" else world.start(asked.kind, meeting, name)
    told = _broadcast(asked, made, key=True)
    return _data(
        asked, {each: told[each] for each in ("id", "status", "ingest_server", "stream_key", "playback_url")}, created=True
    )


def stop(asked: Asked) -> Answer:
    """`POST /meetings/{id}/active-livestream/stop`: takes no body (K-11)."""
    if asked.call.has_body and asked.world.switches.k11_strict:
        raise Refused(415, "This call takes no body.")
    if not asked.world.stop(asked.kind, asked.ids[0]) and asked.world.switches.k12_nothing_running == 404:
        raise Refused(404, "No active livestream.")
    return _data(asked, {"message": "Livestream stopped."})


def of_meeting(asked: Asked) -> Answer:
    """`GET /meetings/{id}/livestream`, singular (K-10)."""
    found = asked.world.of_meeting(asked.kind, asked.ids[0])
    if not found:
        raise Refused(404, "No livestream in this meeting.")
    runs = [run for each in found for run in each.runs]
    return _with_runs(asked, found, _page(asked, runs))


def of_session(asked: Asked) -> Answer:
    """`GET /sessions/{id}/livestream-sessions`: here every run belongs to the meeting session of the same id."""
    found = [(each, run) for each in asked.world.of_meeting(asked.kind, asked.ids[0]) for run in each.runs]
    rows = [_run(asked, each, run) for each, run in found]
    if asked.world.switches.k02_shape == "declared":
        return _data(asked, {**(rows[0] if rows else {}), "paging": _paging(asked, len(rows), len(rows))})
    return _data(asked, {"data": rows, "paging": _paging(asked, len(rows), len(rows))})


def overall(asked: Asked) -> Answer:
    """`GET /analytics/livestreams/overall`."""
    total = _total(asked)
    return _data(asked, [{"date": "2031-05-06", **total}] if asked.world.switches.d07_overall == "days" else total)


def daywise(asked: Asked) -> Answer:
    """`GET /analytics/livestreams/daywise`."""
    row = {"date": "2031-05-06", **_total(asked)}
    return _data(asked, row if asked.world.switches.d07_daywise == "object" else [row])


def reset_key(asked: Asked) -> Answer:
    """Dyte: a new key, empty in the answer (D-12)."""
    found = _find(asked, asked.ids[0])
    found.key = asked.world.secret("stream-key")
    return _data(asked, {**_broadcast(asked, found, key=True), "stream_key": ""})


def enable(asked: Asked) -> Answer:
    """Dyte."""
    return _switched(asked, False)


def disable(asked: Asked) -> Answer:
    """Dyte: under a key of its own (D-11)."""
    return _switched(asked, True)


def _switched(asked: Asked, disabled: bool) -> Answer:
    found = _find(asked, asked.ids[0])
    found.disabled = disabled
    told = {**_broadcast(asked, found, key=True), "org_id": "org"}
    if disabled and asked.world.switches.d11_disable_key == "LivestreamBase":
        return raw({"success": True, "LivestreamBase": told})
    return _data(asked, told)


def refusal(asked: Asked, error: Refused) -> Answer:
    """An error in either shape (K-12)."""
    told = {"code": error.status, "message": error.text}
    if asked.world.switches.k12_error == "errors":
        return raw({"success": False, "errors": [told], "messages": [], "result": None}, error.status)
    return raw({"success": False, "error": told}, error.status)


def _wants_body(asked: Asked) -> None:
    if not asked.call.has_body and asked.world.switches.k11_strict:
        raise Refused(422, "A JSON body is required.")


def _name(asked: Asked) -> str | None:
    name = asked.call.json_fields.get("name")
    if name is not None and not (isinstance(name, str) and all(each.isalnum() or each in "-_" for each in name)):
        raise Refused(422, "name may hold letters, digits, - and _.")
    return name


def _find(asked: Asked, ref: str) -> Broadcast:
    for each in asked.world.broadcasts[asked.kind]:
        if each.ref == ref:
            return each
    raise Refused(404, "No such livestream.")


def _data(asked: Asked, payload: Any, *, created: bool = False, beside: dict[str, Any] | None = None) -> Answer:
    switches = asked.world.switches
    status = switches.d06_created if created else 200
    if switches.k01_envelope == "result":
        return raw({"success": True, "result": payload, **(beside or {})}, status)
    if switches.k01_envelope == "result_data":
        return raw({"success": True, "result": {"data": payload, **(beside or {})}}, status)
    return raw({"success": True, "data": payload, **(beside or {})}, status)


def _none(asked: Asked) -> Answer:
    kind = asked.world.switches.k06_none
    if kind == "404":
        raise Refused(404, "No active livestream.")
    return raw({"success": True, "data": {"null": None, "object": {}, "list": []}[kind]})


def _rows(asked: Asked, found: Sequence[Broadcast], told: Callable[[Broadcast], dict[str, Any]]) -> Answer:
    page = _page(asked, found)
    paging = _paging(asked, len(found), len(page))
    if asked.world.switches.k02_shape == "declared":
        return _data(asked, {**(told(page[0]) if page else {}), "paging": paging})
    return _data(asked, [told(each) for each in page], beside={"paging": paging})


def _with_runs(asked: Asked, found: Sequence[Broadcast], runs: Sequence[Run]) -> Answer:
    owner = {run.ref: each for each in found for run in each.runs}
    streams = [_broadcast(asked, each, key=True) for each in found]
    rows = [_run(asked, owner[run.ref], run) for run in runs]
    paging = _paging(asked, sum(len(each.runs) for each in found), len(runs))
    last = rows[-1] if rows else {}
    if asked.world.switches.k02_shape == "declared":
        # Call 9 is declared with a list of livestreams, call 3 with one; both with one session.
        of_meeting_call = asked.call.path[-1] == "livestream"
        inner = {"livestreams": streams, "sessions": last} if of_meeting_call else {"livestream": streams[0], "session": last}
        return _data(asked, {**inner, "paging": paging})
    return _data(asked, {"livestream": streams[-1], "sessions": rows}, beside={"paging": paging})


def _page(asked: Asked, rows: Sequence[Any]) -> Sequence[Any]:
    query = asked.call.query
    size, number = int(query.get("per_page", "10")), int(query.get("page_no", "1"))
    return rows[(number - 1) * size : number * size]


def _paging(asked: Asked, total: int, shown: int) -> dict[str, int]:
    query = asked.call.query
    first = (int(query.get("page_no", "1")) - 1) * int(query.get("per_page", "10"))
    return {"total_count": total, "start_offset": first + 1, "end_offset": first + shown}


def _broadcast(asked: Asked, each: Broadcast, *, key: bool) -> dict[str, Any]:
    switches = asked.world.switches
    told: dict[str, Any] = {
        "id": each.ref,
        "name": each.name,
        "status": asked.world.word(each),
        "meeting_id": each.meeting,
        "playback_url": f"https://play.example.test/{each.ref}.m3u8",
        "disabled": str(each.disabled).lower() if switches.k03_disabled == "text" else each.disabled,
        "created_at": _stamp(each.created),
        "updated_at": _stamp(each.updated),
    }
    if key:
        told |= {"ingest_server": "rtmps://ingest.example.test:443/live/", "stream_key": each.key}
    return told


def _run(asked: Asked, owner: Broadcast, run: Run) -> dict[str, Any]:
    now = asked.world.now()
    seconds = run.seconds(now)
    return {
        "id": run.ref,
        "livestream_id": owner.ref,
        "err_message": run.error,
        "invoked_time": _stamp(run.invoked),
        "started_time": _stamp(run.started),
        "stopped_time": _stamp(run.stopped),
        "ingest_seconds": _seconds(asked, seconds, now - run.invoked),
        "viewer_seconds": _seconds(asked, seconds * owner.viewers, now - run.invoked),
        "created_at": _stamp(run.invoked),
        "updated_at": _stamp(run.stopped or now),
    }


def _seconds(asked: Asked, value: float, age: float) -> Any:
    kind = asked.world.switches.k04_seconds
    if kind == "late" and age < 60:
        return 60
    return str(int(value)) if kind == "text" else round(value, 3)


def _total(asked: Asked) -> dict[str, Any]:
    for name in ("start_time", "end_time"):
        _moment(asked, asked.call.query.get(name))
    now = asked.world.now()
    runs = [(each, run) for each in asked.world.broadcasts[asked.kind] for run in each.runs]
    ingest = sum(run.seconds(now) for _, run in runs)
    viewers = sum(run.seconds(now) * each.viewers for each, run in runs)
    return {"count": len(runs), "total_ingest_seconds": int(ingest), "total_viewer_seconds": int(viewers)}


def _moment(asked: Asked, value: str | None) -> None:
    """RealtimeKit counts Unix seconds here, Dyte writes ISO (K-09)."""
    if asked.kind == "dyte":
        _iso(value)
    elif value is not None and not value.isdigit():
        raise Refused(400, "start_time and end_time are Unix seconds here")


def _iso(value: str | None) -> None:
    try:
        datetime.fromisoformat(value or "2031-05-06T00:00:00Z")
    except ValueError:
        raise Refused(400, "times must be ISO 8601 here") from None


def _stamp(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


ROUTES: dict[str, Route] = {
    "POST /livestreams": create,
    "GET /livestreams": listing,
    "GET /livestreams/{id}": one,
    "GET /livestreams/{id}/active-livestream-session": active_session,
    "GET /livestreams/sessions/{id}": session,
    "GET /meetings/{id}/active-livestream": active,
    "POST /meetings/{id}/livestreams": start,
    "POST /meetings/{id}/active-livestream/stop": stop,
    "GET /meetings/{id}/livestream": of_meeting,
    "GET /sessions/{id}/livestream-sessions": of_session,
    "GET /analytics/livestreams/overall": overall,
    "GET /analytics/livestreams/daywise": daywise,
}
ONLY_DYTE: dict[str, Route] = {
    "POST /livestreams/{id}/reset-stream-key": reset_key,
    "PUT /livestreams/{id}/enable": enable,
    "PUT /livestreams/{id}/disable": disable,
}
