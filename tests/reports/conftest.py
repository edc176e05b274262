from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.reports import write_report
from bot.store import Store, open_store
from tests.reports.making import EVENT, Making
from tests.store.making import CHANNEL, HandClock

Write = Callable[..., Awaitable[Path]]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:{tmp_path / 'usher.db'}", HandClock())
    await opened.begin(CHANNEL, 1.0)
    yield opened
    await opened.close()


@pytest.fixture
def making(store: Store) -> Making:
    clock = store.clock
    assert isinstance(clock, HandClock)
    return Making(store, clock)


@pytest.fixture
def write(store: Store, tmp_path: Path) -> Write:
    """Writes the report of what was made and gives its folder."""

    async def written(names: str = "named", **more: object) -> Path:
        folder = tmp_path / names
        formats = more.get("formats", ("html", "csv", "json"))
        assert isinstance(formats, tuple)
        await write_report(store, CHANNEL, EVENT, folder, formats=formats, names=names)
        return folder

    return written


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """A CSV file as a reader sees it."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))
