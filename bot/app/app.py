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
from bot.app.channel import ChannelParts, Watch
from bot.clock import Clock
from bot.config import Config
from bot.control.desk import Desk, Live
from bot.control.server import ControlServer
from bot.domain.errors import UsageError
from bot.store import Store, open_store

log = structlog.get_logger("app")

RETENTION_EVERY = 3600.0
_DAY = 86400.0


class App:
    """Build, `start`, `wait` or `stop`."""

    def __init__(self, config: Config, clock: Clock, watch: Watch | None = None) -> None:
        if not config.channel:
            raise UsageError("the configuration has no [[channel]]; see config.example.toml")
        self.config = config
        self.clock = clock
        self._watch = watch
        self._live = Live.begun(clock)
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._parts: dict[str, ChannelParts] = {}
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
        self._store = await open_store(self.config.store.url, self.clock)
        self._stack.push_async_callback(self._store.close)
        self._stack.push_async_callback(self._end_tasks)  # whoever still looks something up must not find the store closed
        for channel in self.config.channel:
            told = self._live.teller.of(channel.name)
            watches = [told, *([self._watch] if self._watch is not None else [])]
            parts = ChannelParts(channel, self.config, self._store, self.clock, watches, [told.acted])
            self._parts[channel.name] = parts
            self._stack.push_async_callback(parts.stop)
            await parts.prepare()
        self._server = ControlServer(self.config.control, self._desk())
        await self._listen(self._server)
        for parts in self._parts.values():
            self._tasks += parts.run()
        self._tasks.append(asyncio.create_task(self._retain(), name="retention"))
        log.info("app.started", channels=list(self._parts), url=self.url, mode=self.config.bot.mode)

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
        return Desk(self.store, self._parts, self.clock, __version__, mode, now, self._unready, self._live)

    def _unready(self) -> list[str]:
        return [f"{name}: {reason}" for name, parts in self._parts.items() for reason in parts.unready()]

    async def _retain(self) -> None:
        """Personal data older than `store.keep` goes, an hour at a time."""
        while True:
            gone = await self.store.delete_before(self.clock.now() - self.config.store.keep)
            if gone:
                for parts in self._parts.values():
                    async with parts.runner.standing_still():
                        log.debug("store.retention_noticed", channel=parts.name)
                log.info("store.retention", removed=gone, older_than_days=round(self.config.store.keep / _DAY, 1))
            await self.clock.sleep(RETENTION_EVERY)
