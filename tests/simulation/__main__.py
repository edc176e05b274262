"""`python -m tests.simulation --seeds 100000`: all processors play; a seed that fails prints its story, and the exit code is 1."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time

from tests.simulation.playing import CHUNK, failing


def main() -> int:
    """Plays them all."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    wanted = parser.parse_args()
    began, failed = time.monotonic(), 0
    chunks = range(wanted.first, wanted.first + wanted.seeds, CHUNK)
    with multiprocessing.get_context("spawn").Pool(wanted.processes) as pool:
        for number, found in enumerate(pool.imap_unordered(failing, chunks), 1):
            failed += len(found)
            for played in found:
                print(played, flush=True)  # noqa: T201 - a command line prints
            if number % 20 == 0:
                print(f"{number * CHUNK} seeds, {failed} failed, {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201 - as above
    print(f"{len(chunks) * CHUNK} seeds, {failed} failed, {time.monotonic() - began:.0f} s")  # noqa: T201 - as above
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
