"""`/analytics/{event}/…`: computed from who watched when (platforms/beestreamed.md section 6)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.stage.beestreamed.asked import whole
from bot.stage.beestreamed.model import View
from bot.stage.beestreamed.rights import allowed_event
from bot.stage.beestreamed.world import Refused, World
from bot.stage.wire import Answer, Call, data

_SECONDS = {"minute": 60, "ten_minute": 600, "hour": 3600, "day": 86400}
_LONGEST = {"minute": 3600, "ten_minute": 6 * 3600}


def overall(world: World, call: Call, ref: str) -> Answer:
    """`GET …/overall`: one number."""
    views = _views(world, call, ref)
    metric, measurement = call.query.get("metric_id") or "views", call.query.get("measurement") or "count"
    values = {
        "count": len(views),
        "unique": len({view.viewer for view in views}),
        "sum": sum(_length(world, view) for view in views),
    }
    return data({"metric": metric, "value": _figure(world, values.get(measurement, len(views))), "measurement": measurement})


def timeseries(world: World, call: Call, ref: str) -> Answer:
    """`GET …/timeseries`: visits begun, by group; fine groups need a short timeframe (documented)."""
    group = call.query.get("group_by") or "minute"
    if group not in _SECONDS:
        raise Refused(422, "group_by is not valid.", "invalid_group_by")
    frame = _frame(call)
    if group in _LONGEST and (frame is None or frame[1] - frame[0] >= _LONGEST[group]):
        raise Refused(422, "The timeframe is too long for this group.", "invalid_timeframe")
    step = _SECONDS[group]
    begun = Counter(int(view.start // step) * step for view in _views(world, call, ref))
    return data(
        [{"timestamp": _figure(world, at), "value": _figure(world, count)} for at, count in sorted(begun.items())], rows=True
    )


def breakdown(world: World, call: Call, ref: str) -> Answer:
    """`GET …/breakdown`: 400 without `group_by`; the groups are made up from the viewers' refs."""
    views = _views(world, call, ref)
    group = call.query.get("group_by")
    if not group:
        raise Refused(400, "group_by is required.", "group_by_required")
    names = [f"{group}-{sum(view.viewer.encode()) % 3}" for view in views]
    return data([{"group": name, "value": _figure(world, count)} for name, count in Counter(names).most_common()], rows=True)


def views(world: World, call: Call, ref: str) -> Answer:
    """`GET …/views`: visits, newest first unless `order=asc`; `limit` and `page`."""
    found = sorted(_views(world, call, ref), key=lambda view: view.start, reverse=call.query.get("order") != "asc")
    limit, page = max(1, whole(call, "limit", 25)), max(1, whole(call, "page", 1))
    rows = [_row(world, view) for view in found[(page - 1) * limit : page * limit]]
    start, end = _frame(call) or (0.0, world.now())
    frame = [_figure(world, int(start)), _figure(world, int(end))]
    return data({"views": rows, "total_row_count": _figure(world, len(found)), "timeframe": frame})


def viewer(world: World, call: Call, ref: str, viewer_ref: str) -> Answer:
    """`GET …/viewers/{viewer_id}`."""
    visits = [view for view in _views(world, call, ref) if view.viewer == viewer_ref]
    if not visits:
        raise Refused(404, "Viewer not found.", "viewer_not_found")
    shown = {
        "viewer_id": viewer_ref,
        "first_view": _figure(world, int(min(view.start for view in visits))),
        "last_view": _figure(world, int(max(view.start for view in visits))),
        "total_views": _figure(world, len(visits)),
        "total_duration": _figure(world, sum(_length(world, view) for view in visits)),
    }
    return data({"viewer_data": shown, "interaction_data": {}})


def viewer_missing(world: World, call: Call, ref: str) -> Answer:
    """`GET …/viewers` without an id: the documented 400."""
    allowed_event(world, call, ref)
    raise Refused(400, "viewer_id is required.", "viewer_id_required")


def _views(world: World, call: Call, ref: str) -> list[View]:
    event = allowed_event(world, call, ref)
    frame = _frame(call)
    return [view for view in event.stream.views if frame is None or frame[0] <= view.start <= frame[1]]


def _frame(call: Call) -> tuple[float, float] | None:
    text = call.query.get("timeframe", "")
    if not text:
        return None
    try:
        start, end = (float(part) for part in text.split(","))
    except ValueError:
        raise Refused(422, "timeframe must be start,end in Unix seconds.", "invalid_timeframe") from None
    return start, end


def _row(world: World, view: View) -> dict[str, Any]:
    return {
        "view_id": view.ref,
        "view_start": _figure(world, int(view.start)),
        "view_end": None if view.end is None else _figure(world, int(view.end)),
        "view_duration": _figure(world, _length(world, view)),
    }


def _length(world: World, view: View) -> int:
    return int((world.now() if view.end is None else view.end) - view.start)


def _figure(world: World, value: float) -> Any:
    return str(value) if world.switches.b27_analytics_numbers == "text" else value
