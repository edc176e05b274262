"""Several replicas, many accounts: what it costs and how long a bad message stands. `python -m bench.replicas`.

Each account has a stage of its own with one event (two feeds); somebody writes in each that is live, and one line in ten is bad.
Tells the processor time of each replica and of the database, the database's own account of its time, transactions and rows, the
calls of the busiest account against its budget, and the exposure. Processor time does not depend on what else runs; exposure does.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.app.fleet import Fleet, a_fleet
from tests.postgres import Server, server

_TICKS = 100.0
_STATISTICS = """
SELECT xact_commit::float8,
       (tup_inserted + tup_updated + tup_deleted)::float8, active_time / 1000.0, pg_current_wal_lsn() - '0/0'::pg_lsn
FROM pg_stat_database WHERE datname = current_database()
"""


@dataclass(frozen=True)
class Moment:
    """Counters at one moment."""

    at: float
    replicas: dict[str, float]
    database: float
    counts: tuple[float, ...]


def processor(pid: int) -> float:
    """Seconds of processor time of a process and its children."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    asked = ["pgrep", "-P", str(pid)]
    children = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()  # noqa: S603 - our own number
    return (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / _TICKS + sum(
        processor(int(child)) for child in children if Path(f"/proc/{child}").exists()
    )


async def moment(fleet: Fleet, database: Server) -> Moment:
    """Looks at all counters."""
    (row,) = await asyncio.to_thread(database.ask, _STATISTICS, fleet.database.rpartition("/")[2])
    replicas = {name: processor(member.process.pid) for name, member in fleet.members.items()}
    server_time = processor(database.process.pid) if database.process is not None else 0.0
    return Moment(time.monotonic(), replicas, server_time, tuple(float(str(value)) for value in row))


async def write(fleet: Fleet, live: int, every: float, until: float) -> int:
    """One line in each of the first accounts every so many seconds; returns how many were written."""
    count = 0
    while time.monotonic() < until:
        began = time.monotonic()
        for number in range(live):
            count += 1
            is_bad = (count // live + number) % 10 == 0
            await fleet.say(number, f"what the heck {count}" if is_bad else f"hello to all of you {count}")
        await asyncio.sleep(max(0.0, every - (time.monotonic() - began)))
    return count


def rates(before: Moment, after: Moment) -> dict[str, Any]:
    """Per second."""
    span = after.at - before.at
    commits, rows, active, log = ((b - a) / span for a, b in zip(before.counts, after.counts, strict=True))
    return {
        "replicas": {name: round((after.replicas[name] - before.replicas[name]) / span, 3) for name in after.replicas},
        "database": round((after.database - before.database) / span, 3),
        "active": round(active, 3),
        "commits": round(commits, 1),
        "rows": round(rows, 1),
        "log KB": round(log / 1024, 1),
    }


async def main(accounts: int, live: int, replicas: int, every: float, seconds: float, database: Server) -> None:
    """One run."""
    folder = Path(tempfile.mkdtemp(prefix="usher-bench-"))
    async with a_fleet(folder, database.new_database(), accounts, options="", live=live) as fleet:
        names = [f"r{number}" for number in range(replicas)]
        for name in names:
            await fleet.start(name)
        await fleet.balanced(replicas, within=180.0)
        await asyncio.sleep(10.0)
        quiet = await moment(fleet, database), await _after(fleet, database, seconds / 2)
        before = await moment(fleet, database)
        count = await write(fleet, live, every, time.monotonic() + seconds)
        busy = before, await moment(fleet, database)
        await asyncio.sleep(5.0)
        channels = (await fleet.api("r0", "GET", "status"))["channels"]
    _tell(accounts, live, replicas, rates(*quiet), rates(*busy), count / seconds, channels)


async def _after(fleet: Fleet, database: Server, seconds: float) -> Moment:
    await asyncio.sleep(seconds)
    return await moment(fleet, database)


def _tell(accounts: int, live: int, replicas: int, quiet: Any, busy: Any, rate: float, channels: list[dict[str, Any]]) -> None:
    exposures = sorted(channel["exposure"]["p95"] for channel in channels if channel["exposure"]["p95"] is not None)
    calls = max(channel["budget"]["last_minute"] for channel in channels)
    print(f"{accounts} accounts ({live} live), {2 * accounts} feeds, {replicas} replicas")
    print(f"  silent: {quiet}")
    print(f"  {rate:.0f} messages/s: {busy}")
    print(f"  calls of the busiest account in the last minute: {calls} of {channels[0]['budget']['limit']}")
    if exposures:
        print(f"  exposure p95: median account {exposures[len(exposures) // 2]:.2f} s, worst account {exposures[-1]:.2f} s")
    print(f"  judged {sum(channel['judged'] for channel in channels)}, waiting {sum(channel['inbox'] for channel in channels)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=60)
    parser.add_argument("--live", type=int, help="accounts whose event is live (all); the others' have not begun")
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two lines in one account")
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    with server(settings=()) as found:
        asyncio.run(main(given.accounts, given.live or given.accounts, given.replicas, given.every, given.seconds, found))
