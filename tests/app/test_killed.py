"""kill -9 in the middle, as real processes: the same end state after a restart, no post or poll doubled."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp

from bot.stage import SECRET_KEY, TOKEN_ID
from tests.app.house import EVENT, RULES

ENGAGEMENT = """
speech: { min_gap: 1s, max_share: null }
polls:
  - id: tea
    question: "Tea or coffee?"
    options: [Tea, Coffee]
    when: { status: live }
    close: { after: 5s, grace: 1s }
    post_results: full
cues:
  - { id: hello, when: { status: live }, do: [ { post: "Welcome!" } ] }
"""


class Processes:
    """A stage and a bot, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self.stage: asyncio.subprocess.Process | None = None
        self.bot: asyncio.subprocess.Process | None = None

    async def start_stage(self) -> None:
        pipe = asyncio.subprocess.PIPE
        self.stage = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.stage", "--port", "0", stdout=pipe)
        assert self.stage.stdout is not None
        self.url = json.loads(await self.stage.stdout.readline())["url"]
        await self.ask("POST", "events", {"ref": EVENT, "title": "Show", "status": "idle", "chat": True, "qa": True})

    def write(self) -> None:
        rules = self.folder / "rules"
        rules.mkdir()
        (rules / "rules.yaml").write_text(RULES, encoding="utf-8")
        (rules / "show.yaml").write_text(ENGAGEMENT, encoding="utf-8")
        text = f"""
            [[channel]]
            base_url = "{self.url}"
            token_id = "{TOKEN_ID}"
            secret_key = "{SECRET_KEY}"
            follow = ["{EVENT}"]
            rules = "{rules}"
            idle_read = "500ms"
            settle = "2s"
            [store]
            url = "sqlite:{self.folder / "usher.db"}"
            [control]
            port = 0
        """
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    async def start_bot(self) -> None:
        log = (self.folder / "log.txt").open("ab")
        arguments = ["-m", "bot", "run", "--config", str(self.folder / "config.toml")]
        self.bot = await asyncio.create_subprocess_exec(sys.executable, *arguments, stderr=log, env=os.environ)
        log.close()

    async def kill(self) -> None:
        assert self.bot is not None
        self.bot.send_signal(signal.SIGKILL)
        await self.bot.wait()

    async def end(self) -> None:
        for process in (self.bot, self.stage):
            if process is not None and process.returncode is None:
                process.terminate()
                await process.wait()

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self.url}/stage-admin/{path}", json=body) as answer,
        ):
            return await answer.json(content_type=None)

    async def say(self, number: int) -> None:
        text = f"what the heck {number}" if number % 5 == 0 else f"hello {number}"
        who = f"guest{number % 9}"
        await self.ask("POST", "say", {"event": EVENT, "text": text, "name": who, "email": f"{who}@example.test"})

    async def messages(self) -> list[dict[str, Any]]:
        told = await self.ask("GET", f"truth/messages?event={EVENT}")
        return list(told["messages"] if isinstance(told, dict) else told)


async def test_killed_again_and_again_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    house = Processes(tmp_path)
    await house.start_stage()
    house.write()
    try:
        await house.start_bot()
        await asyncio.sleep(2.0)
        await house.ask("POST", f"events/{EVENT}", {"status": "live"})
        for number in range(60):
            await house.say(number)
            await asyncio.sleep(0.05)
            if number in {5, 17, 30, 44}:
                await house.kill()
                await house.start_bot()
                await asyncio.sleep(1.2)
        await _true_in_time(house)
        messages = await house.messages()
        truth = await house.ask("GET", "truth")
    finally:
        await house.end()
    assert {one["text"] for one in messages if one["status"] == "hidden"} == {
        one["text"] for one in messages if "heck" in one["text"]
    }
    posts = Counter(one["text"] for one in messages if one["by_api"])
    assert posts["Welcome!"] == 1
    assert max(posts.values()) == 1
    assert [poll["question"] for poll in truth["polls"]] == ["Tea or coffee?"]
    assert [poll["active"] for poll in truth["polls"]] == [False]


async def _true_in_time(house: Processes) -> None:
    """Until all is hidden and the poll's result stands in the chat."""
    deadline = asyncio.get_running_loop().time() + 40
    while asyncio.get_running_loop().time() < deadline:
        messages = await house.messages()
        hidden = sum(one["status"] == "hidden" for one in messages)
        posts = [one["text"] for one in messages if one["by_api"]]
        if hidden >= 12 and any("Tea" in text for text in posts):
            await asyncio.sleep(1.0)
            return
        await asyncio.sleep(0.25)
