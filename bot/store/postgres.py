"""PostgreSQL through asyncpg: a pool of connections, whole transactions, and one writer of a channel at a time.

SQLite has one writer; here many replicas write. What the parts of the store rely on is that nothing of their channel changes
between two of their statements: a transaction therefore begins with a lock in the database that is the channel's own (advisory,
gone with the transaction), in the same message as BEGIN. "" locks all channels. Within this process writers queue before they take
a connection, so that those who wait never use the pool up.

A connection that breaks in the very moment of COMMIT leaves open whether it took: that is CommitLost, and who must know looks.
A replica that is stopped (SIGSTOP) in the middle of a transaction would keep its channel's lock: the server ends such a session
after _IDLE_LIMIT. Weighed: SERIALIZABLE with retries (small tables are read whole, and every reader of them then conflicts) and
psycopg 3 (as good; asyncpg is faster and gives LISTEN without a thread). A pooler in transaction mode does not do: sessions have
settings here.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg
import structlog

from bot.domain.errors import StoreError, StoreFull, UsageError
from bot.ports import Clock
from bot.store import dialect
from bot.store.database import CommitLost, T, Work
from bot.store.postgres_tx import FOREIGN, Connection, PostgresTx, TryAgain, told
from bot.store.queries import Migration, load_migrations
from bot.store.whole import Whole

_log = structlog.get_logger("store")

_CONNECTIONS = 8
_READERS = 4
"""Of them, at most so many for those who read much: the others stay for the bot itself."""
_TRIES = 5
_PATIENCE = 15.0
"""Seconds a single statement may take."""
_IDLE_LIMIT = "4s"
_SPACE = 0x55736872
"""Our name among the advisory locks of a database that others use too."""
_MIGRATING = 1
_OLDEST = 13
_LEDGER = "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at FLOAT8 NOT NULL)"
_NO_STATE = "there is no state of Usher in this database; name the configuration with --config, or start `usher run` first"
_SETTINGS = {
    "application_name": "usher",
    "jit": "off",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": _IDLE_LIMIT,
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
}


async def _nothing_to_reset(connection: Connection) -> None:
    """Nothing of a session outlives a transaction here; resetting would cost one more way to the server for each."""


class PostgresDatabase:
    """Made by `open_postgres`. `replica` is the name under which this process holds channels; "" where it is alone."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], url: str, replica: str) -> None:
        self.url = url
        self.replica = replica
        self._pool = pool
        self._whole = Whole()
        self._turns: dict[str, asyncio.Lock] = {}
        self._readers = asyncio.Semaphore(_READERS)
        self.busy = 0.0
        """Seconds spent waiting for the database so far."""

    async def write(self, work: Work[T], channel: str = "") -> T:
        """One durable transaction."""
        return await self._whole.run(self._write(work, channel))

    async def read(self, work: Work[T]) -> T:
        """One view that does not change while `work` looks."""
        return await self._whole.run(self._read(work))

    async def look(self, work: Work[T]) -> T:
        """One way to the server for each statement instead of three."""
        return await self._whole.run(self._single(work))

    async def single(self, work: Work[T]) -> T:
        """Each statement by itself; one that changes rows waits for nobody but who changes the same rows."""
        return await self._whole.run(self._single(work))

    async def tidy(self) -> None:
        """Nothing to be done: the server's own vacuum overwrites what was deleted, in its time (docs/limits.md)."""

    async def close(self) -> None:
        """Waits for what runs."""
        await self._whole.ended()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._pool.close()
        except FOREIGN as error:
            _log.warning("database_not_closed", error=str(error))
            self._pool.terminate()

    async def _write(self, work: Work[T], channel: str) -> T:
        async with self._turns.setdefault(channel, asyncio.Lock()):
            last = StoreFull()
            for _ in range(_TRIES):
                try:
                    return await self._attempt(work, channel)
                except TryAgain as error:
                    last = error
        raise last

    async def _attempt(self, work: Work[T], channel: str) -> T:
        async with self._connection() as connection, _transaction(connection, f"BEGIN; {_lock(channel)}"):
            return await work(PostgresTx(connection))

    async def _single(self, work: Work[T]) -> T:
        async with self._connection() as connection:
            return await work(PostgresTx(connection))

    async def _read(self, work: Work[T]) -> T:
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        async with self._readers, self._connection() as connection, _transaction(connection, begin):
            return await work(PostgresTx(connection))

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        """Foreign errors stop here."""
        began = asyncio.get_running_loop().time()
        try:
            async with self._pool.acquire(timeout=_PATIENCE) as connection:
                yield connection
        except FOREIGN as error:
            raise told(error) from error
        finally:
            self.busy += asyncio.get_running_loop().time() - began


class PostgresReader(PostgresDatabase):
    """Beside running replicas: changes nothing, and its sessions could not."""

    async def write(self, work: Work[T], channel: str = "") -> T:
        """Never."""
        raise StoreError("the state was opened for reading only")


@asynccontextmanager
async def _transaction(connection: Connection, begin: str) -> AsyncIterator[None]:
    try:
        await connection.execute(begin)
        yield
    except BaseException:
        await _roll_back(connection)
        raise
    try:
        await connection.execute("COMMIT")
    except FOREIGN as error:
        _throw_away(connection, error)
        raise CommitLost(f"the connection broke while a transaction was ended ({error}); it may have been kept") from error
    except BaseException as error:
        _throw_away(connection, error)
        raise


async def _roll_back(connection: Connection) -> None:
    """A connection that cannot even do this is thrown away."""
    try:
        await connection.execute("ROLLBACK", timeout=2.0)
    except FOREIGN as error:
        _throw_away(connection, error)


def _throw_away(connection: Connection, why: BaseException) -> None:
    _log.info("connection_thrown_away", error=str(why))
    try:
        connection.terminate()
    except asyncpg.InterfaceError:
        _log.debug("connection_gone_already")


def _lock(channel: str) -> str:
    """Many channels side by side, or all of them alone."""
    everybody = f"{_SPACE}, 0"
    if not channel:
        return f"SELECT pg_advisory_xact_lock({everybody})"
    space, own = channel_lock(channel)
    return f"SELECT pg_advisory_xact_lock_shared({everybody}), pg_advisory_xact_lock({space}, {own})"


def channel_lock(channel: str) -> tuple[int, int]:
    """The advisory lock that each transaction of a channel holds."""
    return _SPACE + 1, lock_number(channel)


def lock_number(name: str) -> int:
    """Of an advisory lock: positive, and the same in every process."""
    return zlib.crc32(name.encode()) % 0x7FFFFFFE + 1


def session_settings(replica: str = "") -> dict[str, str]:
    """What each of our sessions wants of the server."""
    return _SETTINGS | {"usher.replica": replica}


async def open_postgres(url: str, clock: Clock, *, replica: str = "", connections: int = _CONNECTIONS) -> PostgresDatabase:
    """Connects and brings the schema up to date. Raises UsageError for what waiting cannot mend, else StoreFull."""
    pool = await _connect(url, session_settings(replica), connections)
    try:
        async with pool.acquire() as connection:
            await _migrate(connection, load_migrations("postgres"), clock.now())
    except FOREIGN as error:
        pool.terminate()
        raise told(error) from error
    except BaseException:
        pool.terminate()
        raise
    return PostgresDatabase(pool, url, replica)


async def open_postgres_reading(url: str) -> PostgresReader:
    """Raises UsageError where there is no state of this version, else StoreFull."""
    pool = await _connect(url, session_settings() | {"default_transaction_read_only": "on"}, 2)
    try:
        async with pool.acquire() as connection:
            await _refuse_other_schema(connection, load_migrations("postgres"))
    except FOREIGN as error:
        pool.terminate()
        raise told(error) from error
    except BaseException:
        pool.terminate()
        raise
    return PostgresReader(pool, url, "")


async def _connect(url: str, settings: Mapping[str, str], connections: int) -> asyncpg.Pool[asyncpg.Record]:
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=0,  # or the pool tries on its own to come back, and logs each failure
            max_size=connections,
            reset=_nothing_to_reset,
            server_settings=dict(settings),
            command_timeout=_PATIENCE,
            timeout=10.0,
            statement_cache_size=600,
            max_cached_statement_lifetime=0,
        )
        await pool.release(await pool.acquire())
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError, ValueError) as error:
        raise UsageError(f"the database of [store] url does not let us in: {error}") from None
    except FOREIGN as error:
        raise StoreFull(f"the database of [store] url cannot be reached ({error}); is it running?") from None
    return pool


async def _migrate(connection: Connection, steps: tuple[Migration, ...], now: float) -> None:
    """All that is missing, as one transaction; replicas that start together wait for each other."""
    if connection.get_server_version().major < _OLDEST:
        raise UsageError(f"PostgreSQL {connection.get_server_version().major} is too old; Usher needs {_OLDEST} or newer")
    async with connection.transaction():
        await connection.execute(f"SELECT pg_advisory_xact_lock({_SPACE + 2}, {_MIGRATING})")
        await connection.execute(_LEDGER)
        known = {row[0] for row in await connection.fetch("SELECT number FROM migration")}
        _refuse_newer(known, steps)
        for step in steps:
            if step.number not in known:
                for statement in step.statements:
                    await connection.execute(dialect.schema(statement))
                await connection.execute("INSERT INTO migration VALUES ($1, $2, $3)", step.number, step.name, now)


async def _refuse_other_schema(connection: Connection, steps: tuple[Migration, ...]) -> None:
    if await connection.fetchval("SELECT to_regclass('migration')") is None:
        raise UsageError(_NO_STATE)
    known = {row[0] for row in await connection.fetch("SELECT number FROM migration")}
    _refuse_newer(known, steps)
    if {step.number for step in steps} - known:
        raise UsageError("the database is of an older Usher; `usher run` brings it up to date")


def _refuse_newer(known: set[int], steps: tuple[Migration, ...]) -> None:
    newer = known - {step.number for step in steps}
    if newer:
        raise UsageError(f"the database is of a newer Usher (schema {max(newer)}); start that one")
