"""A replica's own line to PostgreSQL: its lease, the assignments, and LISTEN/NOTIFY.

It is one connection beside the pool, so that no traffic can delay a renewal. When it breaks, the next question opens a new one, and
`heard("")` says that something may have been missed. Whoever listens must look by itself from time to time all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import asyncpg
import structlog

from bot import __version__
from bot.ports import Clock
from bot.ports.replicas import Assignment, Assignments, FeedItem, Replica
from bot.store.database import Row
from bot.store.postgres import channel_lock, lock_number, session_settings
from bot.store.postgres_tx import FOREIGN, PostgresTx, told
from bot.store.rows import to_json

_log = structlog.get_logger("store")

_PATIENCE = 2.0
"""Seconds for one answer: a lease is a matter of seconds."""
_TOPIC = "usher"
LOCKS = 0x55736875
"""The space of the replicas' advisory locks."""
SILENT = 2.0
"""Seconds without a line after which a replica counts as dead: one that lives has a new one by then."""
YOUNG = 10.0
"""Seconds that our own line must have stood before we judge others by theirs."""


class Line:
    """ports.replicas.ReplicaLine. `heard` is called with each word that another replica tells."""

    def __init__(self, url: str, name: str, clock: Clock, heard: Callable[[str], None] = lambda _word: None) -> None:
        self._url = url
        self._name = name
        self._clock = clock
        self._heard = heard
        self._started = clock.now()
        self._turn = asyncio.Lock()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._known: frozenset[str] = frozenset()
        self._lock = 0
        self._opened = 0.0
        self._silent: dict[str, float] = {}

    @property
    def name(self) -> str:
        """The replica's name."""
        return self._name

    async def renew(self, lease: float, *, url: str, leaving: bool = False, watching: bool = False) -> None:
        """The lease runs so many seconds from now on."""
        values = {"url": url, "version": __version__, "started": self._started, "lease": float(lease)}
        flags = {"leaving": int(leaving), "watching": int(watching)}
        async with self._turn:  # our lock is known once the line is open
            await self._guarded(lambda tx: tx.run("renew_lease", id=self._name, lock=self._lock, **values, **flags))

    async def look(self, channels: Collection[str]) -> Assignments:
        """All replicas that live, and these channels."""
        wanted = frozenset(channels)
        if wanted - self._known:
            at = self._clock.now()
            for channel in sorted(wanted - self._known):
                await self._change("know_channel", channel=channel, at=at)
            self._known |= wanted
        replicas = [_replica(row) for row in await self._ask("living_replicas")]
        assigned = [Assignment(*row) for row in await self._ask("all_assignments", channels=to_json(sorted(wanted)))]
        return Assignments(replicas, assigned)

    async def bury(self) -> Sequence[str]:
        """Ends the leases of replicas whose line has been gone for a while: their process has died.

        Not while our own line is young: after a restart of the database everybody's lock is free for a moment.
        """
        now = self._clock.monotonic()
        silent = {name for (name,) in await self._ask("silent_replicas", id=self._name, space=LOCKS)}
        self._silent = {name: self._silent.get(name, now) for name in silent}
        dead = [name for name, since in self._silent.items() if now - since >= SILENT]
        if not dead or now - self._opened < YOUNG:
            return []
        await self._change("bury", names=to_json(dead))
        return dead

    async def take(self, channels: Collection[str], limit: int) -> Sequence[str]:
        """Channels that are ours now."""
        rows = await self._ask(
            "take_channels", id=self._name, at=self._clock.now(), channels=to_json(sorted(channels)), limit=limit
        )
        return [channel for (channel,) in rows]

    async def free(self, channel: str) -> int:
        """Ends what a former owner of a channel of ours has had open for seconds; returns how many sessions."""
        space, lock = channel_lock(channel)
        ((ended,),) = await self._ask("free_channel", space=space, lock=lock)
        return int(ended)

    async def release(self, channels: Collection[str]) -> None:
        """Nobody's from now on."""
        await self._change("release_channels", id=self._name, channels=to_json(sorted(channels)))

    async def leave(self) -> None:
        """Everything is given back."""
        await self._change("release_all", id=self._name)
        await self._change("end_lease", id=self._name)

    async def sending(self, channel: str, event: str, what: str) -> int:
        """Entries on their way at the channel's owner, of those that a pause covers."""
        rows = await self._ask("count_sending", channel=channel, event=event, what=what)
        return int(rows[0][0])

    async def tell(self, word: str) -> None:
        """Wakes the other replicas."""
        await self._ask("tell", word=word)

    async def share_news(self, items: Sequence[tuple[str, str]]) -> None:
        """For readers elsewhere."""
        at = self._clock.now()
        rows = [{"replica": self._name, "kind": kind, "line": line, "at": at} for kind, line in items]
        async with self._turn:
            await self._guarded(lambda tx: tx.many("add_news", rows))

    async def newest_news(self) -> int:
        """The newest number."""
        rows = await self._ask("newest_news")
        return int(rows[0][0])

    async def news(self, after: int) -> Sequence[FeedItem]:
        """Of the others."""
        return [FeedItem(*row) for row in await self._ask("news_after", id=self._name, after=after)]

    async def drop_news(self, before: float) -> None:
        """Old ones go."""
        await self._change("old_news", before=before)

    async def keep_health(self, bodies: Mapping[str, str]) -> None:
        """What we last saw of our channels."""
        at = self._clock.now()
        rows = [{"channel": channel, "body": body, "at": at} for channel, body in bodies.items()]
        async with self._turn:
            await self._guarded(lambda tx: tx.many("keep_health", rows))

    async def health(self) -> Mapping[str, tuple[float, str]]:
        """What the owners last saw."""
        return {channel: (at, body) for channel, at, body in await self._ask("all_health")}

    async def close(self) -> None:
        """Hangs up."""
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            try:
                await connection.close(timeout=_PATIENCE)
            except FOREIGN as error:
                _log.info("line_not_closed", error=str(error))

    async def _ask(self, query: str, **values: Any) -> list[Row]:
        async with self._turn:
            found: list[Row] = await self._guarded(lambda tx: tx.all(query, **values))
        return found

    async def _change(self, query: str, **values: Any) -> int:
        async with self._turn:
            changed: int = await self._guarded(lambda tx: tx.run(query, **values))
        return changed

    async def _guarded(self, work: Callable[[PostgresTx], Any]) -> Any:
        """An error hangs up: the next question opens a new line."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await work(PostgresTx(await self._open()))
        except FOREIGN as error:
            if self._connection is not None:
                self._connection.terminate()
            self._connection = None
            raise told(error) from error

    async def _open(self) -> asyncpg.Connection[asyncpg.Record]:
        if self._connection is None or self._connection.is_closed():
            settings = session_settings(self._name)
            self._connection = await asyncpg.connect(
                self._url, timeout=_PATIENCE, command_timeout=_PATIENCE, server_settings=settings
            )
            await self._connection.add_listener(_TOPIC, self._notified)
            await self._hold(PostgresTx(self._connection))
            self._heard("")
        return self._connection

    async def _hold(self, tx: PostgresTx) -> None:
        """The lock may still be held by what is left of an earlier process of our name: then ours is not looked for."""
        lock = lock_number(self._name)
        row = await tx.one("hold_lock", space=LOCKS, lock=lock)
        self._lock = lock if row is not None and row[0] else 0
        self._opened = self._clock.monotonic()

    def _notified(self, _connection: object, _pid: int, _topic: str, word: object) -> None:
        self._heard(str(word))


def _replica(row: Row) -> Replica:
    name, url, version, started, left, leaving, watching = row
    return Replica(name, url, version, started, left, bool(leaving), bool(watching))
