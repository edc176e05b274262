"""Plays a rehearsal: starts the stage, starts the bot against it, lets the audience in, and ends with the summary.

Everything between bot and stage goes over real HTTP on the loopback; only the audience uses the stage's own door.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console

from bot.app import App
from bot.clock import Clock
from bot.config import Bot, Channel, Config, Control, Reports, Store, User
from bot.rehearsal import livestreams, timeline
from bot.rehearsal.audience_acts import Plan
from bot.rehearsal.audience_doors import LocalDoor
from bot.rehearsal.audience_player import Played, Player
from bot.rehearsal.figures import Figures, Truth, figures, lines
from bot.rehearsal.view import View
from bot.reports import PAGE, folder_of, write_report
from bot.rulefiles import load
from bot.ruleset.engagement import Reports as AskedReports
from bot.stage import truth
from bot.stage.server import SECRET_KEY, TOKEN_ID, Stage

EVENT = "rehearsal"
CHANNEL = "main"
REPORTS = "reports"
TIMELINE = "timeline.txt"
_DRAIN = 30.0  # real seconds that the bot may take to finish after the last act
_LOOK = 0.1
_PATIENT = 60.0
"""Real seconds that a rehearsal may wait for its event to begin."""
DAY = 86400.0
_SOON = 30.0
"""Seconds of the show; what is due within them is waited for."""


@dataclass(frozen=True, slots=True)
class Show:
    """What to play and how. A plan of two hours at speed 60 takes two minutes."""

    plan: Plan
    rules: Path
    speed: float = 1.0
    seed: int = 1
    port: int = 8787
    headless: bool = False
    out: Path = Path("out")
    token: str = ""

    @property
    def events(self) -> tuple[str, ...]:
        """The refs of what is played."""
        return tuple(room or EVENT for room in self.plan.events)


async def rehearse(show: Show, console: Console) -> Figures:
    """Plays it and returns the summary; raises UsageError for what cannot be played (rules missing, port taken)."""
    show = _with_doors(show)
    clock = Clock(show.speed, show.seed)
    stage = Stage(clock, seed=show.seed)
    await stage.start()
    token = show.token or secrets.token_urlsafe(12)
    hook_secret = secrets.token_urlsafe(12)
    view = View(console, clock.now(), quiet=show.headless, now=clock.now, several=len(show.events) > 1)
    app = App(_config(show, stage.url, token, hook_secret), clock, watch=view)
    try:
        for event in show.events:
            title = "Rehearsal" if event == EVENT else event
            far = clock.now() + DAY
            stage.door.event(event, title=title, status="idle", chat=True, qa=True, date=far, settings={"webrtc": True})
        await app.start()
        for event in show.events:  # only now: how long a start takes is no part of the show
            stage.door.set_event(event, date=clock.now() + show.plan.begins(event if event != EVENT else ""))
        stage.door.hook(f"{app.url}/webhooks/{CHANNEL}", hook_secret)
        _greet(console, show, app.url, token)
        view.start = clock.now()
        played = await _play(show, stage, app, clock, view)
        result = await _result(stage, app, show)
        await _timeline(app, show)
        await _report(app, show)
    finally:
        await app.stop()
        await stage.stop()
    _part(console, show, result, played)
    return result


def _with_doors(show: Show) -> Show:
    """With room for what comes before the start (`start-10m`), unless that would be a long wait in front of a screen."""
    ruleset = load(show.rules).parsed.ruleset
    lead = ruleset.engagement.lead if ruleset is not None and ruleset.engagement is not None else 0.0
    missing = lead + _SOON - show.plan.begins(show.plan.events[0])
    if lead <= 0 or not 0 < missing <= _PATIENT * show.speed:
        return show
    return replace(show, plan=show.plan.later(missing))


def _config(show: Show, url: str, token: str, hook_secret: str) -> Config:
    show.out.mkdir(parents=True, exist_ok=True)
    for old in show.out.glob("rehearsal.db*"):
        old.unlink()
    livestreams.forget(show.out)
    return Config(
        bot=Bot(name="Usher", email="usher@example.com"),
        channel=(
            Channel(
                name=CHANNEL,
                base_url=url,
                token_id=SecretStr(TOKEN_ID),
                secret_key=SecretStr(SECRET_KEY),
                webhook_secret=SecretStr(hook_secret),
                follow=show.events,
                rules=str(show.rules),
                idle_read=2.0,
            ),
        ),
        stream=livestreams.sections(url, show.rules),
        store=Store(url=f"sqlite:{show.out / 'rehearsal.db'}"),
        reports=Reports(out=str(show.out / REPORTS)),
        control=Control(port=show.port, users=(User(name="rehearsal", role="admin", token=SecretStr(token)),)),
    )


async def _play(show: Show, stage: Stage, app: App, clock: Clock, view: View) -> Played:
    audience = Player(LocalDoor(stage), clock, EVENT, show.plan, settled=view.done_with)
    player = asyncio.create_task(audience.play())
    encoder = asyncio.create_task(livestreams.encoder(stage, clock, show.plan.length))
    ended = asyncio.create_task(app.wait())
    await asyncio.wait({player, ended}, return_when=asyncio.FIRST_COMPLETED)
    if ended.done():
        player.cancel()
        await ended
    played = await player
    encoder.cancel()
    ended.cancel()
    await _drain(stage, app, show, clock)
    return played


async def _drain(stage: Stage, app: App, show: Show, clock: Clock) -> None:
    """Waits until all that was written has been read, judged and acted on."""
    written = len([one for one in truth.messages(stage.world) if not one["by_api"]])
    deadline = asyncio.get_running_loop().time() + _DRAIN
    while asyncio.get_running_loop().time() < deadline:
        expects = await _expects(app, show, clock.now())  # first: what it does meanwhile is then among what waits
        tally = await app.store.tally(CHANNEL)
        waiting = sum(tally.entries.get(state, 0) for state in ("pending", "sending", "unknown"))
        if tally.messages >= written and tally.inbox == 0 and waiting == 0 and not expects:
            return
        await asyncio.sleep(_LOOK)


async def _expects(app: App, show: Show, now: float) -> bool:
    """Whether the bot has yet to see that an event is over, or is about to do something."""
    channel = app.channels[CHANNEL]
    for event in show.events:
        if show.plan.is_over(event if event != EVENT else "") and channel.runner.situation(event).event.phase != "over":
            return True
        due = await channel.runner.next_due(event)
        if due is not None and due < now + _SOON:
            return True
    return False


async def _result(stage: Stage, app: App, show: Show) -> Figures:
    told = truth.whole(stage.world, stage.parts.journal, 0.0)
    seen = Truth(truth.messages(stage.world), told["polls"], told["calls"])
    result = figures(seen, await app.store.tally(CHANNEL), app.config.channel[0].requests_per_minute)
    path = show.out / "summary.json"
    await asyncio.to_thread(path.write_text, json.dumps(asdict(result), indent=2, ensure_ascii=False), encoding="utf-8")
    return result


async def _report(app: App, show: Show) -> None:
    """Each event's report as it stands at the end, in the way that the rules want it."""
    engagement = app.channels[CHANNEL].ruleset.engagement
    wanted = (engagement.reports if engagement is not None else None) or AskedReports()
    for event in show.events:
        folder = folder_of(show.out / REPORTS, event)
        await write_report(app.store, CHANNEL, event, folder, formats=wanted.formats, names=wanted.names)


async def _timeline(app: App, show: Show) -> None:
    """What the running order came to; each event's under its name where there are several."""
    for event in show.events:
        name = TIMELINE if len(show.events) == 1 else f"timeline-{event}.txt"
        text = await timeline.read(app.store, CHANNEL, event)
        await asyncio.to_thread((show.out / name).write_text, text, encoding="utf-8")


def _greet(console: Console, show: Show, url: str, token: str) -> None:
    length = f"{show.plan.length / 60:.3g} minutes" + (f" at {show.speed:g} times the speed" if show.speed != 1 else "")
    console.print(f"An event on this machine, {length}, with the rules of {show.rules}.", soft_wrap=True)
    console.print(f"Dashboard, logged in by the link: {url}/#token={token}", soft_wrap=True)
    console.print(
        f"Speaker: {url}/stage#token={token}   OBS: {url}/overlay/poll#token={token}, …/overlay/question#…", soft_wrap=True
    )
    console.print(f"Control API: {url}   token: {token}", soft_wrap=True)
    console.print(f"In another terminal: USHER_TOKEN={token} usher status --url {url}\n", soft_wrap=True)


def _part(console: Console, show: Show, result: Figures, played: Played) -> None:
    console.print("\nThe rehearsal is over.", style="bold")
    if played.refused:
        console.print(
            f"  {played.refused} acts of the audience were refused by the stage (a closed chat, a closed poll)", highlight=False
        )
    for line in lines(result):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    pages = ", ".join(str(folder_of(Path(REPORTS), event) / PAGE) for event in show.events[:3])
    more = f" and {len(show.events) - 3} more" if len(show.events) > 3 else ""
    files = f"summary.json, {TIMELINE}, rehearsal.db, {pages}{more}"
    console.print(f"\nWritten to {show.out}: {files}", highlight=False, soft_wrap=True)
