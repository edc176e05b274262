"""`usher doctor` against a stage in another process: what it finds out, and what it says of mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.processes import FarStage, usher, write_config


def test_a_sound_account(tmp_path: Path, far_stage: FarStage) -> None:
    for number in range(12):
        far_stage.ask("POST", "say", {"event": "show", "text": f"hello {number}", "name": "Ann", "email": "ann@example.test"})
    far_stage.ask("POST", "say", {"event": "show", "text": "Why?", "name": "Ann", "email": "ann@example.test", "qa": True})
    before = far_stage.ask("GET", "truth")
    done = usher("doctor", "--config", write_config(tmp_path, far_stage.url))
    assert done.returncode == 0, done.stdout + done.stderr
    for told in (
        "the token is accepted",
        "clock: the platform's is",
        "rights: rows carry e-mail",
        "indexStart: rows towards the",
        "Q&A: 1 of 1",
    ):
        assert told in done.stdout
    assert "✗" not in done.stdout
    assert far_stage.ask("GET", "truth")["events"] == before["events"], "it is read-only"


def test_with_write_one_line_is_posted_and_hidden(tmp_path: Path, far_stage: FarStage) -> None:
    done = usher("doctor", "--write", "--config", write_config(tmp_path, far_stage.url))
    assert done.returncode == 0, done.stdout + done.stderr
    posted = [one for one in far_stage.ask("GET", "truth/messages?event=show")["messages"] if one["by_api"]]
    assert [one["status"] for one in posted] == ["hidden"]


def test_a_token_that_is_not_accepted(tmp_path: Path, far_stage: FarStage) -> None:
    done = usher("doctor", "--config", write_config(tmp_path, far_stage.url, token="fake-wrong"))
    assert done.returncode == 1
    assert "the token is not accepted" in done.stdout


@pytest.mark.parametrize("event", ["nowhere"])
def test_an_event_that_is_not_there(tmp_path: Path, far_stage: FarStage, event: str) -> None:
    done = usher("doctor", "--event", event, "--config", write_config(tmp_path, far_stage.url))
    assert done.returncode == 1
    assert "no usable answer" in done.stdout


def test_nobody_answers(tmp_path: Path) -> None:
    done = usher("doctor", "--config", write_config(tmp_path, "http://127.0.0.1:9"))
    assert done.returncode == 1
    assert "no usable answer" in done.stdout
