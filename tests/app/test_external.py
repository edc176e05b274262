"""external: the whole bot with a real service beside the stage; hidden once, asked once, also through a kill."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.app import App
from bot.clock import Clock
from bot.ports import DecisionRow
from tests.app.house import EVENT, a_stage, people, settings, settled, until, write_rules
from tests.app.test_killed import Processes
from tests.services.house import a_service, section

RULES = """
rules:
  - id: nasty
    reason: abusive
    if: { external: { mood: ">= 0.8" } }
    on_error: hold
    do: [ hide, { strike: { n: 1, for: 1h } } ]
"""


async def decisions(app: App) -> list[DecisionRow]:
    return list(await app.store.decisions("main", event=EVENT))


async def test_a_service_is_asked_and_its_answer_hides(tmp_path: Path) -> None:
    write_rules(tmp_path / "rules", RULES)
    async with a_stage() as stage, a_service() as scoring:
        app = App(settings(stage.url, tmp_path).model_copy(update={"service": (section(scoring.url),)}), Clock())
        await app.start()
        try:
            stage.door.say(EVENT, "hello there", name="Ann", email="ann@example.test")
            stage.door.say(EVENT, "you are worthless", name="Bo", email="bo@example.test")
            await until(lambda: any(one["status"] == "hidden" for one in people(stage)))
            await settled(app, 2)
            assert {one["text"]: one["status"] for one in people(stage)} == {"hello there": "public", "you are worthless": "hidden"}
            assert sorted(one["text"] for one in scoring.asked) == ["hello there", "you are worthless"]
            assert "example.test" not in str(scoring.asked) + str(scoring.headers)
            late = next(row.decision for row in await decisions(app) if row.decision.outcome == "hide")
            assert late.verdicts[0].notes == ("mood 0.93 (limit >= 0.8)",)
            told = await app.channels["main"].why(EVENT, late.id, "nasty")
            assert told is not None
            assert (told.fired, told.lines[1]) == (True, "mood 0.93 (limit >= 0.8)")
            plan = await app.channels["main"].plan_undo(EVENT, {"rule": "nasty"})
            assert [turn.wanted for turn in plan.turns] == ["public"]
            assert (await app.store.tally("main")).judged == 2
            assert app.channels["main"].health()["services"]["mood"]["score"] == 2
        finally:
            await app.stop()


async def test_a_service_that_fails_holds_the_message(tmp_path: Path) -> None:
    write_rules(tmp_path / "rules", RULES)
    async with a_stage() as stage, a_service("broken") as scoring:
        app = App(settings(stage.url, tmp_path).model_copy(update={"service": (section(scoring.url),)}), Clock())
        await app.start()
        try:
            stage.door.say(EVENT, "hello there", name="Ann", email="ann@example.test")
            await until(lambda: any(one["status"] == "hidden" for one in people(stage)))
            late = next(row.decision for row in await decisions(app) if row.decision.outcome == "hold")
            assert "NoAnswer: mood: it answered 500" in late.verdicts[0].error
        finally:
            await app.stop()


class House(Processes):
    """With a rule that asks."""

    service = ""

    def write(self) -> None:
        super().write()
        (self.folder / "rules" / "show.yaml").unlink()
        (self.folder / "rules" / "rules.yaml").write_text(RULES, encoding="utf-8")
        config = self.folder / "config.toml"
        more = f'\n[[service]]\nname = "mood"\nurl = "{self.service}"\ntimeout = "10s"\n'
        config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")

    async def hidden(self) -> list[str]:
        return [one["text"] for one in await self.messages() if one["status"] == "hidden"]


async def test_killed_between_question_and_answer_nothing_is_lost_and_it_is_hidden_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.start_stage()
    async with a_service("slow") as scoring:
        house.service = scoring.url
        house.write()
        try:
            await house.ask("POST", f"events/{EVENT}", {"status": "live"})
            await house.start_bot()
            await asyncio.sleep(1.5)
            said = {"event": EVENT, "text": "you are worthless", "name": "Bo", "email": "bo@example.test"}
            await house.ask("POST", "say", said)
            await until(lambda: len(scoring.asked) == 1)
            await house.kill()
            scoring.how = "good"
            await house.start_bot()
            deadline = asyncio.get_running_loop().time() + 20.0
            while not await house.hidden() and asyncio.get_running_loop().time() < deadline:
                await asyncio.sleep(0.1)
            assert await house.hidden() == ["you are worthless"]
            assert len(scoring.asked) == 2
            await asyncio.sleep(1.0)
            assert len((await house.ask("GET", "truth/writes"))["calls"]) == 1
        finally:
            await house.end()
