from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app.answering import Answering
from bot.clock import Clock
from bot.domain.errors import StoreFull
from bot.domain.signals import Author
from bot.ruleset.parse import parse
from bot.runner import Runner
from bot.store import Store, open_store
from tests.store.making import CHANNEL, HandClock, message, read_page


def runner(store: Store) -> Runner:
    ruleset = parse({"a.yaml": "rules:\n  - { id: a, if: { word: heck }, do: [ hide ] }\n"}, {}, {}).ruleset
    assert ruleset is not None
    rules = ruleset
    return Runner(CHANNEL, store, lambda: rules, Author("Usher"), Clock(), wake=asyncio.Event(), outbox=asyncio.Event())


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:{tmp_path / 'usher.db'}", HandClock())
    await opened.begin(CHANNEL, 1.0)
    await read_page(opened, message("m1", email="ann@example.test"))
    yield opened
    await opened.close()


async def answered(store: Store, kind: str, body: dict[str, object]) -> tuple[str, dict[str, object]]:
    task = asyncio.create_task(Answering(CHANNEL, store, Clock(50.0), runner(store)).run())
    number = await store.put_request(CHANNEL, kind, body, "cli:op", 2.0)
    state, answer = await store.answer_to(number)
    async with asyncio.timeout(60):
        while state == "waiting":
            await asyncio.sleep(0.01)
            state, answer = await store.answer_to(number)
    task.cancel()
    return state, dict(answer)


async def test_a_person_is_forgotten_while_nobody_judges(store: Store) -> None:
    state, answer = await answered(store, "forget", {"email": "ann@example.test"})
    assert (state, answer["events"]) == ("done", ["ev1"])
    assert [row.message.text for row in await store.messages(CHANNEL)] == [""]


@pytest.mark.parametrize(("kind", "body"), [("dance", {"email": "ann@example.test"}), ("forget", {}), ("forget", {"email": 5})])
async def test_what_is_not_understood_is_answered(store: Store, kind: str, body: dict[str, object]) -> None:
    state, answer = await answered(store, kind, body)
    assert (state, "does not know" in str(answer["why"])) == ("failed", True)


async def test_a_mistake_is_told_and_stops_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Store, "forget_person", broken)
    assert (await answered(store, "forget", {"email": "ann@example.test"})) == ("failed", {"why": "ZeroDivisionError"})


async def test_a_full_disk_is_waited_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    forget, tries = Store.forget_person, 0

    async def full(self: Store, channel: str, email: str, who: str, at: float) -> object:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise StoreFull("no room")
        return await forget(self, channel, email, who, at)

    monkeypatch.setattr(Store, "forget_person", full)
    assert (await answered(store, "forget", {"email": "ann@example.test"}))[0] == "done"
    assert tries == 3
