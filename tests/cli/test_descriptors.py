"""No file descriptors left (reliability B11)."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.cli.processes import FarStage, write_config

LIMIT = 64


def test_it_outlives_a_shortage(tmp_path: Path, far_stage: FarStage) -> None:
    config = write_config(tmp_path, far_stage.url)
    command = ["bash", "-c", f'ulimit -n {LIMIT}; exec "$0" -m bot run --config "$1"', sys.executable, str(config)]
    log = tmp_path / "log"
    with log.open("w") as err, subprocess.Popen(command, stderr=err) as process:  # noqa: S603 - our own command
        try:
            url = urlsplit(_url(log))
            assert url.hostname is not None
            with ExitStack() as held:
                for _ in range(2 * LIMIT):
                    with suppress(OSError):
                        held.enter_context(socket.create_connection((url.hostname, url.port), 0.2))
                time.sleep(1.0)
                assert process.poll() is None
            deadline = time.monotonic() + 120
            while not _healthy(url.geturl()):
                assert time.monotonic() < deadline, log.read_text()[-2000:]
                time.sleep(0.2)
        finally:
            process.kill()


def _url(log: Path) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if found := re.search(r"control API on (\S+)", log.read_text()):
            return found.group(1)
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310 - our own daemon
            return bool(answer.status == 200)
    except OSError:
        return False
