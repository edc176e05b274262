"""Livestreams as last seen, on both databases."""

from __future__ import annotations

from dataclasses import replace

from bot.ports import StreamFigures, StreamRecord
from bot.store import Store
from tests.store.making import CHANNEL, HandClock

FIGURES = StreamFigures(2, 61.5, 7.25, None, 12, "counted late")
RECORD = StreamRecord("show", "main", "dyte", "on_air", "a note", True, 5.0, None, 7.5, 1, 2.5, FIGURES)


async def test_the_newest_replaces_the_older_and_comes_back_whole(store: Store, clock: HandClock) -> None:
    await store.begin(CHANNEL, 1.0)
    await store.keep_stream(CHANNEL, StreamRecord("show", "main", "dyte"), 1.0)
    await store.keep_stream(CHANNEL, RECORD, 2.0)
    other = replace(RECORD, name="second", wanted=False, ended=9.0, dropped=None, figures=StreamFigures())
    await store.keep_stream(CHANNEL, other, 3.0)
    await store.keep_stream(CHANNEL, replace(RECORD, event="later", wanted=None), 4.0)
    assert list(await store.streams_of(CHANNEL, "show")) == [RECORD, other]
    assert [(one.event, one.name) for one in await store.all_streams(CHANNEL)] == [
        ("show", "main"),
        ("show", "second"),
        ("later", "main"),
    ]
    assert list(await store.streams_of("another", "show")) == []


async def test_it_goes_when_it_is_old(store: Store, clock: HandClock) -> None:
    await store.begin(CHANNEL, 1.0)
    await store.keep_stream(CHANNEL, RECORD, 2.0)
    await store.keep_stream(CHANNEL, replace(RECORD, name="second"), 100.0)
    await store.delete_before(50.0)
    assert [one.name for one in await store.all_streams(CHANNEL)] == ["second"]
