"""The state file of a daemon, read beside it or after it: no lock, no write, no migration.

Write-ahead logging lets another process read while the daemon writes; each look sees one moment. Where the file lies in a folder
that cannot be written (a copy on a read-only disk) SQLite is told that nobody writes.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import aiosqlite

from bot.domain.errors import StoreError, UsageError
from bot.store.database import T, Work
from bot.store.queries import load_migrations, load_queries
from bot.store.sqlite import SqliteTx, quoted, told

_PRAGMAS = ("busy_timeout=5000", "query_only=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "cache_size=-4000")


class SqliteReader:
    """A database.Database that only reads."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._queries = load_queries("sqlite")

    async def read(self, work: Work[T]) -> T:
        """One view that does not change while `work` looks."""
        try:
            await self._connection.execute("BEGIN")
            try:
                return await work(SqliteTx(self._connection, self._queries))
            finally:
                await self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise told(error) from error

    async def write(self, work: Work[T], channel: str = "") -> T:
        """Never."""
        raise StoreError("the state was opened for reading only")

    async def sweep(self, query: str, **values: Any) -> int:
        """Never."""
        raise StoreError("the state was opened for reading only")

    async def close(self) -> None:
        """Lets the file go."""
        await self._connection.close()


async def open_sqlite_reading(path: Path) -> SqliteReader:
    """Raises UsageError where there is no state of this version."""
    connection = await aiosqlite.connect(_address(path), uri=True, isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            await connection.execute(f"PRAGMA {pragma}")
        await _refuse_other_schema(connection, path)
    except sqlite3.Error as error:
        await connection.close()
        raise UsageError(f"{path} cannot be read as a state of Usher: {error}") from error
    except UsageError:
        await connection.close()
        raise
    return SqliteReader(connection)


def _address(path: Path) -> str:
    if not path.is_file():
        raise UsageError(f"there is no state at {path}; name the configuration with --config, or start `usher run` first")
    mode = "mode=ro" if os.access(path.parent, os.W_OK) else "mode=ro&immutable=1"
    return f"file:{quoted(path.absolute())}?{mode}"


async def _refuse_other_schema(connection: aiosqlite.Connection, path: Path) -> None:
    rows = list(await connection.execute_fetchall("SELECT max(number) FROM migration"))
    ours, found = load_migrations("sqlite")[-1].number, rows[0][0] or 0
    if found < ours:
        raise UsageError(f"{path} is of an older Usher (schema {found}, this one reads {ours}); `usher run` brings it up to date")
    if found > ours:
        raise UsageError(f"{path} is of a newer Usher (schema {found}, this one reads {ours}); use that one")
