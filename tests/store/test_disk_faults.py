"""A disk that fails under the running store, by strace's fault injection (reliability C4, C5)."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

STRACE = shutil.which("strace")
SCRIPT = """
import asyncio, sys
from pathlib import Path
from bot.store import open_store
from bot.domain.errors import StoreError
from tests.store.making import CHANNEL, HandClock, message, read_page
async def main():
    store = await open_store("sqlite:" + sys.argv[1], HandClock())
    await store.begin(CHANNEL, 1.0)
    kept = 0
    try:
        for number in range(200):
            await read_page(store, message(f"m{number}", "x" * 500), n=number)
            kept += 1
    except StoreError as error:
        print(type(error).__name__, kept)
        try:
            await read_page(store, message("again"), n=999)
            print("again: written")
        except StoreError as second:
            print("again:", type(second).__name__)
    await store.close()
asyncio.run(main())
"""


@pytest.mark.skipif(STRACE is None, reason="strace is not installed: disks that fail are not tried here")
@pytest.mark.parametrize(
    ("call", "error", "when", "kind", "again"),
    [
        ("fdatasync", "EIO", "40", "StoreBroken", "again: StoreBroken"),
        ("pwrite64", "ENOSPC", "400+", "StoreFull", "again: StoreFull"),
        ("pwrite64", "EROFS", "400+", "StoreBroken", "again: StoreBroken"),
    ],
)
def test_what_was_acknowledged_stays_and_the_error_is_told(
    tmp_path: Path, call: str, error: str, when: str, kind: str, again: str
) -> None:
    assert STRACE is not None
    trace = [STRACE, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]
    command = [*trace, sys.executable, "-c", SCRIPT, str(tmp_path / "usher.db")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own command
    if "ptrace" in done.stderr.lower() and "not permitted" in done.stderr.lower():
        pytest.skip("tracing is not permitted here")
    told = done.stdout.split("\n")
    told = [line for line in told if line.startswith(("Store", "again"))]
    assert told[0].split()[0] == kind, done.stdout + done.stderr
    assert told[1] == again
    with closing(sqlite3.connect(tmp_path / "usher.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM message").fetchone()[0] >= int(told[0].split()[1])
