"""`/polls/…`: platforms/beestreamed.md section 4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.stage.beestreamed.asked import listed
from bot.stage.beestreamed.ballots import delete_poll, make_poll, switch_poll, vote
from bot.stage.beestreamed.model import Poll, Vote
from bot.stage.beestreamed.rights import allowed_event
from bot.stage.beestreamed.rows import entry_row, poll_row
from bot.stage.beestreamed.world import Refused, World
from bot.stage.wire import Answer, Call, data, note


def list_polls(world: World, call: Call, event_ref: str) -> Answer:
    """`GET /polls/{event_ref}`; rows carry no number (documented)."""
    event = allowed_event(world, call, event_ref)

    def row(poll: Poll) -> dict[str, Any]:
        return poll_row(poll, world.switches, world.skew)

    rows = listed(world, call, event.polls, row)
    for each in rows:
        each.pop("row_num", None)
    return data(rows, rows=True)


def one_poll(world: World, call: Call, event_ref: str, poll_ref: str) -> Answer:
    """`GET /polls/{event_ref}/{poll_ref}`."""
    return data(poll_row(_poll(world, call, event_ref, poll_ref), world.switches, world.skew))


def create_poll(world: World, call: Call, event_ref: str) -> Answer:
    """`POST /polls/{event_ref}`: JSON question and options, both required."""
    event = allowed_event(world, call, event_ref, moderating=True)
    question, options = call.json_fields.get("question"), call.json_fields.get("options")
    if not isinstance(question, str) or not question:
        raise Refused(422, "question is required.", "question_required")
    if not isinstance(options, list) or not options or not all(isinstance(each, str) for each in options):
        raise Refused(422, "options must be a list of texts.", "options_required")
    made = make_poll(world, event, question, options, "api")
    return note("Poll created.", {"poll_ref": made.ref}, world.switches.b36_created, with_status=True)


def patch_poll(world: World, call: Call, event_ref: str, poll_ref: str) -> Answer:
    """`PATCH /polls/{event_ref}/{poll_ref}`: a vote, or `state`. Both at once is undefined (B-40); here the vote wins."""
    fields = {**call.fields, **call.json_fields}
    if _true(fields.get("vote")):
        return _vote(world, _poll(world, call, event_ref, poll_ref), fields)
    allowed_event(world, call, event_ref, moderating=True, client=True)
    poll = _poll(world, call, event_ref, poll_ref)
    names = {"state": ("state",), "active": ("active",), "both": ("state", "active")}[world.switches.b38_state_key]
    given = [fields[name] for name in names if name in fields]
    if not given:
        raise Refused(422, "state is required.", "state_required")
    switch_poll(world, poll, _true(given[0]), "api")
    return note("Poll updated.", with_status=True)


def remove_poll(world: World, call: Call, event_ref: str, poll_ref: str) -> Answer:
    """`DELETE /polls/{event_ref}/{poll_ref}`: entries go with it."""
    event = allowed_event(world, call, event_ref, moderating=True, client=True)
    delete_poll(world, event, _poll(world, call, event_ref, poll_ref))
    return note("Poll deleted.", with_status=True)


def list_entries(world: World, call: Call, event_ref: str, poll_ref: str) -> Answer:
    """`GET /polls/{event_ref}/{poll_ref}/entries`, with `search` in e-mail or name."""
    poll = _poll(world, call, event_ref, poll_ref)

    def row(entry: Vote) -> dict[str, Any]:
        return entry_row(poll, entry, world.switches, world.skew)

    only = _searched(call.query.get("search", ""))
    return data(listed(world, call, poll.votes, row, only=only, key="poll_entry_row_number"), rows=True)


def _searched(sought: str) -> Callable[[Vote], bool] | None:
    if not sought:
        return None
    return lambda entry: sought.lower() in f"{entry.email or ''}\n{entry.name or ''}".lower()


def _vote(world: World, poll: Poll, fields: dict[str, Any]) -> Answer:
    try:
        option = int(fields["option_index"]) - world.switches.b39_option_base
    except (KeyError, TypeError, ValueError):
        raise Refused(422, "option_index is required.", "option_index_required") from None
    vote(world, poll, option, fields.get("name"), fields.get("email"))
    return note("Vote counted.", {"updated_rows": 1}, with_status=True)


def _poll(world: World, call: Call, event_ref: str, poll_ref: str) -> Poll:
    allowed_event(world, call, event_ref)
    poll = world.polls.get(poll_ref)
    if poll is None or poll.event != event_ref:
        raise Refused(404, "Poll not found.", "poll_not_found")
    return poll


def _true(value: Any) -> bool:
    return value is True or str(value).lower() in ("true", "1")
