"""`/events…`: the events themselves (platforms/beestreamed.md 2.1 to 2.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.stage.beestreamed.asked import listed, truth
from bot.stage.beestreamed.model import EVENT_STATUSES, Event
from bot.stage.beestreamed.rights import allowed_event, full
from bot.stage.beestreamed.rows import event_row, public_event
from bot.stage.beestreamed.world import Refused, World
from bot.stage.feed import Feed
from bot.stage.timing import understood
from bot.stage.wire import Answer, Call, bare, note

_SWITCHES = ("signup", "chat", "qa", "show_countdown", "qa_email_required", "show_logo", "save_stream_in_videos")
_DESCRIBED = {"desc": ("desc",), "description": ("description",), "both": ("description", "desc")}
_TEXTS = ("signup_success_msg", "signup_form_msg", "signup_terms", "image", "lang", "qa_form_text")


def list_events(world: World, call: Call) -> Answer:
    """`GET /events`: a bare list of the caller's events, without row numbers."""
    account = full(world, call)
    feed = world.event_feeds.get(account.client_ref, Feed())

    def row(event: Event) -> dict[str, Any]:
        return event_row(event, world.switches, world.skew, listed=True)

    if call.query.get("orderBy") == "startDate":
        feed = _by_start(feed)
    rows = listed(world, call, feed, row, only=_wanted(call))
    for each in rows:
        each.pop("row_num", None)
    return bare(rows, rows=True)


def one_event(world: World, call: Call, ref: str) -> Answer:
    """`GET /events/{ref}`: the whole event, or its public part without a token (B-48)."""
    if not call.who and world.switches.b48_public_details:
        return bare(public_event(world.event(ref), world.switches))
    event = allowed_event(world, call, ref)
    if world.accounts[call.who].level == "global":
        return bare(public_event(event, world.switches))
    return bare(event_row(event, world.switches, world.skew, listed=False))


def create_event(world: World, call: Call) -> Answer:
    """`POST /events`: an empty one; its answer has no `status`."""
    event = world.add_event(full(world, call).client_ref)
    return note("Event created.", {"event_ref": event.ref}, world.switches.b36_created)


def patch_event(world: World, call: Call, ref: str) -> Answer:
    """`PATCH /events/{ref}`: `rows` is 0 when nothing changed (B-14)."""
    event = allowed_event(world, call, ref, moderating=True)
    values: dict[str, Any] = {name: truth(world, call, name) for name in _SWITCHES if name in call.fields}
    values.update({name: str(call.fields[name]) for name in _TEXTS if name in call.fields})
    values.update(_named_fields(world, call, event))
    changed = world.change_event(event, values, "api")
    return note("Event updated.", {"rows": changed})


def delete_event(world: World, call: Call, ref: str) -> Answer:
    """`DELETE /events/{ref}`."""
    world.delete_event(allowed_event(world, call, ref, moderating=True))
    return note("Event deleted.", {"rows": 1})


def _named_fields(world: World, call: Call, event: Event) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("title", "signup_form"):
        if name in call.fields:
            values[name] = str(call.fields[name])
    for name in _DESCRIBED[world.switches.b21_description]:
        if name in call.fields:
            values["description"] = str(call.fields[name])
    switch = "video_auto_Switch" if world.switches.b22_auto_switch == "printed" else "video_auto_switch"
    if switch in call.fields:
        values["video_auto_switch"] = truth(world, call, switch)
    if "status" in call.fields:
        values["status"] = _status(str(call.fields["status"]))
    if "date" in call.fields:
        values["date"] = _date(world, str(call.fields["date"]), event)
    return values


def _status(status: str) -> str:
    if status not in EVENT_STATUSES:
        raise Refused(422, "The status is not valid.", "invalid_status")
    return status


def _date(world: World, text: str, event: Event) -> float:
    wanted = world.switches.b12_date_input
    has_offset = text[-6:-5] in ("+", "-") and text[-3:-2] == ":"
    moment = understood(text, event.zone) if wanted == "any" or has_offset == (wanted == "offset") else None
    if moment is None:
        raise Refused(422, "The date is not formatted correctly.", "invalid_date")
    return moment


def _wanted(call: Call) -> Callable[[Event], bool] | None:
    status, sought = call.query.get("status", ""), call.query.get("search", "").lower()
    low, high = _bound(call, "startDateFrom"), _bound(call, "startDateTo")
    if not (status or sought or low is not None or high is not None):
        return None

    def fits(event: Event) -> bool:
        return (
            (not status or event.status == status)
            and (sought in f"{event.title}\n{event.description}".lower())
            and (low is None or event.date >= low)
            and (high is None or event.date <= high)
        )

    return fits


def _bound(call: Call, name: str) -> float | None:
    text = call.query.get(name, "")
    if not text:
        return None
    moment = understood(text)
    if moment is None:
        raise Refused(422, f"{name} is not a date.", f"invalid_{name}")
    return moment


def _by_start(feed: Feed[Event]) -> Feed[Event]:
    ordered: Feed[Event] = Feed()
    for place, event in enumerate(sorted(feed, key=lambda each: each.date)):
        ordered.add(place, event)
    return ordered
