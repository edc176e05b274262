"""What reports read: page by page, in order, also beside a running daemon; and what only reports keep."""

from __future__ import annotations

import os
import sqlite3
from itertools import count
from pathlib import Path

import pytest

from bot.domain.actions import CountPoll
from bot.domain.errors import StoreError, UsageError
from bot.domain.history import Remembered
from bot.ports import Outage, Sample
from bot.store import Store, open_for_reading, open_store
from tests.store.making import CHANNEL, EVENT, HandClock, act, all_signals, decision, entry, hide, message, read_page, step

VOTES = [[7, 1, "ann@example.test", "Ann", 1.0]]


async def test_messages_come_page_by_page_with_their_fate(store: Store) -> None:
    await read_page(store, *[message(f"m{n}", f"text {n}") for n in range(5)])
    decisions = [decision("m1", "hide", rules=["swearing", "caps"]), decision("m1", "approve", id="act-1", who="person:anna")]
    await step(store, decisions=[*decisions, decision("m3", "hide", rules=["caps"])], entries=[hide("m3")])
    await act(store, "hide:m3")
    first = await store.report_messages(CHANNEL, EVENT, 0, 2)
    rest = await store.report_messages(CHANNEL, EVENT, first[-1].seq, 10)
    assert [row.message.ref for row in [*first, *rest]] == ["m0", "m1", "m2", "m3", "m4"]
    fates = {row.message.ref: (row.outcome, row.who, row.rules, row.message.status) for row in [*first, *rest]}
    assert fates["m0"] == ("", "", (), "public")
    assert fates["m1"] == ("approve", "person:anna", (), "public")
    assert fates["m3"] == ("hide", "rules", ("caps",), "hidden")
    assert await store.report_messages(CHANNEL, EVENT, rest[-1].seq, 10) == []
    assert await store.report_messages(CHANNEL, "other", 0, 10) == []


async def test_people_are_each_once_and_the_bot_is_none(store: Store) -> None:
    await read_page(store, message("a"), message("b"), message("c", name="Bo", email=""), message("d", name="Usher", own=True))
    assert await store.report_people(CHANNEL, EVENT) == [("Ann", "ann@example.test"), ("Bo", "")]


async def test_only_decisions_in_which_something_happened(store: Store) -> None:
    await read_page(store, message("a"), message("b"))
    undo = decision("b", id="act-2", who="person:anna", undoes="b:1")
    await step(store, decisions=[decision("a"), decision("b", "hide", id="b:1", rules=["caps"]), undo])
    assert [row.decision.id for row in await store.report_decisions(CHANNEL, EVENT, 0, 10)] == ["b:1", "act-2"]
    assert await store.report_undone(CHANNEL, EVENT) == {"b:1": ("act-2", "person:anna")}


async def test_votes_stay_with_the_entry(store: Store) -> None:
    await step(store, entries=[entry("poll:role:1:count1@ev1", CountPoll("p1", ("A", "B"), votes=True))])
    await all_signals(store)
    result = {"counts": [0, 1], "digest": "d", "votes": VOTES}
    await act(store, "poll:role:1:count1@ev1", result=result)
    (told,) = await all_signals(store)
    assert told.result == {"counts": [0, 1], "digest": "d"}
    (key,) = await store.report_counts(CHANNEL, EVENT)
    assert await store.report_count(CHANNEL, key) == result
    assert [row.state for row in await store.report_acts(CHANNEL, EVENT, 0, 10)] == ["done"]


async def test_remembered_by_kind(store: Store) -> None:
    await step(store, history={("poll", "role#1"): Remembered({"id": "role"}), ("quiz", "recap#1"): Remembered({"id": "recap"})})
    assert await store.report_remembered(CHANNEL, EVENT, "poll") == {("poll", "role#1"): {"id": "role"}}


async def test_the_largest_of_a_minute_is_kept(store: Store) -> None:
    for at, viewers, signups in [(60.0, 5, None), (70.0, 9, 40), (119.0, None, 39), (120.0, 3, 41)]:
        await store.note_audience(CHANNEL, EVENT, at, viewers=viewers, signups=signups)
    assert await store.report_audience(CHANNEL, EVENT) == [Sample(1, 9, 40), Sample(2, 3, 41)]


async def test_outages_of_the_event_and_of_the_channel(store: Store) -> None:
    await store.begin_outage(CHANNEL, EVENT, Outage("reading chat", 10.0, None, "no answer"))
    await store.begin_outage(CHANNEL, "", Outage("platform", 5.0, 6.0, "it kept failing"))
    await store.begin_outage(CHANNEL, "other", Outage("reading chat", 7.0, None, "no answer"))
    assert await store.open_outages(CHANNEL) == [(EVENT, "reading chat"), ("other", "reading chat")]
    await store.end_outage(CHANNEL, EVENT, "reading chat", 20.0)
    found = await store.report_outages(CHANNEL, EVENT)
    assert [(one.kind, one.began, one.ended) for one in found] == [("platform", 5.0, 6.0), ("reading chat", 10.0, 20.0)]


async def test_each_event_gets_one_secret_for_ever(store: Store) -> None:
    numbers = count()
    await store.put_event_state(CHANNEL, EVENT, 1.0)
    assert (await store.report_key(CHANNEL, EVENT), await store.last_alive(CHANNEL)) == ("", None)
    for at in (1.0, 2.0):
        await store.keep_alive(CHANNEL, at, lambda: f"fake-{next(numbers)}")
    assert (await store.report_key(CHANNEL, EVENT), await store.last_alive(CHANNEL)) == ("fake-0", 2.0)


async def test_reading_beside_the_daemon_that_writes(store: Store, url: str) -> None:
    reader = await open_for_reading(url, HandClock())
    await read_page(store, message("late"))
    assert [row.message.ref for row in await reader.report_messages(CHANNEL, EVENT, 0, 10)] == ["late"]
    with pytest.raises(StoreError, match="reading only"):
        await reader.note_audience(CHANNEL, EVENT, 1.0, viewers=1, signups=None)
    await reader.close()


async def test_reading_after_the_daemon_has_ended_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "usher.db"
    daemon = await open_store(f"sqlite:{path}", HandClock())
    await read_page(daemon, message("a"))
    await daemon.close()
    before = path.read_bytes()
    reader = await open_for_reading(f"sqlite:{path}", HandClock())
    assert len(await reader.report_people(CHANNEL, EVENT)) == 1
    await reader.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize(("number", "word"), [(0, "older"), (999, "newer")])
async def test_another_schema_is_refused(tmp_path: Path, number: int, word: str) -> None:
    path = tmp_path / "usher.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE migration (number INTEGER, name TEXT, at REAL)")
        connection.execute("INSERT INTO migration VALUES (?, '', 0)", (number,))
    connection.close()
    with pytest.raises(UsageError, match=word):
        await open_for_reading(f"sqlite:{path}", HandClock())


async def test_no_state_or_no_database_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no state"):
        await open_for_reading(f"sqlite:{tmp_path / 'none.db'}", HandClock())
    (tmp_path / "text.db").write_bytes(os.urandom(4096))
    with pytest.raises(UsageError, match="cannot be read"):
        await open_for_reading(f"sqlite:{tmp_path / 'text.db'}", HandClock())


async def test_retention_takes_the_secret_with_the_last_message(store: Store, clock: HandClock) -> None:
    await store.put_event_state(CHANNEL, EVENT, clock.time)
    await store.keep_alive(CHANNEL, clock.time, lambda: "fake")
    await read_page(store, message("a", read=clock.time))
    await store.note_audience(CHANNEL, EVENT, clock.time, viewers=1, signups=1)
    await store.delete_before(clock.time)
    assert await store.report_key(CHANNEL, EVENT) == "fake"
    await store.delete_before(clock.time + 100.0)
    assert await store.report_key(CHANNEL, EVENT) == ""
    assert await store.report_audience(CHANNEL, EVENT) == []
