"""The rows of the REST answers, as the documents show them, under the switches for names, times and what is left out."""

from __future__ import annotations

import html
from typing import Any

from bot.stage.beestreamed.model import Event, LogLine, Message, Poll, Signup, Vote
from bot.stage.switches import Switches
from bot.stage.timing import printed

_STATUS_WORDS = {"idle": "scheduled", "done": "ended"}
_EXTRA = {"future_key": {"nested": [1, None, "x"]}}


def message_row(message: Message, switches: Switches, skew: float, reduced: bool) -> dict[str, Any]:
    """A chat message (platforms/beestreamed.md 3.1) or a question (B-17), without `row_num`."""
    prefix = switches.b17_prefix if message.qa else "chat"
    text_key = switches.b17_text if message.qa else "message"
    escape = html.escape if switches.b50_escaped_text else str
    row: dict[str, Any] = {
        f"{prefix}_id": message.number,
        f"{prefix}_ref": message.ref,
        f"{prefix}_{text_key}": escape(message.text),
        f"{prefix}_name": escape(message.name),
        f"{prefix}_created": printed(message.created + skew, switches.b12_times),
    }
    if not reduced:
        gone = message.deleted_at
        row[f"{prefix}_event_ref"] = message.event
        row[f"{prefix}_email"] = message.email
        row[f"{prefix}_deleted_time"] = None if gone is None else printed(gone + skew, switches.b12_times)
        if switches.b42_status_shown:
            row[f"{prefix}_status"] = message.status
    if switches.extra_keys:
        row.update(_EXTRA)
    return row


def status_word(event: Event, switches: Switches) -> str:
    """The event's status as it is read (B-16)."""
    return _STATUS_WORDS.get(event.status, event.status) if switches.b16_words == "scheduled_ended" else event.status


def public_event(event: Event, switches: Switches) -> dict[str, Any]:
    """The fields that everybody may see (2.1)."""
    form = [{"title": each.strip(), "type": "text"} for each in event.signup_form.split(",") if each.strip()]
    return {
        "event_title": event.title,
        "event_desc": event.description,
        "event_status": status_word(event, switches),
        "event_date": printed(event.date, switches.b12_event_date, event.zone),
        "event_chat": event.chat,
        "event_qa": event.qa,
        "event_signup": form if switches.b20_signup_form == "list" else None,
        "event_signup_required": event.signup,
        "event_signup_form_msg": event.settings.get("signup_form_msg"),
        "event_signup_success_msg": event.settings.get("signup_success_msg"),
        "event_mux_playback": f"play-{event.ref}" if event.stream.status == "active" else None,
    }


def event_row(event: Event, switches: Switches, skew: float, listed: bool) -> dict[str, Any]:
    """The whole event; the list's rows lack `event_webrtc`."""
    row = {
        "event_id": event.number,
        "event_ref": event.ref,
        **public_event(event, switches),
        "event_created": printed(event.created + skew, switches.b12_times),
        "event_mux": f"ingest-{event.ref}",
        "event_client_ref": event.client_ref,
        "event_user_ref": event.user_ref,
        "event_embed_domain": None,
        "event_image": event.settings.get("image"),
        "event_password": event.password,
        "event_recurring": 0,
    }
    if not listed:
        row["event_webrtc"] = bool(event.settings.get("webrtc", False))
    if switches.extra_keys:
        row.update(_EXTRA)
    return row


def poll_row(poll: Poll, switches: Switches, skew: float) -> dict[str, Any]:
    """A poll by REST (section 4): options are texts, no counts; or the webhook's objects, where the switch says so (B-25)."""
    options: list[Any] = list(poll.options)
    if switches.b25_options == "objects":
        options = [{"option": option} for option in poll.options]
    return {
        "poll_ref": poll.ref,
        "poll_event_ref": poll.event,
        "poll_question": poll.question,
        "poll_options": options,
        "poll_active": poll.active,
        "poll_created": printed(poll.created + skew, switches.b12_times),
    }


def entry_row(poll: Poll, vote: Vote, switches: Switches, skew: float) -> dict[str, Any]:
    """A vote, without `poll_entry_row_number`; `option_index` counts from the switch's base (B-39)."""
    row = {
        "poll_entry_id": vote.number,
        "poll_entry_poll_ref": poll.ref,
        "poll_entry_option_index": vote.option + switches.b39_option_base,
        "poll_entry_created": printed(vote.created + skew, switches.b12_times),
        "poll_entry_email": vote.email,
    }
    if vote.name is not None:
        row["poll_entry_name"] = vote.name
    return row


def signup_row(signup: Signup, switches: Switches, skew: float, alone: bool) -> dict[str, Any]:
    """A signup (section 5), without `row_num`; one asked for alone has no id and no event."""
    visited = signup.visited
    row = {
        "signup_ref": signup.ref,
        "signup_data": signup.data,
        "signup_date": printed(signup.created + skew, switches.b12_times),
        "signup_date_visited": None if visited is None else printed(visited + skew, switches.b12_times),
        "signup_email_sent": int(signup.mailed),
        "signup_visited": int(visited is not None),
    }
    if not alone:
        row["signup_id"] = signup.number
        row["signup_event_ref"] = signup.event
    return row


def log_row(line: LogLine, event: Event, switches: Switches, skew: float) -> dict[str, Any]:
    """A line of an event's log (2.6), without `row_num`."""
    return {
        "events_log_id": line.number,
        "events_log_ref": line.ref,
        "events_log_event_ref": line.event,
        "events_log_client_ref": event.client_ref,
        "events_log_user_ref": event.user_ref,
        "events_log_type": "update",
        "events_log_response": line.changes,
        "events_log_created": printed(line.created + skew, switches.b12_times),
    }
