"""What is told on one replica reaches readers of another, once and in order, over a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.app import feed_line
from bot.app.feed_line import FeedLine
from bot.clock import Clock
from bot.control.broadcast import Broadcast, Reader
from bot.store import Line, open_store
from tests.postgres import Server, server


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


class Side:
    """One replica's feed."""

    def __init__(self, url: str, name: str) -> None:
        self.broadcast = Broadcast(name)
        self.line = Line(url, name, Clock(), self._heard)
        self.others: list[Side] = []
        self.feed = FeedLine(self.broadcast, self.line, Clock(), lambda: any(one.broadcast.has_readers for one in self.others))
        self.task = asyncio.create_task(self.feed.run())

    def _heard(self, word: str) -> None:
        if word in {"feed", ""} and hasattr(self, "feed"):
            self.feed.look_now()

    def read(self) -> Reader:
        reader = self.broadcast.join("anna", "viewer")
        assert reader is not None
        return reader

    async def close(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.line.close()


@pytest.fixture
async def sides(postgres: Server) -> AsyncIterator[tuple[Side, Side]]:
    url = postgres.new_database()
    await (await open_store(url, Clock())).close()
    one, two = Side(url, "one"), Side(url, "two")
    one.others, two.others = [two], [one]
    yield one, two
    for side in (one, two):
        await side.close()
    postgres.drop(url)


async def heard(reader: Reader, number: int, within: float = 30.0) -> list[str]:
    """So many things that the reader got."""
    lines: list[str] = []
    async with asyncio.timeout(within):
        while len(lines) < number:
            block = (await reader.take(0.5)).decode()
            lines += [line.removeprefix("data: ") for line in block.split("\n") if line.startswith("data: ")]
    return lines


async def ready(side: Side) -> None:
    """It knows that somebody reads elsewhere, and the other side has looked where the news begins."""
    async with asyncio.timeout(30):
        while not (side.broadcast.elsewhere and side.others[0].feed._newest):
            await asyncio.sleep(0.02)


async def test_readers_elsewhere_hear_it_once_and_in_order(sides: tuple[Side, Side]) -> None:
    one, two = sides
    reader = two.read()
    await ready(one)
    for number in range(300):
        one.broadcast.tell("decision", lambda number=number: f'"{number}"')  # type: ignore[misc]  # each its own number
    assert await heard(reader, 300) == [f'"{number}"' for number in range(300)]
    await asyncio.sleep(1.5)
    assert reader._queue.__len__() == 0, "nothing twice"


async def test_nothing_is_written_while_nobody_reads_elsewhere(sides: tuple[Side, Side]) -> None:
    one, two = sides
    one.broadcast.tell("decision", lambda: pytest.fail("written out for nobody"))
    await asyncio.sleep(0.3)
    assert await two.line.newest_news() == 0


async def test_what_came_before_the_first_reader_is_the_pages_business(sides: tuple[Side, Side]) -> None:
    one, two = sides
    await one.line.share_news([("decision", '"old"')])
    reader = two.read()
    await ready(one)
    one.broadcast.tell("decision", lambda: '"new"')
    assert await heard(reader, 1) == ['"new"']


async def test_both_read_and_nobody_hears_an_echo(sides: tuple[Side, Side]) -> None:
    one, two = sides
    here, there = one.read(), two.read()
    await ready(one)
    await ready(two)
    one.broadcast.tell("a", lambda: '"a"')
    assert (await heard(here, 1), await heard(there, 1)) == (['"a"'], ['"a"'])
    two.broadcast.tell("b", lambda: '"b"')
    assert (await heard(here, 1), await heard(there, 1)) == (['"b"'], ['"b"'])
    await asyncio.sleep(1.3)
    assert (len(here._queue), len(there._queue)) == (0, 0)


async def test_a_lost_word_costs_a_second(sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch) -> None:
    """The fallback: looking without being told."""
    one, two = sides

    async def say_nothing(word: str) -> None:
        return

    monkeypatch.setattr(one.line, "tell", say_nothing)
    reader = two.read()
    await ready(one)
    one.broadcast.tell("a", lambda: '"a"')
    assert await heard(reader, 1, within=2.0 + feed_line.LOOK_EVERY) == ['"a"']


async def test_old_news_goes(sides: tuple[Side, Side]) -> None:
    one, two = sides
    await one.line.share_news([("a", '"a"')])
    assert len(await two.line.news(0)) == 1
    await two.line.drop_news(Clock().now() + 1)
    left: Any = await two.line.news(0)
    assert left == []
