"""The power goes away at every moment of the store's work (reliability C1): no acknowledged transaction is lost, none is halved."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.store import Store, open_store
from bot.store.sqlite import _WRITER
from tests.store.making import CHANNEL, HandClock, act, decision, hide, message, read_page, step
from tests.store.recording import RecordedDatabase, Recording, RecordingDisk

PAGES = 24
ROWS = 3
"""Messages of a page, each with a decision and an act."""
IMAGES = 300


@contextmanager
def recorded(folder: Path, recording: Recording) -> Iterator[str]:
    name = f"recording-{folder.name}"
    disk = RecordingDisk(name, recording)
    try:
        yield name
    finally:
        disk.unregister()


async def work(folder: Path, pragmas: tuple[str, ...]) -> Recording:
    """Pages are read, judged and acted upon; every fifth time the log is folded into the file."""
    recording = Recording()
    with recorded(folder, recording) as disk:
        store = Store(RecordedDatabase(folder / "usher.db", disk, pragmas), HandClock())
        recording.acknowledge("schema")
        await store.begin(CHANNEL, 1_000.0)
        for page in range(PAGES):
            refs = [f"{page}-{row}" for row in range(ROWS)]
            await read_page(store, *(message(ref, f"text {ref}" * 30) for ref in refs), n=page)
            recording.acknowledge(f"page {page}")
            await step(store, decisions=[decision(ref, "hide", rules=["r"]) for ref in refs], entries=[hide(ref) for ref in refs])
            recording.acknowledge(f"step {page}")
            await act(store, f"hide:{refs[0]}")
            recording.acknowledge(f"act {page}")
            if page % 5 == 4:
                await store.db.tidy()
        await store.close()
    return recording


def after(image: dict[str, bytes], folder: Path) -> tuple[set[str], list[str]]:
    """What a disk holds, in the words of the acknowledgements, and what is wrong with it."""
    for old in folder.iterdir():
        old.unlink()
    for name, data in image.items():
        if not name.endswith("-shm"):
            (folder / name).write_bytes(data)
    with closing(sqlite3.connect(folder / "usher.db")) as connection:
        try:
            return _held(connection)
        except sqlite3.DatabaseError as error:
            return set(), [str(error)]


def _held(connection: sqlite3.Connection) -> tuple[set[str], list[str]]:
    wrong = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'request_waiting'").fetchall():
        return set(), wrong
    held = {"schema"}
    cursor = connection.execute("SELECT json_extract(value, '$.n') FROM cursor").fetchone()
    for page in range(PAGES):
        pattern = (f"{page}-%",)
        messages = connection.execute("SELECT count(*) FROM message WHERE ref LIKE ?", pattern).fetchone()[0]
        signals = connection.execute(
            "SELECT count(*) FROM inbox WHERE json_extract(body, '$.message.ref') LIKE ?", pattern
        ).fetchone()[0]
        decisions = connection.execute("SELECT count(*) FROM decision WHERE ref LIKE ?", pattern).fetchone()[0]
        entries = connection.execute("SELECT count(*) FROM outbox WHERE ref LIKE ?", pattern).fetchone()[0]
        done = connection.execute("SELECT count(*) FROM outbox WHERE ref LIKE ? AND state = 'done'", pattern).fetchone()[0]
        if messages not in {0, ROWS} or signals != messages or decisions not in {0, ROWS} or entries != decisions:
            wrong.append(f"page {page} is halved: {messages} messages, {signals} signals, {decisions} decisions, {entries} acts")
        if messages and cursor[0] < page:
            wrong.append(f"page {page} is there, its cursor is not")
        held |= {f"page {page}"} if messages else set()
        held |= {f"step {page}"} if decisions else set()
        held |= {f"act {page}"} if done else set()
    return held, wrong


def tried(recording: Recording, folder: Path, images: int) -> tuple[list[str], list[str]]:
    """Over many disks: acknowledged and lost, and wrong."""
    rng = random.Random(7)
    folder.mkdir()
    first = next(place for place, op in enumerate(recording.ops) if op.kind == "acknowledged")
    lost, wrong = [], []
    for place in sorted(rng.randrange(first + 1, len(recording.ops)) for _ in range(images)):
        held, bad = after(recording.image(place, rng), folder)
        lost += [what for what in recording.acknowledged(place) if what not in held]
        wrong += bad
    return lost, wrong


async def test_nothing_acknowledged_is_lost_and_nothing_is_halved(tmp_path: Path) -> None:
    recording = await work(tmp_path, _WRITER)
    assert sum(op.kind == "sync" for op in recording.ops) > 3 * PAGES
    assert tried(recording, tmp_path / "image", IMAGES) == ([], [])


async def test_the_harness_sees_what_a_laxer_setting_loses(tmp_path: Path) -> None:
    lax = tuple("synchronous=NORMAL" if pragma == "synchronous=FULL" else pragma for pragma in _WRITER)
    assert lax != _WRITER
    lost, wrong = tried(await work(tmp_path, lax), tmp_path / "image", 60)
    assert lost
    assert wrong == []


@pytest.mark.parametrize("seed", range(3))
async def test_an_image_opens_as_a_state(tmp_path: Path, seed: int) -> None:
    """The program itself starts on what is left, with the next epoch."""
    recording = await work(tmp_path, _WRITER)
    rng = random.Random(seed)
    place = rng.randrange(len(recording.ops) // 2, len(recording.ops))
    folder = tmp_path / "image"
    folder.mkdir()
    after(recording.image(place, rng), folder)
    opened = await open_store(f"sqlite:{folder / 'usher.db'}", HandClock())
    assert await opened.begin(CHANNEL, 2_000.0) == 2
    await opened.close()
