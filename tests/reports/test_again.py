from __future__ import annotations

import json
from pathlib import Path

from bot.domain.signals import EventState
from bot.reports import folder_of, write_again, write_report
from bot.store import Store
from tests.store.making import CHANNEL, EVENT, message, read_page


async def test_a_report_is_written_again_as_it_was(store: Store, tmp_path: Path) -> None:
    await store.save_event(CHANNEL, EventState(EVENT, "Show", "live", "on_air"), 1_000.0)
    await read_page(store, message("m1", "hello", name="Ann Lee", email="ann.again@example.test", read=1_000.0))
    folder = folder_of(tmp_path, EVENT)
    before = await write_report(store, CHANNEL, EVENT, folder, formats=("json", "csv"), names="named")
    assert "ann.again" in (folder / "chat.csv").read_text("utf-8")
    await store.forget_person(CHANNEL, "ann.again@example.test", "cli:op", 1_000.0)
    again = await write_again(store, CHANNEL, EVENT, tmp_path, usual="aggregate")
    assert sorted(again) == sorted(before)
    texts = "".join(file.read_text("utf-8") for file in folder.iterdir())
    assert "ann.again" not in texts
    assert "Ann Lee" not in texts
    assert json.loads((folder / "summary.json").read_text("utf-8"))["names"] == "named"


async def test_where_there_was_none_none_is_written(store: Store, tmp_path: Path) -> None:
    assert await write_again(store, CHANNEL, EVENT, tmp_path) == []
    folder_of(tmp_path, "other").mkdir()
    (folder_of(tmp_path, "other") / "report.html").write_text("old")
    assert await write_again(store, CHANNEL, "other", tmp_path) == []
