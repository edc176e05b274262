"""A dashboard that is open for a whole rehearsal: memory of the page and how far it is behind.

python -m bench.desk [MINUTES] [SPEED]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.browser.watching import Watched, watch


def main(minutes: float, speed: float) -> None:
    """Watches and tells."""
    with tempfile.TemporaryDirectory() as out:
        seen = asyncio.run(watch(Path(out), minutes, speed))
    for line in figures(seen):
        print(line)


def figures(seen: Watched) -> list[str]:
    """In words."""
    ordered = sorted(seen.delays)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(0.99 * (len(ordered) - 1))]
    return [
        f"{seen.lines} messages, looked {len(ordered)} times",
        f"behind the bot: p50 {p50:.2f} s, p99 {p99:.2f} s, longest {ordered[-1]:.2f} s",
        f"objects of the page: {seen.heap[0]:.0f} MB at first, {max(seen.heap):.0f} MB at most",
        f"process of the page, private memory: {seen.process[0]:.0f} MB at first, {max(seen.process):.0f} MB at most",
        f"work of the page: {seen.busy:.0%} of a core",
        f"complaints of the page: {len(seen.said)} {sorted(set(seen.said))[:3]}",
    ]


if __name__ == "__main__":
    given = [float(one) for one in sys.argv[1:3]]
    main(*(given or [120.0]), *([60.0] if len(given) < 2 else []))
