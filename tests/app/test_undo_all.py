"""Undo of many acts with the whole bot: what the audience sees on the platform afterwards, also after a reload and a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.app import App
from bot.domain.signals import PersonAct
from bot.stage import Stage
from tests.app.house import EVENT, a_bot, a_stage, people, settled, until, write_rules, writes

RULES = """
rules:
  - id: swearing
    reason: profanity
    if: { word: [heck] }
    do: [ hide, { strike: { n: 1, for: 1h } }, { count: heat } ]
  - id: coins
    if: { word: [coin] }
    do: [ hide ]
escalate:
  strikes: { 3: [ { mute: event } ] }
"""


def shown(stage: Stage) -> dict[str, str]:
    return {one["text"]: one["status"] for one in people(stage)}


async def undo_all(app: App, **scope: Any) -> str:
    """Preview, then the act, as control does it; the note."""
    channel = app.channels["main"]
    await channel.plan_undo(EVENT, scope)
    number = await app.store.put_act("main", PersonAct(EVENT, "anna", "undo_all", "", scope), app.clock.now())
    channel.ring()
    await settled(app, 0)
    row = await app.store.decision(f"act-{number}")
    assert row is not None
    return row.decision.note


async def test_everything_a_rule_did_is_taken_back_on_the_platform(tmp_path: Path) -> None:
    async with a_stage() as stage:
        async with a_bot(stage, tmp_path, rules=RULES) as app:
            for number, text in enumerate(("heck 1", "heck 2", "heck 3", "I am muted", "a coin", "heck and coin")):
                stage.door.say(EVENT, text, "Ann", "ann@example.test")
                await settled(app, number + 1)
            assert set(shown(stage).values()) == {"hidden"}
            plan = await app.channels["main"].plan_undo(EVENT, {"rule": "swearing"})
            assert len(plan.turns) == 4
        write_rules(tmp_path / "rules", RULES.replace("[coin]", "[token]"))
        async with a_bot(stage, tmp_path) as app:
            await until(lambda: app.channels["main"].ruleset.rule("coins") is not None)
            note = await undo_all(app, rule="swearing")
            assert "chat messages shown again: 4" in note
            hidden = {text for text, status in shown(stage).items() if status == "hidden"}
            assert hidden == {"a coin", "heck and coin"}, "the rule on coins, as it stood then, hid them too"
            before = len(writes(stage))
            assert "nothing to take back" in await undo_all(app, rule="swearing")
            assert len(writes(stage)) == before
            stage.door.say(EVENT, "HECK 1!", "Bo", "bo@example.test")
            stage.door.say(EVENT, "another heck", "Bo", "bo@example.test")
            await settled(app, 8)
            assert (shown(stage)["HECK 1!"], shown(stage)["another heck"]) == ("public", "public")
            assert "rule swearing was put to suggest" in note, "four messages were reversed at once"
            told = await app.channels["main"].why(EVENT, (await decision_of(app, "a coin")), "swearing")
            assert told is not None
            assert (told.fired, told.known["strikes"]) == (False, 3)
            assert told.text.startswith("- id: swearing\n  reason: profanity")
            coin = await app.channels["main"].why(EVENT, (await decision_of(app, "a coin")), "coins")
            assert coin is not None
            assert coin.fired
            assert "[coin]" in coin.text, "as the rule stood then, not as it stands now"


async def decision_of(app: App, text: str) -> str:
    row = (await app.store.messages("main", text=text))[0]
    rows = await app.store.decisions("main", ref=row.message.ref)
    return rows[-1].decision.id
