"""Named queries on one connection to PostgreSQL, and what an error of its means for those who asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from bot.domain.errors import StoreBroken, StoreError, StoreFull
from bot.store import dialect
from bot.store.database import Row
from bot.store.queries import load_queries

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

FOREIGN = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""What asyncpg raises, and the sockets below it."""
_LATER = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection whose end was not noticed yet
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidTransactionStateError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    OSError,
    TimeoutError,
)
_BROKEN = (asyncpg.DataCorruptedError, asyncpg.IndexCorruptedError)
_AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


class TryAgain(StoreFull):
    """The server undid the transaction and asks for another try."""


@lru_cache(maxsize=1)
def own_queries() -> Mapping[str, str]:
    """All queries in PostgreSQL's words."""
    return {name: dialect.query(text) for name, text in load_queries("postgres").items()}


class PostgresTx:
    """Inside one transaction (or outside, for one look)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def run(self, query: str, **values: Any) -> int:
        """Rows changed."""
        statement = _one(query, _types({name: (value,) for name, value in values.items()}))
        return _count(await self._connection.execute(statement.text, *_in_order(statement, values)))

    async def many(self, query: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """One statement for all rows; rows changed in all."""
        if not rows:
            return 0
        lists = {name: [_clean(row[name]) for row in rows] for name in rows[0]}
        statement = _many(query, _types(lists))
        return _count(await self._connection.execute(statement.text, *[lists[name] for name in statement.names]))

    async def all(self, query: str, **values: Any) -> list[Row]:
        """All rows."""
        statement = _one(query, _types({name: (value,) for name, value in values.items()}))
        return [tuple(row) for row in await self._connection.fetch(statement.text, *_in_order(statement, values))]

    async def one(self, query: str, **values: Any) -> Row | None:
        """The first row."""
        rows = await self.all(query, **values)
        return rows[0] if rows else None


Types = tuple[tuple[str, str], ...]


def _types(values: Mapping[str, Sequence[Any]]) -> Types:
    return tuple((name, dialect.type_of(found)) for name, found in values.items())


@lru_cache(maxsize=1024)
def _one(query: str, types: Types) -> dialect.Positional:
    return dialect.positional(own_queries()[query], dict(types))


@lru_cache(maxsize=512)
def _many(query: str, types: Types) -> dialect.Positional:
    return dialect.for_many(own_queries()[query], dict(types))


def _in_order(statement: dialect.Positional, values: Mapping[str, Any]) -> list[Any]:
    return [_clean(values[name]) for name in statement.names]


def _clean(value: Any) -> Any:
    """PostgreSQL's texts cannot hold the character NUL; flags are numbers, as SQLite has them."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    return int(value) if isinstance(value, bool) else value


def _count(status: str) -> int:
    """From the server's word on a statement: `UPDATE 3`, `INSERT 0 3`."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdecimal() else 0


def told(error: BaseException) -> StoreError:
    """What an error of PostgreSQL means for those who asked."""
    name = getattr(error, "sqlstate", None) or type(error).__name__
    if isinstance(error, _BROKEN):
        return StoreBroken(f"the database says that its files are damaged ({name}: {error}); restore a backup, start again")
    if isinstance(error, _AGAIN):
        return TryAgain(f"the database undid a transaction ({name}: {error}); Usher goes on by itself")
    if isinstance(error, _LATER):
        return StoreFull(f"the database does not take it now ({name}: {error}); Usher goes on by itself once it does")
    return StoreError(f"the database did not do it ({name}: {error})")
