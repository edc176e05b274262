"""What stands in the webhooks: platforms/beestreamed.md 10.2 to 10.4. Every documented type can be made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.stage.beestreamed.model import Event, Poll, Signup, Upload, Video
from bot.stage.beestreamed.rows import event_row
from bot.stage.beestreamed.world import News, World
from bot.stage.switches import Switches
from bot.stage.timing import printed, with_offset

_FALSE = (
    "event_custom_player",
    "event_custom_signup",
    "event_signup_auto_email",
    "event_hidden",
    "event_speaker_request",
    "event_advanced",
    "event_redirect",
)
_ZERO = (
    "event_save_stream_in_videos",
    "event_enabled",
    "event_legacy",
    "event_subtitles",
    "event_signup_email",
    "event_sessions",
    "event_delivered_minutes",
    "event_delivered_minutes_archive",
    "event_mux_asset_replaced",
    "event_summary_cooldown",
)
_NULL = (
    "event_mux_asset",
    "event_mux_asset_id",
    "event_chat_form_text",
    "event_signup_terms_custom",
    "event_signup_btn_text",
    "event_redirect_url",
    "event_summary",
)


def full_event(event: Event, switches: Switches, skew: float) -> dict[str, Any]:
    """The event as webhooks carry it (10.4): mixed truth values, `event_date` with an offset, and the string "null"."""
    row = event_row(event, switches, skew, listed=False)
    form = [{"title": each.strip(), "type": "text"} for each in event.signup_form.split(",") if each.strip()]
    return {
        **row,
        **dict.fromkeys(_FALSE, False),
        **dict.fromkeys(_ZERO, 0),
        **dict.fromkeys(_NULL),
        "event_signup": form,
        "event_date": with_offset(event.date, event.zone),
        "event_date_unix": int(event.date),
        "event_timezone": event.zone,
        "event_time_zone": event.zone.replace("_", " "),
        "event_user_ref": "client_actor",
        "event_show_logo": bool(event.settings.get("show_logo", True)),
        "event_show_countdown": bool(event.settings.get("show_countdown", True)),
        "event_qa_email_required": bool(event.settings.get("qa_email_required", False)),
        "event_video_auto_switch": int(bool(event.settings.get("video_auto_switch", False))),
        "event_mux_is_live": int(event.stream.status == "active"),
        "event_lang": event.settings.get("lang", "en"),
        "event_qa_form_text": event.settings.get("qa_form_text"),
        "event_email_html": "<p>See you there</p>",
        "event_email_title": event.title,
        "event_videosdk_room": "",
        "event_video_ref": "",
        "event_test": "null",
    }


def hooked_poll(poll: Poll, switches: Switches, skew: float) -> dict[str, Any]:
    """A poll in `poll.created`: another shape than by REST (B-25)."""
    return {
        "poll_id": poll.number,
        "poll_ref": poll.ref,
        "poll_event_ref": poll.event,
        "poll_data": {"question": poll.question, "options": [{"option": each, "entries": 0} for each in poll.options]},
        "poll_active": poll.active,
        "poll_archived": int(poll.archived),
        "poll_created": printed(poll.created + skew, switches.b12_times),
        "results_hidden": False,
    }


def hooked_signup(signup: Signup, switches: Switches, skew: float) -> dict[str, Any]:
    """A signup in `signup.created`: says no event (B-29)."""
    return {
        "signup_ref": signup.ref,
        "signup_date": printed(signup.created + skew, switches.b12_times),
        "signup_data": signup.data,
        "signup_email_sent": int(signup.mailed),
        "signup_visited": 0,
        "signup_date_visited": None,
        "signup_mux_viewer_id": None,
    }


def envelope(world: World, news: News, delivery: str) -> dict[str, Any]:
    """The whole body for a change, as JSON values."""
    made: dict[str, Any] = {"type": news.type, "data": _data(world, news)}
    if news.keys:
        made["keys_updated"] = list(news.keys)
    made.update(news.extra)
    if not world.switches.b31_no_id:
        made["id"] = delivery
    made["timestamp"] = int(world.now() + world.skew)
    return made


def _data(world: World, news: News) -> dict[str, Any]:
    subject = news.subject
    if isinstance(subject, dict):
        return subject
    special = _SPECIAL.get(news.type)
    if special is not None:
        return special(world, subject)
    return _whole(world, subject)


def _whole(world: World, subject: Any) -> dict[str, Any]:
    if isinstance(subject, Event):
        return full_event(subject, world.switches, world.skew)
    if isinstance(subject, Poll):
        return hooked_poll(subject, world.switches, world.skew)
    if isinstance(subject, Signup):
        return hooked_signup(subject, world.switches, world.skew)
    if isinstance(subject, Video):
        return hooked_video(subject, world.switches, world.skew)
    return {"upload_ref": subject.ref} if isinstance(subject, Upload) else {}


def hooked_video(video: Video, switches: Switches, skew: float) -> dict[str, Any]:
    """A video as webhooks carry it (end of 10.3)."""
    return {
        "video_id": video.number,
        "video_ref": video.ref,
        "video_title": video.title,
        "video_client_ref": video.client_ref,
        "video_event_ref": video.event_ref,
        "video_date": printed(video.created + skew, switches.b12_times),
        "video_temp": 0,
        "video_public": 1,
        "video_tags": {"tags": []},
        "video_description": None,
        "video_slug": None,
        "video_total_views": 0,
        "video_delivery_last_update": None,
    }


def _deleted_event(world: World, event: Event) -> dict[str, Any]:
    return {"event_ref": event.ref}


def _status(world: World, event: Event) -> dict[str, Any]:
    return {"event_ref": event.ref, "status": event.status}


def _reset_key(world: World, event: Event) -> dict[str, Any]:
    return {"event_ref": event.ref, "key": event.stream.key, "server": "rtmps://ingest.example.test/app"}


def _deleted_poll(world: World, poll: Poll) -> dict[str, Any]:
    return {"poll_ref": poll.ref}


_SPECIAL: dict[str, Callable[[World, Any], dict[str, Any]]] = {
    "event.deleted": _deleted_event,
    "event.updated.status": _status,
    "event.updated.streamkey.disabled": _deleted_event,
    "event.updated.streamkey.reset": _reset_key,
    "poll.deleted": _deleted_poll,
}
