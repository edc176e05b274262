from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store, open_store
from tests.store.making import CHANNEL, HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:{tmp_path / 'usher.db'}", clock)
    await opened.begin(CHANNEL, clock.now())
    yield opened
    await opened.close()
