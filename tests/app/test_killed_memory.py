"""What the engine remembers of people survives kill -9: strikes, mutes, windows, counters. Real processes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.app.house import EVENT
from tests.app.test_killed import Processes

RULES = """
rules:
  - { id: darn, if: { word: darn }, do: [ { strike: { n: 1, for: 1h } }, { count: darns } ] }
  - { id: often, if: { rate: { by: author, over: 4 in 10m }, author: { name: "Cleo*" } }, do: [ hide ] }
  - { id: heated, if: { word: hot, counter: { darns: ">= 2" } }, do: [ hide ] }
escalate:
  strikes: { 2: [ { mute: 10m } ] }
"""


class House(Processes):
    """With rules that remember."""

    def write(self) -> None:
        super().write()
        (self.folder / "rules" / "rules.yaml").write_text(RULES, encoding="utf-8")
        (self.folder / "rules" / "show.yaml").unlink()

    async def line(self, who: str, text: str) -> None:
        await self.ask("POST", "say", {"event": EVENT, "text": text, "name": who, "email": f"{who.lower()}@example.test"})
        await asyncio.sleep(0.5)

    async def hidden(self, within: float = 40.0, wanted: int = 0) -> set[str]:
        """Texts that are hidden, once there are so many."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            found = {one["text"] for one in await self.messages() if one["status"] == "hidden"}
            if len(found) >= wanted or asyncio.get_running_loop().time() > deadline:
                return found
            await asyncio.sleep(0.1)


async def test_strikes_mutes_windows_and_counters_survive(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.start_stage()
    house.write()
    try:
        await house.ask("POST", f"events/{EVENT}", {"status": "live"})
        await house.start_bot()
        await asyncio.sleep(1.5)
        await house.line("Ann", "darn one")
        for number in range(3):
            await house.line("Cleo", f"cleo {number}")
        await house.kill()
        await house.start_bot()
        await asyncio.sleep(1.5)
        await house.line("Ann", "darn two")  # the second strike: she is muted from here on
        await house.line("Cleo", "cleo 3")  # the fourth in ten minutes
        await house.line("Bo", "it is hot")  # two darns were counted, one before and one after
        assert await house.hidden(wanted=2) == {"cleo 3", "it is hot"}
        await house.kill()
        await house.start_bot()
        await asyncio.sleep(1.5)
        await house.line("Ann", "hello again")
        assert await house.hidden(wanted=3) == {"cleo 3", "it is hot", "hello again"}
    finally:
        await house.end()
