"""`/signup/…`: platforms/beestreamed.md section 5."""

from __future__ import annotations

from typing import Any

from bot.stage.beestreamed.asked import listed, text
from bot.stage.beestreamed.ballots import sign_up
from bot.stage.beestreamed.model import Signup
from bot.stage.beestreamed.rights import allowed_event
from bot.stage.beestreamed.rows import signup_row
from bot.stage.beestreamed.world import Refused, World
from bot.stage.wire import Answer, Call, bare, note


def list_signups(world: World, call: Call, event_ref: str) -> Answer:
    """`GET /signup/{event_ref}`: a bare list; user keys only."""
    event = allowed_event(world, call, event_ref, moderating=True)

    def row(signup: Signup) -> dict[str, Any]:
        return signup_row(signup, world.switches, world.skew, alone=False)

    return bare(listed(world, call, event.signups, row), rows=True)


def one_signup(world: World, call: Call, event_ref: str, signup_ref: str) -> Answer:
    """`GET /signup/{event_ref}/{signup_ref}`: a bare object with fewer fields."""
    allowed_event(world, call, event_ref)
    signup = world.signups.get(signup_ref)
    if signup is None or signup.event != event_ref:
        raise Refused(404, "Signup not found.", "signup_not_found")
    return bare(signup_row(signup, world.switches, world.skew, alone=True))


def create_signup(world: World, call: Call, event_ref: str) -> Answer:
    """`POST /signup/{event_ref}`: the form's fields; `message` is needed only where the switch says so (B-26)."""
    event = allowed_event(world, call, event_ref)
    text(call, "name")
    text(call, "email")
    text(call, "message", required=world.switches.b26_message_required)
    made = sign_up(world, event, dict(call.fields))
    return note("Signup created.", {"signup_ref": made.ref}, world.switches.b36_created)
