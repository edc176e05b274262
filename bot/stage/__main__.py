"""The stage as a process of its own: `python -m bot.stage --port 9000 --switches '{"b09_direction": "newer"}'`.

Prints one line of JSON with its URL and token as soon as it listens; ends on SIGTERM or SIGINT. This file alone takes the project's
real clock, so that `bot/clock.py` stays the only one that asks the machine for time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from bot.clock import Clock
from bot.stage.faults import Faults
from bot.stage.server import CHANNEL, SECRET_KEY, TOKEN_ID, Stage
from bot.stage.settings import changed
from bot.stage.switches import Switches


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.stage", description="A stand-in for BeeStreamed over real HTTP.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--speed", type=float, default=1.0, help="seconds of the stage's clock per real second")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--switches", default="{}", metavar="JSON")
    parser.add_argument("--faults", default="{}", metavar="JSON")
    parser.add_argument("--event", action="append", default=[], metavar="REF", help="an event that is live from the start")
    return parser.parse_args()


async def _serve(given: argparse.Namespace) -> None:
    switches, faults = changed(Switches(), json.loads(given.switches)), changed(Faults(), json.loads(given.faults))
    stage = Stage(Clock(given.speed), switches, faults, given.seed)
    for ref in given.event:
        stage.door.event(ref, title=ref, status="live")
    done = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, done.set)
    url = await stage.start(given.host, given.port)
    ready = {"url": url, "token_id": TOKEN_ID, "secret_key": SECRET_KEY, "channel": CHANNEL}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    await done.wait()
    await stage.stop()


def main() -> int:
    """0 after an orderly end, 2 for an unusable call."""
    try:
        asyncio.run(_serve(_arguments()))
    except (ValueError, OSError) as problem:
        sys.stderr.write(f"stage: {problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
