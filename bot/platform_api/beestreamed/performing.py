"""Doing what an outbox entry says: ports.Performs.perform. One call, or one walk for CountPoll; nothing is repeated here.

What a 2xx answer without the expected ref means: it was made, but we do not know its name. That is Unclear, so the outbox looks
and adopts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.actions import Action, CountPoll, CreatePoll, PostMessage, SetEvent, SetMessageStatus, SetPoll
from bot.domain.errors import BadAnswer, NotSent, Refused, Throttled, Unclear
from bot.domain.signals import Author
from bot.platform_api.beestreamed import wire, wire_more
from bot.platform_api.beestreamed.calls import Writing
from bot.platform_api.beestreamed.counting import Counting
from bot.platform_api.beestreamed.reading import Kinds
from bot.platform_api.beestreamed.rows import first_of, one_object, unwrapped
from bot.platform_api.call import Answer
from bot.platform_api.http import Transport
from bot.platform_api.oddities import BadRow, Row
from bot.platform_api.scalars import ref, whole
from bot.ports import Applied

_EVENT_SWITCHES = ("chat", "qa")


class Performing:
    """Acts over one transport, in the bot's name."""

    def __init__(self, transport: Transport, writing: Writing, bot: Author, kinds: Kinds, counting: Counting) -> None:
        self._transport = transport
        self._writing = writing
        self._bot = bot
        self._kinds = kinds
        self._counting = counting

    async def perform(self, event: str, action: Action) -> Applied:
        """Raises NotSent, Throttled, Unclear, Refused or NoRight."""
        try:
            return await self._perform(event, action)
        except BadAnswer as error:  # only reads end so: nothing was applied
            raise NotSent(str(error), status=error.status) from None

    async def _perform(self, event: str, action: Action) -> Applied:
        match action:
            case SetMessageStatus():
                return await self._set_message_status(event, action)
            case PostMessage():
                return await self._post(event, action)
            case CreatePoll():
                return await self._create_poll(event, action)
            case SetPoll():
                return await self._set_poll(event, action)
            case CountPoll():
                counted = await self._counting.count(event, action.poll, action.options, ballots=action.ballots, votes=action.votes)
                return Applied(changed=False, remote=action.poll, result=counted)
            case SetEvent():
                return await self._set_event(event, action)
            case _:
                raise Refused(f"BeeStreamed has no call for '{action.kind}'")

    async def _set_message_status(self, event: str, action: SetMessageStatus) -> Applied:
        """`changed` False: already so, or no such message; the platform does not tell which (B-14)."""
        self._check_kind(action)
        priority = 0 if action.status == "hidden" else 2
        call = self._writing.change(
            "PATCH", "message", {"status": action.status}, priority=priority, event=event, message=action.ref
        )
        return _changed(await self._transport.send(call), action.ref)

    def _check_kind(self, action: SetMessageStatus) -> None:
        if action.ref.startswith("#"):
            raise Refused("the platform gave this message no ref; it can be read but not changed")
        if action.status not in wire.STATUSES[action.surface]:
            raise Refused(f"'{action.status}' cannot be set on {action.surface}; {_choices(wire.STATUSES[action.surface])} can")
        seen = self._kinds.of(action.ref)
        if seen is not None and seen != action.surface:
            raise Refused(f"this ref was read from {seen}; a status of {action.surface} would hit the wrong thing")

    async def _post(self, event: str, action: PostMessage) -> Applied:
        body = {"name": self._bot.name, "email": self._bot.email, "message": action.text}
        answer = await self._transport.send(self._writing.change("POST", "chat", body, event=event))
        made = _ref_of(answer, ("chat_ref", "qa_ref"), "the message was posted")
        self._kinds.remember_posted(made)
        return Applied(remote=made)

    async def _create_poll(self, event: str, action: CreatePoll) -> Applied:
        body = {"question": action.question, "options": list(action.options)}
        call = self._writing.change("POST", "polls", body, priority=1, as_json=True, event=event)
        made = _ref_of(await self._transport.send(call), ("poll_ref",), "the poll was made")
        self._counting.remember(made, event)
        return Applied(remote=made)

    async def _set_poll(self, event: str, action: SetPoll) -> Applied:
        """Sets the state, then reads it back: nothing in the answer tells whether it took effect (B-37)."""
        call = self._writing.change("PATCH", "poll", {"state": action.open}, priority=1, event=event, poll=action.poll)
        await self._transport.send(call)
        active = await self._read_back(event, action.poll)
        if active is not None and active != action.open:
            raise Unclear(f"PATCH poll: accepted, yet the poll reads {'closed' if action.open else 'open'}")
        return Applied(remote=action.poll, result={"verified": active is not None})

    async def _read_back(self, event: str, poll: str) -> bool | None:
        """Whether the poll is open; None when that cannot be read now, which is no reason to take the change for failed."""
        try:
            answer = await self._transport.send(self._writing.get("poll", kind="control", event=event, poll=poll))
            return wire_more.poll(one_object(answer.payload, "a poll")).active
        except (BadAnswer, NotSent, Throttled, Refused, BadRow):
            return None

    async def _set_event(self, event: str, action: SetEvent) -> Applied:
        _check_changes(action.changes)
        answer = await self._transport.send(self._writing.change("PATCH", "event", action.changes, priority=0, event=event))
        return _changed(answer, event)


def _check_changes(changes: Mapping[str, Any]) -> None:
    if not changes:
        raise Refused("nothing was named that should change on the event")
    for name, value in changes.items():
        if name in _EVENT_SWITCHES:
            if not isinstance(value, bool):
                raise Refused(f"'{name}' of an event is true or false")
        elif name != "status":
            raise Refused(f"'{name}' of an event is not changed by this program; chat, qa and status are")
        elif value not in wire.EVENT_STATUSES:
            raise Refused(f"'{value}' is no event status; {_choices(wire.EVENT_STATUSES)} are")


def _changed(answer: Answer, remote: str) -> Applied:
    found = unwrapped(answer.payload)
    rows = whole(first_of(found, ("rows", "updated_rows"))) if isinstance(found, Mapping) else None
    return Applied(changed=rows != 0, remote=remote, result={"rows": rows})


def _ref_of(answer: Answer, names: tuple[str, ...], done: str) -> str:
    found = unwrapped(answer.payload)
    row: Row = found if isinstance(found, Mapping) else {}
    made = ref(first_of(row, names))
    if not made:
        raise Unclear(f"{done}, but the answer does not say its ref", status=answer.status)
    return made


def _choices(words: Any) -> str:
    return ", ".join(sorted(words))
