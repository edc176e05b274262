"""Livestreams in `usher check --config` and `usher doctor`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.settings import load_config
from bot.cli.streams_check import stream_answers, unknown_streams
from bot.clock import Clock
from bot.stage import SECRET_KEY, TOKEN_ID, Stage
from tests.cli.processes import usher, write_config
from tests.cli.test_stream import CONFIG
from tests.platform_api.livestreams import MEETING, SESSION

CUES = """
cues:
  - { id: on-air, when: { status: live }, do: [ { start_stream: mian } ] }   # start_stream: elsewhere
  - { id: wrap, when: { status: done }, do: [ { stop_stream: 'main' } ] }
"""


def test_a_name_that_is_not_configured_is_shown_where_it_stands() -> None:
    [problem] = unknown_streams({"cues.yaml": CUES, "lists/words.txt": "start_stream: x"}, ["main", "other"])
    assert (problem.file, problem.line, problem.level, problem.hint) == ("cues.yaml", 3, "error", "did you mean 'main'?")
    assert problem.source[problem.column - 1 :].startswith("mian")
    assert [one.level for one in unknown_streams({"a.yml": CUES}, [])] == ["warning", "warning"]


def test_check_with_a_configuration_finds_it(tmp_path: Path) -> None:
    config = write_config(tmp_path, "http://127.0.0.1:9")
    (tmp_path / "rules" / "cues.yaml").write_text(CUES, encoding="utf-8")
    done = usher("check", "--config", config)
    assert (done.returncode, done.stdout.count("no livestream is called")) == (0, 2)
    with config.open("a", encoding="utf-8") as file:
        file.write('[[stream]]\nname = "main"\nplatform = "beestreamed"\n')
    done = usher("check", "--config", config)
    assert (done.returncode, done.stdout.count("no livestream is called")) == (1, 1)
    assert usher("check", "--rules", tmp_path / "rules").returncode == 0


@pytest.mark.parametrize(
    ("name", "level", "said"),
    [
        ("beestreamed", "ok", "before"),
        ("realtimekit", "ok", "before"),
        ("dyte", "ok", "before"),
        ("accelevents", "note", "unverified"),
        ("golive", "note", "no documented call"),
        ("nowhere", "bad", "configured: beestreamed"),
    ],
)
async def test_what_the_doctor_says(tmp_path: Path, name: str, level: str, said: str) -> None:
    stage = Stage(Clock(), seed=3)
    stage.door.event("show", title="Show", status="idle")
    url = await stage.start()
    config = tmp_path / "config.toml"
    text = CONFIG.format(folder=tmp_path, url=url, token=TOKEN_ID, secret=SECRET_KEY, meeting=MEETING, session=SESSION)
    config.write_text(text, encoding="utf-8")
    found = await stream_answers(load_config(config), name)
    assert (found[0], said in found[1]) == (level, True), found
    assert stage.parts.journal.writes == []
    await stage.stop()
    if level == "ok":
        assert (await stream_answers(load_config(config), name))[0] == "bad"
