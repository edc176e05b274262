"""What does not work is written down with its beginning and its end, across restarts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.errors import StoreFull, Superseded
from bot.ports import Outage
from bot.reports import Condition, OutageBook, breakers, feed_gaps
from bot.reports.outages import ABSENT, GAP
from bot.store import Store
from tests.reports.making import EVENT
from tests.store.making import CHANNEL, HandClock


class House:
    """A bot whose troubles the test chooses."""

    def __init__(self, store: Store) -> None:
        assert isinstance(store.clock, HandClock)
        self.store, self.clock = store, store.clock
        self.troubles: list[Condition] = []
        self.book = self.start()

    def start(self) -> OutageBook:
        return OutageBook(self.store, CHANNEL, self.clock, lambda _now: self.troubles, lambda: "fake-secret")

    async def look(self, at: float, *troubles: Condition) -> None:
        self.clock.time, self.troubles = at, list(troubles)
        await self.book.look()

    async def told(self) -> list[tuple[str, float, float | None]]:
        return [(one.kind, one.began, one.ended) for one in await self.store.report_outages(CHANNEL, EVENT)]


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


CHAT = Condition("reading chat", EVENT, 100.0, "HTTP 503")
SENDING = Condition("sending", "", 130.0, "no right")


async def test_each_trouble_has_its_beginning_and_its_end(house: House) -> None:
    await house.look(120.0, CHAT)
    await house.look(130.0, CHAT, SENDING)
    await house.look(140.0, SENDING)
    assert await house.told() == [("reading chat", 100.0, 140.0), ("sending", 130.0, None)]
    await house.look(150.0)
    await house.look(160.0, Condition("reading chat", EVENT, 155.0, "again"))
    assert await house.told() == [("reading chat", 100.0, 140.0), ("sending", 130.0, 150.0), ("reading chat", 155.0, None)]


async def test_the_time_in_which_the_bot_did_not_run(house: House) -> None:
    await house.look(120.0, CHAT)
    house.clock.time = 120.0 + ABSENT + 1
    await house.start().begin()
    assert await house.told() == [("reading chat", 100.0, 120.0), ("the bot", 120.0, 141.0)]


async def test_a_quick_restart_is_no_interruption(house: House) -> None:
    await house.book.begin()
    await house.look(120.0)
    house.clock.time = 120.0 + ABSENT
    await house.start().begin()
    assert await house.told() == []


async def test_a_full_disk_ends_nothing_and_a_new_owner_does(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    async def refuse(*_: object) -> None:
        nonlocal looks
        looks += 1
        raise StoreFull("full") if looks < 3 else Superseded("gone")

    monkeypatch.setattr(type(house.store), "keep_alive", refuse)
    with pytest.raises(Superseded):
        await asyncio.wait_for(house.book.run(), 5)
    assert looks == 3


def test_only_feeds_on_air_that_are_late_are_gaps() -> None:
    feeds: list[dict[str, Any]] = [
        {"event": "live", "surface": "chat", "age": GAP + 5, "error": "HTTP 503"},
        {"event": "live", "surface": "qa", "age": GAP - 5, "error": ""},
        {"event": "idle", "surface": "chat", "age": 900.0, "error": ""},
        {"event": "live", "surface": "new", "age": None, "error": ""},
    ]
    assert list(feed_gaps(feeds, {"live"}, 1000.0)) == [Condition("reading chat", "live", 980.0, "HTTP 503")]


def test_breakers_that_are_not_closed() -> None:
    found = list(breakers({"read": "closed", "act": "probing"}, 7.0))
    assert [(one.kind, one.event, one.since) for one in found] == [("platform (acts)", "", 7.0)]


async def test_an_outage_of_another_event_is_not_told(house: House) -> None:
    await house.store.begin_outage(CHANNEL, "other", Outage("reading chat", 1.0, 2.0, ""))
    assert await house.told() == []
