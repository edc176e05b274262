"""The admin door by HTTP, under `/stage-admin/`: no log-in, meant for loopback. JSON in, JSON out.

Answers 400 for a request that makes no sense, 404/409/422 where the platform refuses; every error is `{"error": text}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.stage import truth
from bot.stage.beestreamed.world import Refused
from bot.stage.door import Door

PREFIX = "/stage-admin"
Fields = dict[str, Any]
Does = Callable[["Admin", web.Request, Fields], Any]


class Admin:
    """Turns requests into calls of the door."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def add_to(self, app: web.Application) -> None:
        """Puts the routes in; they win over the platform's."""
        for line, does in ROUTES.items():
            method, path = line.split(" ")
            app.router.add_route(method, PREFIX + path, self._handler(does))

    def _handler(self, does: Does) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.Response:
            try:
                body = await request.read()
                fields = json.loads(body) if body else {}
                return web.json_response({"ok": True} if (answer := does(self, request, fields)) is None else answer)
            except Refused as refused:
                return web.json_response({"error": refused.text}, status=refused.status)
            except (TypeError, ValueError, KeyError, AttributeError) as problem:
                return web.json_response({"error": f"{type(problem).__name__}: {problem}"}, status=400)

        return handle


def _say(admin: Admin, request: web.Request, fields: Fields) -> Any:
    made = admin.door.say(**fields)
    return {"ref": made.ref, "number": made.number, "created": made.created}


def _say_many(admin: Admin, request: web.Request, fields: Fields) -> Any:
    """A burst: all at once. One that is refused (chat closed) has `error` instead of `ref`."""
    answers: list[Fields] = []
    for each in fields["messages"]:
        try:
            answers.append(_say(admin, request, each))
        except Refused as refused:
            answers.append({"error": refused.text})
    return {"messages": answers}


def _event(admin: Admin, request: web.Request, fields: Fields) -> Any:
    return truth.event_truth(admin.door.event(**fields))


def _polls_of(admin: Admin, request: web.Request, fields: Fields) -> Any:
    return {"polls": [truth.poll_truth(poll) for poll in admin.door.world.event(_ref(request)).polls]}


def _account(admin: Admin, request: web.Request, fields: Fields) -> Any:
    made = admin.door.world.account(**fields)
    return {"token_id": made.token_id, "client_ref": made.client_ref, "level": made.level, "revoked": made.revoked}


def _send(admin: Admin, request: web.Request, fields: Fields) -> Any:
    return {"sent": admin.door.send_webhook(fields.pop("type"), **fields)}


def _order(admin: Admin, request: web.Request, fields: Fields) -> Any:
    admin.door.fault(fields.pop("fault"), **fields)


def _messages(admin: Admin, request: web.Request, fields: Fields) -> Any:
    return {"messages": truth.messages(admin.door.world, request.query.get("event", ""), _since(request))}


def _truth(admin: Admin, request: web.Request, fields: Fields) -> Any:
    parts = admin.door.parts
    return truth.whole(admin.door.world, parts.journal, parts.clock.now())


def _picture(admin: Admin, request: web.Request, fields: Fields) -> Any:
    """`{"picture": false}`: the encoder's picture drops; true: it comes (back)."""
    admin.door.picture(request.match_info["platform"], _ref(request), bool(fields["picture"]))


def _ref(request: web.Request) -> str:
    return request.match_info["ref"]


def _since(request: web.Request) -> float:
    return float(request.query.get("since", "0"))


ROUTES: dict[str, Does] = {
    "POST /say": _say,
    "POST /say-many": _say_many,
    "GET /messages/{ref}": lambda admin, request, fields: truth.message_truth(admin.door.message(_ref(request))),
    "POST /messages/{ref}": lambda admin, request, fields: {"rows": admin.door.moderate(_ref(request), fields["status"])},
    "PUT /messages/{ref}": lambda admin, request, fields: admin.door.edit(_ref(request), fields["text"]),
    "DELETE /messages/{ref}": lambda admin, request, fields: admin.door.delete(_ref(request), request.query.get("gone") == "1"),
    "POST /events": _event,
    "POST /events/{ref}": lambda admin, request, fields: {"rows": admin.door.set_event(_ref(request), **fields)},
    "GET /events/{ref}/polls": _polls_of,
    "POST /events/{ref}/polls": lambda admin, request, fields: truth.poll_truth(admin.door.poll(_ref(request), **fields)),
    "POST /events/{ref}/signups": lambda admin, request, fields: {"ref": admin.door.sign_up(_ref(request), **fields).ref},
    "POST /events/{ref}/viewers": lambda admin, request, fields: admin.door.viewers(_ref(request), fields["count"]),
    "POST /events/{ref}/stream": lambda admin, request, fields: admin.door.stream(_ref(request), fields["status"]),
    "POST /events/{ref}/streamkey": lambda admin, request, fields: admin.door.reset_key(_ref(request)),
    "POST /livestreams/{platform}/{ref}": _picture,
    "GET /truth/livestreams": lambda admin, request, fields: admin.door.livestreams.told(),
    "POST /connections": lambda admin, request, fields: {"ref": admin.door.connect(**fields).ref},
    "POST /uploads/{ref}": lambda admin, request, fields: admin.door.finish_upload(_ref(request)),
    "POST /polls/{ref}": lambda admin, request, fields: {"changed": admin.door.switch_poll(_ref(request), fields["active"])},
    "DELETE /polls/{ref}": lambda admin, request, fields: admin.door.delete_poll(_ref(request)),
    "POST /polls/{ref}/votes": lambda admin, request, fields: {"number": admin.door.vote(_ref(request), **fields).number},
    "POST /accounts": _account,
    "POST /webhooks": lambda admin, request, fields: asdict(admin.door.hook(**fields)),
    "DELETE /webhooks": lambda admin, request, fields: admin.door.unhook(request.query["url"]),
    "POST /webhooks/send": _send,
    "POST /webhooks/replay": lambda admin, request, fields: {"sent": admin.door.replay_webhooks(**fields)},
    "GET /webhooks/sent": lambda admin, request, fields: {"sent": [each.told() for each in admin.door.courier.sent]},
    "GET /switches": lambda admin, request, fields: asdict(admin.door.parts.switches),
    "POST /switches": lambda admin, request, fields: admin.door.set_switches(fields),
    "GET /faults": lambda admin, request, fields: asdict(admin.door.parts.desk.faults),
    "POST /faults": lambda admin, request, fields: admin.door.set_faults(fields),
    "POST /faults/next": _order,
    "DELETE /faults/next": lambda admin, request, fields: admin.door.parts.desk.clear(),
    "GET /truth": _truth,
    "GET /truth/messages": _messages,
    "GET /truth/calls": lambda admin, request, fields: {"calls": admin.door.parts.journal.told(_since(request))},
    "GET /truth/writes": lambda admin, request, fields: {"calls": admin.door.parts.journal.changing(_since(request))},
}
