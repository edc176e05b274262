from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app.watchdog import Watchdog
from bot.domain.errors import StoreBroken


@pytest.fixture
def listener(tmp_path: Path) -> socket.socket:
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(tmp_path / "notify"))
    heard.settimeout(5)
    return heard


async def fine() -> None:
    return None


async def broken() -> None:
    raise StoreBroken("gone")


async def test_the_supervisor_hears_while_loop_and_store_answer(listener: socket.socket, tmp_path: Path) -> None:
    dog = Watchdog({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "60000"}, fine)
    dog.tell("READY=1")
    task = asyncio.create_task(dog.run())
    heard = [await asyncio.to_thread(listener.recv, 64) for _ in range(3)]
    task.cancel()
    assert heard == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
    listener.close()


async def test_a_store_that_does_not_answer_is_silence(listener: socket.socket, tmp_path: Path) -> None:
    dog = Watchdog({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "60000"}, broken)
    with pytest.raises(StoreBroken):
        await dog.run()
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.recv(64)
    listener.close()


async def test_nobody_listening_is_no_trouble(tmp_path: Path) -> None:
    Watchdog({}, fine).tell("READY=1")
    Watchdog({"NOTIFY_SOCKET": str(tmp_path / "none")}, fine).tell("READY=1")
    Watchdog({"NOTIFY_SOCKET": "@usher-test-nobody"}, fine).tell("READY=1")


def test_a_blocked_loop_shows_where_it_stands() -> None:
    script = """
import asyncio, time
from bot.app.watchdog import Watchdog
async def fine(): pass
async def main():
    task = asyncio.create_task(Watchdog({}, fine, blocked=0.3).run())
    await asyncio.sleep(0.05)
    def the_place_where_it_hangs(): time.sleep(1)
    the_place_where_it_hangs()
    task.cancel()
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)  # noqa: S603 - our own
    assert "the_place_where_it_hangs" in done.stderr
