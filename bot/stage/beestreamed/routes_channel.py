"""`/client/…` and `/user/…`: the channel and who is tied to it (platforms/beestreamed.md sections 8 and 9).

The session calls take the caller's token as its session; a real session's secret would stand in the path, and a bot has none.
"""

from __future__ import annotations

from typing import Any

from bot.stage.beestreamed.asked import listed, text, truth
from bot.stage.beestreamed.model import Account, Connection
from bot.stage.beestreamed.rights import asking, full
from bot.stage.beestreamed.world import Refused, World
from bot.stage.feed import Feed
from bot.stage.wire import Answer, Call, bare, data, note

_COSTS = ("delivery_total", "emails_total", "encoding_total", "ondemand_total")


def details(world: World, call: Call, client: str) -> Answer:
    """`GET /client/{client}`: a bare object; the id only for a user's key."""
    account = _own(world, call, client)
    shown: dict[str, Any] = {"client_name": "The stage", "client_ref": account.client_ref, "client_subdomain": "stage"}
    if account.level != "global":
        shown["client_id"] = 1
    return bare(shown)


def logo(world: World, call: Call, client: str) -> Answer:
    """`GET /client/{client}/image`: the dark logo, or the light one."""
    _own(world, call, client)
    kind = "light" if truth(world, call, "light") else "dark"
    return data({"signed_url": f"https://media.example.test/logo-{kind}.png?signature={world.ref(24)}"})


def new_logo(world: World, call: Call, client: str) -> Answer:
    """`POST /client/{client}/image`: 201 and a bare object."""
    _own(world, call, client)
    text(call, "filename")
    return bare({"asset_ref": world.ref(24), "upload_url": f"https://upload.example.test/{world.ref(32)}"}, 201)


def usage(world: World, call: Call, client: str) -> Answer:
    """`GET /client/{client}/usage`."""
    _own(world, call, client)
    types = {name: {"cost": 0.0, "unit_cost": 0.01, "usage": 0} for name in _COSTS}
    return data({"currency": "usd", "total": 0.0, "types": types})


def client_connections(world: World, call: Call, client: str) -> Answer:
    """`GET /client/{client}/connections`: people tied to the channel."""
    account = _own(world, call, client)

    def row(tie: Connection) -> dict[str, Any]:
        person = {"user_ref": tie.user_ref, "user_client_ref": tie.client_ref, "user_email": tie.email}
        return {"conn_ref": tie.ref, "conn_user_ref": tie.user_ref, "data": {**person, "user_first": "", "user_last": ""}}

    return data(listed(world, call, _ties(world, call, account), row), rows=True)


def add_connection(world: World, call: Call, client: str) -> Answer:
    """`POST /client/{client}/connections`: no parameter is documented."""
    account = _own(world, call, client)
    made = Connection(world.number("connection"), world.ref(24), account.client_ref, world.ref(12), "someone@example.test")
    world.connections[made.ref] = made
    return note("Connection created.", with_status=True)


def remove_connection(world: World, call: Call, client: str) -> Answer:
    """`DELETE /client/{client}/connections` and the user's twin: `connref` is required."""
    asking(world, call)
    tie = _tie(world, call)
    del world.connections[tie.ref]
    return note("Connection deleted.", with_status=True)


def user_connections(world: World, call: Call, session: str) -> Answer:
    """`GET /user/{session}/connections`: channels that the user is tied to."""
    account = _session(world, call, session)

    def row(tie: Connection) -> dict[str, Any]:
        channel = {"client_ref": tie.client_ref, "client_name": "The stage", "client_subdomain": "stage"}
        logos = {"client_logo": None, "client_logo_light": None}
        return {"conn_ref": tie.ref, "conn_client_ref": tie.client_ref, "data": {**channel, **logos}}

    return data(listed(world, call, _ties(world, call, account), row), rows=True)


def accept_connection(world: World, call: Call, session: str) -> Answer:
    """`POST /user/{session}/connections`: accepts one."""
    _session(world, call, session)
    _tie(world, call).accepted = True
    return note("Connection accepted.", with_status=True)


def _own(world: World, call: Call, client: str) -> Account:
    account = asking(world, call)
    if client not in (account.client_ref, "stage"):
        raise Refused(403, "You do not have access.", "forbidden")
    return account


def _session(world: World, call: Call, session: str) -> Account:
    account = full(world, call)
    if session != account.token_id:
        raise Refused(401, "The session is not valid.", "unauthorized")
    return account


def _ties(world: World, call: Call, account: Account) -> Feed[Connection]:
    accepted = truth(world, call, "active", default=True)
    feed: Feed[Connection] = Feed()
    for tie in world.connections.values():
        if tie.client_ref == account.client_ref and tie.accepted == accepted:
            feed.add(tie.number, tie)
    return feed


def _tie(world: World, call: Call) -> Connection:
    ref = str(call.query.get("connref") or call.fields.get("connref") or "")
    if not ref:
        raise Refused(422, "connref is required.", "connref_required")
    tie = world.connections.get(ref)
    if tie is None:
        raise Refused(404, "Connection not found.", "connection_not_found")
    return tie
