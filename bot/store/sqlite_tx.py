"""A transaction on SQLite: named queries, whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.domain.errors import StoreBroken
from bot.store.database import Row, T, Work
from bot.store.driver import Connection, Job


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
