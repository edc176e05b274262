"""Three replicas as processes on one PostgreSQL: killed, stopped, cut off from their database; and control through any of them.

Small here (`make replicas` does it with 30 accounts and 20 kills). The limits are wide: other tests run beside.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.app.fleet import RULES, Fleet, a_fleet
from tests.app.house import TOKEN
from tests.app.replica_kills import chat, kill_one, restart_database, stop_one
from tests.postgres import Server, server

ACCOUNTS = 4
SLOW = 25.0
"""Seconds, where 8 are promised for a machine that has nothing else to do."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server(settings=()) as running:
        yield running


async def test_killed_stopped_and_the_database_restarted(tmp_path: Path, postgres: Server) -> None:
    async with a_fleet(tmp_path, postgres.new_database(), ACCOUNTS) as fleet:
        await asyncio.gather(*(fleet.start(name) for name in ("r0", "r1", "r2")))
        await fleet.balanced(3)
        chatting = asyncio.create_task(chat(fleet, list(range(ACCOUNTS)), 4.0))
        count, took = await kill_one(fleet, "r0", "killed")
        await chatting
        assert count in {1, 2}
        assert took < SLOW
        await fleet.start("r0")
        assert await stop_one(fleet, "r1", 8.0) < SLOW
        assert await restart_database(fleet, postgres, 1.0) < SLOW
        await _shown(fleet)
        await fleet.check()
        await _all_told(fleet)


async def test_control_works_through_any_replica(tmp_path: Path, postgres: Server) -> None:
    async with a_fleet(tmp_path, postgres.new_database(), 2) as fleet:
        await asyncio.gather(fleet.start("r0"), fleet.start("r1"))
        owners = await fleet.balanced(2)
        far = next(int(channel[1:]) for channel, owner in owners.items() if owner == "r1")
        await fleet.acts_again([far], "first")
        await _status_says_who_owns_what(fleet, owners)
        await _feed_tells_of_the_others(fleet, far)
        await _pause_holds_the_others(fleet, far)
        await _undone_from_afar(fleet, far)
        await _rules_of_one_are_the_rules_of_all(fleet, far)
        await _rules_are_pushed(fleet, tmp_path, far)
        await fleet.kill("r1", signal.SIGTERM)
        assert set((await fleet.balanced(1)).values()) == {"r0"}


async def _pause_holds_the_others(fleet: Fleet, far: int) -> None:
    """A pause through r0 stops what r1 sends, before its answer."""
    talking = asyncio.create_task(_swear(fleet, far, 40))
    await asyncio.sleep(0.5)
    await fleet.api("r0", "POST", "pause", {})
    hidden = await fleet.hidden(far)
    await talking
    await asyncio.sleep(1.0)
    assert await fleet.hidden(far) == hidden, "something was sent after the answer"
    assert (await fleet.api("r1", "GET", "status"))["paused"]
    await fleet.api("r0", "POST", "resume", {"waiting": "run"})
    await _until(fleet, far, lambda hidden: len(hidden) >= 41)


async def _status_says_who_owns_what(fleet: Fleet, owners: dict[str, str]) -> None:
    for name in fleet.members:
        async with asyncio.timeout(SLOW):  # a status is told every two seconds
            while _owners_told(told := (await fleet.api(name, "GET", "status"))["replicas"]) != owners:
                await asyncio.sleep(0.3)
        assert [one["name"] for one in told if one["here"]] == [name]


def _owners_told(replicas: list[dict[str, Any]]) -> dict[str, str]:
    return {channel: one["name"] for one in replicas for channel in one["channels"]}


async def _feed_tells_of_the_others(fleet: Fleet, far: int) -> None:
    """A page on r0 sees what r1 decides."""
    url = f"{fleet.members['r0'].url}/api/v1/feed"
    async with fleet.web.get(url, headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
        await asyncio.sleep(2.5)  # the lease carries to r1 that somebody reads
        await fleet.say(far, "heck of a feed")
        async with asyncio.timeout(SLOW):
            while b"heck of a feed" not in await answer.content.readline():
                continue


async def _until(fleet: Fleet, number: int, holds: Callable[[set[str]], bool]) -> None:
    async with asyncio.timeout(SLOW):
        while not holds(await fleet.hidden(number)):
            await asyncio.sleep(0.1)


async def _swear(fleet: Fleet, number: int, lines: int) -> None:
    for line in range(lines):
        await fleet.say(number, f"heck and more {line}")
        await asyncio.sleep(0.02)


async def _undone_from_afar(fleet: Fleet, far: int) -> None:
    """r0 shows what r1's channel has hidden."""
    one = next(message for message in await fleet.messages(far) if message["text"] == "heck first")
    answer = await fleet.api("r0", "POST", f"messages/{one['ref']}/show", {})
    assert (answer["done"], answer["note"]) == (True, "")
    await _until(fleet, far, lambda hidden: "heck first" not in hidden)


async def _rules_of_one_are_the_rules_of_all(fleet: Fleet, far: int) -> None:
    """A save in the folder is in force for every channel of every replica."""
    fleet.write(RULES.replace("heck", "drat"))
    await fleet.say(far, "drat it")  # too early: the rules of before let it stand
    async with asyncio.timeout(SLOW):
        while not await _catches(fleet, far, "drat that"):
            await asyncio.sleep(0.3)
    assert len({one["hash"] for one in await _rules(fleet)}) == 1


async def _rules_are_pushed(fleet: Fleet, folder: Path, far: int) -> None:
    """A folder that no replica has."""
    fleet.write(RULES.replace("heck", "gosh"), "pushed")
    command = [sys.executable, "-m", "bot", "rules", "push", str(folder / "pushed"), "--config", str(fleet.config("r0"))]
    done = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await done.communicate()
    assert (done.returncode, b"1 rules for" in told or b"rules are in force" in told) == (0, True)
    async with asyncio.timeout(SLOW):
        while not await _catches(fleet, far, "gosh that"):
            await asyncio.sleep(0.3)


async def _rules(fleet: Fleet) -> list[dict[str, str]]:
    return [one for name in fleet.members for one in (await fleet.api(name, "GET", "rules"))["channels"]]


async def _catches(fleet: Fleet, number: int, text: str) -> bool:
    await fleet.say(number, text)
    await asyncio.sleep(0.7)
    return text in await fleet.hidden(number)


async def _shown(fleet: Fleet) -> None:
    """Until every poll's result stands in its chat."""
    async with asyncio.timeout(SLOW):
        for number in range(ACCOUNTS):
            while not await _result_stands(fleet, number):
                await asyncio.sleep(0.2)


async def _result_stands(fleet: Fleet, number: int) -> bool:
    return any("Tea" in one["text"] for one in await fleet.messages(number) if one["by_api"])


async def _all_told(fleet: Fleet) -> None:
    """Every message that was written was judged, by whichever replica: once."""
    status = await fleet.api("r2", "GET", "status")
    judged = {channel["name"]: channel["judged"] for channel in status["channels"]}
    for number in range(ACCOUNTS):
        assert judged[f"a{number}"] >= fleet.said[f"a{number}"]
    assert {channel["inbox"] for channel in status["channels"]} == {0}
