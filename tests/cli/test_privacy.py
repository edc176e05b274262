"""`usher export`, `forget` and `audit` as processes: beside a running daemon and without it; nothing of a person is elsewhere."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.processes import FarStage, usher, write_config

NAME, EMAIL = "Ann Privatesson", "ann.privacy@example.test"
OTHER = "bob.stays@example.test"
WORDS = ("ann.privacy", "privatesson")


class Daemon:
    """A daemon with everything it writes to standard error."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.lines.extend(iter(self.process.stderr.readline, ""))

    def url(self) -> str:
        return self._wait(r"usher: control API on (\S+)")

    def _wait(self, pattern: str, within: float = 120.0) -> str:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for line in list(self.lines):
                if found := re.search(pattern, line):
                    return found.group(1)
            time.sleep(0.05)
        raise AssertionError(f"{pattern} was not said:\n{''.join(self.lines)}")

    def end(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0
        self._reader.join(5)
        return "".join(self.lines)


@contextmanager
def daemon(config: Path) -> Iterator[Daemon]:
    command = [sys.executable, "-m", "bot", "run", "--config", str(config), "--log-level", "debug"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        try:
            yield Daemon(process)
        finally:
            process.kill()


def get(url: str, path: str) -> str:
    request = urllib.request.Request(url + path, headers={"Authorization": "Bearer fake-admin"})  # noqa: S310 - our own daemon
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own daemon
        return str(answer.read().decode())


def say(stage: FarStage, text: str, name: str = NAME, email: str = EMAIL) -> None:
    stage.ask("POST", "say", {"event": "show", "text": text, "name": name, "email": email})


def judged(url: str, number: int) -> None:
    deadline = time.monotonic() + 60
    while json.loads(get(url, "/api/v1/status"))["channels"][0]["judged"] < number:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def state(folder: Path) -> str:
    files = [file for file in folder.iterdir() if file.name.startswith("usher.db") and not file.name.endswith("-shm")]
    return b"".join(file.read_bytes() for file in files).decode("latin-1").lower()


def hits(text: str) -> list[str]:
    return [word for word in WORDS if word in text.lower()]


@pytest.fixture
def config(tmp_path: Path, far_stage: FarStage) -> Path:
    path = write_config(tmp_path, far_stage.url)
    path.write_text(path.read_text("utf-8") + f'[reports]\nout = "{tmp_path / "reports"}"\n', encoding="utf-8")
    return path


def test_beside_a_running_daemon(tmp_path: Path, far_stage: FarStage, config: Path) -> None:
    with daemon(config) as running:
        url = running.url()
        for number in range(3):
            say(far_stage, f"heck, I am {NAME} and this is line {number}")
            say(far_stage, f"line {number} of another", "Bob", OTHER)
        judged(url, 6)
        assert usher("report", "show", "--config", config).returncode == 0
        exported = usher("export", EMAIL.upper(), "--config", config)
        assert exported.returncode == 0
        told = json.loads(exported.stdout)["channels"][0]
        assert ([one["email"] for one in told["messages"]], OTHER in exported.stdout) == ([EMAIL] * 3, False)
        assert len(hits(state(tmp_path))) == 2
        forgotten = usher("forget", EMAIL, "--config", config)
        assert forgotten.returncode == 0, forgotten.stderr
        assert "3 messages" in forgotten.stdout
        assert "written again" in forgotten.stdout
        assert hits(state(tmp_path)) == []
        say(far_stage, "another line", "Bob", OTHER)
        judged(url, 7)
        time.sleep(1.5)  # reads of the platform, which still shows the old lines, go on meanwhile
        assert hits(state(tmp_path)) == []
        metrics = get(url, "/healthz") + get(url, "/api/v1/status") + get(url, "/metrics")
        assert usher("export", EMAIL, "--config", config).returncode == 0  # the blank rows are still there
        log = running.end()
    assert hits(state(tmp_path)) == []
    assert (hits(log), hits(metrics), "@" in log) == ([], [], False)
    reports = "".join(file.read_text("utf-8") for file in (tmp_path / "reports").rglob("*") if file.is_file())
    assert (hits(reports), OTHER in reports) == ([], True)


def test_without_a_daemon(tmp_path: Path, far_stage: FarStage, config: Path) -> None:
    with daemon(config) as running:
        url = running.url()
        say(far_stage, "heck, my own line")
        judged(url, 1)
        running.end()
    assert usher("forget", EMAIL, "--config", config).returncode == 0
    assert hits(state(tmp_path)) == []
    nobody = usher("forget", "nobody@example.test", "--config", config)
    assert (nobody.returncode, "nothing was held" in nobody.stdout) == (1, True)
    assert usher("export", "nobody@example.test", "--config", config).returncode == 1
    trail = usher("audit", "--config", config)
    assert (trail.returncode, " forget " in trail.stdout, hits(trail.stdout)) == (0, True, [])
    with daemon(config) as running:  # what the platform still shows does not come back
        running.url()
        time.sleep(2.0)
        running.end()
    assert hits(state(tmp_path)) == []


def test_mistakes(tmp_path: Path, config: Path) -> None:
    assert usher("export", "Ann", "--config", config).returncode == 2
    assert usher("forget", "", "--config", config).returncode == 2
    assert usher("export", EMAIL, "--config", config).returncode == 2  # no state yet
    assert usher("audit", "--config", tmp_path / "none.toml").returncode == 2
