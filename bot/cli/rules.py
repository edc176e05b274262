"""`usher rules push`: a folder becomes the rules that all replicas use."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.loading import in_folder
from bot.cli.settings import load_config
from bot.clock import Clock
from bot.config import Config
from bot.domain.errors import UsageError
from bot.engine.gate import gate
from bot.rulefiles import FanOut, Loaded, load
from bot.ruleset.problems import Problem
from bot.store import Line, is_shared, open_beside


def register(app: typer.Typer) -> None:
    """Adds the command."""
    group = typer.Typer(help="Rules where several replicas share a database.", no_args_is_help=True)
    group.command()(push)
    app.add_typer(group, name="rules")


def push(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with the rule files.")],
    channel: Annotated[list[str] | None, typer.Option("--channel", help="Only for this channel; may be given again.")] = None,
    config: Annotated[Path | None, typer.Option("--config", help="The configuration file (default config.toml).")] = None,
) -> None:
    """Put the rules of a folder in force on all replicas. Refused while one of the rules' own tests fails."""
    settings = load_config(config)
    if not is_shared(settings.store.url):
        raise UsageError("the state is one SQLite file: there the daemon follows the folder itself; nothing has to be pushed")
    channels = _channels(settings, channel or [])
    loaded = load(folder, settings.services)
    ruleset, errors = loaded.parsed.ruleset, _errors(loaded)
    for problem in errors:
        print(in_folder(problem, folder).render(), end="\n\n")
    if ruleset is None or errors:
        print(f"{folder}: nothing was pushed; the rules in force stay")
        raise typer.Exit(1)
    asyncio.run(_push(settings, loaded, ruleset.hash, channels))
    print(f"{ruleset.hash[:12]}: {len(ruleset.rules)} rules are in force for {', '.join(channels)} within some seconds")


def _channels(settings: Config, wanted: Sequence[str]) -> tuple[str, ...]:
    known = [channel.name for channel in settings.channel]
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise UsageError(f"there is no channel '{unknown[0]}'; configured: {', '.join(known)}")
    return tuple(wanted or known)


def _errors(loaded: Loaded) -> tuple[Problem, ...]:
    ruleset = loaded.parsed.ruleset
    failing = () if ruleset is None else gate(ruleset, None, loaded.files).failures
    return (*failing, *loaded.parsed.errors)


async def _push(settings: Config, loaded: Loaded, sha: str, channels: tuple[str, ...]) -> None:
    clock = Clock()
    store = await open_beside(settings.store.url, clock)
    line = Line(settings.store.url, "", clock)

    async def tell() -> None:
        await line.tell("rules")

    try:
        await FanOut(store, channels, tell).save_revision(
            channels[0], sha, loaded.files, f"push by {getpass.getuser()}", clock.now()
        )
    finally:
        await line.close()
        await store.close()
