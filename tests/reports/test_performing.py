"""The act `write_report`."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.actions import PostMessage, WriteReport
from bot.domain.errors import NotSent, Refused, StoreFull
from bot.domain.history import Remembered
from bot.reports import ReportWriter
from bot.store import Store
from tests.reports.making import EVENT, Making
from tests.store.making import CHANNEL


async def test_it_writes_into_the_events_folder_and_may_be_repeated(making: Making, store: Store, tmp_path: Path) -> None:
    await making.everything(60)
    writer = ReportWriter(store, CHANNEL, tmp_path / "reports")
    for _ in range(2):
        done = await writer.perform(EVENT, WriteReport(("csv", "html"), "hashed"))
    folder = tmp_path / "reports" / EVENT
    assert done.remote == str(folder)
    assert sorted(done.result["files"]) == sorted(file.name for file in folder.iterdir())
    assert b"guest1@" not in (folder / "attendees.csv").read_bytes()
    assert await writer.look_for(EVENT, WriteReport(), 0.0, ()) == ()


async def test_an_unknown_event_and_another_act_are_refused(making: Making, store: Store, tmp_path: Path) -> None:
    await making.event()
    writer = ReportWriter(store, CHANNEL, tmp_path)
    with pytest.raises(Refused, match="known events: spring"):
        await writer.perform("nix", WriteReport())
    with pytest.raises(Refused, match="post_message"):
        await writer.perform(EVENT, PostMessage("hello"))


async def test_a_disk_that_cannot_be_written_is_tried_again(making: Making, store: Store, tmp_path: Path) -> None:
    await making.event()
    (tmp_path / "reports").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(NotSent, match="cannot be written"):
        await ReportWriter(store, CHANNEL, tmp_path / "reports").perform(EVENT, WriteReport())


async def test_a_state_that_cannot_be_read_now_is_tried_again(
    making: Making, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> object:
        raise StoreFull("locked")

    monkeypatch.setattr(type(store), "report_undone", full)
    await making.event()
    with pytest.raises(NotSent, match="locked"):
        await ReportWriter(store, CHANNEL, tmp_path).perform(EVENT, WriteReport())


async def test_what_nobody_thought_of_fails_the_act_and_not_the_bot(making: Making, store: Store, tmp_path: Path) -> None:
    await making.event()
    await making.step(history={("poll", "odd#1"): Remembered({"id": "odd"})})
    with capture_logs() as logs, pytest.raises(Refused, match="KeyError"):
        await ReportWriter(store, CHANNEL, tmp_path).perform(EVENT, WriteReport())
    assert [one["event"] for one in logs] == ["report.failed"]
