"""`usher report EVENT`: the event's report, while the daemon runs or after it. Only reads the state."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.settings import load_config
from bot.clock import Clock
from bot.config import Config
from bot.domain.errors import UsageError
from bot.reports import FORMATS, folder_of, write_report
from bot.rulefiles import parse_texts
from bot.ruleset.engagement import Reports
from bot.store import Store, open_for_reading


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(report)


def report(
    event: Annotated[str, typer.Argument(help="The platform's ref of the event.")],
    format_: Annotated[str, typer.Option("--format", help="Any of html, csv, json, with commas between.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files (default: a folder of the event in [reports] out).")
    ] = None,
    names: Annotated[str, typer.Option(help="named, hashed (pseudonyms) or aggregate (nobody).")] = "",
    config: Annotated[Path | None, typer.Option("--config", help="The configuration file (default config.toml).")] = None,
) -> None:
    """Write an event's report: one page to read and print, and tables as CSV and JSON."""
    wanted = [one.strip() for one in format_.split(",") if one.strip()] if format_ else None
    files = asyncio.run(_report(load_config(config), event, wanted, out, names))
    for file in files:
        print(file)


async def _report(config: Config, event: str, formats: list[str] | None, out: Path | None, names: str) -> list[Path]:
    store = await open_for_reading(config.store.url, Clock())
    try:
        channel = await _channel_of(store, config, event)
        usual = _usual(await store.last_revision(channel))
        folder = out or folder_of(Path(config.reports.out), event)
        kinds = tuple(formats or usual.formats or FORMATS)
        return await write_report(store, channel, event, folder, formats=kinds, names=names or usual.names)
    except OSError as error:
        raise UsageError(f"the report cannot be written: {error.strerror or error} ({error.filename})") from None
    finally:
        await store.close()


async def _channel_of(store: Store, config: Config, event: str) -> str:
    """The account whose event this is."""
    known: list[str] = []
    for channel in config.channel:
        events = [state.event for state in await store.events(channel.name)]
        if event in events:
            return channel.name
        known += events
    raise UsageError(f"nothing is known of the event '{event}'; known events: {', '.join(known) or 'none yet'}")


def _usual(revision: tuple[str, Mapping[str, str]] | None) -> Reports:
    """What the rules in force say about reports."""
    parsed = parse_texts(revision[1]) if revision is not None else None
    engagement = parsed.ruleset.engagement if parsed is not None and parsed.ruleset is not None else None
    return (engagement.reports if engagement is not None else None) or Reports()
