"""End to end on one core: stage → read → decision → stored, with durable commits. `python -m bench.flow [SECONDS [RATE]]`.

The whole bot with two rules, all of its threads held to one core; the stage and the audience are processes on the others. What each
step costs by itself: bench/steps.py.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.machine import machine
from bench.raid import raid
from bot.logs import start_logging

OFFENDING = (0.003, 0.0)
"""As much as is hidden in recorded live chats; with more of it the platform's limit of calls would be measured, not the bot."""
WANTED = 3_000.0
CALLS = 6_000
"""Calls a minute: with pages of 100 rows, 3,000 lines a second take more than BeeStreamed allows an account."""
ROOMS = 5
"""Events: the pages of one list, of 100 rows each, can only be asked for one after the other."""


async def whole(seconds: float, rate: float) -> None:
    """The whole bot."""
    with tempfile.TemporaryDirectory(dir=".") as made:
        began, used = time.perf_counter(), time.process_time()
        found = await raid(
            Path(made), seconds, rate, OFFENDING, rooms=ROOMS, cores={max(os.sched_getaffinity(0))}, requests_per_minute=CALLS
        )
        took, used = time.perf_counter() - began, time.process_time() - used
    print(f"whole bot on one core, {rate:,.0f} messages/s for {seconds:.0f} s (wanted {WANTED:,.0f}): {found}")
    each = used / found.judged * 1e6
    print(f"  {found.pace:,.0f} judged and stored a second; all of it {found.behind:.2f} s after the last line was written")
    print(f"  {each:.0f} µs of processor time a message, {took:.0f} s in all")


def main() -> None:
    """Everything."""
    start_logging(json_lines=True, level="error")
    given = [float(one) for one in sys.argv[1:3]]
    print(machine())
    asyncio.run(whole(*(given or [60.0]), *([WANTED] if len(given) < 2 else [])))


if __name__ == "__main__":
    main()
