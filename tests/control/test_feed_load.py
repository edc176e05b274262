"""Fifty readers of the feed, five of them stalled, at 200 messages a second: the rest get everything in time; judging goes on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bot.stage import Stage
from tests.app.house import EVENT
from tests.control.living import TOKENS, Living, living_bot

RULES = """
rules:
  - id: loud
    if: { word: [loud] }
    do: [ { label: loud } ]
"""
READERS, STALLED = 50, 5
A_SECOND, SECONDS = 200, 8
ROUNDS = 2
"""Of so many rounds the quickest counts for the times."""


@contextmanager
def reading(bot: Living) -> Iterator[Any]:
    command = [sys.executable, "-m", "tests.control.reading", str(bot.port), TOKENS["viewer"], str(READERS), str(STALLED)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def _say(step: int, stage: Stage) -> None:
    for number in range(A_SECOND // 10):
        stage.door.say(EVENT, f"this is loud {step} {number}", f"Guest {number}")


def judged(bot: Living) -> int:
    told = bot.ask("GET", "/metrics").body.decode()
    return sum(int(float(count)) for count in re.findall(r"^usher_messages_judged_total\{.*\} (\S+)$", told, re.MULTILINE))


def slack() -> float:
    """How many want each core: other work on this machine is not the bot's fault."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def chat(bot: Living, seconds: int) -> float:
    """Lets the audience write; returns how long after the last line everything was judged."""
    before, began = judged(bot), time.monotonic()
    for step in range(10 * seconds):
        bot.stage(partial(_say, step))
        time.sleep(max(0.0, began + (step + 1) / 10 - time.monotonic()))
    said = time.monotonic()
    while judged(bot) < before + A_SECOND * seconds:
        assert time.monotonic() < said + 60
        time.sleep(0.2)
    return time.monotonic() - said


def heard(process: Any) -> list[list[Any]]:
    time.sleep(1.0)  # what was judged last is on its way
    process.stdin.write("enough\n")
    process.stdin.flush()
    return list(json.loads(process.stdout.readline()))


def test_fifty_readers_of_which_five_are_stalled(tmp_path: Path) -> None:
    with living_bot(tmp_path, rules=RULES) as bot:
        alone = chat(bot, 3)
        best = (99.0, 99.0)
        for _ in range(ROUNDS):
            with reading(bot) as process:
                behind = chat(bot, SECONDS)
                pages = heard(process)
            awake = [page for page in pages if not page[0]]
            assert [page[1] for page in awake] == [A_SECOND * SECONDS] * (READERS - STALLED)
            assert [page[3] for page in awake] == [0] * (READERS - STALLED)
            asleep = [page for page in pages if page[0]]
            assert all(page[3] > 0 for page in asleep), "a stalled one is told what it has lost when it wakes"
            assert all(0 < page[4] < A_SECOND * SECONDS for page in asleep), "and hears the newest"
            best = min(best, (max(page[2] for page in awake), behind))
            if best[0] < 1.0 and best[1] < alone + 2.0:
                break
        print(f"latest {best[0]:.2f} s; judged {best[1]:.2f} s after the last line, without readers {alone:.2f} s")  # noqa: T201
        assert best[0] < slack()
        assert best[1] < alone + 2.0 * slack()
