"""One who tells, many who listen: nobody waits for a slow one, and a slow one knows what it missed."""

from __future__ import annotations

import json
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.control import broadcast as of
from bot.control.broadcast import Broadcast, Reader


def numbers(wire: bytes) -> list[int]:
    return [json.loads(line[6:])["n"] for line in wire.decode().splitlines() if line.startswith("data: ") and '"n"' in line]


def say(tower: Broadcast, number: int) -> None:
    tower.tell("news", partial(of.told, {"n": number}))


async def drain(reader: Reader) -> bytes:
    got = b""
    while (part := await reader.take(0.01)) != of.HEARTBEAT:
        got += part
    return got


async def test_every_reader_gets_everything_in_order() -> None:
    tower = Broadcast("ab")
    readers = [tower.join(f"anna{number}", "viewer") for number in range(3)]
    for number in range(500):
        say(tower, number)
    for reader in readers:
        assert reader is not None
        assert numbers(await drain(reader)) == list(range(500))


async def test_a_full_queue_loses_the_oldest_and_tells_so_first() -> None:
    tower = Broadcast("ab")
    slow, quick = tower.join("slow", "viewer"), tower.join("quick", "viewer")
    assert slow is not None
    assert quick is not None
    heard: list[int] = []
    for number in range(of.QUEUE + 300):
        say(tower, number)
        if number % 1000 == 0:
            heard += numbers(await drain(quick))
    assert heard + numbers(await drain(quick)) == list(range(of.QUEUE + 300))
    got = await drain(slow)
    assert got.startswith(b'event: gap\ndata: {"missed":300}\n\n')
    assert numbers(got) == list(range(300, of.QUEUE + 300))
    assert (slow.lost, slow.missed, tower.lost_altogether) == (300, 0, 300)


async def test_silence_is_broken_by_a_heartbeat() -> None:
    reader = Broadcast("ab").join("anna", "viewer")
    assert reader is not None
    assert await reader.take(0.01) == of.HEARTBEAT


async def test_who_comes_back_goes_on_where_it_was() -> None:
    tower = Broadcast("ab")
    for number in range(10):
        say(tower, number)
    back = tower.join("anna", "viewer", "ab-4")
    assert back is not None
    assert numbers(await drain(back)) == [4, 5, 6, 7, 8, 9]
    newest = tower.join("anna", "viewer", "ab-10")
    assert newest is not None
    assert await drain(newest) == b""


@pytest.mark.parametrize("last", ["cd-4", "ab-", "ab-x", "-", "ab-11", "ab-99999999999999999999", "ab-²"])
async def test_a_place_that_is_none_is_a_gap_of_unknown_size(last: str) -> None:
    tower = Broadcast("ab")
    for number in range(10):
        say(tower, number)
    reader = tower.join("anna", "viewer", last)
    assert reader is not None
    assert await drain(reader) == b'event: gap\ndata: {"missed":null}\n\n'


async def test_what_is_no_longer_kept_is_a_gap_of_known_size() -> None:
    tower = Broadcast("ab")
    for number in range(of.KEPT + 50):
        say(tower, number)
    reader = tower.join("anna", "viewer", "ab-20")
    assert reader is not None
    got = await drain(reader)
    # the gap takes a place in the queue as well, which a queue as long as the memory pays with its oldest
    assert b'event: gap\ndata: {"missed":' in got.split(b"id:", 1)[0]
    assert numbers(got)[-1] == of.KEPT + 49


async def test_whispers_are_not_kept() -> None:
    tower = Broadcast("ab")
    tower.whisper("pulse", lambda: '{"n":1}')
    reader = tower.join("anna", "viewer", "ab-0")
    assert reader is not None
    assert await drain(reader) == b""
    tower.whisper("pulse", lambda: '{"n":2}')
    assert await drain(reader) == b'event: pulse\ndata: {"n":2}\n\n'


async def test_nothing_is_written_out_while_nobody_reads_and_once_for_all_who_do() -> None:
    tower = Broadcast("ab")
    written: list[int] = []

    def make() -> str:
        written.append(1)
        return "{}"

    tower.tell("news", make)
    assert written == []
    readers = [tower.join("anna", "viewer") for _ in range(5)]
    tower.tell("news", make)
    for reader in readers:
        assert reader is not None
        await drain(reader)
    assert written == [1]


def test_there_is_a_last_seat() -> None:
    tower = Broadcast("ab")
    readers = [tower.join("anna", "viewer") for _ in range(of.READERS)]
    assert tower.join("anna", "viewer") is None
    assert readers[0] is not None
    tower.leave(readers[0])
    assert tower.join("anna", "viewer") is not None


@given(st.text())
def test_no_text_breaks_out_of_its_line(text: str) -> None:
    wire = of.Item("news", lambda: of.told({"n": text}), "ab-1").wire
    assert wire.count(b"\n") == 4
    assert b"\r" not in wire
