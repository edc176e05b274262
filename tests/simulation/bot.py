"""The whole bot on simulated edges: feeds, discovery, webhook door, runner, relay, timers, store, and the control API's functions.

What stands in for the outside: the platform (platform.Line), the driver's thread (disk.SimDatabase), the clock, the alarm clock.
Everything else is what ships, tied together as bot/app/channel.py does it. Left out: HTTP (the kill loop has it), the folder with
rule files (a rule set is swapped as a whole), reports.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, cast

from bot.config import Bot, Channel
from bot.control.auth import Person
from bot.control.desk import ChannelPowers, Desk, Live
from bot.control.routes import Call
from bot.domain.actions import Action
from bot.domain.signals import Author, Signal
from bot.engine.situation import Step
from bot.intake.discovery import Discovery
from bot.intake.feeds import Feeds
from bot.intake.timers import Timers
from bot.intake.webhooks import WebhookDoor
from bot.outbox.relay import Relay
from bot.platform_api.beestreamed import signature
from bot.platform_api.beestreamed.webhooks import decode_webhook
from bot.ports import Applied
from bot.rulefiles import parse_texts
from bot.ruleset.model import Ruleset
from bot.runner import Runner
from bot.store import Store
from tests.simulation.life import Life, SimAlarms, SimClock, Sky
from tests.simulation.platform import EVENT, USHER, Line, Platform

CHANNEL = "main"
SECRET = "fake-hook-secret"
SETTLE = 5.0
"""Longer than the latest application of a lost call (2.5 s), the latest listing of a row (1 s) and the longest way together."""
PERSON = Person("anna", "admin")
KINDS = ("set_message_status", "post_message", "create_poll", "set_poll", "count_poll", "set_event")
RULES = """
rules:
  - { id: swearing, severity: 4, if: { word: [heck%s] }, do: [ hide ] }
  - { id: rude, if: { word: [darn] }, do: [ { strike: { n: 1, for: 1h } } ] }
  - { id: sound, if: { surface: qa, length: "10..200", none: [ { word: [heck%s] } ] }, do: [ approve ] }
escalate: { strikes: { 2: [ { mute: event } ] } }
"""
SHOW = """
speech: { min_gap: 1s, max_share: null, quiet_above: null }
polls:
  - id: tea
    question: "Tea or coffee?"
    options: [Tea, Coffee]
    when: { at: live+4s }
    close: { after: 5s, grace: 1s }
    post_results: full
announcements:
  - id: tip
    every: 10s
    max_per_event: 3
    only_when: [live]
    messages: ["Tip one.", "Tip two.", "Tip three."]
commands:
  - { id: agenda, trigger: "!agenda", reply: "First this, then that.", cooldown: { global: 1s, user: 1s } }
cues:
  - { id: hello, when: { status: live }, do: [ { post: "Welcome!" } ] }
  - { id: bye, when: { status: done }, do: [ { post: "Goodbye!" } ] }
"""


@cache
def rules(more: str = "") -> Ruleset:
    """The rule set, also with one more word."""
    parsed = parse_texts({"rules.yaml": RULES % (more, more), "show.yaml": SHOW})
    assert parsed.ruleset is not None, parsed.problems
    return parsed.ruleset


@cache
def settings(page_size: int) -> Channel:
    """Reads often enough for a story of half a minute."""
    return Channel(
        name=CHANNEL, follow=(EVENT,), settle=SETTLE, fastest_read=0.8, slowest_read=2.0, idle_read=3.0, page_size=page_size
    )


class Pager:
    """Alerts reach somebody; the rest is not its business."""

    def __init__(self, life: Life) -> None:
        self._life = life

    async def perform(self, event: str, action: Action) -> Applied:
        await self._life.go_on()
        return Applied()

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        return ()


class SimBot:
    """One life of it. The story makes the store, so that a bug can be planted there."""

    def __init__(self, life: Life, platform: Platform, sky: Sky, story: Story) -> None:
        self.life = life
        self.story = story
        clock = SimClock(life, sky, story.seed)
        channel = settings(story.page_size)
        made = story.make_store(life, clock)
        self.store = made
        line = Line(platform, life, sky)
        self.inbox, self.outbox = asyncio.Event(), asyncio.Event()
        us = Bot(name=USHER.name, email=USHER.email)
        self.feeds = Feeds(channel, us, line, made, clock, wake=self.inbox, rate=lambda: 40.0)
        self.discovery = Discovery(channel, line, made, clock, self.feeds, self.inbox)
        self.runner = Runner(
            CHANNEL, made, story.rules, Author(us.name, us.email), clock, wake=self.inbox, outbox=self.outbox, told=self._saw
        )
        self.relay = Relay(
            channel.model_copy(update={"settle": story.settle}),
            made,
            {**dict.fromkeys(KINDS, line), "send_alert": Pager(life)},
            clock,
            wake=self.outbox,
            told=self.inbox,
            draw=clock.random.random,
        )
        self.timers = Timers(clock, lambda: self.runner.events, self.runner.tick, self.runner.next_due, alarms=SimAlarms(life))
        self.door = WebhookDoor(CHANNEL, made, clock, verify=_verify, decode=decode_webhook, wake=self.inbox, look=self._look_now)
        self._clock = clock
        self.tasks: list[asyncio.Task[None]] = []
        self.serving: set[asyncio.Task[Any]] = set()
        """Requests of people and of the platform that this life has accepted."""

    @cached_property
    def desk(self) -> Desk:
        """What people ask; nobody does in most lives."""
        powers = cast(ChannelPowers, self)
        return Desk(self.store, {CHANNEL: powers}, self._clock, "1", "act", 0.0, lambda: (), Live.begun(self._clock))

    async def run(self) -> None:
        """Until it is killed, stopped, or one of its parts ends. Raises what ended it."""
        self.runner.know(await self.discovery.begin())
        parts = (self.feeds, self.discovery, self.runner, self.relay, self.timers)
        self.tasks = [asyncio.create_task(part.run(), name=type(part).__name__) for part in parts]
        over = asyncio.create_task(self.life.over.wait())
        done, _ = await asyncio.wait([*self.tasks, over], return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        for task in done - {over}:
            if not task.cancelled() and task.exception() is not None and self.life.alive:
                raise task.exception()  # type: ignore[misc]  # just looked at

    async def stop(self) -> None:
        """SIGTERM."""
        await self.timers.stop()
        await self.discovery.stop()
        await self.feeds.stop()
        await self.runner.stop()
        await self.relay.stop()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.store.close()

    async def bury(self) -> None:
        """What is left of a dead process."""
        for task in (*self.tasks, *self.serving):
            task.cancel()
        await asyncio.gather(*self.tasks, *self.serving, return_exceptions=True)
        await self.timers.stop()

    async def serve(self, work: Any, patience: float | None = None) -> Any:
        """Runs a request in this life; None if it died, or the caller hung up, before it answered."""
        task = asyncio.ensure_future(work)
        self.serving.add(task)
        task.add_done_callback(self.serving.discard)
        await asyncio.wait([task], timeout=patience)
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if not self.life.alive:
            await asyncio.gather(task, return_exceptions=True)
            return None
        return None if task.cancelled() else task.result()

    async def ask(
        self,
        handler: Callable[[Desk, Call], Any],
        body: Any,
        path: Mapping[str, str] | None = None,
        patience: float | None = None,
    ) -> Any:
        """A request to the control API by a person."""
        no_http = cast(Any, None)
        return await self.serve(handler(self.desk, Call(PERSON, path or {}, body, None, no_http, no_http)), patience)

    async def deliver(self, body: bytes, signed: str, patience: float | None = None) -> tuple[int, str] | None:
        """A webhook; None if there was no answer."""
        received = self.door.receive({"X-Beestreamed-Signature": signed}, body)
        return cast(tuple[int, str] | None, await self.serve(received, patience))

    def _saw(self, signal: Signal, taken: Step) -> None:
        for decision in taken.decisions:
            self.story.tell("decided", decision.id, decision.outcome)

    # ── what control may use ──

    name = CHANNEL

    def ring(self) -> None:
        self.inbox.set()
        self.outbox.set()

    def _look_now(self, event: str = "") -> None:
        self.discovery.look_now(event)
        self.feeds.look_now(event)

    async def quiesce(self, event: str, what: str) -> None:
        self.story.quiesced = await self.relay.quiesce(event, what)


def _verify(body: bytes, header: str | bytes | None) -> bool:
    return signature.verify(body, header, (SECRET,))


def sign(body: bytes, secret: str = SECRET) -> str:
    """As the platform signs."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def delivery(number: int, kind: str, data: Mapping[str, Any], at: float) -> bytes:
    """A webhook's body."""
    return json.dumps({"id": f"d{number}", "type": kind, "timestamp": at, "data": dict(data)}).encode()


class Story:
    """What SimBot needs to know of the story that it plays in; story.py has the rest."""

    seed: int
    page_size: int
    settle: float
    quiesced: bool = True

    def rules(self) -> Ruleset:
        raise NotImplementedError

    def make_store(self, life: Life, clock: SimClock) -> Store:
        raise NotImplementedError

    def tell(self, *words: Any) -> None:
        raise NotImplementedError
