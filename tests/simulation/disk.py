"""The real store code on real SQLite, without threads: connections shaped like the driver's, each statement a step of a life.

SqliteDatabase with its lock, its shield, its roll-back and its readers is what ships; only the driver's thread, in which a
transaction runs in one go, is left out: here lives end, and others come, between any two statements. The
file and its connections are made once a process and emptied for each story, so that statements stay prepared.
"""

from __future__ import annotations

import atexit
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot.store.driver import Job
from bot.store.queries import load_migrations
from bot.store.sqlite import SqliteDatabase
from tests.simulation.life import Life, SimClock

T = TypeVar("T")
_QUICK = (
    "page_size=1024",
    "journal_mode=WAL",
    "synchronous=OFF",
    "foreign_keys=ON",
    "wal_autocheckpoint=20000",
    "temp_store=MEMORY",
)
"""Power loss is tried elsewhere; a killed process loses nothing that the kernel has. Small pages: a story fills few of them."""
_ALONE = "?vfs=unix-excl"
"""The locks between the connections are kept in the process, not in the kernel: there is one process, and no other asks."""
TURNS = 0.4
"""So often others come between two statements."""


class Disk:
    """One state file: what survives a life. Two readers, one that looks, and a writer, as in the bot."""

    def __init__(self) -> None:
        memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
        self._folder = tempfile.mkdtemp(prefix="usher-sim-", dir=memory if memory.is_dir() else None)
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self.path = Path(self._folder) / "usher.db"
        self.writer = self._connected()
        for pragma in _QUICK:
            self.writer.execute(f"PRAGMA {pragma}")
        for step in load_migrations("sqlite"):
            for statement in step.statements:
                self.writer.execute(statement)
        names = self.writer.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
        self._tables = [name for (name,) in names]
        self.readers = [self._connected() for _ in range(2)]
        self.looker = self._connected()

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.path.as_uri()}{_ALONE}", isolation_level=None, cached_statements=500, uri=True)

    def empty(self) -> None:
        """As on the first day."""
        self.rescue()
        self.full(False)
        self.writer.execute("BEGIN")
        for table in [*self._tables, "sqlite_sequence"]:
            self.writer.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the schema
        self.writer.execute("COMMIT")

    def rescue(self) -> None:
        """What was not committed is gone."""
        for connection in (self.writer, self.looker, *self.readers):
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def full(self, on: bool) -> None:
        """As if the disk were full: every change is refused, reading goes on."""
        self.writer.execute(f"PRAGMA query_only={'ON' if on else 'OFF'}")

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """For the judges: what is in the file now."""
        return self.writer.execute(sql, values).fetchall()


class _Connection:
    """Shaped like store.driver.Driver and, to its jobs, like the connection; others may come between two statements."""

    def __init__(self, raw: sqlite3.Connection, life: Life, draw: Callable[[], float]) -> None:
        self._raw = raw
        self._life = life
        self._draw = draw

    @property
    def in_transaction(self) -> bool:
        return self._life.alive and self._raw.in_transaction

    async def whole(self, job: Job[T]) -> T:
        return await job(self)

    async def run(self, sql: str, values: Any = ()) -> Sequence[Any]:
        return await self.execute_fetchall(sql, values)

    async def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        await self._life.go_on(self._draw() < TURNS)
        cursor = self._raw.execute(sql, values)
        self._life.step()
        return cursor

    async def executemany(self, sql: str, rows: Iterable[Any]) -> sqlite3.Cursor:
        await self._life.go_on(self._draw() < TURNS)
        cursor = self._raw.executemany(sql, rows)
        self._life.step()
        return cursor

    async def execute_fetchall(self, sql: str, values: Any = ()) -> Sequence[Any]:
        await self._life.go_on(self._draw() < TURNS)
        return self._raw.execute(sql, values).fetchall()

    async def close(self) -> None:
        """The file stays open for the next life."""


class _NoLock:
    """A story has one process at a time by itself, or two on purpose."""

    def release(self) -> None:
        """Nothing is held."""


class SimDatabase(SqliteDatabase):
    """The shipped database class on connections that die with a life."""

    def __init__(self, disk: Disk, life: Life, clock: SimClock) -> None:
        draw = random.Random(f"disk|{clock.random.random()}").random
        super().__init__(disk.path, _NoLock(), _Connection(disk.writer, life, draw), clock)  # type: ignore[arg-type]  # shaped alike
        for raw in disk.readers:
            self._readers.put_nowait(_Connection(raw, life, draw))  # type: ignore[arg-type]  # as above
        self._lookers.put_nowait(_Connection(disk.looker, life, draw))  # type: ignore[arg-type]  # as above
        life.last_words = disk.rescue
