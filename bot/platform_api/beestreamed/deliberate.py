"""Calls that change something and that no rule, cue or schedule can reach: a person's script makes them, knowing what it does.

Making, changing and deleting events, mailing everybody who signed up, deleting polls, voting, signing people up, asking a question
in somebody's name. None of them is repeated here; an unclear answer is the caller's to look into (B-24).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.errors import Refused
from bot.platform_api.beestreamed import wire_assets
from bot.platform_api.beestreamed.assets import Changed, LogLine, Made, UploadPlace
from bot.platform_api.beestreamed.sending import Sending

EVENT_FIELDS = frozenset(
    {
        "title", "desc", "date", "status", "signup_form", "signup_success_msg", "signup_form_msg", "signup_terms", "image", "lang",
        "qa_form_text", "signup", "chat", "qa", "show_countdown", "qa_email_required", "show_logo", "video_auto_Switch",
        "save_stream_in_videos",
    }
)  # fmt: skip
"""What PATCH takes, as printed: `desc` of the two names (B-21), the capital S as it stands (B-22)."""


class Deliberate(Sending):
    """Over one transport."""

    async def create_event(self) -> Made:
        """`POST /events`: an empty event, to be filled by `change_event`."""
        return await self._made("POST", "events", {}, ("event_ref",))

    async def change_event(self, event: str, changes: Mapping[str, Any]) -> Changed:
        """`PATCH /events/{event}`: any documented field; only what should change."""
        odd = sorted(set(changes) - EVENT_FIELDS)
        if odd or not changes:
            raise Refused(f"an event has no field '{odd[0]}' that can be set" if odd else "nothing was named that should change")
        return await self._changed("PATCH", "event", changes, event=event)

    async def delete_event(self, event: str) -> Changed:
        """`DELETE /events/{event}`: for good."""
        return await self._removed("event", event=event)

    async def event_image(self, event: str) -> str:
        """`GET /events/{event}/image`: a link that works for at most 20 minutes. Secret."""
        return await self._link("event_image", event=event)

    async def new_event_image(self, event: str, filename: str) -> UploadPlace:
        """`POST /events/{event}/upload`: where a png or jpg may be put."""
        return await self._object("POST", "event_upload", {"filename": filename}, wire_assets.upload_place, event=event)

    async def log(self, event: str) -> Sequence[LogLine]:
        """`GET /events/{event}/log`: what was changed, newest first."""
        return await self._list("event_log", wire_assets.log_line, "log line", event=event)

    async def send_emails(self, event: str, *, exclude_sent: bool = False, exclude_not_sent: bool = False) -> str:
        """`POST /events/{event}/sendemails`: mails every sign-up that the flags leave in. Never twice without looking (B-24)."""
        if exclude_sent and exclude_not_sent:
            raise Refused("at most one of exclude_sent and exclude_not_sent: together they leave nobody")
        body = {"excludeSent": True} if exclude_sent else {"excludeNotSent": True} if exclude_not_sent else {}
        return await self._noted("POST", "send_emails", body, event=event)

    async def ask_question(self, event: str, *, name: str, email: str, message: str) -> Made:
        """`POST /chat/{event}` with `qa`: a question in somebody's name."""
        body = {"name": name, "email": email, "message": message, "qa": True}
        return await self._made("POST", "chat", body, ("qa_ref", "chat_ref"), event=event)

    async def vote(self, event: str, poll: str, option: int, *, name: str = "", email: str = "") -> Changed:
        """`PATCH /polls/{event}/{poll}` with `vote`: the option as the platform counts it (B-39)."""
        who = {key: value for key, value in (("name", name), ("email", email)) if value}
        return await self._changed("PATCH", "poll", {"vote": True, "option_index": option, **who}, event=event, poll=poll)

    async def delete_poll(self, event: str, poll: str) -> str:
        """`DELETE /polls/{event}/{poll}`: its votes go with it."""
        return await self._noted("DELETE", "poll", None, event=event, poll=poll)

    async def sign_up(self, event: str, fields: Mapping[str, str]) -> Made:
        """`POST /signup/{event}`: the form's own fields; `message` only where the form has it (B-26)."""
        if not fields.get("name") or not fields.get("email"):
            raise Refused("a sign-up needs name and email")
        return await self._made("POST", "signups", dict(fields), ("signup_ref",), event=event)
