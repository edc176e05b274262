"""`usher run`, `status`, `pause`, `resume` as processes: exit codes, one clear line for a mistake, an orderly end."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.processes import FarStage, usher, write_config


@contextmanager
def running(config: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The daemon, ready; (process, the control API's address)."""
    command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.search(r"usher: control API on (\S+)", line):
                    yield process, found.group(1)
                    break
            else:
                pytest.fail("it ended before it listened")
        finally:
            process.kill()
            process.communicate()


def test_started_steered_and_ended(tmp_path: Path, far_stage: FarStage) -> None:
    with running(write_config(tmp_path, far_stage.url)) as (process, url):
        steer = ("--url", url, "--token", "fake-admin")
        paused = usher("pause", "--for", "5m", *steer)
        assert (paused.returncode, paused.stdout) == (0, "paused for 5m; 0 waiting\n")
        assert "PAUSED" in usher("status", *steer).stdout
        resumed = usher("resume", *steer)
        assert (resumed.returncode, resumed.stdout) == (0, "running\n")
        wrong = usher("status", "--url", url, "--token", "fake-wrong")
        assert wrong.returncode == 2
        assert wrong.stderr.count("\n") == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_second_copy_and_a_taken_port(tmp_path: Path, far_stage: FarStage) -> None:
    config = write_config(tmp_path, far_stage.url)
    with running(config):
        second = usher("run", "--config", config)
        assert second.returncode == 75
        assert "usher.db" in second.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = usher("run", "--config", write_config(tmp_path, far_stage.url, port=port))
    assert done.returncode == 2
    assert str(port) in done.stderr


def test_mistakes_that_waiting_cannot_mend(tmp_path: Path, far_stage: FarStage) -> None:
    done = usher("run", "--config", write_config(tmp_path, far_stage.url, token="fake-wrong"))
    assert (done.returncode, "not accept the token" in done.stderr) == (2, True), done.stderr
    done = usher("run", "--config", write_config(tmp_path, far_stage.url, follow="nowhere"))
    assert (done.returncode, "no event 'nowhere'" in done.stderr) == (2, True), done.stderr
    config = write_config(tmp_path, far_stage.url)
    config.write_text(config.read_text(encoding="utf-8").replace("follow", "folow"), encoding="utf-8")
    done = usher("run", "--config", config)
    assert (done.returncode, "follow" in done.stderr) == (2, True), done.stderr
    config = write_config(tmp_path, far_stage.url)
    (tmp_path / "rules" / "chat.yaml").unlink()
    (tmp_path / "rules").rmdir()
    done = usher("run", "--config", config)
    assert (done.returncode, "rules" in done.stderr) == (2, True), done.stderr


def test_nobody_listens(tmp_path: Path) -> None:
    done = usher("status", "--url", "http://127.0.0.1:9", "--token", "x")
    assert done.returncode == 2
    assert "http://127.0.0.1:9" in done.stderr


@pytest.mark.parametrize("arguments", [("run", "--config", "nowhere.toml"), ("nonsense",), ("pause", "--for", "soon")])
def test_unusable_calls(arguments: tuple[str, ...]) -> None:
    assert usher(*arguments).returncode == 2
