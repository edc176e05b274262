from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store import Store, open_store
from tests.postgres import Server, run, server
from tests.store.making import CHANNEL, HandClock

DATABASES = ("sqlite", "postgres")
"""Every promise of the store is tried on both."""


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all tests of this process, with a database `fresh` whose schema is ready to be copied."""
    with server() as running:
        running.ask("CREATE DATABASE fresh TEMPLATE template0")
        run(_prepare(running.at("fresh")))
        yield running


async def _prepare(url: str) -> None:
    await (await open_store(url, HandClock())).close()


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty state of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:{tmp_path / 'usher.db'}"
        return
    running: Server = request.getfixturevalue("postgres")
    fresh = running.new_database("fresh")
    yield fresh
    running.drop(fresh)


@pytest.fixture
async def store(url: str, clock: HandClock) -> AsyncIterator[Store]:
    opened = await open_store(url, clock)
    await opened.begin(CHANNEL, clock.now())
    yield opened
    await opened.close()
