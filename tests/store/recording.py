"""A disk that remembers every write, and what it could look like after the power went away at any moment.

apsw carries its own SQLite with the same file format and lets a program stand between it and the disk; the standard library cannot.
The store's own schema, queries and pragmas run on it. A disk image holds what was synced; of everything else each write may have
arrived, half arrived or not. Weighed: a block device with dm-log-writes (needs root and a kernel module), libeatmydata and the like
(they only drop syncs).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from bot.store.database import Database, Row, T, Work
from bot.store.queries import load_migrations, load_queries

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Op:
    """One thing that happened. kind: write, truncate, sync, delete, or acknowledged (`data` says what)."""

    kind: str
    file: str
    offset: int = 0
    data: bytes = b""


@dataclass
class Recording:
    """Everything that was done to the disk, in its order."""

    ops: list[Op] = field(default_factory=list)

    def acknowledge(self, what: str) -> None:
        """The caller was told that this is safe."""
        self.ops.append(Op("acknowledged", what))

    def acknowledged(self, until: int) -> list[str]:
        """What callers had been told by then."""
        return [op.file for op in self.ops[:until] if op.kind == "acknowledged"]

    def image(self, until: int, rng: random.Random) -> dict[str, bytes]:
        """A disk after the power went at this place."""
        disk: dict[str, bytearray] = {}
        loose: dict[str, list[Op]] = {}
        for op in self.ops[:until]:
            if op.kind == "delete":
                disk.pop(op.file, None)
                loose.pop(op.file, None)
            elif op.kind == "sync":
                for held in loose.pop(op.file, []):
                    _apply(disk, held)
            elif op.kind in {"write", "truncate"}:
                loose.setdefault(op.file, []).append(op)
        for ops in loose.values():
            for op in ops:
                if rng.random() < 0.5:
                    _apply(disk, _torn(op, rng))
        return {name: bytes(data) for name, data in disk.items()}


def _torn(op: Op, rng: random.Random) -> Op:
    if op.kind != "write" or len(op.data) <= SECTOR or rng.random() < 0.7:
        return op
    return Op(op.kind, op.file, op.offset, op.data[: SECTOR * rng.randrange(len(op.data) // SECTOR + 1)])


def _apply(disk: dict[str, bytearray], op: Op) -> None:
    data = disk.setdefault(op.file, bytearray())
    if op.kind == "truncate":
        del data[op.offset :]
        return
    if len(data) < op.offset:
        data.extend(bytes(op.offset - len(data)))
    data[op.offset : op.offset + len(op.data)] = op.data


class RecordingDisk(apsw.VFS):
    """Passes everything on to the real disk, and writes it down."""

    def __init__(self, name: str, recording: Recording) -> None:
        self._recording = recording
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - apsw's name
        """Every file but the shared memory, which no power loss survives."""
        return RecordingFile(self._recording, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - apsw's names
        """Forgetting this would revive a stale journal."""
        super().xDelete(filename, syncdir)
        self._recording.ops.append(Op("delete", Path(filename).name))


class RecordingFile(apsw.VFSFile):
    """One open file."""

    def __init__(self, recording: Recording, name: Any, flags: list[int]) -> None:
        self._recording = recording
        self._name = Path(name.filename() if isinstance(name, apsw.URIFilename) else str(name)).name
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - apsw's name
        """Written, not yet safe."""
        super().xWrite(data, offset)
        self._recording.ops.append(Op("write", self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - apsw's name
        """Cut, not yet safe."""
        super().xTruncate(newsize)
        self._recording.ops.append(Op("truncate", self._name, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802 - apsw's name
        """Everything written so far is safe."""
        super().xSync(flags)
        self._recording.ops.append(Op("sync", self._name))


class RecordedTx:
    """Named queries on an apsw connection."""

    def __init__(self, connection: apsw.Connection, queries: Mapping[str, str]) -> None:
        self._connection = connection
        self._queries = queries

    async def run(self, query: str, **values: Any) -> int:
        self._connection.execute(self._queries[query], values).fetchall()
        return self._connection.changes()

    async def many(self, query: str, rows: Sequence[Mapping[str, Any]]) -> int:
        return sum([await self.run(query, **row) for row in rows])

    async def all(self, query: str, **values: Any) -> list[Row]:
        return self._connection.execute(self._queries[query], values).fetchall()

    async def one(self, query: str, **values: Any) -> Row | None:
        rows = await self.all(query, **values)
        return rows[0] if rows else None


class RecordedDatabase(Database):
    """The store's schema, queries and pragmas on the recording disk."""

    def __init__(self, path: Path, disk: str, pragmas: Sequence[str]) -> None:
        self._connection = apsw.Connection(str(path), vfs=disk)
        for pragma in pragmas:
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._tx = RecordedTx(self._connection, load_queries("sqlite"))
        self._connection.execute("CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at REAL NOT NULL)")
        for step in load_migrations("sqlite"):
            for statement in step.statements:
                self._connection.execute(statement).fetchall()
            self._connection.execute("INSERT INTO migration VALUES (?, ?, 0)", (step.number, step.name))

    async def write(self, work: Work[T], channel: str = "") -> T:
        self._connection.execute("BEGIN IMMEDIATE")
        done = await work(self._tx)
        self._connection.execute("COMMIT")
        return done

    async def read(self, work: Work[T]) -> T:
        return await work(self._tx)

    async def tidy(self) -> None:
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    async def close(self) -> None:
        self._connection.close()
