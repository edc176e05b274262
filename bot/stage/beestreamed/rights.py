"""Who is asking, and what the token may do (B-03, B-04, B-48)."""

from __future__ import annotations

import base64
import binascii

from bot.stage.beestreamed.model import Account, Event
from bot.stage.beestreamed.world import Refused, World
from bot.stage.wire import Call


def token_of(header: str, world: World) -> str:
    """The id of the token that an `Authorization` header proves; empty when it proves none."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    for pair in _pairs(value.strip(), world.switches.b04_header):
        token_id, _, secret = pair.partition(":")
        account = world.accounts.get(token_id)
        if account is not None and account.secret_key == secret and not account.revoked:
            return token_id
    return ""


def _pairs(value: str, style: str) -> list[str]:
    found = [value] if style in ("plain", "either") else []
    if style in ("base64", "either"):
        try:
            found.append(base64.b64decode(value, validate=True).decode())
        except (binascii.Error, UnicodeDecodeError):
            return found
    return found


def asking(world: World, call: Call) -> Account:
    """The account behind a call; 401 without one."""
    account = world.accounts.get(call.who)
    if account is None:
        raise Refused(401, "Authentication failed.", "unauthorized")
    return account


def full(world: World, call: Call, *, client: bool = False) -> Account:
    """The account, if its token is a user's key (or, for `client`, of that level where the switch wants it)."""
    account = asking(world, call)
    lacking = account.level == "global" or (client and world.switches.b03_poll_state_needs_client and account.level != "client")
    if lacking:
        raise Refused(world.switches.b03_refusal, "You do not have access.", "forbidden")
    return account


def allowed_event(world: World, call: Call, ref: str, *, moderating: bool = False, client: bool = False) -> Event:
    """The event, if it belongs to the caller's channel: 404 where there is none, 403 where it is another's."""
    account = full(world, call, client=client) if moderating or client else asking(world, call)
    event = world.event(ref)
    if event.client_ref != account.client_ref:
        raise Refused(403, "You do not have access to this event.", "forbidden")
    return event


def is_reduced(world: World, call: Call) -> bool:
    """The rows of a weaker token have fewer fields."""
    return asking(world, call).level == "global"
