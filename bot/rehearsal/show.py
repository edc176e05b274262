"""Plays a rehearsal: starts the stage, starts the bot against it, lets the audience in, and ends with the summary.

Everything between bot and stage goes over real HTTP on the loopback; only the audience uses the stage's own door.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console

from bot.app import App
from bot.clock import Clock
from bot.config import Bot, Channel, Config, Control, Store, User
from bot.rehearsal.audience import Act, play
from bot.rehearsal.figures import Figures, Truth, figures, lines
from bot.rehearsal.view import View
from bot.stage import truth
from bot.stage.server import SECRET_KEY, TOKEN_ID, Stage

EVENT = "rehearsal"
CHANNEL = "main"
_DRAIN = 30.0  # real seconds that the bot may take to finish after the last act
_LOOK = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to play. `minutes` and `speed`: 120 at 60 is a two-hour show in two minutes."""

    rules: Path
    acts: tuple[Act, ...]
    minutes: float
    speed: float = 1.0
    seed: int = 1
    port: int = 8787
    headless: bool = False
    out: Path = Path("out")
    token: str = ""


async def rehearse(plan: Plan, console: Console) -> Figures:
    """Plays it and returns the summary; raises UsageError for what cannot be played (rules missing, port taken)."""
    clock = Clock(plan.speed, plan.seed)
    stage = Stage(clock, seed=plan.seed)
    await stage.start()
    token = plan.token or secrets.token_urlsafe(12)
    hook_secret = secrets.token_urlsafe(12)
    view = View(console, clock.now(), quiet=plan.headless)
    app = App(_config(plan, stage.url, token, hook_secret), clock, watch=view)
    try:
        stage.door.event(EVENT, title="Rehearsal", status="idle", chat=True, qa=True, date=clock.now() + 15.0)
        await app.start()
        stage.door.hook(f"{app.url}/webhooks/{CHANNEL}", hook_secret)
        _greet(console, plan, app.url, token)
        view.start = clock.now()
        await _play(plan, stage, app, clock)
        result = await _result(stage, app, plan)
    finally:
        await app.stop()
        await stage.stop()
    _part(console, plan, result)
    return result


def _config(plan: Plan, url: str, token: str, hook_secret: str) -> Config:
    plan.out.mkdir(parents=True, exist_ok=True)
    for old in plan.out.glob("rehearsal.db*"):
        old.unlink()
    return Config(
        bot=Bot(name="Usher", email="usher@example.com"),
        channel=(
            Channel(
                name=CHANNEL,
                base_url=url,
                token_id=SecretStr(TOKEN_ID),
                secret_key=SecretStr(SECRET_KEY),
                webhook_secret=SecretStr(hook_secret),
                follow=(EVENT,),
                rules=str(plan.rules),
                idle_read=2.0,
            ),
        ),
        store=Store(url=f"sqlite:{plan.out / 'rehearsal.db'}"),
        control=Control(port=plan.port, users=(User(name="rehearsal", role="admin", token=SecretStr(token)),)),
    )


async def _play(plan: Plan, stage: Stage, app: App, clock: Clock) -> None:
    player = asyncio.create_task(play(plan.acts, stage.door, EVENT, clock))
    ended = asyncio.create_task(app.wait())
    await asyncio.wait({player, ended}, return_when=asyncio.FIRST_COMPLETED)
    if ended.done():
        player.cancel()
        await ended
    await player
    ended.cancel()
    await _drain(stage, app)


async def _drain(stage: Stage, app: App) -> None:
    """Waits until all that was written has been read, judged and acted on."""
    written = len([one for one in truth.messages(stage.world) if not one["by_api"]])
    deadline = asyncio.get_running_loop().time() + _DRAIN
    while asyncio.get_running_loop().time() < deadline:
        tally = await app.store.tally(CHANNEL)
        waiting = sum(tally.entries.get(state, 0) for state in ("pending", "sending", "unknown"))
        if tally.messages >= written and tally.inbox == 0 and waiting == 0:
            return
        await asyncio.sleep(_LOOK)


async def _result(stage: Stage, app: App, plan: Plan) -> Figures:
    told = truth.whole(stage.world, stage.parts.journal, 0.0)
    seen = Truth(truth.messages(stage.world), told["polls"], told["calls"])
    result = figures(seen, await app.store.tally(CHANNEL), app.config.channel[0].requests_per_minute)
    path = plan.out / "summary.json"
    await asyncio.to_thread(path.write_text, json.dumps(asdict(result), indent=2, ensure_ascii=False), encoding="utf-8")
    return result


def _greet(console: Console, plan: Plan, url: str, token: str) -> None:
    length = f"{plan.minutes:g} minutes" + (f" at {plan.speed:g} times the speed" if plan.speed != 1 else "")
    console.print(f"A made-up event on this machine, {length}, with the rules of {plan.rules}.", highlight=False)
    console.print(f"Control API: {url}   token: {token}", highlight=False)
    console.print(f"In another terminal: USHER_TOKEN={token} usher status --url {url}\n", highlight=False)


def _part(console: Console, plan: Plan, result: Figures) -> None:
    console.print("\nThe rehearsal is over.", style="bold")
    for line in lines(result):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print(f"\nWritten to {plan.out}: summary.json, rehearsal.db", highlight=False)
