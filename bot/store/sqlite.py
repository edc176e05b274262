"""SQLite through aiosqlite: one writing connection behind one lock, three reading ones, whole transactions (reliability 3.1).

Assumes that the state lies on a local disk and that this process is the only one that writes (files.FileLock). Each change
is a task of its own under asyncio.shield: cancelling the caller neither stops nor halves it. Changes that wait are done together.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from bot.domain.errors import StoreBroken, StoreError, StoreFull, UsageError
from bot.ports import Clock
from bot.store.database import T, Work
from bot.store.driver import Connection, Driver, Job, connect
from bot.store.files import FileLock, mounts_now, refuse_network_disk
from bot.store.queries import load_migrations, load_queries
from bot.store.sqlite_tx import Asked, NotRolledBack, durably, is_fatal, reading, singly, together, writing
from bot.store.whole import Whole

_log = structlog.get_logger("store")

_COMMON = ("busy_timeout=5000", "foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0")
_CHECKPOINT = 4_000
"""Pages of the log (16 MB) after which it is folded into the file. A chat's rows touch the same index pages again and again: folded
four times as rarely as SQLite would, each is copied a quarter as often."""
_CACHE = 16_000
"""KiB of pages that the writer keeps: refs and names come in no order, so each new row touches other pages of the indexes."""
_WRITER = (
    *("journal_mode=WAL", "synchronous=FULL", *_COMMON, "secure_delete=ON", f"cache_size=-{_CACHE}"),
    *(f"journal_size_limit={64 * 1024 * 1024}", f"wal_autocheckpoint={_CHECKPOINT}"),
)
_READER = (*_COMMON, "query_only=ON")
_READERS, _LOOKERS = 2, 1
"""For those who read much (the desk, reports, exports), and for the bot's own short questions, which wait for none of them."""
_LOOK_EVERY = 5.0
"""Seconds between two looks whether the file is still ours (reliability C7)."""
_TIDY_TRIES, _TIDY_PAUSE = 20, 0.1
_LATER = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN}


class SqliteDatabase:
    """Made by `open_sqlite`."""

    def __init__(self, path: Path, lock: FileLock, writer: Driver, clock: Clock) -> None:
        self._path = path
        self._file_lock = lock
        self._writer = writer
        self._clock = clock
        self._queries = load_queries("sqlite")
        self._turn = asyncio.Lock()
        self._asked: list[Asked[Any]] = []
        """Changes that wait for the turn, in their order."""
        self._readers: asyncio.Queue[Driver] = asyncio.Queue()
        self._lookers: asyncio.Queue[Driver] = asyncio.Queue()
        self._whole = Whole()
        self._broken = ""
        self._inode = path.stat().st_ino
        self._looked = clock.monotonic()

    async def open_readers(self) -> None:
        """Read-only connections; they see each commit as soon as it is made."""
        for free, count in ((self._readers, _READERS), (self._lookers, _LOOKERS)):
            for _ in range(count):
                reader = await connect(f"file:{quoted(self._path)}?mode=ro", uri=True)
                free.put_nowait(reader)
                for pragma in _READER:
                    await reader.run(f"PRAGMA {pragma}")

    async def write(self, work: Work[T], channel: str = "") -> T:
        """One durable transaction; one at a time. What is asked for meanwhile is the next one, all together."""
        return await self._whole.run(self._writes(Asked(work, writing)))

    async def read(self, work: Work[T]) -> T:
        """One view that does not change while `work` looks."""
        return await self._reads(self._readers, reading(work, self._queries))

    async def look(self, work: Work[T]) -> T:
        """On a connection that `read` does not use; what changes between two statements is seen by the second."""
        return await self._reads(self._lookers, singly(work, self._queries))

    async def single(self, work: Work[T]) -> T:
        """As `write`; by itself, it needs no beginning and no end."""
        return await self._whole.run(self._writes(Asked(work, singly)))

    async def tidy(self) -> None:
        """Folds the write-ahead log into the file and empties it; deleted rows are overwritten there (secure_delete)."""
        await self._whole.run(self._tidy())

    async def _tidy(self) -> None:
        for _ in range(_TIDY_TRIES):
            async with self._turn:
                rows = await self._writer.run("PRAGMA wal_checkpoint(TRUNCATE)")
            if not rows or not rows[0][0]:
                return
            await asyncio.sleep(_TIDY_PAUSE)  # somebody reads an older view; views are short
        _log.warning("checkpoint_busy")

    async def close(self) -> None:
        """Waits for what runs, folds the log into the file, lets the lock go."""
        await self._whole.ended()
        for free, count in ((self._readers, _READERS), (self._lookers, _LOOKERS)):
            for _ in range(count):  # who reads brings the connection back
                reader = await free.get()
                await reader.close()
        try:
            await self._writer.run("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            _log.warning("checkpoint_failed", error=str(error))
        finally:
            await self._writer.close()
            self._file_lock.release()

    async def _writes(self, asked: Asked[T]) -> T:
        """Who gets the turn takes along all who wait for it (group commit)."""
        self._asked.append(asked)
        async with self._turn:
            if not asked.is_answered:
                group, self._asked = self._asked, []
                await self._do_together(group)
        return self._answer_of(asked)

    async def _do_together(self, group: Sequence[Asked[Any]]) -> None:
        try:
            self._check()
            await self._done(self._writer, together(group, self._queries))
        except BaseException as error:  # nobody can be served any more
            for one in group:
                one.error = None if one.results else error  # what was stored stays stored
            raise

    def _answer_of(self, asked: Asked[T]) -> T:
        if isinstance(asked.error, sqlite3.Error):
            raise self._told(asked.error) from asked.error
        if asked.error is not None:
            raise asked.error
        return asked.results[0]

    async def _reads(self, free: asyncio.Queue[Driver], job: Job[T]) -> T:
        """Who is cancelled leaves it to its end in the connection's thread, where the next one comes after it."""
        self._check()
        reader = await free.get()
        try:
            return await self._done(reader, job)
        finally:
            free.put_nowait(reader)

    async def _done(self, driver: Driver, job: Job[T]) -> T:
        try:
            return await driver.whole(job)
        except sqlite3.Error as error:
            raise self._told(error) from error
        except NotRolledBack as error:
            self._broken = str(error)
            raise

    def _told(self, error: sqlite3.Error) -> StoreError:
        meant = told(error)
        if isinstance(meant, StoreBroken):
            self._broken = str(meant)
        return meant

    def _check(self) -> None:
        self._refuse_if_broken()
        if self._clock.monotonic() - self._looked < _LOOK_EVERY:
            return
        self._looked = self._clock.monotonic()
        try:
            same = self._path.stat().st_ino == self._inode
        except OSError:
            same = False
        if not same:
            self._broken = f"{self._path} was removed or replaced while Usher ran; restore it and start again"
            self._refuse_if_broken()

    def _refuse_if_broken(self) -> None:
        if self._broken:
            raise StoreBroken(self._broken)


def told(error: sqlite3.Error) -> StoreError:
    """What an error of SQLite means for those who asked."""
    code = getattr(error, "sqlite_errorcode", 0) or 0
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    if code & 0xFF in _LATER:
        return StoreFull(
            f"the state cannot be written now ({name}: {error}); free disk space or unlock it, Usher goes on by itself"
        )
    if is_fatal(error):
        return StoreBroken(f"the state can no longer be trusted ({name}: {error}); check the disk, restore a backup, start again")
    return StoreError(f"the store did not do it ({name}: {error})")


async def open_sqlite(path: Path, clock: Clock) -> SqliteDatabase:
    """Lock, pragmas, schema number, check, migrations, in this order. Raises UsageError or StoreBroken."""
    path, lock = _take_place(path)
    writer = None
    try:
        writer = await connect(path)
        await _prepare(writer, path, clock)
        database = SqliteDatabase(path, lock, writer, clock)
        await database.open_readers()
    except BaseException as error:
        if writer is not None:
            await writer.close()
        lock.release()
        if isinstance(error, sqlite3.Error):
            raise told(error) from error
        raise
    return database


def _take_place(path: Path) -> tuple[Path, FileLock]:
    path = path.absolute()
    if not path.parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist; make it, or change [store] url")
    refuse_network_disk(path.parent.resolve(), mounts_now())
    try:
        return path, FileLock(path)
    except (PermissionError, IsADirectoryError) as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


async def _prepare(writer: Driver, path: Path, clock: Clock) -> None:
    for pragma in _WRITER:
        await writer.run(f"PRAGMA {pragma}")
    steps = load_migrations("sqlite")
    known = await _schema_number(writer)
    if known > steps[-1].number:
        raise UsageError(f"{path} is of a newer Usher (schema {known}, this one knows {steps[-1].number}); start that one")
    found = [row[0] for row in await writer.run("PRAGMA quick_check(5)")]
    if found != ["ok"]:
        raise StoreBroken(f"{path} is damaged ({found[0]}); restore the last backup")
    for step in steps:
        if step.number > known:
            await _migrate(writer, step.number, step.name, step.statements, clock.now())


async def _schema_number(writer: Driver) -> int:
    await writer.run(
        "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at DOUBLE PRECISION NOT NULL)"
    )
    rows = await writer.run("SELECT COALESCE(max(number), 0) FROM migration")
    return int(rows[0][0])


async def _migrate(writer: Driver, number: int, name: str, statements: Sequence[str], now: float) -> None:
    async def steps(connection: Connection) -> None:
        for statement in statements:
            await connection.execute(statement)
        await connection.execute("INSERT INTO migration (number, name, at) VALUES (?, ?, ?)", (number, name, now))

    await writer.whole(durably(steps))


def quoted(path: Path) -> str:
    """A path inside a file: address."""
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
