"""A copy of a SQLite state, made beside the running daemon, and putting it back.

A copy carries a pause: whoever starts on it, starts in reconcile-only (app/reconcile.py), whether they thought of it or not.
Putting back forgets again whom the state in its place had forgotten since; without that state only a new `usher forget` does
(docs/operators.md).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.errors import UsageError
from bot.ports import Clock
from bot.store.database import Tx
from bot.store.files import FileLock
from bot.store.part import Part
from bot.store.person import pid_of
from bot.store.sqlite import quoted

RESTORED = "restore"
"""Who paused, in a state that comes from a backup."""
_PAGES = 1000
"""Copied at a time: the daemon writes between two such steps."""


class Reconciling(Part):
    """What a state that comes from a backup needs."""

    __slots__ = ()

    async def doubt(self, channel: str, since: float, at: float) -> int:
        """Whatever waits may have been done after `since`: it is looked for before it is made. Returns how many entries."""

        async def work(tx: Tx) -> int:
            left = await tx.all("entries_past_looking", channel=channel)
            why = "restored from a backup: it may have been sent already, and nobody can look"
            await self._finish(tx, channel, [(key, event) for key, event in left], "parked", why)
            return len(left) + await tx.run("doubt_entries", channel=channel, since=since, at=at)

        return await self.db.write(work, channel)

    async def addresses_of(self, channel: str, pids: set[str]) -> list[str]:
        """Addresses of the state whose pseudonyms are among these."""

        async def work(tx: Tx) -> list[str]:
            row = await tx.one("secret_of", name="person")
            secret = str(row[0]) if row else ""
            return [email for (email,) in await tx.all("all_addresses", channel=channel) if pid_of(email, secret) in pids]

        return await self.db.read(work)


def copy_state(source: Path, target: Path, clock: Clock) -> None:
    """Writes the copy aside and moves it into its place whole. Raises UsageError."""
    if not source.is_file():
        raise UsageError(f"there is no state at {source}")
    aside = target.with_name(f"{target.name}.part")
    aside.unlink(missing_ok=True)
    try:
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy(source, aside, clock.now())
        aside.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise UsageError(f"the backup {target} cannot be written: {error}") from None
    finally:
        aside.unlink(missing_ok=True)


def _copy(source: Path, aside: Path, now: float) -> None:
    with closing(sqlite3.connect(f"file:{quoted(source)}?mode=ro", uri=True)) as here, closing(sqlite3.connect(aside)) as there:
        here.execute("PRAGMA busy_timeout=5000")
        here.backup(there, pages=_PAGES, sleep=0.01)
        there.execute("PRAGMA journal_mode=DELETE")
        there.execute(
            "INSERT OR REPLACE INTO pause (channel, event, what, until, who, at) VALUES ('', '', 'all', NULL, ?, ?)",
            (RESTORED, now),
        )
        there.commit()
        found = there.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            raise UsageError(f"the copy of {source} is damaged ({found}); the state itself may be")


def put_back(backup: Path, state: Path) -> tuple[Path | None, set[str]]:
    """The copy in the state's place; what was there is kept beside it. Returns where, and whom it had forgotten.

    Raises UsageError (StateInUse while a daemon runs).
    """
    if not backup.is_file():
        raise UsageError(f"there is no backup at {backup}")
    lock = FileLock(state)
    try:
        forgotten = _forgotten(state)
        kept = _set_aside(state)
        shutil.copyfile(backup, state)
        state.chmod(0o600)
    except OSError as error:
        raise UsageError(f"{backup} cannot be put back: {error}") from None
    else:
        return kept, forgotten
    finally:
        lock.release()


def _forgotten(state: Path) -> set[str]:
    """From the state that goes; one that cannot be read any more tells nobody."""
    if not state.is_file():
        return set()
    try:
        with closing(sqlite3.connect(f"file:{quoted(state)}?mode=ro", uri=True)) as connection:
            return {pid for (pid,) in connection.execute("SELECT pid FROM forgotten")}
    except sqlite3.Error:
        return set()


def _set_aside(state: Path) -> Path | None:
    if not state.exists():
        return None
    kept = state.with_name(f"{state.name}.before-restore")
    for end in ("", "-wal", "-shm"):
        old = state.with_name(state.name + end)
        kept.with_name(kept.name + end).unlink(missing_ok=True)
        if old.exists():
            old.rename(kept.with_name(kept.name + end))
    return kept
