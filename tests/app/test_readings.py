"""Every message is judged under every reading of the documents: nothing missed, nothing else touched, nothing sent twice."""

import asyncio
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.stage import Stage, Switches
from tests.app.house import a_bot, a_stage, people, settled, writes

SPEED = 4.0


async def write_500(stage: Stage) -> None:
    """500 messages, each tenth breaks the rule; bursts of 60 at once between trickles."""
    number = 0
    for burst in (1, 60, 5, 60, 60, 14, 60, 60, 60, 60, 60):
        for _ in range(burst):
            text = f"what the heck {number}" if number % 10 == 0 else f"hello number {number}"
            stage.door.say("show", text, f"Guest {number % 37}", f"guest{number % 37}@example.test", qa=number % 25 == 24)
            number += 1
        await asyncio.sleep(0.15)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("direction", ["older", "newer"])
async def test_every_reading(tmp_path: Path, direction: Any, inclusive: bool, order: Any) -> None:
    switches = Switches(b09_direction=direction, b09_inclusive=inclusive, b07_order=order, b11_page_cap=7, id_holes=3)
    await _all_are_judged(tmp_path, switches)


@pytest.mark.parametrize("absent", ["newest_page", "latest_entry"])
@pytest.mark.parametrize("prefix", ["qa", "chat"])
async def test_names_of_questions_and_what_an_absent_index_means(
    tmp_path: Path, absent: Any, prefix: Literal["qa", "chat"]
) -> None:
    await _all_are_judged(tmp_path, Switches(b09_direction="newer", b09_absent=absent, b17_prefix=prefix, b07_order="shuffled"))


async def _all_are_judged(tmp_path: Path, switches: Switches) -> None:
    async with a_stage(switches, speed=SPEED) as stage, a_bot(stage, tmp_path, speed=SPEED) as app:
        await write_500(stage)
        await settled(app, 500, within=40)
        said = people(stage)
        assert len(said) == 500
        assert {one["text"] for one in said if one["status"] in {"hidden", "archived"}} == {
            one["text"] for one in said if "heck" in one["text"]
        }
        changed = [call["path"] for call in writes(stage, "PATCH")]
        assert len(changed) == len(set(changed)) == 50
        tally = await app.store.tally("main")
        assert (tally.messages, tally.judged) == (500, 500)
