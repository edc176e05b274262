"""The platform's state in memory: accounts, events and everything in them, and news of each change for the webhooks.

Numbers and refs come from a seeded random source, so that the same acts make the same world. Times come from the clock handed in.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.stage.beestreamed.model import Account, Connection, Event, LogLine, Message, Poll, Signup, Upload, Video
from bot.stage.feed import Feed
from bot.stage.switches import Switches
from bot.stage.timing import StageClock

_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class News:
    """Something changed: the webhook's type, whose channel it is, and the thing itself."""

    type: str
    client_ref: str
    subject: Any
    keys: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """The platform says no: `status` as HTTP, `text` for people, `word` for machines."""

    def __init__(self, status: int, text: str, word: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.word = word or text.lower().replace(" ", "_").rstrip(".")


class World:
    """Everything that exists. `switches` is replaced as a whole while it runs."""

    def __init__(self, clock: StageClock, switches: Switches, seed: int = 0) -> None:
        self.clock = clock
        self.switches = switches
        self._seed = seed
        self._dice: dict[str, random.Random] = {}
        self.accounts: dict[str, Account] = {}
        self.events: dict[str, Event] = {}
        self.event_feeds: dict[str, Feed[Event]] = {}
        self.messages: dict[str, Message] = {}
        self.polls: dict[str, Poll] = {}
        self.signups: dict[str, Signup] = {}
        self.videos: dict[str, Video] = {}
        self.uploads: dict[str, Upload] = {}
        self.connections: dict[str, Connection] = {}
        self.skew = 0.0
        """Seconds by which the platform's own clock is ahead of the true one: its rows and its Date header are off by them."""
        self.late_rows: Callable[[], float | None] = lambda: None
        """How many seconds a new message stays out of the lists; None = listed at once."""
        self._listeners: list[Callable[[News], None]] = []
        self._numbers: dict[str, int] = {}

    def listen(self, listener: Callable[[News], None]) -> None:
        """Calls `listener` at each change."""
        self._listeners.append(listener)

    def tell(self, news: News) -> None:
        """Passes a change on."""
        for listener in self._listeners:
            listener(news)

    def now(self) -> float:
        """The moment, by the clock handed in."""
        return self.clock.now()

    def dice(self, purpose: str) -> random.Random:
        """A seeded source for one purpose alone: what the bot does and when changes nothing in the refs of attendees' messages."""
        if purpose not in self._dice:
            self._dice[purpose] = random.Random(f"{self._seed}|{purpose}")  # noqa: S311 - a stand-in's made-up refs, no secrets
        return self._dice[purpose]

    def number(self, kind: str) -> int:
        """The next id of a kind, with holes where the switch says so."""
        step = 1 + (self.dice("holes").randrange(self.switches.id_holes + 1) if self.switches.id_holes else 0)
        self._numbers[kind] = self._numbers.get(kind, 500) + step
        return self._numbers[kind]

    def ref(self, length: int = 8, purpose: str = "ref") -> str:
        """A new opaque ref."""
        return "".join(self.dice(purpose).choices(_LETTERS, k=length))

    def account(self, token_id: str, secret_key: str, client_ref: str = "", **more: Any) -> Account:
        """Adds a token, or changes the one of that id."""
        made = Account(token_id, secret_key, client_ref or f"channel-{token_id}", **more)
        self.accounts[token_id] = made
        return made

    def event(self, ref: str) -> Event:
        """The event; 404 where there is none."""
        found = self.events.get(ref)
        if found is None:
            raise Refused(404, "Event not found.", "event_not_found")
        return found

    def add_event(self, client_ref: str, ref: str = "", **values: Any) -> Event:
        """A new event of a channel; `values` are fields of Event."""
        now = self.now()
        event = Event(self.number("event"), ref or self.ref(12), client_ref, f"user-{client_ref}", created=now, date=now)
        for name, value in values.items():
            setattr(event, name, value)
        self.events[event.ref] = event
        self.event_feeds.setdefault(client_ref, Feed()).add(event.number, event)
        self.tell(News("event.created", client_ref, event))
        return event

    def change_event(self, event: Event, values: dict[str, Any], who: str) -> int:
        """Sets fields of an event (names as in Event; others go to `settings`); returns how many rows changed, 0 or 1."""
        differing = {name: value for name, value in values.items() if self._value(event, name) != value}
        if not differing:
            return 0
        for name, value in differing.items():
            if hasattr(event, name):
                setattr(event, name, value)
            else:
                event.settings[name] = value
        self._remember(event, differing, who)
        return 1

    def delete_event(self, event: Event) -> None:
        """Gone for good, with all that is in it."""
        del self.events[event.ref]
        self.event_feeds[event.client_ref].remove(event)
        for feed in (event.chat_feed, event.qa_feed):
            for message in feed:
                self.messages.pop(message.ref, None)
        for poll in event.polls:
            self.polls.pop(poll.ref, None)
        self.tell(News("event.deleted", event.client_ref, event))

    def _value(self, event: Event, name: str) -> Any:
        return getattr(event, name) if hasattr(event, name) else event.settings.get(name)

    def _remember(self, event: Event, differing: dict[str, Any], who: str) -> None:
        now = self.now()
        number = self.number("log")
        event.log.add(number, LogLine(number, self.ref(), event.ref, dict(differing), now))
        event.changes.append((now, dict(differing), who))
        status = "status" in differing
        if not status or self.switches.b32_status_sends != "status":
            keys = tuple(f"event_{'desc' if name == 'description' else name}" for name in differing)
            self.tell(News("event.updated", event.client_ref, event, keys))
        if status and self.switches.b32_status_sends != "updated":
            self.tell(News("event.updated.status", event.client_ref, event))
