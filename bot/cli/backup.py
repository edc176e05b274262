"""`usher backup`, `usher restore`: a copy of the state beside the running daemon, and putting it back. SQLite only."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.settings import load_config
from bot.clock import Clock
from bot.config import Config
from bot.domain.errors import StoreError, UsageError
from bot.logs import start_logging
from bot.store import copy_state, open_store, put_back

_Config = Annotated[Path | None, typer.Option("--config", help="The configuration file (default config.toml).")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(backup)
    app.command()(restore)


def backup(file: Annotated[Path, typer.Argument(help="Where the copy goes.")], config: _Config = None) -> None:
    """Copy the state while the daemon runs. Whoever starts on the copy sends nothing until `usher resume`."""
    settings = load_config(config)
    copy_state(_state_of(settings), file, Clock())
    print(f"{file} ({file.stat().st_size // 1024} KiB)")


def restore(file: Annotated[Path, typer.Argument(help="A copy that `usher backup` made.")], config: _Config = None) -> None:
    """Put a copy in the state's place; the daemon must not run. The next start only reads and judges, until `usher resume`."""
    settings = load_config(config)
    start_logging(json_lines=False, level="warning")
    state = _state_of(settings)
    kept, forgotten = put_back(file, state)
    try:
        again = asyncio.run(_forget_again(settings, forgotten))
    except StoreError as error:
        raise UsageError(f"{file} was put back, but: {error}") from None
    print(f"{state} is the copy now" + (f"; what was there is {kept}" if kept else ""))
    print(f"forgotten again: {again} of {len(forgotten)} people")
    print("next: `usher run`, look at `usher status`, then `usher resume` (what waited is looked for before it is sent)")


def _state_of(config: Config) -> Path:
    kind, _, path = config.store.url.partition(":")
    if kind != "sqlite":
        raise UsageError("this is for SQLite; use pg_dump and pg_restore, then `usher run --reconcile-only`")
    return Path(path).absolute()


async def _forget_again(config: Config, forgotten: set[str]) -> int:
    store = await open_store(config.store.url, Clock())
    try:
        count = 0
        for channel in config.channel:
            for email in await store.addresses_of(channel.name, forgotten):
                await store.forget_person(channel.name, email, "restore", Clock().now())
                count += 1
        return count
    finally:
        await store.close()
