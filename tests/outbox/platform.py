"""A platform in memory that may be hostile: answers get lost, requests are applied late or never, or are refused.

It stands for both sides of the wire: what was sent goes on at the platform even if the sender dies, and what the audience can see
is in `posts`, `polls` and `statuses`.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.domain.actions import Action, CreatePoll, PostMessage, SetMessageStatus
from bot.domain.errors import CannotTell, NotSent, PlatformError, Refused, Throttled, Unclear
from bot.ports import Applied, Clock


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of requests that meet a fault (the rest goes well) and times in seconds."""

    not_sent: float = 0.0
    throttled: float = 0.0
    error_503: float = 0.0
    """Not applied, but nobody can know."""
    applied_then_reset: float = 0.0
    applied_late: float = 0.0
    late_by: float = 20.0
    """At most."""
    listing_fails: float = 0.0
    latency: tuple[float, float] = (0.02, 0.2)


@dataclass(frozen=True, slots=True)
class Made:
    ref: str
    what: str
    at: float


@dataclass(slots=True)
class Platform:
    """bot.ports.Performs. `script` gives the errors of the next calls in turn (None: it goes well), before chance has its say."""

    clock: Clock
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    faults: Faults = Faults()
    script: list[PlatformError | None] = field(default_factory=list)
    posts: list[Made] = field(default_factory=list)
    polls: list[Made] = field(default_factory=list)
    ours: Clock | None = None
    """The sender's clock, if it is another one: the difference is known from the Date header, as the client knows it."""
    statuses: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[float, Action]] = field(default_factory=list)
    """Every change that reached the platform, with its time."""
    looks: int = 0
    tells: bool = True
    """False: it has no way to say what became of a call."""
    busy: Counter[str] = field(default_factory=Counter)
    busiest: Counter[str] = field(default_factory=Counter)

    async def perform(self, event: str, action: Action) -> Applied:
        self.busy[action.kind] += 1
        self.busiest[action.kind] = max(self.busiest[action.kind], self.busy[action.kind])
        try:
            return await self._perform(event, action)
        finally:
            self.busy[action.kind] -= 1

    async def _perform(self, event: str, action: Action) -> Applied:
        planned = self.script.pop(0) if self.script else self._planned()
        if isinstance(planned, NotSent):
            raise planned
        arrives = self.chance.uniform(*self.faults.latency) / 2
        applied = isinstance(planned, Unclear) and planned.code != "lost"
        late = self.chance.uniform(0.0, self.faults.late_by) if isinstance(planned, Unclear) and planned.code == "late" else 0.0
        answer: list[str] = []
        if planned is None or applied:
            asyncio.get_running_loop().call_later(arrives + late, lambda: answer.append(self._apply(event, action)))
        await self.clock.sleep(2 * arrives)
        if planned is not None:
            raise planned
        return Applied(remote=answer[0])

    def _planned(self) -> PlatformError | None:
        faults = self.faults
        table: list[tuple[float, Callable[[], PlatformError]]] = [
            (faults.not_sent, lambda: NotSent("connection refused")),
            (faults.throttled, lambda: Throttled("slow down", retry_after=1.0)),
            (faults.error_503, lambda: Unclear("503", status=503, code="lost")),
            (faults.applied_then_reset, lambda: Unclear("reset", code="reset")),
            (faults.applied_late, lambda: Unclear("timeout", code="late")),
        ]
        drawn = self.chance.random()
        for share, make in table:
            drawn -= share
            if drawn < 0:
                return make()
        return None

    def _apply(self, event: str, action: Action) -> str:
        self.calls.append((self.clock.now(), action))
        ref = f"r{len(self.calls)}"
        match action:
            case PostMessage():
                self.posts.append(Made(ref, _print(event, action), self.clock.now()))
            case CreatePoll():
                self.polls.append(Made(ref, _print(event, action), self.clock.now()))
            case SetMessageStatus():
                self.statuses[action.ref] = action.status
                return ""
            case _:
                return ""
        return ref

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        self.looks += 1
        if not self.tells:
            raise CannotTell("what became of it cannot be found out there")
        await self.clock.sleep(self.chance.uniform(*self.faults.latency))
        if self.chance.random() < self.faults.listing_fails:
            raise NotSent("listing failed")
        made = self.posts if isinstance(action, PostMessage) else self.polls
        if self.ours is not None:
            since += self.clock.now() - self.ours.now()
        return [one.ref for one in made if one.what == _print(event, action) and one.at >= since and one.ref not in known]

    def doubled(self) -> list[str]:
        """What the audience sees more than once."""
        return [what for what, count in Counter(made.what for made in [*self.posts, *self.polls]).items() if count > 1]


def lost(code: str = "lost") -> Unclear:
    """An answer that never came: `lost` (not applied), `reset` (applied), `late` (applied later)."""
    return Unclear("no answer", code=code)


def gone() -> Refused:
    return Refused("no such message", status=404)


def _print(event: str, action: Action) -> str:
    match action:
        case PostMessage(text=text):
            return f"{event}|{text}"
        case CreatePoll(question=question, options=options):
            return f"{event}|{question}|{'|'.join(options)}"
        case _:
            return ""
