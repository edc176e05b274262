"""`kill -9` again and again while a show runs: real processes, real HTTP, answers that are lost, late applications, 429 and 5xx.

`python -m tests.app.kill_loop N` kills N times and tells what it found; the exit code is 1 if anything was lost or doubled. What
policy does not keep is counted as "left to a person": a chat line whose answer was lost is not said again half a minute later.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.app.house import EVENT
from tests.app.test_killed import Processes

FAULTS = {
    "rates": {"drop_after": 0.08, "late": 0.06, "5xx_after": 0.04, "5xx_before": 0.04, "429": 0.03, "drop_before": 0.03},
    "late_seconds": 1.5,
    "latency": 0.01,
    "latency_jitter": 0.05,
    "late_rows": 0.05,
    "late_rows_seconds": 1.0,
}
RULES = """
rules:
  - { id: swearing, severity: 4, limit: "off", if: { word: [heck] }, do: [ hide ] }
# end
"""
SHOW = """
speech: { min_gap: 1s, max_share: null, quiet_above: null }
polls:
  - id: tea
    question: "Tea or coffee?"
    options: [Tea, Coffee]
    when: { status: live }
    close: { after: 6s, grace: 1s }
    post_results: full
  - id: half
    question: "Half time: still there?"
    options: ["Yes", "No"]
    when: { at: live+20s }
    close: { after: 6s, grace: 1s }
announcements:
  - { id: tip, every: 10s, only_when: [live], messages: ["Tip one.", "Tip two.", "Tip three."] }
commands:
  - { id: agenda, trigger: "!agenda", reply: "First this, then that.", cooldown: { global: 3s, user: 3s } }
cues:
  - { id: hello, when: { status: live }, do: [ { post: "Welcome!" } ] }
"""
WAITING = ("pending", "sending", "unknown")


@dataclass(slots=True)
class Found:
    """What the loop found in the end."""

    kills: int = 0
    messages: int = 0
    acts: int = 0
    unjudged: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Hidden that should not be, or shown that should be hidden."""
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Left to a person, as policy says."""

    @property
    def well(self) -> bool:
        return not (self.unjudged or self.wrong or self.doubled or self.lost)

    def __str__(self) -> str:
        told = f"{self.kills} kills, {self.messages} messages, {self.acts} posts, polls and switches: "
        told += f"{len(self.unjudged)} unjudged, {len(self.wrong)} wrong, {len(self.doubled)} doubled, {len(self.lost)} lost, "
        return told + f"{len(self.left)} left to a person"


class Loop(Processes):
    """The show, and the hand that kills."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder)
        self.chance = random.Random(seed)
        self.said = 0
        self.kills = 0
        self.session: aiohttp.ClientSession

    def write(self) -> None:
        super().write()
        (self.folder / "rules" / "rules.yaml").write_text(RULES, encoding="utf-8")
        (self.folder / "rules" / "show.yaml").write_text(SHOW, encoding="utf-8")
        config = self.folder / "config.toml"
        config.write_text(config.read_text("utf-8").replace('settle = "2s"', 'settle = "4s"'), encoding="utf-8")

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        async with self.session.request(method, f"{self.url}/stage-admin/{path}", json=body) as answer:
            return await answer.json(content_type=None)

    async def play(self, kills: int) -> Found:
        """From the first start to the judgement."""
        async with aiohttp.ClientSession() as self.session:
            await self.start_stage()
            self.write()
            try:
                await self.ask("POST", f"events/{EVENT}", {"status": "live"})
                await self.ask("POST", "faults", FAULTS)
                await self.start_bot()
                audience = asyncio.create_task(self._audience())
                for _ in range(kills):
                    await self._kill_once()
                audience.cancel()
                await asyncio.gather(audience, return_exceptions=True)
                await self.ask("POST", "faults", {"rates": {}, "late_rows": 0.0})
                await self._until_quiet()
                return await self._judge()
            finally:
                await self.end()

    async def _kill_once(self) -> None:
        """Sometimes while it still starts, mostly in the middle of its work."""
        if self.chance.random() < 0.8:
            await self._until_it_works()
        await asyncio.sleep(self.chance.uniform(0.0, 2.0))
        await self.kill()
        self.kills += 1
        await self.start_bot()

    async def _until_it_works(self, within: float = 20.0) -> None:
        """Until it has called the platform a few times."""
        before, deadline = await self._calls(), asyncio.get_running_loop().time() + within
        while await self._calls() < before + 5 and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.05)

    async def _calls(self) -> int:
        return int((await self.ask("GET", "truth"))["calls"]["total"])

    async def _audience(self) -> None:
        while True:
            await asyncio.sleep(self.chance.expovariate(4.0))
            self.said += 1
            kind = self.chance.random()
            text = f"what the heck {self.said}" if kind < 0.2 else "!agenda" if kind < 0.25 else f"hello {self.said}"
            who = f"guest{self.said % 9}"
            await self.ask("POST", "say", {"event": EVENT, "text": text, "name": who, "email": f"{who}@example.test"})

    def _rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self.folder / 'usher.db'}?mode=ro", uri=True)) as state:
            return state.execute(query).fetchall()

    async def _until_quiet(self, within: float = 120.0) -> None:
        """Until all is judged and nothing is on its way, for three seconds; the announcements go on."""
        quiet, deadline = 0, asyncio.get_running_loop().time() + within
        while quiet < 6 and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.5)
            waits, unread = 1, 1
            with suppress(sqlite3.Error):
                waits = len(self._rows("SELECT 1 FROM outbox WHERE state IN ('pending', 'sending', 'unknown')"))
                unread = self.said - self._rows("SELECT count(*) FROM message WHERE own = 0")[0][0]
                waits += len(self._rows("SELECT 1 FROM inbox WHERE state = 'waiting'"))
            quiet = 0 if waits or unread else quiet + 1

    async def _judge(self) -> Found:
        assert self.bot is not None
        self.bot.terminate()  # nothing new may begin while we look
        await self.bot.wait()
        messages, truth = await self.messages(), await self.ask("GET", "truth")
        found = Found(self.kills, len([one for one in messages if not one["by_api"]]))
        self._judge_messages(found, messages)
        self._judge_acts(found, [one for one in messages if one["by_api"]], truth["polls"])
        return found

    def _judge_messages(self, found: Found, messages: list[dict[str, Any]]) -> None:
        judged = {ref for (ref,) in self._rows("SELECT ref FROM decision")}
        for one in messages:
            if one["by_api"]:
                continue
            if one["ref"] not in judged:
                found.unjudged.append(one["text"])
            if (one["status"] == "hidden") != ("heck" in one["text"]):
                found.wrong.append(f"{one['text']}: {one['status']}")

    def _judge_acts(self, found: Found, posts: list[dict[str, Any]], polls: list[dict[str, Any]]) -> None:
        rows = self._rows("SELECT key, kind, action, state, remote, error FROM outbox")
        found.acts = sum(kind != "set_message_status" for _, kind, *_ in rows)
        asked = Counter(json.loads(action).get("text") or json.loads(action).get("question") for _, _, action, *_ in rows)
        seen = Counter([one["text"] for one in posts] + [poll["question"] for poll in polls])
        found.doubled += [f"{text}: {count} of {asked[text]}" for text, count in seen.items() if count > asked[text]]
        polls_seen = Counter(poll["question"] for poll in polls)
        found.doubled += [f"{text}: {count} polls" for text, count in polls_seen.items() if count > 1]
        there = {one["ref"] for one in [*posts, *polls]}
        for key, kind, _, state, remote, error in rows:
            if state == "done" and kind in {"post_message", "create_poll"} and remote not in there:
                found.lost.append(f"{key} is done, and {remote} is not there")
            elif state in {"failed", *WAITING}:
                found.lost.append(f"{key} {state}: {error}")
            elif state in {"parked", "expired"}:
                found.left.append(f"{key} {state}: {error}")


async def kill_loop(kills: int, folder: Path, seed: int = 1) -> Found:
    """Kills so many times; what it found."""
    return await Loop(folder, seed).play(kills)


def main() -> int:
    """N kills, 200 without a number."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="usher-kills-") as folder:
        found = asyncio.run(kill_loop(kills, Path(folder)))
    print(found)  # noqa: T201 - a command line prints
    for name in ("unjudged", "wrong", "doubled", "lost", "left"):
        for text in getattr(found, name):
            print(f"  {name}: {text}")  # noqa: T201 - as above
    return 0 if found.well else 1


if __name__ == "__main__":
    raise SystemExit(main())
