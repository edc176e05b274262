from __future__ import annotations

from bot.store import Store

CHANNEL = "main"


async def test_newest_rules_and_old_ones(store: Store) -> None:
    assert await store.last_revision(CHANNEL) is None
    await store.save_revision(CHANNEL, "one", {"a.yaml": "rules: []"}, "start", 1.0)
    await store.save_revision(CHANNEL, "two", {"a.yaml": "rules: [x]", "lists/b.txt": "ü"}, "anna", 2.0)
    assert await store.last_revision(CHANNEL) == ("two", {"a.yaml": "rules: [x]", "lists/b.txt": "ü"})
    assert await store.revision(CHANNEL, "one") == {"a.yaml": "rules: []"}
    assert await store.revision("other", "one") is None


async def test_going_back_makes_the_old_one_the_newest(store: Store) -> None:
    for sha in ("one", "two", "two", "one"):
        await store.save_revision(CHANNEL, sha, {"a": sha}, "anna", 1.0)
    newest = await store.last_revision(CHANNEL)
    assert newest is not None
    assert newest[0] == "one"
