"""A save while the bot runs: it is played over what was said, shown, and begins in shadow where it would take too much."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.domain.signals import EventState
from tests.app.house import EVENT, RULES, a_bot, a_stage, people, settled, until

GREEDY = RULES + "  - { id: greetings, if: { word: hello }, do: [ hide ] }\n"


async def test_a_save_that_takes_too_much_begins_in_shadow_until_somebody_confirms_it(tmp_path: Path) -> None:
    async with a_stage() as stage, a_bot(stage, tmp_path) as app:
        for number in range(20):
            stage.door.say(EVENT, f"hello number {number}", f"guest {number}")
        await settled(app, 20)
        parts = app._parts["main"]
        (tmp_path / "rules" / "rules.yaml").write_text(GREEDY, encoding="utf-8")
        await until(lambda: parts.ruleset.rule("greetings") is not None)
        assert parts.saves.in_shadow == ("greetings",)
        assert parts.saves.last.json["more"] == 20
        stage.door.say(EVENT, "hello late", "Ann")
        stage.door.say(EVENT, "oh heck", "Bo")
        await settled(app, 22)
        assert {one["text"] for one in people(stage) if one["status"] == "hidden"} == {"oh heck"}
        assert await parts.saves.confirm() == ("greetings",)
        stage.door.say(EVENT, "hello again", "Ann")
        await settled(app, 23)
        assert {one["text"] for one in people(stage) if one["status"] == "hidden"} == {"oh heck", "hello again"}


async def test_shadow_survives_a_restart(tmp_path: Path) -> None:
    async with a_stage() as stage:
        async with a_bot(stage, tmp_path) as app:
            for number in range(20):
                stage.door.say(EVENT, f"hello number {number}", f"guest {number}")
            await settled(app, 20)
            (tmp_path / "rules" / "rules.yaml").write_text(GREEDY, encoding="utf-8")
            await until(lambda: app._parts["main"].ruleset.rule("greetings") is not None)
            await asyncio.sleep(0.3)
        async with a_bot(stage, tmp_path) as app:
            stage.door.say(EVENT, "hello late", "Ann")
            await settled(app, 21)
            assert [one["text"] for one in people(stage) if one["status"] == "hidden"] == []


async def test_a_harmless_save_acts_at_once_and_says_what_it_changes(tmp_path: Path) -> None:
    async with a_stage() as stage, a_bot(stage, tmp_path) as app:
        for text in ("hello", "fine", "what the darn"):
            stage.door.say(EVENT, text, "Ann")
        await settled(app, 3)
        parts = app._parts["main"]
        (tmp_path / "rules" / "rules.yaml").write_text(RULES.replace("[heck]", "[heck, darn]"), encoding="utf-8")
        before = parts.ruleset.hash
        await until(lambda: parts.ruleset.hash != before)
        assert parts.saves.in_shadow == ()
        assert parts.saves.last.text == "of the last 3 messages it takes away 1 more (Ann) and 0 fewer"
        proposed = await parts.saves.foretell(parts.ruleset, parts.ruleset)
        assert (proposed.looked_at, proposed.changes) == (3, ())
        assert isinstance(parts.discovery.states[EVENT], EventState)
        stage.door.say(EVENT, "oh darn", "Bo")
        await settled(app, 4)
        assert [one["text"] for one in people(stage) if one["status"] == "hidden"] == ["oh darn"]
