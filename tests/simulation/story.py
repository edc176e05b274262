"""One story: what happens to the bot within half a minute of a show, all of it drawn from a seed.

People write, edit and delete; a moderator acts on the platform and another one through the control API; pauses come and go;
webhooks arrive twice, late and forged; rules are swapped; the disk is full for a while; the machine's clock is set; the process is
frozen, stopped and killed. Then the weather clears, time passes, and judges.py looks at what is left.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.control.api_acts import post_message_act
from bot.control.api_state import post_pause, post_resume
from bot.control.models import Nothing, PauseBody, ResumeBody
from bot.control.refusal import ApiError
from bot.domain.errors import StoreFull
from bot.domain.signals import Author
from bot.ruleset.model import Ruleset
from bot.store import Store
from tests.simulation.bot import CHANNEL, SETTLE, SimBot, delivery, sign
from tests.simulation.bot import Story as Told
from tests.simulation.bot import rules as ruleset
from tests.simulation.disk import Disk, SimDatabase
from tests.simulation.life import Life, SimClock, Sky
from tests.simulation.platform import EVENT, USHER, Platform, Row, Temper, calm

LENGTH = 9.0
"""Seconds in which things happen."""
LINES = ("hello", "what a show", "heck no", "heck off you", "darn", "darn it", "gosh", "!agenda", "me too", "who is this?")
QUESTIONS = ("When does it begin again?", "Is there a recording?", "What the heck is this?", "Why?")
PEOPLE = tuple(Author(name, f"{name.lower()}@example.test") for name in ("Ann", "Bo", "Cleo", "Dan", "Eve", "Foul"))


@dataclass(slots=True)
class Pausing:
    """A pause that was answered: nothing of its scope may leave until it is resumed, or its end has come by the machine's clock."""

    what: str
    began: float
    until: float = float("inf")
    resumed: float = float("inf")


@dataclass(slots=True)
class Hook:
    """A delivery. `stored` once it was answered so."""

    body: bytes
    signed: str
    forged: bool
    stored: bool = False


def temper(chance: random.Random, muddled: bool) -> Temper:
    """A platform; about one in five is well-behaved."""
    how = Temper(
        direction=chance.choice(["older", "older", "newer", "ignored"]),
        inclusive=chance.random() < 0.5,
        shuffled=chance.random() < 0.3,
        latency=chance.choice([0.02, 0.1, 0.4]),
        not_sent=0.03,
        throttled=0.03,
        error_503=0.06,
        lost=0.12,
        late=0.12,
        bad_read=0.05,
        late_rows=0.1 if muddled else 0.0,
        shifts=0.1,
    )
    return calm(how) if chance.random() < 0.2 else how


@dataclass(slots=True)
class Making:
    """What a planted bug may replace."""

    store: Callable[[SimDatabase, SimClock], Store] = Store
    database: Callable[[Disk, Life, SimClock], SimDatabase] = SimDatabase
    settle: float = SETTLE
    patient: bool | None = None
    """Whether the ending is waited for to its last second; drawn from the seed if None."""


class Story(Told):
    """Everything of one seed."""

    def __init__(self, seed: int, disk: Disk, making: Making) -> None:
        self.seed = seed
        self.disk = disk
        self.chance = random.Random(f"story|{seed}")
        self.making = making
        self.settle = making.settle
        self.patient = seed % 16 == 0 if making.patient is None else making.patient
        """Nobody leaves before the last announcement, and a while after it: one story in sixteen is played so."""
        self.ends = self.chance.random() < 0.35
        """The event ends; that is believed after ten seconds."""
        self.muddled = self.chance.random() < 0.4
        """Rows are listed late, edited and deleted; the deep reads that find them come every ten seconds."""
        self.page_size = self.chance.choice([10, 10, 25, 100])
        self.lines: list[tuple[Any, ...]] = []
        self.sky = Sky()
        self.platform = Platform(temper(self.chance, self.muddled), seed, self.tell)
        self.platform.news = self._news
        self.more = ""
        self.lives: list[SimBot] = []
        self.bot: SimBot | None = None
        self.pauses: list[Pausing] = []
        self.hooks: list[Hook] = []
        self.ended_by: list[str] = []
        self.clear = False
        """The weather has cleared: no more misfortune."""
        self.quiesced = True
        self._jobs: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Somebody besides the bot has still something to do, as the senders of webhooks."""
        return bool(self._jobs)

    def tell(self, *words: Any) -> None:
        self.lines.append((asyncio.get_running_loop().time(), *words))

    def rules(self) -> Ruleset:
        return ruleset(self.more)

    def make_store(self, life: Life, clock: SimClock) -> Store:
        return self.making.store(self.making.database(self.disk, life, clock), clock)

    # ── the process ──

    async def supervise(self) -> None:
        """Starts it again whenever it has ended, as systemd does."""
        while True:
            life = self._new_life()
            self.bot = SimBot(life, self.platform, self.sky, self)
            self.lives.append(self.bot)
            self.tell("start", life.number)
            ending = asyncio.create_task(self._when_asked(self.bot))
            try:
                await self.bot.run()
                self.tell("killed" if not life.alive else "stopped", life.number, life.steps)
            except asyncio.CancelledError:
                if life.alive:
                    raise
                self.tell("killed at once", life.number)
            except Exception as error:
                self.ended_by.append(f"life {life.number} was ended by {type(error).__name__}: {error}")
                self.tell("ended by", type(error).__name__, str(error))
            life.kill()
            ending.cancel()
            await self.bot.bury()
            await asyncio.sleep(self.chance.uniform(0.1, 2.0))

    def _new_life(self) -> Life:
        number, end = len(self.lives) + 1, int(self.chance.expovariate(1 / 420)) + 1
        if self.clear or number > 5:
            return Life(number)
        return Life(number, asked_at=end) if self.chance.random() < 0.3 else Life(number, end)

    async def _when_asked(self, bot: SimBot) -> None:
        await bot.life.asked.wait()
        self.tell("asked to end", bot.life.number)
        await self._patiently(bot)

    async def reaper(self) -> None:
        """Kills, stops or freezes it at any moment; so does a deploy."""
        for _ in range(self.chance.randrange(3)):
            await self._some_time(LENGTH / 2)
            bot = self.bot
            if bot is None or not bot.life.alive or self.clear:
                continue
            how = self.chance.choice(["kill", "stop", "freeze"])
            self.tell(how, bot.life.number)
            if how == "kill":
                bot.life.kill()
            elif how == "stop":
                bot.life.asked.set()
            else:
                bot.life.thawed.clear()
                await asyncio.sleep(self.chance.uniform(1.0, 10.0))
                bot.life.thawed.set()

    async def _patiently(self, bot: SimBot) -> None:
        """What SIGTERM does; SIGKILL follows after a while."""
        stopping = asyncio.create_task(bot.stop())
        await asyncio.wait([stopping], timeout=15.0)
        bot.life.kill()
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)

    # ── the show ──

    async def show(self) -> None:
        """Idle, live, and sometimes over."""
        await asyncio.sleep(self.chance.uniform(0.0, 3.0))
        self.platform.switch("live")
        if self.ends:
            await asyncio.sleep(LENGTH + 1.0)
            self.platform.switch("done")

    async def audience(self) -> None:
        """Lines and questions, edits and deletions."""
        for _ in range(self.chance.randrange(4, 16)):
            await self._some_time(LENGTH / 14)
            author = self.chance.choice(PEOPLE)
            if self.chance.random() < 0.2:
                row = self.platform.say(self.chance.choice(QUESTIONS), author, "qa")
            else:
                row = self.platform.say(self.chance.choice(LINES), author)
            if self.muddled and self.chance.random() < 0.15:
                self._later(self._second_thought(row))

    async def _second_thought(self, row: Row) -> None:
        await self._some_time(3.0)
        if self.chance.random() < 0.5:
            row.deleted = True
            self.tell("deletes", row.ref)
        else:
            row.changed = self.platform.now
            row.text = self.chance.choice(LINES) + " (edited)"
            self.tell("edits", row.ref, row.text)

    async def moderators(self) -> None:
        """One acts on the platform itself, one through the control API."""
        for _ in range(self.chance.randrange(4)):
            await self._some_time(LENGTH / 3)
            rows = [row for row in self.platform.rows.values() if row.surface == "chat" and row.author != USHER and not row.deleted]
            if not rows:
                continue
            row = self.chance.choice(rows)
            if self.chance.random() < 0.5:
                self._by_hand(row)
            else:
                await self._by_control(row, self.chance.choice(["hide", "show"]))

    def _by_hand(self, row: Row) -> None:
        """On the platform, on a message about which nothing is open: else nobody could say who was first."""
        waits = self.disk.ask("SELECT 1 FROM inbox WHERE state = 'waiting' AND body LIKE ?", f"%{row.ref}%")
        touched = row.touched[-1][0] if row.touched else row.listed
        sent = [one.at for one in self.platform.sent if getattr(one.action, "ref", "") == row.ref]
        known = self.disk.ask("SELECT 1 FROM decision WHERE ref = ?", row.ref)
        open_rows = self.disk.ask("SELECT 1 FROM outbox WHERE ref = ? AND state IN ('pending', 'sending', 'unknown')", row.ref)
        if open_rows or waits or not known or self.platform.now - max([touched, *sent]) < SETTLE:
            return
        self.platform.touch(row, "moderator", "hidden" if row.status == "public" else "public")

    async def _by_control(self, row: Row, verb: str) -> None:
        bot = self.bot
        if bot is None or not bot.life.alive:
            return
        try:
            answer = await bot.ask(post_message_act, Nothing(), {"ref": row.ref, "verb": verb}, self._patience())
        except (ApiError, StoreFull) as error:
            self.tell("control refuses", row.ref, verb, type(error).__name__)
            return
        if answer is not None:
            self.tell("control", row.ref, verb, answer.done)

    def _patience(self) -> float | None:
        """Some callers hang up in the middle."""
        return None if self.chance.random() < 0.4 else self.chance.uniform(0.0, 0.0003)

    async def pausing(self) -> None:
        """Pauses, with and without an end."""
        for _ in range(self.chance.randrange(3)):
            await self._some_time(LENGTH / 3)
            what, seconds = self.chance.choice(["all", "moderation", "engagement"]), self.chance.choice([None, 2.0, 5.0])
            asked = self.platform.now
            if await self._pause(what, seconds):
                await self._some_time(3.0)
                if seconds is None or self.chance.random() < 0.5:
                    await self._resume(self.chance.choice(["run", "run", "drop"]))
            elif self.platform.now - asked > 0:
                await self._resume("run")

    async def _pause(self, what: str, seconds: float | None) -> bool:
        bot, self.quiesced = self.bot, False
        if bot is None or not bot.life.alive:
            return False
        began, asked = self.sky.now(), self.platform.now
        try:
            answer = await bot.ask(post_pause, PauseBody.model_validate({"for": seconds, "what": what}))
        except StoreFull:
            return False
        if answer is None or not self.quiesced:
            return False
        now = self.platform.now
        for one in self.pauses:
            if one.what == what:  # the newest pause of a scope is in force
                one.resumed = min(one.resumed, asked)
        self.pauses.append(Pausing(what, now, float("inf") if seconds is None else began + seconds))
        self.tell("paused", what, seconds)
        return True

    async def _resume(self, waiting: str) -> None:
        """Asks until somebody answers."""
        while True:
            bot = self.bot
            for one in self.pauses:
                one.resumed = min(one.resumed, self.platform.now)
            try:
                if bot is not None and await bot.ask(post_resume, ResumeBody.model_validate({"waiting": waiting})):
                    self.tell("resumed", waiting)
                    return
            except StoreFull:
                self.tell("resume refused")
            await asyncio.sleep(0.5)

    # ── webhooks ──

    def _news(self, kind: str, data: dict[str, Any]) -> None:
        for forged in (False, True):
            if forged and self.chance.random() < 0.5:
                continue
            body = delivery(len(self.hooks), kind, data, self.sky.now())
            hook = Hook(body, "0" * 64 if forged else sign(body), forged)
            self.hooks.append(hook)
            self._later(self._send(hook))
            if self.chance.random() < 0.3:
                self._later(self._send(hook))

    async def _send(self, hook: Hook) -> None:
        """Until it is taken, or refused for good; then perhaps once more."""
        await self._some_time(1.0)
        for _ in range(20):
            bot = self.bot
            answer = await bot.deliver(hook.body, hook.signed, self._patience()) if bot is not None and bot.life.alive else None
            if answer is not None and answer[0] < 500:
                hook.stored = hook.stored or answer[0] == 200
                self.tell("webhook", *answer)
                return
            await asyncio.sleep(self.chance.uniform(0.5, 3.0))

    # ── the weather ──

    async def weather(self) -> None:
        """A full disk, other rules, a clock that is set."""
        for _ in range(self.chance.randrange(4)):
            await self._some_time(LENGTH / 3)
            if self.clear:
                return
            kind = self.chance.choice(["full", "rules", "clock", "clock"])
            if kind == "full":
                self.tell("disk full")
                self.disk.full(True)
                await asyncio.sleep(self.chance.uniform(0.5, 4.0))
                self.disk.full(False)
                self.tell("disk has room")
            elif kind == "rules":
                self.more = "" if self.more else ", gosh"
                self.tell("rules swapped", self.more)
            else:
                self.sky.set(self.chance.choice([-1800.0, -30.0, -3.0, -0.5, 3.0, 30.0, 3600.0]))
                self.tell("clock set", self.sky.jumped)

    # ── all of it ──

    async def play(self, ending: Callable[[Story], Awaitable[None]]) -> None:
        """From the first start to the quiet after the last storm, for which `ending` waits."""
        supervisor = asyncio.create_task(self.supervise())
        actors = [self.show(), self.audience(), self.moderators(), self.pausing(), self.weather(), self.reaper()]
        await asyncio.gather(*actors)
        while self._jobs:
            await asyncio.gather(*self._jobs)
        self.clear = True
        self.platform.temper = calm(self.platform.temper)
        if self.bot is not None:
            self.bot.life.dies_at = self.bot.life.asked_at = None
        self.tell("calm")
        if self.pauses:
            await self._resume("run")
        await ending(self)
        supervisor.cancel()
        await asyncio.gather(supervisor, return_exceptions=True)
        if self.bot is not None:
            self.bot.life.kill()
            await self.bot.bury()

    async def _some_time(self, mean: float) -> None:
        await asyncio.sleep(min(self.chance.expovariate(1 / mean), 4 * mean))

    def _later(self, work: Any) -> None:
        job = asyncio.get_running_loop().create_task(work)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)


__all__ = ["CHANNEL", "EVENT", "Hook", "Making", "Pausing", "Story"]
