"""The two hours against a bot that can be killed: stage and audience in this process, the bot in another, all on one fast clock.

The bot is forked from a server that has everything imported, so that a start takes a tenth of a second: at a high speed a start
from nothing would be many minutes of the show. It is a process of its own all the same, and SIGKILL ends it where it stands.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import App
from bot.clock import Clock
from bot.config import Bot, Channel, Config, Control, Reports, Store
from bot.domain.actions import CreatePoll, PostMessage
from bot.rehearsal import timeline
from bot.rehearsal.audience_doors import LocalDoor
from bot.rehearsal.audience_player import Player
from bot.rehearsal.audience_recorded import recorded, show
from bot.stage import SECRET_KEY, TOKEN_ID, Stage, truth
from bot.store import Store as StateStore
from bot.store import open_for_reading
from tests.rehearsal.two_hours import chat

EVENT = "rehearsal"
RULES = Path(__file__).parent / "rules"
LEAD = 5.0
"""Real seconds for the first start of the bot's server, before the event begins."""
EXPECTED = Path(__file__).parent / "timeline.txt"


def settings(url: str, folder: Path) -> Config:
    """As `usher rehearse` has them."""
    channel = Channel(
        name="main",
        base_url=url,
        token_id=SecretStr(TOKEN_ID),
        secret_key=SecretStr(SECRET_KEY),
        follow=(EVENT,),
        rules=str(RULES),
        idle_read=2.0,
        slowest_read=5.0,
    )
    return Config(
        bot=Bot(name="Usher", email="usher@example.com"),
        channel=(channel,),
        store=Store(url=f"sqlite:{folder / 'usher.db'}"),
        reports=Reports(out=str(folder / "reports")),
        control=Control(port=0),
    )


def live(url: str, folder: Path, speed: float, began: float) -> None:
    """The bot's process; only a signal ends it."""

    async def run() -> None:
        app = App(settings(url, folder), Clock(speed, began=began))
        await app.start()
        await app.wait()

    asyncio.run(run())


class House:
    """A show in play."""

    def __init__(self, folder: Path, speed: float) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.speed, self.began = folder, speed, time.time()
        self.clock = Clock(speed, began=self.began)
        self.stage = Stage(self.clock, seed=1)
        self.starts = self.clock.now() + LEAD * speed
        self.bot: BaseProcess | None = None
        self.kills = 0

    def start_bot(self) -> None:
        """A new life."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        self.bot = context.Process(target=live, args=(self.stage.url, self.folder, self.speed, self.began), daemon=True)
        self.bot.start()

    async def kill(self) -> None:
        """SIGKILL; nothing is told, nothing is tidied up."""
        assert self.bot is not None
        self.bot.kill()
        self.kills += 1
        await asyncio.to_thread(self.bot.join)

    async def ready(self) -> None:
        """The event is there, and the bot has read its chat."""
        async with asyncio.timeout(30):
            while truth.whole(self.stage.world, self.stage.parts.journal, 0.0)["calls"]["total"] < 5:
                await asyncio.sleep(0.02)
        await self.clock.sleep(self.starts - self.clock.now())

    async def play(self) -> None:
        """The audience, from the first line to the last."""
        plan = show(recorded(chat.text().splitlines()).said)
        await Player(LocalDoor(self.stage), self.clock, EVENT, plan).play()

    async def timeline(self) -> str:
        """What the bot's state tells now."""
        async with self._state() as store:
            return await timeline.read(store, "main", EVENT)

    async def told(self) -> tuple[list[str], list[str]]:
        """Lines said and polls made, as the bot believes; in the order of the texts."""
        async with self._state() as store:
            acts = [act for act in await store.report_acts("main", EVENT, 0, 100_000) if act.state == "done"]
        said = [act.action.text for act in acts if isinstance(act.action, PostMessage)]
        return sorted(said), sorted(act.action.question for act in acts if isinstance(act.action, CreatePoll))

    @asynccontextmanager
    async def _state(self) -> AsyncIterator[StateStore]:
        store = await open_for_reading(f"sqlite:{self.folder / 'usher.db'}", self.clock)
        try:
            yield store
        finally:
            await store.close()

    async def finished(self, expected: str, within: float = 12.0) -> str:
        """The timeline once it is as expected, or as it is when the time is over."""
        deadline = time.monotonic() + within
        while (told := await self.timeline()) != expected and time.monotonic() < deadline:
            await asyncio.sleep(0.25)
        return told

    @property
    def posts(self) -> list[str]:
        """What the bot has truly said, in the order of the texts."""
        return sorted(one["text"] for one in truth.messages(self.stage.world) if one["by_api"])

    @property
    def polls(self) -> list[dict[str, Any]]:
        """What it has truly made."""
        return list(truth.whole(self.stage.world, self.stage.parts.journal, 0.0)["polls"])


@asynccontextmanager
async def a_house(folder: Path, speed: float) -> AsyncIterator[House]:
    """Stage up, bot not yet."""
    house = House(folder, speed)
    await house.stage.start()
    house.stage.door.event(EVENT, title="Rehearsal", status="idle", chat=True, qa=True, date=house.starts)
    try:
        yield house
    finally:
        if house.bot is not None:
            await house.kill()
        await house.stage.stop()
