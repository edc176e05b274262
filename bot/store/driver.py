"""One connection to a SQLite file, in a thread of its own, which runs a whole transaction in one go.

A transaction is written as an async function, because over a network each statement is waited for (postgres.py). Here nothing is:
its statements return at once, so it is run to its end inside the thread, and the way there and back is gone once and not once a
statement (twenty for a page of a chat). Weighed: aiosqlite, which goes for every statement and took a fifth of the loop's time
(docs/benchmarks.md); apsw, which brings its own SQLite and the same question.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

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

    def __init__(self, raw: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._raw = raw
        self._thread = thread
        self._here = _Here(raw)

    async def whole(self, job: Job[T]) -> T:
        """Runs the job to its end in the thread. It may wait for nothing but its connection."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: _finished(job(self._here)))

    async def run(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Sequence[Any]:
        """One statement by itself, and its rows."""
        return await self.whole(lambda connection: connection.execute_fetchall(sql, values))

    async def close(self) -> None:
        """Waits for what runs."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._raw.close)
        self._thread.shutdown(wait=False)


async def connect(address: str | Path, *, uri: bool = False) -> Driver:
    """A connection that begins and ends no transaction by itself."""
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="usher-state")
    opening = partial(sqlite3.connect, address, isolation_level=None, uri=uri, cached_statements=_STATEMENTS)
    try:
        return Driver(await asyncio.get_running_loop().run_in_executor(thread, opening), thread)
    except BaseException:
        thread.shutdown(wait=False)
        raise


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
