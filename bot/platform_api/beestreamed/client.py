"""BeeStreamed as the rest of Usher sees it: ReadsMessages, ReadsEvents, ReadsAudience, Performs, and typed calls besides.

Assumes nothing about the account; leaves out what the bot must never do by itself (mail everybody, delete an event).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from bot.config import Bot, Channel, Stream
from bot.domain.actions import Action
from bot.domain.errors import UsageError
from bot.domain.signals import Author, EventState, Surface, WebhookCame
from bot.platform_api.auth import basic
from bot.platform_api.beestreamed import signature, webhooks
from bot.platform_api.beestreamed.assets import Gone
from bot.platform_api.beestreamed.calls import Writing
from bot.platform_api.beestreamed.channels import Channels
from bot.platform_api.beestreamed.counting import Counting
from bot.platform_api.beestreamed.deliberate import Deliberate
from bot.platform_api.beestreamed.figures import Figures
from bot.platform_api.beestreamed.live import EventStream
from bot.platform_api.beestreamed.looking import Looking
from bot.platform_api.beestreamed.performing import Performing
from bot.platform_api.beestreamed.reading import Kinds, Reading
from bot.platform_api.beestreamed.streams import Streams
from bot.platform_api.beestreamed.values import Poll, Signup, Standing
from bot.platform_api.beestreamed.videos import Videos
from bot.platform_api.budget import Budget, Usage
from bot.platform_api.connection import Limits
from bot.platform_api.http import Transport
from bot.platform_api.oddities import Oddities
from bot.platform_api.scalars import zone_named
from bot.ports import Applied, Clock, Page, Watching


def transport_for(
    channel: Channel, clock: Clock, *, limits: Limits | None = None, jitter: Callable[[], float] = lambda: 0.5
) -> Transport:
    """The transport of one account: its address, its token, its budget. Raises UsageError for an address that is none."""
    token, secret = channel.token_id.get_secret_value(), channel.secret_key.get_secret_value()
    return Transport(
        channel.base_url,
        basic(token, secret),
        clock,
        Budget(channel.requests_per_minute, jitter),
        limits=limits,
        probe=Writing().get("events", {"maxResults": 1}, kind="control"),
        secrets=webhook_secrets(channel),
        jitter=jitter,
    )


def webhook_secrets(channel: Channel) -> tuple[str, ...]:
    """One secret, two while a key changes, none when webhooks are refused."""
    configured = channel.webhook_secret if isinstance(channel.webhook_secret, tuple) else (channel.webhook_secret,)
    return tuple(secret.get_secret_value() for secret in configured if secret.get_secret_value())


class BeeStreamed:
    """One account. `await close()` it, or use it as an async context manager.

    `tell` is given one line for each new oddity in the platform's answers (key names only, no values). The parts are public:
    `polls` (lists, entries, counts), `figures` (signups, analytics), `streams` (state, start, stop); and `videos`,
    `channels` and `deliberate`, which only scripts use.
    """

    def __init__(
        self,
        channel: Channel,
        bot: Bot,
        clock: Clock,
        transport: Transport | None = None,
        *,
        tell: Callable[[str], None] = lambda _text: None,
    ) -> None:
        zone = zone_named(channel.time_zone)
        if zone is None:
            raise UsageError(f"channel '{channel.name}': time_zone '{channel.time_zone}' is none; write it like Europe/Berlin")
        self.transport = transport or transport_for(channel, clock)
        self.oddities = Oddities(tell)
        self._secrets = webhook_secrets(channel)
        wire = (self.transport, Writing(form=channel.body == "form", query_true=channel.query_true))
        author, kinds = Author(bot.name, bot.email), Kinds()
        self.polls = Counting(*wire, channel.option_index_base, self.oddities)
        self.figures = Figures(*wire, self.oddities)
        self.streams = Streams(*wire)
        self.videos = Videos(*wire, self.oddities)
        self.channels = Channels(*wire, self.oddities)
        self.deliberate = Deliberate(*wire, self.oddities)
        self._reading = Reading(*wire, author, zone, kinds, self.oddities)
        self._performing = Performing(*wire, author, kinds, self.polls)
        self._looking = Looking(self.transport, self._reading, self.polls, author, kinds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"BeeStreamed({self.transport!r})"

    async def close(self) -> None:
        """Closes the connections."""
        await self.transport.close()

    def usage(self) -> Usage:
        """Calls used against the budget."""
        return self.transport.usage()

    def health(self) -> Mapping[str, str]:
        """State of the circuit breakers for `read` and `act`: closed, open or probing."""
        return self.transport.health()

    async def read_messages(
        self, event: str, surface: Surface, *, limit: int, page: int = 1, index_start: int | None = None
    ) -> Page:
        """One page of chat or Q&A."""
        return await self._reading.read_messages(event, surface, limit=limit, page=page, index_start=index_start)

    async def read_event(self, event: str) -> EventState:
        """One event's state."""
        return await self._reading.read_event(event)

    async def list_events(self, status: str | None = None) -> Sequence[EventState]:
        """All events of the account, or those of one status."""
        return await self._reading.list_events(status)

    async def read_watching(self, event: str) -> Watching:
        """How many watch, and whether the livestream is online."""
        return await self.streams.watching(event)

    async def count_signups(self, event: str) -> int:
        """How many have signed up."""
        return len(await self.figures.signups(event))

    async def perform(self, event: str, action: Action) -> Applied:
        """Does what an entry says; raises NotSent, Throttled, Unclear, Refused or NoRight."""
        return await self._performing.perform(event, action)

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        """Refs of what equals `action`, made since then and not among `known`, oldest first."""
        return await self._looking.look_for(event, action, since, known)

    def verify(self, body: bytes, header: str | bytes | None) -> bool:
        """Whether a delivery carries one of the channel's webhook signatures. False when no secret is configured."""
        return signature.verify(body, header, self._secrets)

    async def event_of(self, came: WebhookCame, events: Sequence[str]) -> str | None:
        """The event a delivery speaks of, where it does not say so itself (B-29); `events` are those watched. None: not found."""
        what = webhooks.typed(came)
        if came.event is not None:
            if isinstance(what, Poll):
                self.polls.remember(what.ref, came.event)
            return came.event
        if isinstance(what, (Poll, Gone)):
            return self.polls.event_of(what.ref)
        return await self.figures.event_of(what.ref, events) if isinstance(what, Signup) else None

    def livestream(self, stream: Stream, *, own: bool = False) -> EventStream:
        """An event's livestream of the configuration, over this account. `own`: closing it closes this client."""
        return EventStream(self.streams, self.figures, stream.name, stream.event, self.close if own else None)

    async def check(self, event: str = "") -> Standing:
        """What the token is good for; changes nothing (B-03). Raises NoRight when it is not accepted at all.

        Without `event` the first event of the account that has a chat row tells.
        """
        refs = [event] if event else [state.event for state in await self._reading.first_events()]
        for ref in refs[:5]:
            if self._reading.full_level is not None:
                break
            await self._reading.read_messages(ref, "chat", limit=1, control=True)
        level = self._reading.full_level
        return Standing("unknown" if level is None else "full" if level else "reduced", len(refs))


def missing_credentials(channel: Channel) -> str:
    """What is missing before anything can be asked, in words; "" when nothing is."""
    for name in ("token_id", "secret_key"):
        if not getattr(channel, name).get_secret_value():
            return f"channel '{channel.name}': {name} is empty"
    return ""
