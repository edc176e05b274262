"""The store: all promises of ports.…Store behind one name, on the database that a URL names."""

from __future__ import annotations

from pathlib import Path

from bot.domain.errors import StateInUse, UsageError
from bot.ports import Clock
from bot.store.acting import Acting
from bot.store.auditing import Auditing
from bot.store.backup import Reconciling
from bot.store.looking_back import LookingBack
from bot.store.postgres import open_postgres, open_postgres_reading
from bot.store.privacy import Privacy
from bot.store.reporting import Reporting
from bot.store.requests import Requests
from bot.store.retention import Retention
from bot.store.revisions import Revisions
from bot.store.running import Running
from bot.store.sqlite import open_sqlite
from bot.store.sqlite_reading import open_sqlite_beside, open_sqlite_reading
from bot.store.steering import Steering
from bot.store.streaming import Streaming
from bot.store.taking_in import TakingIn
from bot.store.trail import Trail
from bot.store.watching import Watching


class Store(
    TakingIn,
    Running,
    LookingBack,
    Acting,
    Steering,
    Watching,
    Auditing,
    Revisions,
    Reporting,
    Privacy,
    Requests,
    Retention,
    Trail,
    Reconciling,
    Streaming,
):
    """Every …Store of ports. Made by `open_store`, ended by `close`."""

    __slots__ = ()

    async def close(self) -> None:
        """Waits for running transactions, leaves one tidy file behind, lets the lock go."""
        await self.db.close()


async def open_store(url: str, clock: Clock, *, replica: str = "") -> Store:
    """Opens `sqlite:FILE` or `postgresql://USER@HOST/DATABASE`; `replica` is the name under which we hold channels there.

    Raises UsageError (StateInUse for a second copy), StoreFull or StoreBroken.
    """
    if is_shared(url):
        return Store(await open_postgres(url, clock, replica=replica), clock)
    return Store(await open_sqlite(_file_of(url), clock), clock)


async def open_for_reading(url: str, clock: Clock) -> Store:
    """The state beside a running daemon, or after it: nothing is locked or changed. Raises UsageError if there is none."""
    if is_shared(url):
        return Store(await open_postgres_reading(url), clock)
    return Store(await open_sqlite_reading(_file_of(url)), clock)


async def open_alone(url: str, clock: Clock) -> Store:
    """The state with nobody else at it. Raises StateInUse where a daemon has it, or may have it (PostgreSQL is for many)."""
    if is_shared(url):
        raise StateInUse("replicas may be at work on this database")
    return await open_store(url, clock)


async def open_beside(url: str, clock: Clock) -> Store:
    """The state that a running daemon has locked, to ask for something or to note something: single short transactions."""
    if is_shared(url):
        return Store(await open_postgres(url, clock, connections=2), clock)
    return Store(await open_sqlite_beside(_file_of(url)), clock)


def is_shared(url: str) -> bool:
    """Whether several replicas may work on this state."""
    return url.startswith(("postgresql://", "postgres://"))


def _file_of(url: str) -> Path:
    kind, _, rest = url.partition(":")
    if kind != "sqlite" or not rest or rest.startswith("//"):
        hint = "write it like sqlite:usher.db or postgresql://user@host/database"
        raise UsageError(f"[store] url '{_without_secrets(url)}' cannot be opened; {hint}")
    return Path(rest)


def _without_secrets(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.partition('//')[0]}//…@{tail}" if at else url
