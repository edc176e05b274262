"""A restored backup: what was done since is not done again, whatever the old state thinks is still to do (reliability C11)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.app import App
from bot.app.reconcile import LOOK_EVERY
from bot.clock import Clock
from bot.domain.actions import CallWebhook, Entry, PostMessage
from bot.ports import Pause
from bot.stage import Stage, truth
from bot.store import RESTORED, copy_state, put_back
from tests.app.house import EVENT, a_bot, a_stage, people, settings, settled, until, write_rules

POST = Entry("announcement:welcome:1", EVENT, PostMessage("Welcome, everybody"), what="engagement")
CALL = Entry("hook:1", EVENT, CallWebhook("https://hooks.example.test/x", {}), what="engagement")


def posted(stage: Stage) -> int:
    return sum(one["text"] == "Welcome, everybody" for one in truth.messages(stage.world))


async def states(app: App) -> dict[str, str]:
    return {row.entry.key: row.state for row in await app.store.outbox("main", limit=1000)}


async def ended(app: App, key: str, within: float = 60.0) -> str:
    for _ in range(int(within / 0.05)):
        state = (await states(app)).get(key, "")
        if state in {"done", "parked", "failed"}:
            return state
        await asyncio.sleep(0.05)
    raise AssertionError(await states(app))


async def put_entries(app: App, *entries: Entry) -> None:
    now = app.clock.now()
    made = [Entry(one.key, one.event, one.action, what=one.what, created=now, not_before=now) for one in entries]
    await app.store.save_step("main", EVENT, done=(), decisions=(), entries=made, cancelled=(), history={}, fired=())
    app.channels["main"].ring()


async def test_what_was_sent_after_the_backup_is_found_and_not_sent_again(tmp_path: Path) -> None:
    async with a_stage() as stage:
        async with a_bot(stage, tmp_path, settle=0.5) as app:
            stage.door.say(EVENT, "heck, before the backup")
            await settled(app, 1)
            await app.store.pause(Pause("", "", "engagement", None, "anna", app.clock.now()))
            await put_entries(app, POST, CALL)
            copy_state(tmp_path / "usher.db", tmp_path / "copy.db", app.clock)
            await app.store.resume("", "", "run", "anna", app.clock.now())
            app.channels["main"].ring()
            assert await ended(app, POST.key) == "done"
            stage.door.say(EVENT, "heck, after the backup")
            await until(lambda: [one["status"] for one in people(stage)] == ["hidden", "hidden"])
        assert (posted(stage), [one["status"] for one in people(stage)]) == (1, ["hidden", "hidden"])
        put_back(tmp_path / "copy.db", tmp_path / "usher.db")
        async with a_bot(stage, tmp_path, settle=0.5) as again:
            assert RESTORED in [pause.who for pause in await again.store.pauses()]
            stage.door.say(EVENT, "heck, while nobody has looked yet")
            await asyncio.sleep(3 * LOOK_EVERY + 1.0)
            assert (await states(again))[POST.key] == "unknown"
            assert (await states(again))[CALL.key] == "parked"
            assert people(stage)[-1]["status"] == "public"  # judged, and waiting
            await again.store.resume("", "", "run", "anna", again.clock.now())
            again.channels["main"].ring()
            assert await ended(again, POST.key) == "done"
            await until(lambda: people(stage)[-1]["status"] == "hidden")
        assert posted(stage) == 1


async def test_asked_for_by_hand_and_over_when_a_person_resumes(tmp_path: Path) -> None:
    async with a_stage() as stage:
        write_rules(tmp_path / "rules")
        app = App(settings(stage.url, tmp_path), Clock(), reconcile_only=True)
        await app.start()
        try:
            stage.door.say(EVENT, "heck")
            await asyncio.sleep(2.0)
            assert people(stage)[0]["status"] == "public"
            await app.store.resume("", "", "run", "anna", app.clock.now())
            app.channels["main"].ring()
            await until(lambda: people(stage)[0]["status"] == "hidden")
            assert not any(task.done() and task.exception() for task in app._tasks)
        finally:
            await app.stop()
