"""How BeeStreamed's endpoints are called in the tests, and their documented answers: events, chat, polls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.domain.actions import CreatePoll, PostMessage, SetMessageStatus, SetPoll
from bot.platform_api.beestreamed.client import BeeStreamed
from tests.platform_api.beestreamed.account import chat_row


@dataclass(frozen=True)
class Case:
    """How an endpoint is called, what it answers as documented, and what must come of it whatever the shape."""

    call: Callable[[BeeStreamed], Awaitable[Any]]
    answer: Any
    told: Callable[[Any], Any]
    wanted: Any
    sent: Any = None
    """The body, or for GET and DELETE the query."""
    status: int = 200
    pages: bool = False
    path: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    """Answers to other calls that it makes."""


EVENT = {"event_ref": "ev", "event_title": "Show", "event_status": "live", "event_chat": True, "event_qa": False}
POLL = {"poll_ref": "p1", "poll_event_ref": "ev", "poll_question": "Tea?", "poll_options": ["Yes", "No"], "poll_active": True}
ENTRY = {"poll_entry_id": 7, "poll_entry_option_index": 1, "poll_entry_email": None, "poll_entry_created": "2031-02-03 10:00:05"}
LOG = {
    "events_log_id": 9,
    "events_log_ref": "l1",
    "events_log_type": "update",
    "events_log_response": {"status": "live"},
    "row_num": 1,
}
NOTE = {"message": "Done.", "status": 200}
ROWS = {"message": "Changed.", "rows": 1}

CASES: dict[str, Case] = {
    "GET /events": Case(
        lambda c: c.list_events("live"),
        [EVENT],
        lambda r: [one.event for one in r],
        ["ev"],
        {"maxResults": "100", "status": "live"},
        pages=True,
    ),
    "POST /events": Case(
        lambda c: c.deliberate.create_event(), {"event_ref": "ev9", "message": "ok"}, lambda r: r.ref, "ev9", {}, 201
    ),
    "GET /events/{event}": Case(
        lambda c: c.read_event("ev"), EVENT, lambda r: (r.event, r.phase, r.chat, r.qa), ("ev", "on_air", True, False), {}
    ),
    "PATCH /events/{event}": Case(
        lambda c: c.deliberate.change_event("ev", {"title": "New", "chat": False}),
        ROWS,
        lambda r: r.rows,
        1,
        {"title": "New", "chat": False},
    ),
    "DELETE /events/{event}": Case(
        lambda c: c.deliberate.delete_event("ev"), ROWS, lambda r: (r.rows, r.note), (1, "Changed."), {}
    ),
    "GET /events/{event}/image": Case(
        lambda c: c.deliberate.event_image("ev"),
        {"data": {"signed_url": "https://m.example.test/planted"}, "status": 200},
        str,
        "https://m.example.test/planted",
        {},
    ),
    "POST /events/{event}/upload": Case(
        lambda c: c.deliberate.new_event_image("ev", "a.png"),
        {"data": {"asset_ref": "as1", "upload_url": "https://u.example.test/planted"}, "message": "ok", "status": 201},
        lambda r: (r.ref, r.url),
        ("as1", "https://u.example.test/planted"),
        {"filename": "a.png"},
        201,
    ),
    "GET /events/{event}/stream": Case(
        lambda c: c.streams.info("ev"),
        {
            "data": {
                "status": "active",
                "reconnect_window": 60,
                "view_data": [{"views": 9, "viewers": 2, "updated_at": "0001-01-01T00:00:00Z"}],
                "simulcast_targets": [{"id": "t1", "passthrough": "Mirror", "stream_key": "planted"}],
            },
            "status": 200,
        },
        lambda r: (r.status, r.views[0].now, r.views[0].at, r.targets, r.target_ids),
        ("active", 2, None, ("Mirror",), ("t1",)),
        {},
    ),
    "GET /events/{event}/log": Case(
        lambda c: c.deliberate.log("ev"),
        [LOG],
        lambda r: [(one.ref, one.number, one.type, dict(one.changes)) for one in r],
        [("l1", 9, "update", {"status": "live"})],
        {},
    ),
    "GET /events/{event}/rtmp": Case(
        lambda c: c.streams.rtmp("ev"),
        {"data": {"key": "planted", "server": "rtmps://in.example.test"}, "status": 200},
        lambda r: (r.server, r.key),
        ("rtmps://in.example.test", "planted"),
        {},
    ),
    "POST /events/{event}/sendemails": Case(
        lambda c: c.deliberate.send_emails("ev", exclude_sent=True), NOTE, str, "Done.", {"excludeSent": True}
    ),
    "POST /events/{event}/simulcast": Case(
        lambda c: c.streams.add_target("ev", url="rtmp://x.example.test", title="Mirror", key="planted"),
        NOTE,
        lambda r: r,
        None,
        {"url": "rtmp://x.example.test", "passthrough": "Mirror", "stream_key": "planted"},
    ),
    "DELETE /events/{event}/simulcast": Case(
        lambda c: c.streams.remove_target("ev", "t1"), NOTE, lambda r: r, None, {"target_id": "t1"}
    ),
    "POST /events/{event}/startwebrtcstream": Case(lambda c: c.streams.start_webrtc("ev"), NOTE, lambda r: r, None),
    "POST /events/{event}/stopwebrtcstream": Case(lambda c: c.streams.stop_webrtc("ev"), NOTE, lambda r: r, None),
    "GET /chat/{event}": Case(
        lambda c: c.read_messages("ev", "chat", limit=50),
        [chat_row(1)],
        lambda r: [(one.ref, one.number, one.text) for one in r.rows],
        [("c1", 1, "hello")],
        {"maxResults": "50"},
    ),
    "POST /chat/{event}": Case(
        lambda c: c.perform("ev", PostMessage("hi")),
        {"chat_ref": "c9", "message": "ok"},
        lambda r: r.remote,
        "c9",
        {"name": "Usher", "email": "usher@example.test", "message": "hi"},
        201,
    ),
    "POST /chat/{event} qa": Case(
        lambda c: c.deliberate.ask_question("ev", name="Ann", email="a@example.test", message="Why?"),
        {"qa_ref": "q9", "message": "ok"},
        lambda r: r.ref,
        "q9",
        {"name": "Ann", "email": "a@example.test", "message": "Why?", "qa": True},
        201,
    ),
    "PATCH /chat/{event}/{message}": Case(
        lambda c: c.perform("ev", SetMessageStatus("c1", "chat", "hidden")), ROWS, lambda r: r.changed, True, {"status": "hidden"}
    ),
    "GET /polls/{event}": Case(
        lambda c: c.polls.polls("ev"),
        {"data": [POLL], "status": 200},
        lambda r: [(one.ref, one.options, one.active) for one in r],
        [("p1", ("Yes", "No"), True)],
        {"maxResults": "100"},
        pages=True,
    ),
    "GET /polls/{event}/{poll}": Case(
        lambda c: c.polls.poll("ev", "p1"), {"data": POLL, "status": 200}, lambda r: (r.question, r.active), ("Tea?", True), {}
    ),
    "POST /polls/{event}": Case(
        lambda c: c.perform("ev", CreatePoll("Tea?", ("Yes", "No"))),
        {"poll_ref": "p1", "message": "ok", "status": 201},
        lambda r: r.remote,
        "p1",
        {"question": "Tea?", "options": ["Yes", "No"]},
        201,
    ),
    "PATCH /polls/{event}/{poll} state": Case(
        lambda c: c.perform("ev", SetPoll("p1", True)),
        NOTE,
        lambda r: r.result["verified"],
        True,
        {"state": True},
        more={"GET /polls/ev/p1": {"data": POLL, "status": 200}},
    ),
    "PATCH /polls/{event}/{poll} vote": Case(
        lambda c: c.deliberate.vote("ev", "p1", 1, email="a@example.test"),
        {"message": "ok", "updated_rows": 1, "status": 200},
        lambda r: r.rows,
        1,
        {"vote": True, "option_index": 1, "email": "a@example.test"},
    ),
    "DELETE /polls/{event}/{poll}": Case(lambda c: c.deliberate.delete_poll("ev", "p1"), NOTE, str, "Done.", {}),
    "GET /polls/{event}/{poll}/entries": Case(
        lambda c: c.polls.entries("ev", "p1"),
        {"data": [ENTRY], "status": 200},
        lambda r: [(one.number, one.index, one.email) for one in r],
        [(7, 1, "")],
        {"maxResults": "100"},
        pages=True,
    ),
}
