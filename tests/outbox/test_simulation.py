"""A hostile platform and a program that is killed at any moment: nothing doubled, nothing lost (reliability 3.3).

10 % of the calls end in 503 and were not applied, 15 % are applied and the answer is lost, 15 % are applied up to 20 s late. What
policy keeps: a lost line is not said a minute later, and a poll is not made a third time; both are parked where a person sees them.
"""

from __future__ import annotations

import random
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from bot.domain.actions import CreatePoll, Entry, PostMessage, SetMessageStatus
from bot.ports import OutboxRow
from tests.outbox.house import House
from tests.outbox.platform import Faults, Made, Platform
from tests.outbox.virtual import VirtualClock, virtually
from tests.store.making import CHANNEL, entry, hide, post

HOSTILE = Faults(
    not_sent=0.03, throttled=0.02, error_503=0.10, applied_then_reset=0.15, applied_late=0.15, late_by=20.0, listing_fails=0.1
)
INTENTS = 60


def intent(n: int, chance: random.Random, now: float) -> Entry:
    """A poll, a line or a hide; some say the same as another one."""
    kind = chance.choice(["poll", "post", "hide", "hide"])
    if kind == "poll":
        question = f"question {chance.choice([n, n, 7])}?"
        return entry(f"poll{n}", CreatePoll(question, ("yes", "no")), event=f"ev{n % 2}", what="engagement", created=now)
    if kind == "post":
        return post(f"post{n}", f"line {chance.choice([n, n, 7])}", event=f"ev{n % 2}", created=now)
    return hide(f"m{n // 4}", key=f"status{n}", status=chance.choice(["hidden", "public"]), created=now)


async def story(path: Path, seed: int) -> tuple[Platform, list[OutboxRow], int]:
    chance = random.Random(seed)
    platform = Platform(VirtualClock(), random.Random(seed + 1), HOSTILE)
    house = House(path, platform).up()
    kills = 0
    for n in range(INTENTS):
        await house.ask(intent(n, chance, house.clock.now()))
        await house.clock.sleep(chance.expovariate(1 / 3.0))
        if chance.random() < 0.3:
            kills += 1
            await house.die()
            house.up()
    for _ in range(200):
        await house.clock.sleep(30)
        if not await house.open_rows():
            break
    rows = list(await house.store.outbox(CHANNEL, limit=1000))
    await house.down()
    return platform, rows, kills


def check(platform: Platform, rows: list[OutboxRow]) -> None:
    assert {row.state for row in rows} <= {"done", "parked", "cancelled"}
    made = {one.ref: one for one in [*platform.posts, *platform.polls]}
    acts = [row for row in rows if isinstance(row.entry.action, PostMessage | CreatePoll)]
    asked = Counter(_print(row) for row in acts)
    seen = Counter(one.what for one in made.values())
    assert all(count <= asked[what] for what, count in seen.items()), "doubled"
    done = [row for row in acts if row.state == "done"]
    assert len({row.remote for row in done}) == len(done), "one thing taken for two acts"
    assert all(_print(row) == made[row.remote].what for row in done), "said to be done and is not there"
    assert sorted(made) == sorted(row.remote for row in done), "there, and not said to be done"
    newest = {
        row.entry.action.ref: row.entry.action.status for row in reversed(rows) if isinstance(row.entry.action, SetMessageStatus)
    }
    unsettled = {row.entry.action.ref for row in rows if isinstance(row.entry.action, SetMessageStatus) and row.state == "parked"}
    assert not unsettled
    assert platform.statuses.keys() == newest.keys()


def _print(row: OutboxRow) -> str:
    action = row.entry.action
    parts = [action.text] if isinstance(action, PostMessage) else [action.question, *action.options]  # type: ignore[union-attr]  # acts
    return "|".join([row.entry.event, *parts])


@pytest.mark.parametrize("seed", range(20))
def test_nothing_doubled_nothing_lost(tmp_path: Path, seed: int) -> None:
    platform, rows, kills = virtually(lambda: story(tmp_path / "usher.db", seed))
    check(platform, rows)
    assert kills > 5


def test_same_seed_is_the_same_story(tmp_path: Path) -> None:
    def once(name: str) -> list[Made]:
        platform, _, _ = virtually(lambda: story(tmp_path / name, 99))
        return [*platform.posts, *platform.polls]

    assert once("one.db") == once("two.db")


def test_without_the_settle_time_doubles_appear(tmp_path: Path) -> None:
    """The harness can find what it looks for: looking too early takes a late one for a lost one."""

    async def hasty(path: Path, seed: int) -> int:
        platform = Platform(VirtualClock(), random.Random(seed), Faults(applied_late=0.5, late_by=20.0))
        house = House(path, platform, settle=0.5).up()
        await house.ask(*[entry(f"p{n}", CreatePoll(f"q{n}?", ("a", "b")), event=f"ev{n}") for n in range(10)])
        await house.clock.sleep(300)
        await house.down()
        return len(platform.doubled())

    doubles = [virtually(partial(hasty, tmp_path / f"{seed}.db", seed)) for seed in range(3)]
    assert sum(doubles) > 0
