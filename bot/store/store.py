"""The store: all promises of ports.…Store behind one name, on the database that a URL names."""

from __future__ import annotations

from pathlib import Path

from bot.domain.errors import UsageError
from bot.ports import Clock
from bot.store.acting import Acting
from bot.store.looking_back import LookingBack
from bot.store.postgres import open_postgres, open_postgres_reading
from bot.store.reporting import Reporting
from bot.store.revisions import Revisions
from bot.store.running import Running
from bot.store.sqlite import open_sqlite
from bot.store.sqlite_reading import open_sqlite_reading
from bot.store.steering import Steering
from bot.store.taking_in import TakingIn
from bot.store.watching import Watching

_DROPS = (
    "drop_decisions",
    "drop_decision_rules",
    "drop_messages",
    "drop_versions",
    "drop_signals",
    "drop_deliveries",
    "drop_entries",
    "drop_history",
    "drop_audience",
    "drop_outages",
    "drop_report_keys",
)


class Store(TakingIn, Running, LookingBack, Acting, Steering, Watching, Revisions, Reporting):
    """Every …Store of ports. Made by `open_store`, ended by `close`."""

    __slots__ = ()

    async def delete_before(self, moment: float) -> int:
        """Retention: removes what is older, but nothing that still waits; returns how many rows went."""
        return sum([await self.db.sweep(query, before=moment) for query in _DROPS])

    async def close(self) -> None:
        """Waits for running transactions, leaves one tidy file behind, lets the lock go."""
        await self.db.close()


async def open_store(url: str, clock: Clock, *, replica: str = "") -> Store:
    """Opens `sqlite:FILE` or `postgresql://USER@HOST/DATABASE`; `replica` is the name under which we hold channels there.

    Raises UsageError (StateInUse for a second copy), StoreFull or StoreBroken.
    """
    if _is_postgres(url):
        return Store(await open_postgres(url, clock, replica=replica), clock)
    return Store(await open_sqlite(_file_of(url), clock), clock)


async def open_for_reading(url: str, clock: Clock) -> Store:
    """The state beside a running daemon, or after it: nothing is locked or changed. Raises UsageError if there is none."""
    if _is_postgres(url):
        return Store(await open_postgres_reading(url), clock)
    return Store(await open_sqlite_reading(_file_of(url)), clock)


def _is_postgres(url: str) -> bool:
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
