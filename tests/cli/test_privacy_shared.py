"""`usher forget` on PostgreSQL: a replica that has the channel does it; where none has, the command does it itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.app.answering import Answering
from bot.cli import privacy
from bot.clock import Clock
from bot.config import Channel, Config
from bot.config import Store as StoreSettings
from bot.domain.signals import Author
from bot.ruleset.parse import parse
from bot.runner import Runner
from bot.store import open_store
from tests.postgres import server
from tests.store.making import CHANNEL, message, read_page


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with server() as running:
        yield running.new_database()


async def test_who_does_it(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(channel=(Channel(name=CHANNEL),), store=StoreSettings(url=database))
    store = await open_store(database, Clock())
    await store.begin(CHANNEL, 1.0)
    await read_page(store, message("m1", email="ann@example.test"), message("m2", email="bob@example.test"))
    monkeypatch.setattr(privacy, "_SHARED_WAIT", 0.6)
    alone = await privacy._forget(config, "ann@example.test")
    assert (alone[CHANNEL]["messages"], await store.requests(CHANNEL)) == (1, [])
    ruleset = parse({"a.yaml": "rules:\n  - { id: a, if: { word: heck }, do: [ hide ] }\n"}, {}, {}).ruleset
    assert ruleset is not None
    rules = ruleset
    runner = Runner(CHANNEL, store, lambda: rules, Author("Usher"), Clock(), wake=asyncio.Event(), outbox=asyncio.Event())
    task = asyncio.create_task(Answering(CHANNEL, store, Clock(), runner).run())
    monkeypatch.setattr(privacy, "_SHARED_WAIT", 60.0)
    asked = await privacy._forget(config, "bob@example.test")
    task.cancel()
    assert asked[CHANNEL]["messages"] == 1
    assert [row.message.author.email for row in await store.messages(CHANNEL)] == ["", ""]
    await store.close()
