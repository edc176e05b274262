"""Rules as revisions that several replicas follow. Real files, a real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.domain.errors import UsageError
from bot.engine.gate import gate
from bot.rulefiles import FanOut, RevisionShelf, RuleFolder, RuleMirror
from bot.ruleset.model import Ruleset
from bot.store import Store, open_store

AGREE = 0.05
CHANNELS = ("north", "south")


def rules(*words: str) -> str:
    return "rules:\n" + "".join(f"  - id: {word}\n    if: {{ word: {word} }}\n    do: hide\n" for word in words)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:{tmp_path / 'usher.db'}", Clock())
    yield opened
    await opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "rules"
    root.mkdir()
    (root / "a.yaml").write_text(rules("heck"), "utf-8")
    return root


class House:
    """A replica's folder, and a mirror for each channel."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.told = 0
        self.came: list[tuple[str, str]] = []
        self.source = RuleFolder(folder, FanOut(store, CHANNELS, self._tell), Clock(), gate, channel=CHANNELS[0], agree=AGREE)
        self.shelf = RevisionShelf(gate)
        self.mirrors = {
            name: RuleMirror(folder, store, Clock(), self.shelf, channel=name, source=self.source, coming=self._coming)
            for name in CHANNELS
        }

    async def start(self) -> None:
        await self.source.start()
        for mirror in self.mirrors.values():
            await mirror.start()

    async def _tell(self) -> None:
        self.told += 1

    async def _coming(self, before: Ruleset, after: Ruleset) -> None:
        self.came.append((before.hash, after.hash))

    def ids(self) -> list[list[str]]:
        return [[rule.id for rule in mirror.ruleset.rules] for mirror in self.mirrors.values()]


async def test_a_folder_is_the_rules_of_all_its_channels(folder: Path, store: Store) -> None:
    house = House(folder, store)
    await house.start()
    assert house.ids() == [["heck"], ["heck"]]
    north, south = house.mirrors.values()
    assert north.ruleset is south.ruleset, "made ready once for all"
    assert north.ruleset.hash == house.source.ruleset.hash
    assert house.told == 1


async def test_a_save_reaches_all_and_is_foretold_once_each(folder: Path, store: Store) -> None:
    house = House(folder, store)
    await house.start()
    before = house.source.ruleset.hash
    (folder / "a.yaml").write_text(rules("heck", "drat"), "utf-8")
    assert await house.mirrors["north"].reload()
    assert await house.mirrors["south"].follow()
    assert house.ids() == [["heck", "drat"]] * 2
    assert house.came == [(before, house.source.ruleset.hash)] * 2
    assert not await house.mirrors["south"].follow()


async def test_another_replicas_older_folder_changes_nothing(folder: Path, store: Store, tmp_path: Path) -> None:
    first = House(folder, store)
    await first.start()
    old = tmp_path / "old"
    old.mkdir()
    (old / "a.yaml").write_text(rules("heck"), "utf-8")
    (folder / "a.yaml").write_text(rules("heck", "drat"), "utf-8")
    await first.source.reload()
    second = House(old, store)
    await second.start()
    assert second.ids() == [["heck", "drat"]] * 2, "what was in force before is no news"
    assert second.told == 1


async def test_a_folder_never_seen_is_news(folder: Path, store: Store, tmp_path: Path) -> None:
    await House(folder, store).start()
    new = tmp_path / "new"
    new.mkdir()
    (new / "a.yaml").write_text(rules("gosh"), "utf-8")
    second = House(new, store)
    await second.start()
    assert second.ids() == [["gosh"]] * 2


async def test_without_a_folder_the_database_is_enough(folder: Path, store: Store) -> None:
    await House(folder, store).start()
    alone = RuleMirror("nowhere", store, Clock(), RevisionShelf(gate), channel="south")
    await alone.start()
    assert [rule.id for rule in alone.ruleset.rules] == ["heck"]
    assert (alone.problems, alone.held) == ((), "")


async def test_neither_folder_nor_revision_is_told(store: Store) -> None:
    alone = RuleMirror("nowhere", store, Clock(), RevisionShelf(gate), channel="south")
    with pytest.raises(UsageError, match="usher rules push"):
        await alone.start()
    with pytest.raises(UsageError, match="not been read"):
        _ = alone.ruleset


async def test_a_revision_that_cannot_be_used_leaves_the_old_one(folder: Path, store: Store) -> None:
    house = House(folder, store)
    await house.start()
    north = house.mirrors["north"]
    await store.save_revision("north", "bad", {"a.yaml": "rules: ["}, "somebody", 1.0)
    assert not await north.follow()
    assert [rule.id for rule in north.ruleset.rules] == ["heck"]
    assert north.problems
    assert north.newest == "bad"
    await store.save_revision("north", "good", {"a.yaml": rules("gosh")}, "somebody", 2.0)
    assert await north.follow()
    assert (north.ruleset.hash, north.problems) == ("good", ())


async def test_followed_at_a_ring(folder: Path, store: Store) -> None:
    house = House(folder, store)
    await house.start()
    north = house.mirrors["north"]
    task = asyncio.create_task(north.run())
    await store.save_revision("north", "pushed", {"a.yaml": rules("gosh")}, "somebody", 1.0)
    north.ring()
    async with asyncio.timeout(10):
        while north.ruleset.hash != "pushed":
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_broken_files_here_are_shown_beside_the_revision(folder: Path, store: Store) -> None:
    house = House(folder, store)
    await house.start()
    (folder / "a.yaml").write_text("rules: [", "utf-8")
    assert not await house.mirrors["north"].reload()
    assert house.mirrors["north"].problems == house.source.problems != ()
    assert house.ids() == [["heck"]] * 2
