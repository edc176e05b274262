"""Which typed call makes which documented call: the table of docs/platforms.md is made of it, and a test makes every one of them.

`python -m bot.platform_api.beestreamed.coverage` prints the table.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

TEST = "tests/platform_api/beestreamed/test_endpoints.py"

ENDPOINTS: Mapping[str, str] = {
    "GET /events": "list_events",
    "POST /events": "deliberate.create_event",
    "GET /events/{event}": "read_event",
    "PATCH /events/{event}": "deliberate.change_event",
    "DELETE /events/{event}": "deliberate.delete_event",
    "GET /events/{event}/image": "deliberate.event_image",
    "POST /events/{event}/upload": "deliberate.new_event_image",
    "GET /events/{event}/stream": "streams.info",
    "GET /events/{event}/log": "deliberate.log",
    "GET /events/{event}/rtmp": "streams.rtmp",
    "POST /events/{event}/sendemails": "deliberate.send_emails",
    "POST /events/{event}/simulcast": "streams.add_target",
    "DELETE /events/{event}/simulcast": "streams.remove_target",
    "POST /events/{event}/startwebrtcstream": "streams.start_webrtc",
    "POST /events/{event}/stopwebrtcstream": "streams.stop_webrtc",
    "GET /chat/{event}": "read_messages",
    "POST /chat/{event}": "perform(PostMessage)",
    "POST /chat/{event} qa": "deliberate.ask_question",
    "PATCH /chat/{event}/{message}": "perform(SetMessageStatus)",
    "GET /polls/{event}": "polls.polls",
    "GET /polls/{event}/{poll}": "polls.poll",
    "POST /polls/{event}": "perform(CreatePoll)",
    "PATCH /polls/{event}/{poll} state": "perform(SetPoll)",
    "PATCH /polls/{event}/{poll} vote": "deliberate.vote",
    "DELETE /polls/{event}/{poll}": "deliberate.delete_poll",
    "GET /polls/{event}/{poll}/entries": "polls.entries",
    "GET /signup/{event}": "figures.signups",
    "GET /signup/{event}/{signup}": "figures.signup",
    "POST /signup/{event}": "deliberate.sign_up",
    "GET /analytics/{event}/overall": "figures.overall",
    "GET /analytics/{event}/timeseries": "figures.timeseries",
    "GET /analytics/{event}/breakdown": "figures.breakdown",
    "GET /analytics/{event}/views": "figures.views",
    "GET /analytics/{event}/viewers/{viewer}": "figures.viewer",
    "GET /videos": "videos.videos",
    "GET /videos/{video}": "videos.video",
    "POST /videos": "videos.create",
    "PATCH /videos/{video}": "videos.change",
    "DELETE /videos/{video}": "videos.delete",
    "POST /videos/upload": "videos.new_upload",
    "GET /videos/upload/{upload}": "videos.upload",
    "GET /videos/{video}/master": "videos.master",
    "GET /client/{client}": "channels.details",
    "GET /client/{client}/image": "channels.logo",
    "POST /client/{client}/image": "channels.new_logo",
    "GET /client/{client}/usage": "channels.usage",
    "GET /client/{client}/connections": "channels.connections",
    "POST /client/{client}/connections": "channels.connect",
    "DELETE /client/{client}/connections": "channels.disconnect",
    "GET /user/{session}/connections": "channels.of_user",
    "POST /user/{session}/connections": "channels.accept",
    "DELETE /user/{session}/connections": "channels.leave",
}
"""Endpoint (a word behind it parts two uses of one) → method of the client."""


def table() -> str:
    """As Markdown."""
    rows = [f"| `{endpoint}` | `{method}` | `test_call[{endpoint}]` |" for endpoint, method in ENDPOINTS.items()]
    return "\n".join(["| endpoint | method of `BeeStreamed` | test |", "|---|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
