"""Virtual time: a loop that jumps to its next timer instead of waiting, and a store on it without threads.

What takes an hour by the clock takes milliseconds, and the same seed gives the same story. Only the loop's public parts are used:
its selector is asked how long it may wait, and moves the time by that much.
"""

from __future__ import annotations

import asyncio
import selectors
import sqlite3
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot.clock import heard
from bot.ports import Bell
from bot.store import Store
from bot.store.database import Database, Row, Work
from bot.store.queries import load_migrations, load_queries
from bot.store.sqlite import told

T = TypeVar("T")
EPOCH = 1_800_000_000.0


class _JumpingSelector(selectors.SelectSelector):
    time = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing will ever happen again: every task waits for another")
        self.time += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """No sockets, no threads: only tasks and timers."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.time


class VirtualClock:
    """Time of the running virtual loop; `jumped` is by how much the wall clock was set forward or back."""

    def __init__(self) -> None:
        self.jumped = 0.0

    def now(self) -> float:
        return EPOCH + self.jumped + asyncio.get_running_loop().time()

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))

    async def rest(self, seconds: float, bell: Bell) -> None:
        await heard(bell, seconds)


def virtually(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs `main` in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())


class InlineTx:
    """Named queries on a connection of this thread. Each one lets the others run for a moment, as a real driver does."""

    def __init__(self, connection: sqlite3.Connection, queries: Mapping[str, str]) -> None:
        self._connection = connection
        self._queries = queries

    async def run(self, query: str, **values: Any) -> int:
        await asyncio.sleep(0)
        return self._connection.execute(self._queries[query], values).rowcount

    async def many(self, query: str, rows: Sequence[Mapping[str, Any]]) -> int:
        await asyncio.sleep(0)
        return self._connection.executemany(self._queries[query], rows).rowcount if rows else 0

    async def all(self, query: str, **values: Any) -> list[Row]:
        await asyncio.sleep(0)
        return self._connection.execute(self._queries[query], values).fetchall()

    async def one(self, query: str, **values: Any) -> Row | None:
        rows = await self.all(query, **values)
        return rows[0] if rows else None


class InlineDatabase(Database):
    """The real schema and queries on a real file, without a thread; `die` is a `kill -9` as the state sees it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=0.0, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._tx = InlineTx(self._connection, load_queries("sqlite"))
        self._turn = asyncio.Lock()
        self._dead = False
        self.refused = 0
        if not self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            for step in load_migrations("sqlite"):
                for statement in step.statements:
                    self._connection.execute(statement)

    async def write(self, work: Work[T], channel: str = "") -> T:
        return await self._transaction(work, "BEGIN IMMEDIATE", "COMMIT")

    async def tidy(self) -> None:
        """Nothing is left behind here."""

    async def read(self, work: Work[T]) -> T:
        return await self._transaction(work, "BEGIN", "ROLLBACK")

    async def _begin(self, begin: str) -> None:
        """Waits for another process of the story, which lives in the same thread."""
        while True:
            try:
                self._connection.execute(begin)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                await asyncio.sleep(0.001)
            else:
                return

    async def _transaction(self, work: Work[T], begin: str, end: str) -> T:
        async with self._turn:
            if self._dead:
                raise asyncio.CancelledError
            try:
                await self._begin(begin)
                result = await work(self._tx)
                if not self._dead:
                    self._connection.execute(end)
            except BaseException as error:
                if not self._dead and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error) and not self._dead:
                    self.refused += 1
                    raise told(error) from error
                raise
            if self._dead:
                raise asyncio.CancelledError
            return result

    def full(self, on: bool) -> None:
        """As if the disk were full: every change is refused, reading goes on."""
        self._connection.execute(f"PRAGMA query_only={'ON' if on else 'OFF'}")

    def die(self) -> None:
        """What was not committed is gone; nothing can be written any more."""
        self._dead = True
        self._connection.close()

    async def close(self) -> None:
        self.die()


def open_inline(path: Path) -> Store:
    """A store in virtual time."""
    return Store(InlineDatabase(path), VirtualClock())
