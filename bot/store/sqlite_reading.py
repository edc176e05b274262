"""The state file of a daemon, beside it or after it: no lock, no migration; read, or asked for something in one short transaction.

Write-ahead logging lets another process read while the daemon writes; each look sees one moment. Where the file lies in a folder
that cannot be written (a copy on a read-only disk) SQLite is told that nobody writes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bot.domain.errors import StoreError, UsageError
from bot.store.database import Database, T, Work
from bot.store.driver import Driver, connect
from bot.store.queries import load_migrations, load_queries
from bot.store.sqlite import quoted, told
from bot.store.sqlite_tx import reading, writing

_COMMON = ("busy_timeout=5000", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "cache_size=-4000")
_READ = (*_COMMON, "query_only=ON")
_WRITE = (*_COMMON, "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON")


class SqliteReader(Database):
    """A database.Database that only reads."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._queries = load_queries("sqlite")

    async def read(self, work: Work[T]) -> T:
        """One view that does not change while `work` looks."""
        try:
            return await self._driver.whole(reading(work, self._queries))
        except sqlite3.Error as error:
            raise told(error) from error

    async def write(self, work: Work[T], channel: str = "") -> T:
        """Never."""
        raise StoreError("the state was opened for reading only")

    async def tidy(self) -> None:
        """Never."""
        raise StoreError("the state was opened for reading only")

    async def close(self) -> None:
        """Lets the file go."""
        await self._driver.close()


class SqliteBeside(SqliteReader):
    """Also writes, between the transactions of the daemon (C10): only what is asked of it, or what is noted."""

    async def write(self, work: Work[T], channel: str = "") -> T:
        """One durable transaction; waits up to 5 s for its turn."""
        try:
            return await self._driver.whole(writing(work, self._queries))
        except sqlite3.Error as error:
            raise told(error) from error


async def open_sqlite_reading(path: Path) -> SqliteReader:
    """Raises UsageError where there is no state of this version."""
    return SqliteReader(await _open(path, _address(path), _READ))


async def open_sqlite_beside(path: Path) -> SqliteBeside:
    """Raises UsageError where there is no state of this version."""
    return SqliteBeside(await _open(path, _address(path, writing=True), _WRITE))


async def _open(path: Path, address: str, pragmas: Sequence[str]) -> Driver:
    driver = await connect(address, uri=True)
    try:
        for pragma in pragmas:
            await driver.run(f"PRAGMA {pragma}")
        await _refuse_other_schema(driver, path)
    except sqlite3.Error as error:
        await driver.close()
        raise UsageError(f"{path} cannot be read as a state of Usher: {error}") from error
    except UsageError:
        await driver.close()
        raise
    return driver


def _address(path: Path, *, writing: bool = False) -> str:
    if not path.is_file():
        raise UsageError(f"there is no state at {path}; name the configuration with --config, or start `usher run` first")
    if writing:
        return f"file:{quoted(path.absolute())}?mode=rw"
    mode = "mode=ro" if os.access(path.parent, os.W_OK) else "mode=ro&immutable=1"
    return f"file:{quoted(path.absolute())}?{mode}"


async def _refuse_other_schema(driver: Driver, path: Path) -> None:
    rows = await driver.run("SELECT max(number) FROM migration")
    ours, found = load_migrations("sqlite")[-1].number, rows[0][0] or 0
    if found < ours:
        raise UsageError(f"{path} is of an older Usher (schema {found}, this one reads {ours}); `usher run` brings it up to date")
    if found > ours:
        raise UsageError(f"{path} is of a newer Usher (schema {found}, this one reads {ours}); use that one")
