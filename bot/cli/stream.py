"""`usher stream NAME start|stop|status|key|analytics`: one livestream of the configuration. Only `key` prints a secret.

Exit code 1: the platform refuses, cannot do it, or it is not known whether it did.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.app.streams import open_livestream, record_of
from bot.cli.settings import load_config
from bot.clock import Clock
from bot.domain.errors import BadAnswer, CannotTell, NoRight, PlatformError, Unclear, UsageError
from bot.ports import Livestream, StreamFigures, StreamState

_LOOKS, _BETWEEN = 3, 2.0
"""After a lost answer: so many looks, so many seconds apart. Nothing is sent again."""
WORDS = {"on_air": "on air", "off": "off air", "failed": "failed", "over": "over", "before": "not started yet"}
"""What people call a status; others are their own word."""


class Verb(StrEnum):
    """What may be done."""

    START = "start"
    STOP = "stop"
    STATUS = "status"
    KEY = "key"
    ANALYTICS = "analytics"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(stream)


def stream(
    name: Annotated[str, typer.Argument(help="The name of a livestream of the configuration.")],
    verb: Annotated[Verb, typer.Argument(help="What to do.")],
    config: Annotated[Path | None, typer.Option("--config", help="The configuration file (default config.toml).")] = None,
    hours: Annotated[float, typer.Option(min=0.1, max=8760, help="analytics: how far back to count.")] = 24.0,
    regenerate: Annotated[bool, typer.Option("--regenerate", help="key: replace it first (Accelevents only).")] = False,
    again: Annotated[bool, typer.Option("--again", help="start: you have looked, and an earlier go_live did not work.")] = False,
) -> None:
    """Start, stop or look at a livestream of the configuration; print its push address or its figures."""
    settings = load_config(config)
    oddities: list[str] = []
    clock = Clock()
    live, section = open_livestream(settings, name, clock, oddities.append)
    if again and section.platform == "golive":
        record_of(settings, section).unlink(missing_ok=True)
    job = _Job(live, clock, hours, regenerate)
    code = asyncio.run(_do(job, verb))
    for oddity in oddities:
        print(f"usher: odd in the platform's answer: {oddity}", file=sys.stderr)
    raise typer.Exit(code)


class _Job:
    """The livestream and what was asked for."""

    def __init__(self, live: Livestream, clock: Clock, hours: float, regenerate: bool) -> None:
        self.live = live
        self.clock = clock
        self.hours = hours
        self.regenerate = regenerate


async def _do(job: _Job, verb: Verb) -> int:
    try:
        return await _VERBS[verb](job)
    except UsageError:
        raise
    except PlatformError as error:
        print(f"usher: {job.live.name}: {_told(error)}", file=sys.stderr)
        return 1
    finally:
        await job.live.close()


def _told(error: PlatformError) -> str:
    if isinstance(error, CannotTell):
        return str(error)
    if isinstance(error, Unclear):
        return f"{error}. It may have been done all the same and is not repeated; look with `status` before you try again"
    if isinstance(error, NoRight):
        return f"{error}. The platform does not accept the credentials for this; check the livestream's section"
    return f"{error}. The answer cannot be used" if isinstance(error, BadAnswer) else str(error)


async def _start(job: _Job) -> int:
    return await _switch(job, True)


async def _stop(job: _Job) -> int:
    return await _switch(job, False)


async def _switch(job: _Job, on: bool) -> int:
    since = job.clock.now()
    try:
        done = await (job.live.start() if on else job.live.stop())
    except Unclear:
        if not await _turned_out(job, on, since):
            raise
        print(_line(job.live, StreamState("starting" if on else "off"), "the answer was lost; it did take effect"))
        return 0
    already = "" if done.changed else ("it was running already" if on else "nothing was running")
    print(_line(job.live, done.state, already))
    return 0


async def _turned_out(job: _Job, on: bool, since: float) -> bool:
    for look in range(_LOOKS):
        try:
            if await job.live.settled(on, since):
                return True
        except CannotTell:
            raise
        except PlatformError as error:
            print(f"usher: {job.live.name}: looking failed: {error}", file=sys.stderr)
        if look + 1 < _LOOKS:
            await job.clock.sleep(_BETWEEN)
    return False


async def _status(job: _Job) -> int:
    print(_line(job.live, await job.live.status()))
    return 0


async def _key(job: _Job) -> int:
    found = await job.live.ingest(regenerate=job.regenerate)
    for warning in found.warnings:
        print(f"usher: {warning}", file=sys.stderr)
    if found.push_address:
        print(f"server: {found.server}\nkey: {found.key}\npush address: {found.push_address}")
    for name, value in found.more.items():
        print(f"{name}: {value}")
    if found.push_address or found.more:
        return 0
    print(f"usher: {job.live.name}: the platform told no push address", file=sys.stderr)
    return 1


async def _analytics(job: _Job) -> int:
    now = job.clock.now()
    found = await job.live.analytics(now - job.hours * 3600.0, now)
    print(f"{job.live.name} ({job.live.platform}), last {job.hours:g} h:")
    for line in figure_lines(found):
        print(f"  {line}")
    return 0


def figure_lines(found: StreamFigures) -> list[str]:
    """What was counted, a line each."""
    known = {
        "runs": found.runs,
        "seconds on air": found.ingest_seconds,
        "seconds watched": found.viewer_seconds,
        "views": found.views,
        "most viewers at once": found.most_viewers,
    }
    lines = [f"{name}: {value:g}" for name, value in known.items() if value is not None]
    return [*(lines or ["the platform gave no figures"]), *([f"({found.note})"] if found.note else [])]


def _line(live: Livestream, state: StreamState, extra: str = "") -> str:
    notes = [note for note in (extra, state.note, f"{state.viewers} watch" if state.viewers is not None else "") if note]
    word = WORDS.get(state.status, state.status)
    return f"{live.name} ({live.platform}): {word}" + (f"; {'; '.join(notes)}" if notes else "")


_VERBS: dict[Verb, Callable[[_Job], Awaitable[int]]] = {
    Verb.START: _start,
    Verb.STOP: _stop,
    Verb.STATUS: _status,
    Verb.KEY: _key,
    Verb.ANALYTICS: _analytics,
}
