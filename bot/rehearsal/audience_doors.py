"""How an audience reaches the stage: by HTTP through its admin door, or directly when both run in one process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import aiohttp

from bot.rehearsal.audience_acts import Person, Say
from bot.stage import Refused, Stage

_TIME_LIMIT = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class OpenPoll:
    """A poll that can be voted in."""

    ref: str
    question: str
    options: tuple[str, ...]


class NotPossible(Exception):
    """The stage said no (chat closed, poll closed), or could not be reached; the text says which."""


class AudienceDoor(Protocol):
    """What an audience can do. Every call raises NotPossible."""

    async def say(self, event: str, say: Say) -> str:
        """Writes; the message's ref."""
        ...

    async def turn(self, event: str, status: str | None, viewers: int | None) -> None:
        """Changes the event's status, or how many watch."""
        ...

    async def open_polls(self, event: str) -> Sequence[OpenPoll]:
        """Polls that are open now."""
        ...

    async def vote(self, poll: str, option: int, person: Person) -> None:
        """Votes."""
        ...


class LocalDoor:
    """Straight into a stage of the same process."""

    def __init__(self, stage: Stage) -> None:
        self._door = stage.door
        self._world = stage.world

    async def say(self, event: str, say: Say) -> str:
        """Writes."""
        try:
            return self._door.say(event, **_fields(say)).ref
        except Refused as refused:
            raise NotPossible(refused.text) from refused

    async def turn(self, event: str, status: str | None, viewers: int | None) -> None:
        """Changes the event."""
        try:
            if status is not None:
                self._door.set_event(event, status=status)
            if viewers is not None:
                self._door.viewers(event, viewers)
        except Refused as refused:
            raise NotPossible(refused.text) from refused

    async def open_polls(self, event: str) -> Sequence[OpenPoll]:
        """Polls that are open now."""
        try:
            polls = self._world.event(event).polls
        except Refused as refused:
            raise NotPossible(refused.text) from refused
        return [OpenPoll(poll.ref, poll.question, tuple(poll.options)) for poll in polls if poll.active]

    async def vote(self, poll: str, option: int, person: Person) -> None:
        """Votes."""
        try:
            self._door.vote(poll, option, person.name, person.email)
        except Refused as refused:
            raise NotPossible(refused.text) from refused


class HttpDoor:
    """Through the stage's admin door, for a stage that runs elsewhere. Close it when done."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/stage-admin"
        self._session = aiohttp.ClientSession(timeout=_TIME_LIMIT)

    async def close(self) -> None:
        """Ends its connections."""
        await self._session.close()

    async def say(self, event: str, say: Say) -> str:
        """Writes."""
        return str((await self._ask("POST", "/say", {"event": event, **_fields(say)}))["ref"])

    async def turn(self, event: str, status: str | None, viewers: int | None) -> None:
        """Changes the event."""
        if status is not None:
            await self._ask("POST", f"/events/{event}", {"status": status})
        if viewers is not None:
            await self._ask("POST", f"/events/{event}/viewers", {"count": viewers})

    async def open_polls(self, event: str) -> Sequence[OpenPoll]:
        """Polls that are open now."""
        polls = (await self._ask("GET", f"/events/{event}/polls"))["polls"]
        return [OpenPoll(poll["ref"], poll["question"], tuple(poll["options"])) for poll in polls if poll["active"]]

    async def vote(self, poll: str, option: int, person: Person) -> None:
        """Votes."""
        voter = {name: value for name, value in asdict(person).items() if name in ("name", "email")}
        await self._ask("POST", f"/polls/{poll}/votes", {"option": option, **voter})

    async def _ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            async with self._session.request(method, self._url + path, json=fields) as answer:
                told: dict[str, Any] = await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            raise NotPossible(f"the stage did not answer: {problem}") from problem
        if answer.status >= 400:
            raise NotPossible(str(told.get("error", answer.status)))
        return told


def _fields(say: Say) -> dict[str, Any]:
    person = say.person
    return {"text": say.text, "name": person.name, "email": person.email, "qa": say.surface == "qa", "label": say.label}
