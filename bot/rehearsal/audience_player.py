"""Plays a plan on a clock: everybody speaks when it is their time, and votes when a poll opens.

What the stage refuses (a closed chat) is counted, not lost sight of; nothing of it stops the show.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.rehearsal.audience_acts import Act, Plan, Say
from bot.rehearsal.audience_doors import AudienceDoor, NotPossible, OpenPoll
from bot.rehearsal.audience_votes import ballots

_LOOK_FOR_POLLS = 0.5
_LOOK = 0.1
_PATIENCE = 60.0
"""Seconds after which a silence is left out although the bot is not done (it waits for something itself)."""


class Clock(Protocol):
    """Time, handed in."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        ...

    def skip(self, seconds: float) -> None:
        """Lets time pass in an instant."""
        ...


@dataclass(slots=True)
class Played:
    """What came of it."""

    said: int = 0
    refused: int = 0
    turns: int = 0
    votes: int = 0
    too_late: int = 0
    """Votes that came when their poll was closed already."""
    problems: list[str] = field(default_factory=list)
    """Texts of what was refused, the first hundred."""
    latest: float = 0.0
    """The greatest delay, in seconds of the show, with which an act was played."""

    def refuse(self, problem: NotPossible) -> None:
        """Counts a refusal."""
        self.refused += 1
        if len(self.problems) < 100:
            self.problems.append(str(problem))


class Player:
    """One show."""

    def __init__(
        self,
        door: AudienceDoor,
        clock: Clock,
        event: str,
        plan: Plan,
        seen: Callable[[Act, str], None] | None = None,
        *,
        settled: Callable[[int], bool] = lambda _said: True,
    ) -> None:
        """`seen` is told of every act when it is played, with the message's ref ("" for turns and refused lines).

        `settled` is given the number of lines said and answers whether the bot is done with them; no silence is left out before.
        """
        self._door = door
        self._clock = clock
        self._event = event
        self._plan = plan
        self._seen = seen
        self._settled = settled
        self._voted: set[str] = set()
        self._voting: set[asyncio.Task[None]] = set()
        self.played = Played()

    async def play(self) -> Played:
        """Returns when the last act is played and the show's length is over."""
        start = self._clock.monotonic()
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch_polls(group))
            for act in self._plan.acts:
                await self._silence(start + act.at)
                await self._until(start + act.at)
                await self._act(act)
                self.played.latest = max(self.played.latest, self._clock.monotonic() - start - act.at)
            await self._until(start + self._plan.length)
            for task in (watching, *self._voting):
                task.cancel()
        return self.played

    async def _until(self, moment: float) -> None:
        wait = moment - self._clock.monotonic()
        if wait > 0:
            await self._clock.sleep(wait)

    async def _silence(self, end: float) -> None:
        """Leaves out what is too long of the silence before `end`: not before the bot is done, and never while people vote."""
        longest = self._plan.longest_silence
        if longest is None:
            return
        await self._until(min(end, self._clock.monotonic() + longest))
        patience = self._clock.monotonic() + _PATIENCE
        while (rest := end - self._clock.monotonic()) > 0:
            if not self._voting and (self._settled(self.played.said) or self._clock.monotonic() > patience):
                self._clock.skip(rest)
            else:
                await self._clock.sleep(min(rest, _LOOK))

    async def _act(self, act: Act) -> None:
        ref, event = "", act.event or self._event
        try:
            if isinstance(act, Say):
                ref = await self._door.say(event, act)
                self.played.said += 1
            else:
                await self._door.turn(event, act.status, act.viewers)
                self.played.turns += 1
        except NotPossible as problem:
            self.played.refuse(problem)
        if self._seen is not None:
            self._seen(act, ref)

    async def _watch_polls(self, group: asyncio.TaskGroup) -> None:
        """People notice a poll within half a second, and vote when they have made up their minds."""
        while self._plan.people:
            for room in self._plan.events:
                await self._watch_room(room or self._event, group)
            await self._clock.sleep(_LOOK_FOR_POLLS)

    async def _watch_room(self, event: str, group: asyncio.TaskGroup) -> None:
        try:
            polls = await self._door.open_polls(event)
        except NotPossible as problem:
            self.played.refuse(problem)
            return
        for poll in polls:
            if poll.ref not in self._voted:
                self._voted.add(poll.ref)
                task = group.create_task(self._vote(poll))
                self._voting.add(task)
                task.add_done_callback(self._voting.discard)

    async def _vote(self, poll: OpenPoll) -> None:
        opened = self._clock.monotonic()
        cast = ballots(self._plan.seed, self._plan.people, poll.question, poll.options)
        for done, ballot in enumerate(cast):
            await self._until(opened + ballot.after)
            try:
                await self._door.vote(poll.ref, ballot.option, ballot.person)
            except NotPossible:
                self.played.too_late += len(cast) - done
                return
            self.played.votes += 1
