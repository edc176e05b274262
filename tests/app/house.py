"""The whole bot against the stage in one process, over real HTTP, a real SQLite file and real rule files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import App
from bot.clock import Clock
from bot.config import Bot, Channel, Config, Control, Store, User
from bot.stage import SECRET_KEY, TOKEN_ID, Faults, Stage, Switches, truth

EVENT = "show"
TOKEN = "fake-admin"
RULES = """
rules:
  - id: swearing
    reason: profanity
    severity: 4
    if: { word: [heck] }
    do: [ hide ]
"""


def write_rules(folder: Path, text: str = RULES, name: str = "rules.yaml") -> Path:
    """A rule folder with one file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def settings(url: str, folder: Path, **channel: Any) -> Config:
    """Defaults, with what a test wants otherwise."""
    values: dict[str, Any] = {"follow": (EVENT,), "rules": str(folder / "rules"), "webhook_secret": SecretStr("fake-hook-secret")}
    return Config(
        bot=Bot(name="Usher", email="usher@example.com"),
        channel=(Channel(base_url=url, token_id=SecretStr(TOKEN_ID), secret_key=SecretStr(SECRET_KEY), **(values | channel)),),
        store=Store(url=f"sqlite:{folder / 'usher.db'}"),
        control=Control(port=0, users=(User(name="anna", role="admin", token=SecretStr(TOKEN)),)),
    )


@asynccontextmanager
async def a_stage(switches: Switches | None = None, faults: Faults | None = None, speed: float = 1.0) -> AsyncIterator[Stage]:
    """A stage with one live event."""
    stage = Stage(Clock(speed), switches, faults)
    await stage.start()
    stage.door.event(EVENT, title="Show", status="live", chat=True, qa=True)
    try:
        yield stage
    finally:
        await stage.stop()


@asynccontextmanager
async def a_bot(stage: Stage, folder: Path, *, rules: str = RULES, speed: float = 1.0, **channel: Any) -> AsyncIterator[App]:
    """The bot, running against the stage."""
    if not (folder / "rules").exists():
        write_rules(folder / "rules", rules)
    app = App(settings(stage.url, folder, **channel), Clock(speed))
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


async def until(holds: Callable[[], bool], within: float = 20.0) -> None:
    """Waits until it holds; fails after so many real seconds."""
    deadline = asyncio.get_running_loop().time() + within
    while not holds():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError("it did not come true in time")
        await asyncio.sleep(0.02)


async def settled(app: App, messages: int, within: float = 60.0) -> None:
    """Waits until so many messages are judged and nothing waits in the inbox or the outbox."""
    deadline = asyncio.get_running_loop().time() + within
    while True:
        tally = await app.store.tally("main")
        waiting = sum(tally.entries.get(state, 0) for state in ("pending", "sending", "unknown"))
        if tally.judged >= messages and tally.inbox == 0 and waiting == 0:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"after {within} s: {tally}")
        await asyncio.sleep(0.05)


def people(stage: Stage) -> list[dict[str, Any]]:
    """What attendees wrote, as it truly stands now."""
    return [one for one in truth.messages(stage.world) if not one["by_api"]]


def writes(stage: Stage, method: str = "") -> list[dict[str, Any]]:
    """Calls that wanted to change something."""
    return [call for call in stage.parts.journal.changing() if not method or call["method"] == method]
