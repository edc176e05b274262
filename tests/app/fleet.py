"""Replicas as processes: many accounts on stages of their own, one PostgreSQL, and what the audience truly sees."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.stage import SECRET_KEY, TOKEN_ID
from tests.app.house import TOKEN
from tests.app.stages import EVENT

RULES = """
rules:
  - id: swearing
    reason: profanity
    severity: 4
    if: { word: [heck] }
    do: [ hide ]
    limit: off
speech: { min_gap: 1s, max_share: null }
polls:
  - id: tea
    question: "Tea or coffee?"
    options: [Tea, Coffee]
    when: { status: live }
    close: { after: 8s, grace: 1s }
    post_results: full
cues:
  - { id: hello, when: { status: live }, do: [ { post: "Welcome!" } ] }
"""


@dataclass
class Member:
    """One replica."""

    name: str
    process: Process
    url: str = ""


@dataclass
class Fleet:
    """All of it. `channels` are `a0`, `a1`, …: the account's number is its stage's."""

    folder: Path
    database: str
    stages: Sequence[str]
    web: aiohttp.ClientSession
    members: dict[str, Member] = field(default_factory=dict)
    said: Counter[str] = field(default_factory=Counter)
    options: str = 'idle_read = "500ms"'
    """More lines for each channel."""

    def write(self, rules: str = RULES, name: str = "rules") -> None:
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / "rules.yaml").write_text(rules, encoding="utf-8")

    def config(self, name: str, rules: str = "rules") -> Path:
        parts = [
            f'[store]\nurl = "{self.database}"\nreplica = "{name}"',
            f'[control]\nport = 0\nusers = [ {{ name = "anna", role = "admin", token = "{TOKEN}" }} ]',
        ]
        for number, url in enumerate(self.stages):
            parts.append(
                f'[[channel]]\nname = "a{number}"\nbase_url = "{url}"\ntoken_id = "{TOKEN_ID}"\nsecret_key = "{SECRET_KEY}"\n'
                f'follow = ["{EVENT}"]\nrules = "{self.folder / rules}"\nsettle = "3s"\n{self.options}'
            )
        path = self.folder / f"{name}.toml"
        path.write_text("\n".join(parts), encoding="utf-8")
        return path

    async def start(self, name: str, rules: str = "rules") -> Member:
        """Returns once its control API answers."""
        arguments = ["-m", "bot", "run", "--config", str(self.config(name, rules)), "--log-level", "info"]
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stderr=PIPE, env=os.environ, cwd=self.folder)
        member = self.members[name] = Member(name, process)
        assert process.stderr is not None
        log = (self.folder / f"{name}.log").open("ab")
        while line := await process.stderr.readline():
            log.write(line)
            if found := re.search(rb"control API on (\S+)", line):
                member.url = found[1].decode()
                break
        else:
            raise AssertionError(f"{name} ended: {(self.folder / f'{name}.log').read_text()[-2000:]}")
        asyncio.create_task(_drain(process, log), name=f"log of {name}").add_done_callback(lambda _task: log.close())
        return member

    async def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        member = self.members.pop(name)
        member.process.send_signal(how)
        await member.process.wait()

    def signal(self, name: str, what: signal.Signals) -> None:
        self.members[name].process.send_signal(what)

    async def api(self, name: str, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.members[name].url}/api/v1/{path}"
        async with self.web.request(method, url, json=body, headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
            told = await answer.json(content_type=None)
            assert answer.status < 400, (answer.status, told)
            return told

    async def stage(self, number: int, method: str, path: str, body: Any = None) -> Any:
        async with self.web.request(method, f"{self.stages[number]}/stage-admin/{path}", json=body) as answer:
            return await answer.json(content_type=None)

    async def say(self, number: int, text: str) -> None:
        self.said[f"a{number}"] += 1
        body = {"event": EVENT, "text": text, "name": "Guest", "email": "guest@example.test"}
        await self.stage(number, "POST", "say", body)

    async def messages(self, number: int) -> list[dict[str, Any]]:
        told = await self.stage(number, "GET", f"truth/messages?event={EVENT}")
        return list(told["messages"] if isinstance(told, dict) else told)

    async def hidden(self, number: int) -> set[str]:
        return {one["text"] for one in await self.messages(number) if one["status"] == "hidden"}

    async def owners(self, name: str) -> dict[str, str]:
        """By channel, as this replica sees it."""
        status = await self.api(name, "GET", "status")
        return {channel["name"]: channel["replica"]["name"] for channel in status["channels"]}

    async def balanced(self, replicas: int, within: float = 60.0) -> dict[str, str]:
        """Waits until every channel is with a living replica, evenly."""
        deadline = time.monotonic() + within
        while True:
            owners = await self.owners(next(iter(self.members)))
            counts = Counter(owners.values())
            if "" not in counts and len(counts) == replicas and max(counts.values()) - min(counts.values()) <= 1:
                return owners
            assert time.monotonic() < deadline, counts
            await asyncio.sleep(0.3)

    async def acts_again(self, numbers: Sequence[int], mark: str, within: float = 40.0) -> float:
        """Says one bad thing in each account; seconds until all are hidden."""
        began = time.monotonic()
        for number in numbers:
            await self.say(number, f"heck {mark}")
        left = set(numbers)
        while left:
            for number in tuple(left):
                if f"heck {mark}" in await self.hidden(number):
                    left.discard(number)
            assert time.monotonic() - began < within, f"nothing acts for {sorted(left)}"
            await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def end(self) -> None:
        for member in self.members.values():
            if member.process.returncode is None:
                member.process.send_signal(signal.SIGCONT)
                member.process.terminate()
        await asyncio.gather(*(member.process.wait() for member in self.members.values()))

    async def check(self) -> None:
        """No bad message stands, nothing that may be seen is doubled, one poll for each account."""
        for number in range(len(self.stages)):
            messages = await self.messages(number)
            standing = [one["text"] for one in messages if "heck" in one["text"] and one["status"] != "hidden"]
            assert standing == [], f"a{number}: not hidden"
            posts = Counter(one["text"] for one in messages if one["by_api"])
            assert max(posts.values(), default=0) <= 1, f"a{number}: {posts}"
            polls = (await self.stage(number, "GET", "truth"))["polls"]
            assert [poll["question"] for poll in polls] == ["Tea or coffee?"], f"a{number}"


async def _drain(process: Process, log: Any) -> None:
    assert process.stderr is not None
    while line := await process.stderr.readline():
        log.write(line)
        log.flush()


@asynccontextmanager
async def a_fleet(
    folder: Path, database: str, accounts: int, options: str = 'idle_read = "500ms"', live: int | None = None
) -> AsyncIterator[Fleet]:
    """Stages run, no replica yet. `live`: so many accounts have a live event (all), the others one that has not begun."""
    numbers = [str(accounts), str(accounts if live is None else live)]
    stages = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.app.stages", *numbers, stdout=PIPE, limit=1 << 20)
    assert stages.stdout is not None
    async with aiohttp.ClientSession() as web:
        fleet = Fleet(folder, database, json.loads(await stages.stdout.readline()), web, options=options)
        fleet.write()
        try:
            yield fleet
        finally:
            await fleet.end()
            stages.terminate()
            await stages.wait()
