"""A transaction on SQLite: named queries, whole or not at all; and several that were asked for at the same time, as one."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

import structlog

from bot.domain.errors import StoreBroken
from bot.store.database import Row, T, Work
from bot.store.driver import Connection, Job

_log = structlog.get_logger("store")


_FATAL = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_fatal(error: BaseException) -> bool:
    """Nothing may be written after this: a second try could seem to succeed although the first has lost what it builds on."""
    if isinstance(error, NotRolledBack):
        return True
    return isinstance(error, sqlite3.Error) and (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF in _FATAL


class NotRolledBack(StoreBroken):
    """Something began that can be neither kept nor taken back: the connection must not be used again."""


class SqliteTx:
    """Named queries on one connection."""

    def __init__(self, connection: Connection, queries: Mapping[str, str]) -> None:
        self._connection = connection
        self._queries = queries

    async def run(self, query: str, **values: Any) -> int:
        """Rows changed."""
        cursor = await self._connection.execute(self._queries[query], values)
        return cursor.rowcount

    async def many(self, query: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """One statement, many rows; rows changed in all."""
        if not rows:
            return 0
        cursor = await self._connection.executemany(self._queries[query], rows)
        return cursor.rowcount

    async def all(self, query: str, **values: Any) -> list[Row]:
        """All rows."""
        return list(await self._connection.execute_fetchall(self._queries[query], values))

    async def one(self, query: str, **values: Any) -> Row | None:
        """The first row."""
        rows = await self.all(query, **values)
        return rows[0] if rows else None


@dataclass(slots=True)
class Asked(Generic[T]):
    """A change that somebody waits for, and what became of it."""

    work: Work[T]
    job: Callable[[Work[T], Mapping[str, str]], Job[T]]
    """How it is done by itself: `writing` or `singly`."""
    results: list[T] = field(default_factory=list)
    """One, once it is stored."""
    error: BaseException | None = None
    """Why it is not."""

    @property
    def is_answered(self) -> bool:
        """Whether anything became of it yet."""
        return bool(self.results) or self.error is not None


def together(group: Sequence[Asked[Any]], queries: Mapping[str, str]) -> Job[None]:
    """All of them as one transaction: one flush to the disk for all. Where something fails, each by itself: none bears the blame
    of another, and a work may be run twice (database.py)."""

    async def all_of_them(tx: SqliteTx) -> list[Any]:
        return [await one.work(tx) for one in group]

    async def job(connection: Connection) -> None:
        if len(group) > 1:
            try:
                results = await durably(lambda connection: all_of_them(SqliteTx(connection, queries)))(connection)
            except Exception as error:  # whosever it is: below it comes again where it belongs
                if is_fatal(error):
                    raise
                _log.info("group_failed", size=len(group), error=str(error))
            else:
                for one, result in zip(group, results, strict=True):
                    one.results = [result]
                return
        for one in group:
            await _by_itself(one, connection, queries)

    return job


async def _by_itself(one: Asked[Any], connection: Connection, queries: Mapping[str, str]) -> None:
    try:
        one.results = [await one.job(one.work, queries)(connection)]
    except Exception as error:  # told to who asked for it, and to nobody else
        if is_fatal(error):
            raise
        one.error = error


def reading(work: Work[T], queries: Mapping[str, str]) -> Job[T]:
    """`work` on one view that does not change while it looks."""
    return _transaction("BEGIN", lambda connection: work(SqliteTx(connection, queries)), "ROLLBACK")


def writing(work: Work[T], queries: Mapping[str, str]) -> Job[T]:
    """`work` as one durable transaction."""
    return durably(lambda connection: work(SqliteTx(connection, queries)))


def singly(work: Work[T], queries: Mapping[str, str]) -> Job[T]:
    """`work` as statements, each a transaction by itself."""

    async def job(connection: Connection) -> T:
        return await work(SqliteTx(connection, queries))

    return job


def durably(steps: Callable[[Connection], Awaitable[T]]) -> Job[T]:
    """Statements without names, kept together or not at all."""
    return _transaction("BEGIN IMMEDIATE", steps, "COMMIT")


def _transaction(begin: str, steps: Callable[[Connection], Awaitable[T]], end: str) -> Job[T]:
    async def job(connection: Connection) -> T:
        try:
            await connection.execute(begin)
            result = await steps(connection)
            await connection.execute(end)
        except BaseException as error:
            await _roll_back(connection, error)
            raise
        return result

    return job


async def _roll_back(connection: Connection, cause: BaseException) -> None:
    try:
        if connection.in_transaction:  # a full disk has rolled back by itself; its own error is the one to be told
            await connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise NotRolledBack(f"rolling back failed: {error}") from cause
