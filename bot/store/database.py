"""What the store's parts need from a database: whole transactions, and queries by name.

A transaction is one async function that is given a `Tx`; it runs whole, or nothing of it remains, whatever happens to the caller.
SQLite is in sqlite.py, PostgreSQL in postgres.py. The parts (taking_in, running, acting, watching, revisions) know only this
file; queries and schema are written once and translated (dialect.py); what a database says in its own way stands under
sql/<database>/.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from bot.domain.errors import StoreFull

T = TypeVar("T")
Row = tuple[Any, ...]


class Tx(Protocol):
    """Queries inside one transaction, by the names of sql/queries.sql."""

    async def run(self, query: str, **values: Any) -> int:
        """Changes rows; returns how many."""
        ...

    async def many(self, query: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """The same change for many rows; returns how many rows changed in all."""
        ...

    async def all(self, query: str, **values: Any) -> list[Row]:
        """All rows of an answer."""
        ...

    async def one(self, query: str, **values: Any) -> Row | None:
        """The first row of an answer."""
        ...


class CommitLost(StoreFull):
    """Whether the transaction was kept is not known: the database went away at its end."""


Work = Callable[[Tx], Awaitable[T]]


class Database(Protocol):
    """Raises only domain.errors.StoreError (CommitLost where nobody can tell), and what the work itself raises."""

    async def write(self, work: Work[T], channel: str = "") -> T:
        """Runs `work` as one durable transaction. Those of one channel come one after another, over all replicas; "" is every
        channel. `work` may be run again when the database asks for it, so it must change nothing but rows."""
        ...

    async def read(self, work: Work[T]) -> T:
        """Runs `work` on one unchanging view; never waits for a writer."""
        ...

    async def look(self, work: Work[T]) -> T:
        """For the bot's own short questions: as `read`, but those who read much do not keep it waiting; and each statement may see
        what is there by then, where nothing has to be begun and ended around it."""
        return await self.read(work)

    async def single(self, work: Work[T]) -> T:
        """As `write`, for one statement; it is whole and durable by itself where a database knows how."""
        return await self.write(work)

    async def tidy(self) -> None:
        """What was deleted or written over is nowhere any more, neither in a log nor in free pages, as far as possible now."""
        ...

    async def close(self) -> None:
        """Ends what runs, leaves a tidy state behind."""
        ...
