"""Three replicas, many accounts, and one after the other is killed: `python -m tests.app.replica_kills --accounts 30 --kills 20`.

Prints, for each kill, how long it took until every account of the dead replica acted again (reliability 4.2). Then one replica is
stopped for 15 s, and the database is restarted. At the end no message may stand unjudged and nothing may be doubled.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from tests.app.fleet import Fleet, a_fleet
from tests.postgres import Server, server

REPLICAS = ("r0", "r1", "r2")


async def kill_one(fleet: Fleet, victim: str, mark: str) -> tuple[int, float]:
    """(accounts that it had, seconds until all of them act again)."""
    owners = await fleet.balanced(len(fleet.members))
    mine = [int(channel[1:]) for channel, owner in owners.items() if owner == victim]
    await fleet.kill(victim)
    return len(mine), await fleet.acts_again(mine, mark)


async def stop_one(fleet: Fleet, victim: str, seconds: float) -> float:
    """SIGSTOP with work in hand; its accounts act elsewhere meanwhile, and after it wakes nothing stale is done."""
    owners = await fleet.balanced(len(fleet.members))
    mine = [int(channel[1:]) for channel, owner in owners.items() if owner == victim]
    chatting = asyncio.create_task(chat(fleet, mine, seconds + 5))
    await asyncio.sleep(1.0)
    fleet.signal(victim, signal.SIGSTOP)
    took = await fleet.acts_again(mine, "stopped")
    await asyncio.sleep(max(0.0, seconds - took))
    fleet.signal(victim, signal.SIGCONT)
    await chatting
    await fleet.acts_again(mine, "woken")
    await fleet.balanced(len(fleet.members))
    return took


async def restart_database(fleet: Fleet, running: Server, seconds: float) -> float:
    """As a crash; how long after its return until all accounts act again."""
    await asyncio.to_thread(running.stop, signal.SIGQUIT)
    await asyncio.sleep(seconds)
    running.start()  # not in a thread: the server ends with the thread that started it
    return await fleet.acts_again(range(len(fleet.stages)), "restarted")


async def chat(fleet: Fleet, numbers: list[int], seconds: float) -> None:
    """Somebody always writes, and every third line is bad."""
    deadline = asyncio.get_running_loop().time() + seconds
    count = 0
    while asyncio.get_running_loop().time() < deadline:
        for number in numbers:
            count += 1
            await fleet.say(number, f"heck again {count}" if count % 3 == 0 else f"hello {count}")
        await asyncio.sleep(0.2)


async def main(accounts: int, kills: int, running: Server) -> float:
    """The longest time without an owner."""
    folder = Path(tempfile.mkdtemp(prefix="usher-fleet-"))
    worst = 0.0
    async with a_fleet(folder, running.url, accounts) as fleet:
        for name in REPLICAS:
            await fleet.start(name)
        for number in range(kills):
            victim = REPLICAS[number % len(REPLICAS)]
            chatting = asyncio.create_task(chat(fleet, list(range(accounts)), 8.0))
            count, took = await kill_one(fleet, victim, f"k{number}")
            worst = max(worst, took)
            say(f"kill {number + 1}: {victim} had {count} accounts; all acted again after {took:.1f} s")
            await chatting
            await fleet.start(victim)
        say(f"stopped for 15 s: its accounts acted again after {await stop_one(fleet, 'r1', 15.0):.1f} s")
        say(f"database restarted: all act again after {await restart_database(fleet, running, 3.0):.1f} s")
        await asyncio.sleep(10.0)
        await fleet.check()
        say(f"{kills} kills of {accounts} accounts: longest pause {worst:.1f} s; nothing unjudged, nothing doubled")
    return worst


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=30)
    parser.add_argument("--kills", type=int, default=20)
    given = parser.parse_args()
    with server(settings=()) as found:
        sys.exit(asyncio.run(main(given.accounts, given.kills, found)) > 8.0)
