"""This process as one of several on one database: its lease, its share of the channels, and the others' channels as seen from here.

The rules of all replicas are revisions in the database. A folder that this replica has becomes one when it is saved (or was never
seen before), for every channel that uses it.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from bot.app.channel import ChannelParts
from bot.app.elsewhere import BESIDE, Elsewhere
from bot.app.feed_line import FeedLine, Teller
from bot.app.lease import Lease, Share
from bot.app.shards import Shards
from bot.clock import Clock
from bot.config import Channel, Config
from bot.domain.errors import StoreError
from bot.engine.gate import gate
from bot.rulefiles import FanOut, RevisionShelf, RuleFolder, RuleMirror
from bot.rulefiles.folder import Coming
from bot.store import Line, Store

log = structlog.get_logger("app")

LOOK_EVERY = 2.0
"""Seconds between two looks at the newest rules and at the others' health; and between two tellings of our own."""
FREE_EVERY = 1.0
"""Seconds between two looks at who keeps a channel from us that we have taken over."""


Make = Callable[[Channel, Share], ChannelParts]
"""Builds the parts of a channel that is to run here."""


class Everywhere(Mapping[str, ChannelParts]):
    """All configured channels: those that run here, and the others as seen from here."""

    def __init__(self, here: Shards[ChannelParts], elsewhere: Mapping[str, Elsewhere]) -> None:
        self._here = here
        self._elsewhere = elsewhere

    def __getitem__(self, name: str) -> ChannelParts:
        return self._here.running.get(name) or self._elsewhere[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._elsewhere)

    def __len__(self) -> int:
        return len(self._elsewhere)


class ReplicaParts:
    """Built at once; `start` before anything runs, `jobs` run until `stop`."""

    def __init__(self, config: Config, store: Store, clock: Clock, name: str, make: Make, broadcast: Teller) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._build = make
        self._configured = {channel.name: channel for channel in config.channel}
        self.line = Line(config.store.url, name, clock, self._heard)
        self.lease = Lease(clock, config.store.lease)
        self._shelf = RevisionShelf(gate, config.services)
        self._folders = _folders(config, store, clock, self._told_of_rules)
        self._share = Share(self.lease.holds, self._rules_for, self._where)
        self.shards: Shards[ChannelParts] = Shards(
            self._configured, self.line, self.lease, clock, begin=self._begin, make=self._make
        )
        self._elsewhere = {
            name: Elsewhere(channel, config, store, clock, share=self._share, line=self.line, seen=self._seen)
            for name, channel in self._configured.items()
        }
        self.channels = Everywhere(self.shards, self._elsewhere)
        self._broadcast = broadcast
        self._feed = FeedLine(broadcast, self.line, clock, self._heard_elsewhere)
        self._health: Mapping[str, tuple[float, str]] = {}
        self._look = asyncio.Event()

    async def start(self) -> None:
        """The rules. Raises UsageError if neither a folder nor the database has some that can be used."""
        for folder in self._folders.values():
            await folder.start()
        for channel in self._elsewhere.values():
            await channel.rules.start()

    def jobs(self) -> dict[str, Coroutine[Any, Any, None]]:
        """Everything that runs until `stop`."""
        folders = {f"rules in {path}": folder.run() for path, folder in self._folders.items()}
        return folders | {"shards": self.shards.run(), "looking": self._look_on(), "feed": self._feed.run()}

    async def stop(self) -> None:
        """Our channels are given back, then the line is hung up."""
        await self.shards.stop()
        for channel in self._elsewhere.values():
            await channel.client.close()
        await self.line.close()

    def unready(self) -> list[str]:
        """Why this replica is not working as it should."""
        reasons = [f"{name}: {error}" for name, error in self.shards.failing.items()]
        if not self.lease.holds():
            reasons.append(f"nothing is sent: the lease is not renewed ({self.shards.error or 'not yet'})")
        orphans = self.shards.land.orphans
        if orphans:
            reasons.append(f"nobody acts for {', '.join(orphans[:5])}{' …' if len(orphans) > 5 else ''}")
        return reasons

    @property
    def is_first(self) -> bool:
        """The replica that does what one alone should do, such as retention."""
        return bool(self.shards.land.replicas) and self.shards.land.replicas[0].name == self.line.name

    def status(self) -> list[dict[str, Any]]:
        """All replicas, for status."""
        land = self.shards.land
        return [
            {"name": one.name, "url": one.url, "version": one.version, "lease": round(one.left, 1), "leaving": one.leaving}
            | {"channels": sorted(land.of(one.name)), "here": one.name == self.line.name}
            for one in land.replicas
        ]

    def _make(self, name: str) -> ChannelParts:
        return self._build(self._configured[name], self._share)

    async def _begin(self, name: str) -> int:
        freeing = asyncio.create_task(self._free(name), name=f"freeing {name}")
        try:
            return await self._store.begin(name, self._clock.now())
        finally:
            freeing.cancel()
            await asyncio.wait({freeing})

    async def _free(self, name: str) -> None:
        """Whoever had the channel and was stopped in a transaction must not keep it from us."""
        while True:
            await self._clock.sleep(FREE_EVERY)
            with suppress(StoreError):  # the line opens anew by itself
                if ended := await self.line.free(name):
                    log.warning("replica.freed", channel=name, sessions=ended)

    def _rules_for(self, channel: Channel, coming: Coming) -> RuleMirror:
        source = self._folders.get(channel.rules)
        return RuleMirror(channel.rules, self._store, self._clock, self._shelf, channel=channel.name, source=source, coming=coming)

    def _where(self, name: str) -> Mapping[str, Any]:
        land = self.shards.land
        owner = land.owner(name)
        since = next(((one.epoch, one.since) for one in land.channels if one.channel == name), (0, 0.0))
        here = name in self.shards.running
        told = {"name": owner.name, "url": owner.url} if owner is not None else {"name": "", "url": ""}
        return told | {"epoch": since[0], "since": since[1], "here": here}

    def _seen(self, name: str) -> tuple[float, str]:
        return self._health.get(name, (0.0, ""))

    # ── what the others say ──

    def _heard(self, word: str) -> None:
        """What `tell` says elsewhere: `ring CHANNEL`, `look CHANNEL EVENT`, `confirmed CHANNEL RULE …`, `rules`, `land`, `feed`.

        "" is heard when the line was broken: then everything is looked at.
        """
        what, _, rest = word.partition(" ")
        name, _, event = rest.partition(" ")
        parts = self.shards.running.get(name)
        if what == "ring" and parts is not None:
            parts.ring()
        elif what == "look" and parts is not None:
            parts.look_now(event)
        elif what == "confirmed" and parts is not None:
            parts.confirmed(event.split())
        elif what in {"rules", ""}:
            self._look.set()
        if what in {"land", ""}:
            self.shards.look_now()
        if what in {"feed", ""}:
            self._feed.look_now()

    def _heard_elsewhere(self) -> bool:
        self.shards.watching = self._broadcast.has_readers
        return any(one.watching and one.name != self.line.name for one in self.shards.land.replicas)

    async def _told_of_rules(self) -> None:
        self._look.set()
        try:
            await self.line.tell("rules")
        except StoreError as error:
            log.warning("replica.not_told", word="rules", error=str(error))

    async def _look_on(self) -> None:
        """Follows the newest rules, tells how our channels are, and learns how the others' are."""
        while True:
            self._look.clear()
            try:
                await self._follow_rules()
                await self.line.keep_health({name: _json(parts) for name, parts in self.shards.running.items()})
                self._health = await self.line.health()
            except StoreError as error:
                log.warning("replica.not_seen", error=str(error))
            try:
                async with asyncio.timeout(LOOK_EVERY):
                    await self._look.wait()
            except TimeoutError:
                log.debug("replica.looks")

    async def _follow_rules(self) -> None:
        shas = await self._store.newest_shas()
        for parts in (*self._elsewhere.values(), *self.shards.running.values()):
            rules = parts.rules
            if isinstance(rules, RuleMirror) and rules.is_ready and shas.get(parts.name) not in {None, rules.newest}:
                await rules.follow()


def _json(parts: ChannelParts) -> str:
    health = {name: value for name, value in parts.health().items() if name != "replica"}
    return json.dumps(health | {name: getattr(parts, name) for name in BESIDE})


def _folders(config: Config, store: Store, clock: Clock, told: Callable[[], Awaitable[None]]) -> dict[str, RuleFolder]:
    """The rule folders that this replica has; a channel whose folder is not here follows the database alone."""
    found: dict[str, RuleFolder] = {}
    for path in dict.fromkeys(channel.rules for channel in config.channel):
        users = tuple(channel.name for channel in config.channel if channel.rules == path)
        if Path(path).is_dir():
            found[path] = RuleFolder(
                Path(path), FanOut(store, users, told), clock, gate, channel=users[0], services=config.services
            )
    return found


def replica_name(config: Config, clock: Clock) -> str:
    """As configured, or made of the machine's name and something that no other has."""
    return config.store.replica or f"{socket.gethostname()[:40]}-{clock.new_id()[:6]}"
