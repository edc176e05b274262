"""`usher rehearse`: bot, stage and audience on this machine."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.domain.errors import UsageError
from bot.logs import start_logging
from bot.rehearsal.audience import plan as made_up
from bot.rehearsal.audience_acts import Plan
from bot.rehearsal.audience_recorded import read, show
from bot.rehearsal.show import Show, rehearse

LONGEST_RECORDING = 60.0
"""Minutes of show that a recording may take without --minutes; of longer ones the silences pass in an instant."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("rehearse")(command)


def command(
    rules: Annotated[Path, typer.Option(help="Folder of the rule files.")] = Path("rules"),
    chat: Annotated[Path | None, typer.Option(help="Play recorded messages (JSON Lines) instead of the made-up audience.")] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=1000, help="How many times as fast as life.")] = 1.0,
    minutes: Annotated[float | None, typer.Option(min=0.2, max=1440, help="Length of the show (default 2).")] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same show.")] = 1,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the control API listens; 0 takes a free one.")] = 8787,
    headless: Annotated[bool, typer.Option("--headless", help="Print only what the bot does, not every message.")] = False,
    out: Annotated[Path, typer.Option(help="Where summary and reports go.")] = Path("out"),
) -> None:
    """Watch the bot moderate and run an event over real HTTP; ends with a summary."""
    start_logging(json_lines=False, level="error")
    console = Console(highlight=False)
    plan = made_up(seed, (minutes or 2.0) * 60) if chat is None else _recorded(chat, minutes, console)
    wanted = Show(plan, rules, speed, seed, port, headless, out, os.environ.get("USHER_TOKEN", ""))
    asyncio.run(rehearse(wanted, console))


def _recorded(chat: Path, minutes: float | None, console: Console) -> Plan:
    try:
        recording = read(chat)
    except OSError as error:
        raise UsageError(f"cannot read the recording {chat}: {error.strerror}") from None
    if not recording.said:
        raise UsageError(f'{chat} holds no message; each line should be like {{"t": 1.5, "name": "Ann", "text": "hello"}}')
    for number, text in recording.problems[:10]:
        console.print(f"{chat}:{number}: left out: {text}", markup=False)
    limit = (minutes or LONGEST_RECORDING) * 60
    plan = show(recording.said, limit)
    if len(plan.events) > 1:
        console.print(f"{len(plan.events)} rooms, each an event of its own; all begin together.")
    if plan.longest_silence is not None:
        console.print(
            f"The recording takes {plan.length / 3600:.2g} hours. Silences over {plan.longest_silence:.1f} s pass in an instant "
            f"once the bot is done; about {limit / 60:g} minutes are left to play. The rules see the true times."
        )
    return plan
