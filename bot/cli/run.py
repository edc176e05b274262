"""`usher run`: the daemon."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import garbage
from bot.app import App
from bot.app.watchdog import Watchdog
from bot.cli.settings import load_config, secret_values
from bot.clock import Clock
from bot.config import Config
from bot.domain.errors import StateInUse, StoreError
from bot.logs import start_logging

_ARENA_MAX = -8
IN_USE = 75
"""Another copy runs on the same state (EX_TEMPFAIL)."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(run)


def run(
    config: Annotated[Path | None, typer.Option("--config", help="The configuration file (default config.toml).")] = None,
    level: Annotated[str, typer.Option("--log-level", help="debug, info, warning or error.")] = "info",
    reconcile_only: Annotated[
        bool,
        typer.Option("--reconcile-only", help="The state is older than what was done: read and judge, send after `usher resume`."),
    ] = False,
) -> None:
    """Run the daemon until it is told to stop (SIGTERM, Ctrl-C)."""
    settings = load_config(config)
    _one_arena()
    start_logging(json_lines=not sys.stderr.isatty(), secrets=secret_values(settings), level=level)
    try:
        asyncio.run(_serve(settings, reconcile_only=reconcile_only))
    except StateInUse as error:
        print(f"usher: {error}", file=sys.stderr)
        raise typer.Exit(IN_USE) from None
    except StoreError as error:
        print(f"usher: {error}", file=sys.stderr)
        raise typer.Exit(1) from None


def _one_arena() -> None:
    """Of glibc's many heaps one is enough: the few threads here take turns, and each further heap keeps some MB to itself."""
    try:
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
    except (AttributeError, OSError):
        return  # not glibc: there is nothing to set


async def _serve(settings: Config, *, reconcile_only: bool = False) -> None:
    app = App(settings, Clock(), reconcile_only=reconcile_only)
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for word in (signal.SIGTERM, signal.SIGINT):
        # The first asks for an orderly end; a second one ends at once, which is safe: a restart takes everything up again.
        loop.add_signal_handler(word, partial(_stop, done, word))
    await app.start()
    garbage.rarely()
    watchdog = Watchdog(os.environ, app.store.pauses)
    watching = asyncio.create_task(watchdog.run())
    watchdog.tell("READY=1")
    print(f"usher: control API on {app.url}", file=sys.stderr)
    ended = asyncio.create_task(app.wait())
    stop = asyncio.create_task(done.wait())
    await asyncio.wait({ended, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    watchdog.tell("STOPPING=1")
    watching.cancel()
    await app.stop()
    await ended


def _stop(done: asyncio.Event, word: int) -> None:
    if done.is_set():
        signal.signal(word, signal.SIG_DFL)
        signal.raise_signal(word)
    done.set()
