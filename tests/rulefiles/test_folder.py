"""A rule folder while it is edited: the last good rules stay, whole saves go live, torn ones never do. Real files, real store."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.domain.errors import UsageError
from bot.engine.gate import gate
from bot.engine.replay import replay
from bot.rulefiles import RuleFolder, load
from bot.ruleset.model import Ruleset
from bot.store import Store, open_store

AGREE = 0.05


def rules(*words: str, more: str = "") -> str:
    listed = "".join(f"  - id: {word}\n    if: {{ word: {word} }}\n    do: hide\n" for word in words)
    return f"rules:\n{listed}{more}"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:{tmp_path / 'usher.db'}", Clock())
    await opened.begin("main", 0.0)
    yield opened
    await opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "rules"
    root.mkdir()
    (root / "a.yaml").write_text(rules("one", "two", "three", "four"), "utf-8")
    return root


def following(folder: Path, store: Store, **more: object) -> RuleFolder:
    return RuleFolder(folder, store, Clock(), gate, agree=AGREE, look_every=0.2, **more)  # type: ignore[arg-type]  # passed on


@pytest.fixture
async def live(folder: Path, store: Store) -> AsyncIterator[RuleFolder]:
    rules_live = following(folder, store)
    await rules_live.start()
    task = asyncio.create_task(rules_live.run())
    yield rules_live
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool], tries: int = 500) -> None:
    for _ in range(tries):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not come about in five seconds")


def ids(live: RuleFolder) -> list[str]:
    return [rule.id for rule in live.ruleset.rules]


def told(live: RuleFolder) -> str:
    return "\n".join(problem.render() for problem in live.problems)


async def test_a_save_goes_live_and_is_kept_as_a_revision(live: RuleFolder, folder: Path, store: Store) -> None:
    before = live.ruleset
    (folder / "a.yaml").write_text(rules("one", "two", "three", "five"), "utf-8")
    await until(lambda: live.ruleset is not before)
    assert ids(live) == ["one", "two", "three", "five"]
    assert await store.last_revision("main") == (live.ruleset.hash, live.texts)
    assert await store.revision("main", before.hash) is not None


async def test_a_broken_save_is_shown_and_the_old_rules_go_on(live: RuleFolder, folder: Path) -> None:
    before = live.ruleset
    text = (folder / "a.yaml").read_text("utf-8")
    (folder / "a.yaml").write_text(text.replace("do: hide", "do: hied", 1), "utf-8")
    await until(lambda: bool(live.problems))
    assert "a.yaml:4:9: error: there is no action 'hied'" in told(live)
    assert "did you mean 'hide'?" in told(live)
    assert live.ruleset is before
    (folder / "a.yaml").write_text(text.replace("one", "uno"), "utf-8")
    await until(lambda: "uno" in ids(live))
    assert live.problems == ()


async def test_a_rule_whose_tests_fail_keeps_its_old_version(live: RuleFolder, folder: Path) -> None:
    more = "  - id: five\n    if: { word: five }\n    do: hide\n"
    failing = rules(
        "two", "three", "four", more=more + "  - id: one\n    if: { word: uno }\n    do: hide\n    tests: { hide: [one] }\n"
    )
    (folder / "a.yaml").write_text(failing, "utf-8")
    await until(lambda: "five" in ids(live))
    assert "should hide" in told(live)
    one = live.ruleset.rule("one")
    assert one is not None
    assert one.matcher is not None


async def test_half_of_the_rules_gone_needs_a_second_save(live: RuleFolder, folder: Path) -> None:
    path = folder / "a.yaml"
    path.write_text(rules("one", "five"), "utf-8")
    await until(lambda: bool(live.held))
    assert "2 of 4 rules would be gone" in told(live)
    assert len(ids(live)) == 4
    path.write_text(rules("one", "five"), "utf-8")
    await until(lambda: ids(live) == ["one", "five"])
    assert live.held == ""


async def test_a_held_save_can_be_confirmed_by_hand(live: RuleFolder, folder: Path) -> None:
    (folder / "a.yaml").unlink()
    await until(lambda: bool(live.held))
    assert len(ids(live)) == 4
    assert await live.reload(force=True, by="anna")
    assert ids(live) == []


async def test_the_beginning_of_a_file_is_never_taken_for_a_save(folder: Path, store: Store) -> None:
    whole = rules("one", "two", "three", more="    note: never mind\n")
    path = folder / "a.yaml"
    path.write_text(whole, "utf-8")
    live = following(folder, store)
    await live.start()
    path.write_text(whole[:-5], "utf-8")
    assert load(folder).parsed.ruleset is not None
    assert not await live.reload()
    assert "only the beginning of what it was" in told(live)
    assert live.texts["a.yaml"] == whole


async def test_every_truncation_of_a_marked_file_is_refused(folder: Path, store: Store) -> None:
    """E2: with the last line `# end`, no cut-off file can be taken for a save, whatever it parses to."""
    whole = rules("one", "two", "three") + "# end\n"
    path = folder / "a.yaml"
    path.write_text(whole, "utf-8")
    live = RuleFolder(folder, store, Clock(), gate, agree=0.001)
    await live.start()
    for end in range(len(whole) - 2):
        path.write_text(whole[:end], "utf-8")
        assert not await live.reload(), end
        assert ids(live) == ["one", "two", "three"]
        assert live.problems, end


async def test_two_thousand_torn_writes_never_go_live(folder: Path, store: Store) -> None:
    """Truncations, renames, appends and files gone for a moment, under a reader that never rests while messages are judged.

    Whatever a decision cites was once saved whole; there is no crash and no empty set.
    """
    chance = random.Random(7)
    path, other = folder / "a.yaml", folder / "a.new"
    live = RuleFolder(folder, store, Clock(), gate, agree=0.004)
    await live.start()
    whole = {path.read_text("utf-8")}
    cited: set[str] = set()
    torn = 0
    while torn < 2_000:
        text = rules("one", "two", "three", "four", f"five{torn}")
        whole.add(text)
        reading = asyncio.create_task(live.reload())
        for _ in range(20):
            torn += 1
            _tear(path, other, text, chance)
            cited.add(live.texts["a.yaml"])
            assert decided(live.ruleset, "say one") == "hide"
            await asyncio.sleep(0 if chance.random() < 0.7 else 0.003)
        path.write_text(text, "utf-8")
        await asyncio.sleep(chance.choice((0.0, 0.01, 0.02)))
        await reading
        cited.add(live.texts["a.yaml"])
    await live.reload()
    await live.reload(force=True)
    assert live.texts["a.yaml"] == path.read_text("utf-8")
    assert cited <= whole
    assert len(cited) > 10


def _tear(path: Path, other: Path, text: str, chance: random.Random) -> None:
    """One of the ways in which editors and copies leave half a file behind for a moment."""
    cut = chance.randrange(len(text))
    way = chance.randrange(4)
    if way == 0:
        path.write_text(text[:cut], "utf-8")
    elif way == 1:
        other.write_text(text[:cut], "utf-8")
        other.replace(path)
    elif way == 2:
        path.write_text(text[:cut], "utf-8")
        with path.open("a", encoding="utf-8") as file:
            file.write(text[cut : chance.randrange(cut, len(text)) + 1])
    else:
        path.unlink(missing_ok=True)


def decided(ruleset: Ruleset, text: str) -> str:
    """What becomes of a message under these rules."""
    return next(replay([json.dumps({"text": text})], ruleset)).decision.outcome  # type: ignore[union-attr]  # the record is sound


async def test_a_broken_folder_at_the_start_uses_the_last_revision(folder: Path, store: Store) -> None:
    first = following(folder, store)
    await first.start()
    (folder / "a.yaml").write_text("rules: [", "utf-8")
    second = following(folder, store)
    await second.start()
    assert second.ruleset.hash == first.ruleset.hash
    assert "closing ]" in told(second)


async def test_a_broken_folder_without_a_revision_is_a_clear_error(folder: Path, store: Store) -> None:
    (folder / "a.yaml").write_text("rules: [", "utf-8")
    with pytest.raises(UsageError, match=r"a\.yaml:1:9: error"):
        await following(folder, store).start()


async def test_no_folder_at_the_start_is_a_clear_error(tmp_path: Path, store: Store) -> None:
    live = following(tmp_path / "nowhere", store)
    with pytest.raises(UsageError, match="there is no folder"):
        await live.start()
    with pytest.raises(UsageError, match="have not been read"):
        _ = live.ruleset


async def test_a_folder_that_goes_away_and_comes_back(live: RuleFolder, folder: Path) -> None:
    away = folder.with_name("away")
    await asyncio.to_thread(folder.rename, away)
    await until(lambda: "there is no folder" in told(live))
    assert len(ids(live)) == 4
    await asyncio.to_thread(away.rename, folder)
    (folder / "a.yaml").write_text(rules("one", "two", "three", "six"), "utf-8")
    await until(lambda: "six" in ids(live))
    assert live.problems == ()


async def test_changes_are_told(folder: Path, store: Store) -> None:
    calls: list[int] = []
    live = following(folder, store, changed=lambda: calls.append(1))
    await live.start()
    assert len(calls) == 1
    assert not await live.reload()
    assert len(calls) == 1
    (folder / "a.yaml").write_text("rules: 5", "utf-8")
    assert not await live.reload()
    assert len(calls) == 2
    assert not await live.reload()
    assert len(calls) == 2
