"""Many stages in one process, one for each account: `python -m tests.app.stages NUMBER [LIVE]`. Prints their addresses as a
JSON list; the first LIVE (all without it) have a live event, the others one that has not begun."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

from bot.clock import Clock
from bot.stage import Stage

EVENT = "show"


async def main(number: int, live: int) -> None:
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    stages = [Stage(Clock()) for _ in range(number)]
    for at, stage in enumerate(stages):
        await stage.start()
        stage.door.event(EVENT, title="Show", status="live" if at < live else "idle", chat=True, qa=True)
    print(json.dumps([stage.url for stage in stages]), flush=True)  # noqa: T201 - this is how the caller learns them
    await done.wait()
    for stage in stages:
        await stage.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[-1])))
