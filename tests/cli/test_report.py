"""`usher report` as a process: beside a daemon that holds the state, and after it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store, open_store
from tests.reports.making import EVENT, Making
from tests.store.making import CHANNEL, HandClock

CONFIG = """
[[channel]]
token_id = "fake"
secret_key = "fake"
[store]
url = "sqlite:{folder}/usher.db"
[reports]
out = "{folder}/reports"
"""


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Store]:
    """A state that a running daemon holds locked."""
    store = await filled(tmp_path)
    yield store
    await store.close()


async def filled(folder: Path) -> Store:
    clock = HandClock()
    store = await open_store(f"sqlite:{folder / 'usher.db'}", clock)
    await store.begin(CHANNEL, 1.0)
    await Making(store, clock).everything(60)
    (folder / "config.toml").write_text(CONFIG.format(folder=folder), encoding="utf-8")
    return store


def usher(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "report", *arguments, "--config", str(folder / "config.toml")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own command


async def test_beside_the_daemon_and_after_it(tmp_path: Path) -> None:
    running = await filled(tmp_path)
    first = usher(tmp_path, EVENT)
    assert (first.returncode, first.stderr) == (0, "")
    folder = tmp_path / "reports" / EVENT
    assert first.stdout.split() == [str(file) for file in sorted(folder.iterdir())]
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert len(before) == 21
    await running.close()
    state = (tmp_path / "usher.db").read_bytes()
    assert usher(tmp_path, EVENT).returncode == 0
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert (tmp_path / "usher.db").read_bytes() == state


async def test_formats_folder_and_names(running: Store, tmp_path: Path) -> None:
    done = usher(tmp_path, EVENT, "--format", "json, csv", "--out", str(tmp_path / "mine"), "--names", "hashed")
    assert (done.returncode, done.stderr) == (0, "")
    assert {file.suffix for file in (tmp_path / "mine").iterdir()} == {".csv", ".json"}
    assert json.loads((tmp_path / "mine" / "summary.json").read_text("utf-8"))["names"] == "hashed"


async def test_without_options_the_rules_in_force_decide(running: Store, tmp_path: Path) -> None:
    rules = {"all.yaml": "reports: { on: done, formats: [csv], names: aggregate }\n"}
    await running.save_revision(CHANNEL, "sha", rules, "file", 1.0)
    assert usher(tmp_path, EVENT).returncode == 0
    folder = tmp_path / "reports" / EVENT
    assert len(list(folder.iterdir())) == 10
    assert (folder / "attendees.csv").read_text("utf-8").count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nix",), "known events: spring"),
        ((EVENT, "--format", "pdf"), "html, csv and json"),
        ((EVENT, "--names", "short"), "named, hashed or aggregate"),
        ((EVENT, "--out", "config.toml/x"), "cannot be written"),
    ],
)
async def test_what_cannot_be_is_one_clear_line(running: Store, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    told = [str(tmp_path / one) if one.startswith("config.toml") else one for one in arguments]
    done = usher(tmp_path, *told)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_state_yet(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")
    done = usher(tmp_path, EVENT)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no state" in done.stderr
    assert not (tmp_path / "usher.db").exists()
