"""The daemon as a whole: one store, one listener, and the parts of each channel.

`start` raises UsageError for what waiting cannot mend (a bad token, an unknown event, rules that cannot be used, a taken port)
and leaves nothing running; a platform that cannot be reached is waited for, and said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack

import structlog

from bot import __version__
from bot.alerts import Notifier
from bot.app import reconcile
from bot.app.channel import ChannelParts
from bot.app.lease import Share
from bot.app.onlookers import Onlookers, Watch
from bot.app.replica import ReplicaParts, replica_name
from bot.app.troubles import Trouble, TroubleWatch, trouble_of
from bot.clock import Clock
from bot.config import Channel, Config
from bot.control.desk import Desk, Live
from bot.control.server import ControlServer
from bot.domain.errors import UsageError
from bot.services import Asker
from bot.store import Store, is_shared, open_store

log = structlog.get_logger("app")

RETENTION_EVERY = 3600.0
_DAY = 86400.0


class App:
    """Build, `start`, `wait` or `stop`."""

    def __init__(self, config: Config, clock: Clock, watch: Watch | None = None, *, reconcile_only: bool = False) -> None:
        if not config.channel:
            raise UsageError("the configuration has no [[channel]]; see config.example.toml")
        self.config = config
        self.clock = clock
        self._watch = watch
        self._reconcile_only = reconcile_only
        self._live = Live.begun(clock)
        urls = [url.get_secret_value() for url in config.alerts.urls]
        self._notifier = Notifier(urls, clock, config.bot.name, self._live.alarms.heard)
        self._asker = Asker(config.service if watch is None else None, clock)
        self._trouble_watch = TroubleWatch(self._troubles, lambda text, urgent: self._notifier.tell("", text, urgent=urgent), clock)
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._parts: Mapping[str, ChannelParts] = {}
        self.replica: ReplicaParts | None = None
        """Set where several replicas share a database."""
        self._store: Store | None = None
        self._server: ControlServer | None = None

    @property
    def store(self) -> Store:
        """The open store; UsageError before `start`."""
        if self._store is None:
            raise UsageError("the daemon has not been started")
        return self._store

    @property
    def url(self) -> str:
        """Where the control API listens."""
        return self._server.url if self._server else ""

    @property
    def channels(self) -> Mapping[str, ChannelParts]:
        """By name."""
        return self._parts

    async def start(self) -> None:
        """Everything up, in the order in which it depends on each other."""
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> None:
        name = replica_name(self.config, self.clock) if is_shared(self.config.store.url) else ""
        self._store = await open_store(self.config.store.url, self.clock, replica=name)
        self._stack.push_async_callback(self._store.close)
        self._stack.push_async_callback(self._notifier.stop)
        self._stack.push_async_callback(self._asker.close)
        self._stack.push_async_callback(self._end_tasks)  # whoever still looks something up must not find the store closed
        names = [channel.name for channel in self.config.channel]
        missing = await reconcile.begin(self._store, names, self.clock, asked=self._reconcile_only)
        if name:
            await self._prepare_share(name)
        else:
            await self._prepare_all()
        self._server = ControlServer(self.config.control, self._desk())
        await self._listen(self._server)
        if self.replica is not None:
            self.replica.shards.url = self.url
            self._tasks += [asyncio.create_task(job, name=name) for name, job in self.replica.jobs().items()]
        else:
            for parts in self._parts.values():
                self._tasks += parts.run()
        jobs = {"retention": self._retain(), "alerts": self._notifier.run(), "troubles": self._trouble_watch.run()}
        self._tasks += [asyncio.create_task(job, name=name) for name, job in jobs.items()]
        if missing:
            doubting = reconcile.keep_doubting(self._store, missing, self.clock)
            self._tasks.append(asyncio.create_task(doubting, name="reconcile"))
        log.info("app.started", channels=list(self._parts), url=self.url, mode=self.config.bot.mode)

    def _make(self, channel: Channel, share: Share | None) -> ChannelParts:
        told, counted = self._live.teller.of(channel.name), self._live.metrics.of(channel.name)
        rehearsal = (self._watch,) if self._watch is not None else ()
        seen = Onlookers((told, counted, *rehearsal), (told.acted, counted.acted), self._notifier, self._asker)
        return ChannelParts(channel, self.config, self.store, self.clock, seen, share=share)

    async def _prepare_all(self) -> None:
        """Alone: every channel runs here."""
        running: dict[str, ChannelParts] = {}
        self._parts = running
        for channel in self.config.channel:
            parts = running[channel.name] = self._make(channel, None)
            self._stack.push_async_callback(parts.stop)
            await parts.prepare()

    async def _prepare_share(self, name: str) -> None:
        """One of several: channels run here as they are assigned."""
        self.replica = ReplicaParts(self.config, self.store, self.clock, name, self._make, self._live.broadcast)
        self._parts = self.replica.channels
        self._stack.push_async_callback(self.replica.stop)
        await self.replica.start()

    async def _listen(self, server: ControlServer) -> None:
        control = self.config.control
        try:
            await server.start()
        except OSError as error:
            hint = "is another copy running? choose another control.port"
            raise UsageError(f"cannot listen on {control.host}:{control.port}: {error.strerror or error}; {hint}") from None
        self._stack.push_async_callback(server.stop)

    async def wait(self) -> None:
        """Until a part fails for good (raises what it raised), or until `stop`."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            if not task.cancelled():
                task.result()

    async def stop(self) -> None:
        """Listener, channels, store: in reverse of the start. Safe to call twice."""
        await self._stack.aclose()

    async def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _desk(self) -> Desk:
        now, mode = self.clock.now(), self.config.bot.mode
        desk = Desk(self.store, self._parts, self.clock, __version__, mode, now, self._unready, self._live)
        if self.replica is not None:
            desk.replicas = self.replica.status
        return desk

    def _unready(self) -> list[str]:
        of_replica = self.replica.unready() if self.replica is not None else []
        return [*of_replica, *(f"{name}: {reason}" for name, parts in self._parts.items() for reason in parts.unready())]

    def _troubles(self) -> list[Trouble]:
        """What people outside should hear of when it lasts."""
        found = [trouble_of(reason) for reason in self._unready()]
        for name, parts in self._parts.items():
            if parts.runner.error:
                found.append(Trouble(f"{name}: what was judged cannot be saved", parts.runner.error))
            problems = len(parts.rule_problems)
            if problems:
                found.append(
                    Trouble(f"{name}: the rule files have problems", f"{problems}; `usher check` shows them", urgent=False)
                )
        return found

    async def _retain(self) -> None:
        """Personal data older than `store.keep` goes, an hour at a time."""
        while True:
            alone = self.replica is None or self.replica.is_first
            gone = await self.store.delete_before(self.clock.now() - self.config.store.keep) if alone else 0
            if gone:
                for parts in list(self._parts.values()):
                    async with parts.runner.standing_still():
                        log.debug("store.retention_noticed", channel=parts.name)
                log.info("store.retention", removed=gone, older_than_days=round(self.config.store.keep / _DAY, 1))
            await self.clock.sleep(RETENTION_EVERY)
