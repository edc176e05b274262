"""A hostile platform as an object: it answers late, loses answers, applies late or never, shifts its pages and hides new rows.

It stands for the far side of the wire: what was sent goes on there even if the sender dies, and what the audience can see is in
`rows` and `polls`. `Line` is the near side, bound to one life of the bot: it is what the bot is given as its client.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.domain.actions import Action, CountPoll, CreatePoll, PostMessage, SetEvent, SetMessageStatus, SetPoll
from bot.domain.errors import BadAnswer, NotSent, PlatformError, Refused, Throttled, Unclear
from bot.domain.signals import Author, EventState, Message, Surface
from bot.ports import Applied, Page
from tests.simulation.life import Life, Sky

EVENT = "show"
PHASES = {"idle": "before", "live": "on_air", "done": "over"}
USHER = Author("Usher", "usher@example.test")


@dataclass(frozen=True, slots=True)
class Temper:
    """How a platform behaves. Shares of calls, and seconds."""

    direction: Literal["older", "newer", "ignored"] = "older"
    inclusive: bool = True
    shuffled: bool = False
    latency: float = 0.1
    not_sent: float = 0.0
    throttled: float = 0.0
    error_503: float = 0.0
    lost: float = 0.0
    """Applied, and the answer is lost."""
    late: float = 0.0
    """The connection is cut, and it is applied up to `late_by` later."""
    late_by: float = 2.5
    bad_read: float = 0.0
    late_rows: float = 0.0
    """Share of new messages that are listed up to 1 s after others."""
    shifts: float = 0.0
    """Share of pages that begin a few rows off, or show rows twice."""


@dataclass(slots=True)
class Row:
    """A chat line or a question, as it truly stands."""

    number: int
    ref: str
    surface: Surface
    text: str
    author: Author
    status: str
    made: float
    listed: float
    changed: float = 0.0
    """When its text was last edited."""
    shown: float = -1.0
    """As of when a page with it was last answered."""
    deleted: bool = False
    touched: list[tuple[float, str, str]] = field(default_factory=list)
    """(when, who, status)"""


@dataclass(slots=True)
class Ballot:
    """A poll."""

    ref: str
    question: str
    options: tuple[str, ...]
    made: float
    open: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that left a life for the platform."""

    at: float
    wall: float
    """By the bot's clock."""
    life: int
    action: Action


class Platform:
    """The truth. `tell` is given what happens, for the story."""

    def __init__(self, temper: Temper, seed: int, tell: Callable[..., None]) -> None:
        self.temper = temper
        self.chance = random.Random(f"platform|{seed}")
        self.tell = tell
        self.status = "idle"
        self.switches: dict[str, Any] = {"chat": True, "qa": True}
        self.rows: dict[str, Row] = {}
        self.polls: dict[str, Ballot] = {}
        self.sent: list[Sent] = []
        self.news: Callable[[str, dict[str, Any]], None] = lambda _kind, _data: None
        """Told of what the platform sends webhooks for."""
        self.told_live = float("inf")
        """When a read of the event's state first answered that it is live."""
        self.told_over = float("inf")
        """The same for its end."""
        self._number = 500

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def say(self, text: str, author: Author, surface: Surface = "chat") -> Row:
        """Somebody writes."""
        self._number += self.chance.randint(1, 3)
        hidden = self.chance.uniform(0.0, 1.0) if self.chance.random() < self.temper.late_rows else 0.0
        status = "public" if surface == "chat" else "new"
        row = Row(self._number, f"m{self._number}", surface, text, author, status, self.now, self.now + hidden)
        self.rows[row.ref] = row
        self.tell("says", author.name, row.ref, surface, text)
        return row

    def touch(self, row: Row, who: str, status: str) -> None:
        """The status of a row changes."""
        row.status = status
        row.touched.append((self.now, who, status))
        self.tell("is now", row.ref, status, "by", who)

    def switch(self, status: str) -> None:
        """The event goes on air, or off."""
        self.status = status
        self.tell("event is", status)
        self.news("event.updated.status", {"event_ref": EVENT, "status": status})

    def state(self) -> EventState:
        """As the API tells it."""
        if self.status == "live":
            self.told_live = min(self.told_live, self.now)
        elif self.status == "done":
            self.told_over = min(self.told_over, self.now)
        chat, qa = self.switches["chat"], self.switches["qa"]
        return EventState(EVENT, "Show", self.status, PHASES[self.status], chat, qa)  # type: ignore[arg-type]  # one of the phases

    # ── lists ──

    def page(self, surface: Surface, limit: int, number: int, start: int | None) -> list[Row]:
        """One page, by the way in which this platform understands its parameters."""
        now, temper = self.now, self.temper
        rows = sorted(
            (row for row in self.rows.values() if row.surface == surface and row.listed <= now and not row.deleted),
            key=lambda row: -row.number,
        )
        if start is not None and temper.direction == "older":
            rows = [row for row in rows if row.number < start or (temper.inclusive and row.number == start)]
        if start is not None and temper.direction == "newer":
            rows = [row for row in rows if row.number > start or (temper.inclusive and row.number == start)][::-1]
        shift = self.chance.choice((-2, 2)) if self.chance.random() < temper.shifts else 0
        first = max(0, (number - 1) * limit + (shift if number > 1 else 0))
        page = rows[first : first + limit]
        if shift > 0 and page:
            page.append(self.chance.choice(page))
        return self.chance.sample(page, len(page)) if temper.shuffled else page

    # ── changes ──

    def apply(self, action: Action) -> str:
        """It takes effect; returns the ref of what was made."""
        match action:
            case PostMessage(text=text):
                return self.say(text, USHER).ref
            case CreatePoll(question=question, options=options):
                ref = f"p{len(self.polls) + 1}"
                self.polls[ref] = Ballot(ref, question, options, self.now)
                self.tell("poll made", ref, question)
                self.news("poll.created", {"poll_ref": ref, "poll_event_ref": EVENT})
                return ref
            case SetPoll(poll=poll, open=is_open):
                self.polls[poll].open = is_open
                self.tell("poll", poll, "open" if is_open else "closed")
            case SetMessageStatus(ref=ref, status=status):
                if self.rows[ref].status != status:
                    self.touch(self.rows[ref], "bot", status)
            case SetEvent(changes=changes):
                self.switches.update(changes)
                self.tell("switches", str(changes))
        return ""

    def fate(self) -> PlatformError | None:
        """What a change meets. `Unclear` with code "lost": it was applied; "late": it will be; "never": it was not."""
        temper = self.temper
        table: tuple[tuple[float, Callable[[], PlatformError]], ...] = (
            (temper.not_sent, lambda: NotSent("connection refused")),
            (temper.throttled, lambda: Throttled("slow down", retry_after=self.chance.choice([None, 0.5, 2.0]))),
            (temper.error_503, lambda: Unclear("503", status=503, code="never")),
            (temper.lost, lambda: Unclear("reset", code="lost")),
            (temper.late, lambda: Unclear("timeout", code="late")),
        )
        drawn = self.chance.random()
        for share, make in table:
            drawn -= share
            if drawn < 0:
                return make()
        return None


class Line:
    """ReadsMessages, ReadsEvents and Performs for one life."""

    def __init__(self, platform: Platform, life: Life, sky: Sky) -> None:
        self._platform = platform
        self._life = life
        self._sky = sky
        self.skew = platform.chance.uniform(-2.0, 2.0)

    async def _way(self) -> None:
        await asyncio.sleep(self._platform.temper.latency * self._platform.chance.random())
        await self._life.go_on(turn=False)

    async def _read(self) -> float:
        asked = self._sky.now()
        self._life.step()
        await self._way()
        if self._platform.chance.random() < self._platform.temper.bad_read:
            raise self._platform.chance.choice([NotSent("no route"), BadAnswer("half a page"), Throttled("slow", retry_after=0.5)])
        return asked

    async def read_messages(
        self, event: str, surface: Surface, *, limit: int, page: int = 1, index_start: int | None = None
    ) -> Page:
        asked = await self._read()
        rows, now = self._platform.page(surface, limit, page, index_start), self._platform.now
        found = [_message(row) for row in rows]
        await self._way()
        for row in rows:
            row.shown = now
        return Page(tuple(found), len(found), asked, self._sky.now() + self.skew)

    async def read_event(self, event: str) -> EventState:
        await self._read()
        if event != EVENT:
            raise Refused("no such event", status=404)
        return self._platform.state()

    async def list_events(self, status: str | None = None) -> Sequence[EventState]:
        await self._read()
        state = self._platform.state()
        return [state] if status in (None, state.status) else []

    async def perform(self, event: str, action: Action) -> Applied:
        self._life.step()
        platform = self._platform
        fate = platform.fate()
        if isinstance(fate, NotSent):
            raise fate
        platform.sent.append(Sent(platform.now, self._sky.now(), self._life.number, action))
        platform.tell("sent", self._life.number, action.kind, _about(action), fate.args[0] if fate else "")
        if isinstance(action, SetMessageStatus) and action.ref not in platform.rows:
            raise Refused("no such message", status=404)
        way = platform.temper.latency * platform.chance.random()
        if fate is None and isinstance(action, CountPoll):
            await self._way()
            return Applied(False, action.poll, {"counts": [0] * len(action.options), "distinct": 0, "voters": 0, "other": 0})
        arrived = self._arrives(action, way, fate)
        await asyncio.sleep(way)
        await self._way()
        if fate is not None:
            raise fate
        return Applied(remote=arrived[0])

    def _arrives(self, action: Action, way: float, fate: PlatformError | None) -> list[str]:
        """From here on it is the platform's: it takes effect whether the sender lives or not."""
        made: list[str] = []
        if fate is None or fate.code in ("lost", "late"):
            late = self._platform.chance.uniform(0.0, self._platform.temper.late_by) if fate and fate.code == "late" else 0.0
            loop = asyncio.get_running_loop()
            loop.call_at(loop.time() + way + late, lambda: made.append(self._platform.apply(action)))
        return made

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        since -= self._sky.now() - self._platform.now  # the offset of the clocks is known from the Date header
        await self._read()
        found: list[Any] = []
        if isinstance(action, PostMessage):
            rows = self._platform.rows.values()
            found = [row for row in rows if row.author == USHER and row.text == action.text and row.listed <= self._platform.now]
        elif isinstance(action, CreatePoll):
            same = (action.question, action.options)
            found = [poll for poll in self._platform.polls.values() if (poll.question, poll.options) == same]
        return [one.ref for one in found if one.made >= since - 0.001 and one.ref not in known]


def _message(row: Row) -> Message:
    return Message(EVENT, row.ref, row.surface, row.text, row.author, row.status, row.number)


def _about(action: Action) -> str:
    match action:
        case PostMessage(text=text):
            return text
        case CreatePoll(question=question):
            return question
        case SetMessageStatus(ref=ref, status=status):
            return f"{ref} {status}"
        case SetPoll(poll=poll, open=is_open):
            return f"{poll} {'open' if is_open else 'closed'}"
        case _:
            return ""


def calm(temper: Temper) -> Temper:
    """The same platform on a good day."""
    return replace(temper, not_sent=0, throttled=0, error_503=0, lost=0, late=0, bad_read=0, late_rows=0, shifts=0)
