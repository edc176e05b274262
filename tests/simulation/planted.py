"""Five bugs that programs like this one have had. Each is planted on purpose: a harness that does not find them proves nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from bot.outbox import retry
from bot.ports import OutboxRow, Pause
from bot.store import Store
from bot.store.database import Work
from bot.store.driver import Connection
from bot.store.sqlite_tx import SqliteTx
from tests.simulation.disk import SimDatabase
from tests.simulation.life import SimClock
from tests.simulation.story import Making


class ProgressFirst(Store):
    """How far it has come is stored in a transaction of its own, before what was decided."""

    async def save_step(self, channel: str, event: str, **what: Any) -> Sequence[str]:
        nothing: dict[str, Any] = {"decisions": (), "entries": (), "cancelled": (), "history": {}, "fired": ()}
        await super().save_step(channel, event, done=what["done"], **nothing)
        return await super().save_step(channel, event, **(what | {"done": ()}))


class PauseReadEarly(Store):
    """Pauses are read once a second, and what waits and what is claimed believe what was read.

    Were something shown as waiting that cannot be claimed, the relay would try it without a rest for as long as the pause lasts.
    """

    paused: Sequence[Pause] = ()
    read_at = -1.0

    async def waiting(self, channel: str, now: float, limit: int) -> Sequence[OutboxRow]:
        rows = await super().waiting(channel, now, limit)
        paused = await self._read(channel)
        return [row for row in rows if not _held(paused, row, now)]

    async def claim(self, channel: str, key: str, now: float, baseline: Sequence[str] = ()) -> bool:
        row = next((row for row in await self.outbox(channel, states=["pending"]) if row.entry.key == key), None)
        if row is not None and _held(await self._read(channel), row, now):
            return False
        return await super().claim(channel, key, now, baseline)

    async def _read(self, channel: str) -> Sequence[Pause]:
        if self.clock.monotonic() - self.read_at > 1.0:
            self.paused, self.read_at = await self.pauses(channel), self.clock.monotonic()
        return self.paused


def _held(paused: Sequence[Pause], row: OutboxRow, now: float) -> bool:
    return any(one.what in {"all", row.entry.what} and (one.until is None or one.until > now) for one in paused)


class HalfTransactions(SimDatabase):
    """A transaction runs in the task that asked for it; cancelled, it stays open, and the next commit makes it permanent."""

    async def write(self, work: Work[Any], channel: str = "") -> Any:
        async with self._turn:
            try:
                return await self._writer.whole(lambda connection: self._half(connection, work))
            except sqlite3.Error as error:
                raise self._told(error) from error

    async def _half(self, connection: Connection, work: Work[Any]) -> Any:
        if not connection.in_transaction:
            await connection.execute("BEGIN IMMEDIATE")
        try:
            result = await work(SqliteTx(connection, self._queries))
            await connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                await connection.execute("ROLLBACK")
            raise
        return result


def _pause_read_early(database: SimDatabase, clock: SimClock) -> Store:
    known = database._queries
    claim = _changed(
        known["claim_entry"], "NOT EXISTS (SELECT 1 FROM pause p WHERE", "NOT EXISTS (SELECT 1 FROM pause p WHERE 0 AND"
    )
    waiting = _changed(known["waiting_entries"], "FROM pause WHERE channel", "FROM pause WHERE 0 AND channel")
    database._queries = {**known, "claim_entry": claim, "waiting_entries": waiting}
    return PauseReadEarly(database, clock)


def _changed(query: str, old: str, new: str) -> str:
    assert old in query, "the query has changed: plant the bug anew"
    return query.replace(old, new)


def _blindly(row: OutboxRow, text: str, **_more: Any) -> retry.Next:
    return retry.Next("pending", 0.5, text)


@contextmanager
def _as_it_is(**making: Any) -> Iterator[Making]:
    yield Making(**making)


@contextmanager
def _blind_retry() -> Iterator[Making]:
    with patch.object(retry, "after_unclear", _blindly):
        yield Making()


BUGS: dict[str, Callable[[], Any]] = {
    "cursor before decision": lambda: _as_it_is(store=ProgressFirst),
    "blind retry": _blind_retry,
    "no settle": lambda: _as_it_is(settle=0.2),
    "cancel inside a transaction": lambda: _as_it_is(database=HalfTransactions),
    "pause read too early": lambda: _as_it_is(store=_pause_read_early),
}
