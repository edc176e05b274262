"""One connection to a SQLite file, which runs a whole transaction in one go in aiosqlite's thread.

A transaction is written as an async function, because over a network each statement is waited for (postgres.py). Here nothing is:
its statements return at once, so it is run to its end inside the thread, and the way there and back is gone once and not once a
statement (twenty for a page of a chat), which took a fifth of the loop's time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import aiosqlite

T = TypeVar("T")
Job = Callable[["Connection"], Coroutine[Any, Any, T]]
_STATEMENTS = 500
"""Prepared ones that are kept: more than there are queries."""


class Connection(Protocol):
    """What a job may ask for."""

    @property
    def in_transaction(self) -> bool:
        """Has something begun and not ended?"""
        ...

    async def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        """One statement."""
        ...

    async def executemany(self, sql: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        """One statement for many rows."""
        ...

    async def execute_fetchall(self, sql: str, values: Any = (), /) -> Sequence[Any]:
        """One statement's rows."""
        ...


class Driver:
    """Made by `connect`. Raises what sqlite3 raises."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._here = _Here(connection._conn)

    async def whole(self, job: Job[T]) -> T:
        """Runs the job to its end in the thread. It may wait for nothing but its connection."""
        # The library has no public way to run a function in its thread; tests/store/test_driver.py notices a change.
        result: T = await self._connection._execute(lambda: _finished(job(self._here)))  # type: ignore[no-untyped-call]
        return result

    async def run(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Sequence[Any]:
        """One statement by itself, and its rows."""
        return await self.whole(lambda connection: connection.execute_fetchall(sql, values))

    async def close(self) -> None:
        """Waits for what runs."""
        await self._connection.close()


async def connect(address: str | Path, *, uri: bool = False) -> Driver:
    """A connection that begins and ends no transaction by itself."""
    return Driver(await aiosqlite.connect(address, isolation_level=None, uri=uri, cached_statements=_STATEMENTS))


class _Here:
    """The connection inside its thread."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    @property
    def in_transaction(self) -> bool:
        return self._raw.in_transaction

    async def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        return self._raw.execute(sql, values)

    async def executemany(self, sql: str, rows: Iterable[Any]) -> sqlite3.Cursor:
        return self._raw.executemany(sql, rows)

    async def execute_fetchall(self, sql: str, values: Any = ()) -> Sequence[Any]:
        return self._raw.execute(sql, values).fetchall()


def _finished(job: Coroutine[Any, Any, T]) -> T:
    try:
        job.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    job.close()
    raise RuntimeError("a transaction waits for something else than its own statements")
