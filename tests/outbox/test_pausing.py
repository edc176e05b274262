"""Pause, stop, kill and start again: nothing is sent that must not be, nothing is sent twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.actions import SetPoll
from bot.domain.errors import Superseded, UsherError
from bot.outbox.relay import STATUS_AT_ONCE
from bot.ports import Pause
from tests.outbox.house import QUICK, SLOW, House, line, play, poll
from tests.outbox.platform import Faults, Platform
from tests.outbox.virtual import VirtualClock, open_inline, virtually
from tests.store.making import CHANNEL, entry, hide


@pytest.mark.parametrize("after", [0.0, 0.3, 0.9, 1.4])
def test_nothing_is_sent_after_the_answer_to_pause(tmp_path: Path, after: float) -> None:
    answered = 0.0

    async def story(house: House) -> None:
        nonlocal answered
        await house.ask(*[hide(f"m{n}", priority=n % 4) for n in range(60)], *[line(f"p{n}", f"line {n}") for n in range(5)])
        await house.clock.sleep(after)
        await house.store.pause(Pause(CHANNEL, "", "all", None, "anna", house.clock.now()))
        assert await house.relay.quiesce()
        answered = house.clock.now()
        await house.clock.sleep(30)
        assert await house.open_rows() > 20
        assert max((at for at, _ in house.platform.calls), default=0.0) <= answered
        await house.store.resume(CHANNEL, "", "run", "anna", house.clock.now())
        house.wake.set()
        await house.clock.sleep(60)
        assert await house.open_rows() == 0

    platform = play(tmp_path, story, Faults(latency=(0.5, 0.9)))
    assert len(platform.statuses) == 60


def test_pause_waits_only_for_its_own_scope(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.ask(line("p", "slow line"))
        await house.clock.sleep(0.5)
        began = house.clock.now()
        assert await house.relay.quiesce("", "moderation")
        assert await house.relay.quiesce("another", "all")
        assert house.clock.now() == began
        assert await house.relay.quiesce("ev1", "engagement")
        assert house.clock.now() > began

    play(tmp_path, story, SLOW)


def test_call_that_never_ends_does_not_hold_the_answer_for_ever(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.ask(line())
        await house.clock.sleep(0.5)
        assert not await house.relay.quiesce(within=20.0)
        house.platform.faults = QUICK

    play(tmp_path, story, Faults(latency=(100.0, 100.0)))


def test_stop_claims_nothing_more_and_lets_the_rest_finish(tmp_path: Path) -> None:
    async def main() -> None:
        house = House(tmp_path / "usher.db", Platform(VirtualClock(), faults=SLOW)).up()
        await house.ask(*[hide(f"m{n}") for n in range(20)])
        await house.clock.sleep(0.5)
        await house.relay.stop()
        await house.running
        rows = await house.store.outbox(CHANNEL)
        states = sorted(row.state for row in rows)
        assert states == ["done"] * STATUS_AT_ONCE + ["pending"] * (20 - STATUS_AT_ONCE)
        await house.store.close()

    virtually(main)


def test_what_does_not_finish_in_time_is_looked_up_by_the_next_start(tmp_path: Path) -> None:
    async def main() -> None:
        platform = Platform(VirtualClock(), faults=Faults(latency=(30.0, 30.0)))
        house = House(tmp_path / "usher.db", platform).up()
        await house.ask(line())
        await house.clock.sleep(1)
        began = house.clock.now()
        await house.down()
        assert house.clock.now() - began == pytest.approx(10.0, abs=0.1)
        platform.faults = QUICK
        house.up()
        await house.clock.sleep(80)
        row = await house.row("p")
        assert (row.state, row.remote, len(platform.posts)) == ("done", "r1", 1)
        await house.down()

    virtually(main)


@pytest.mark.parametrize("at", [0.001, 0.05, 0.15, 0.25, 0.5])
def test_killed_in_the_middle_does_everything_once(tmp_path: Path, at: float) -> None:
    async def main() -> None:
        platform = Platform(VirtualClock())
        house = House(tmp_path / "usher.db", platform).up()
        await house.ask(line(), poll(), hide("a"), entry("open", SetPoll("p", True)))
        await house.clock.sleep(at)
        await house.die()
        house.up()
        await house.clock.sleep(200)
        assert await house.open_rows() == 0
        assert (len(platform.posts) <= 1, len(platform.polls), platform.statuses) == (True, 1, {"a": "hidden"})
        await house.down()

    virtually(main)


def test_relay_of_an_older_start_sends_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        house = House(tmp_path / "usher.db", Platform(VirtualClock())).up()
        await house.clock.sleep(1)
        other = House(tmp_path / "usher.db", Platform(VirtualClock()))
        other.store = open_inline(other.path)
        await other.store.begin(CHANNEL, house.clock.now())
        await other.ask(hide("a"))
        house.wake.set()
        with pytest.raises(Superseded):
            await house.running
        assert house.platform.calls == []
        await other.store.close()
        await house.store.close()

    virtually(main)


def test_error_of_the_relay_itself_is_not_silent(tmp_path: Path) -> None:
    async def main() -> None:
        house = House(tmp_path / "usher.db", Platform(VirtualClock())).up()
        await house.clock.sleep(1)
        house.relay._sender.performers = None  # type: ignore[assignment]  # any bug will do
        await house.ask(hide("a"))
        with pytest.raises((AttributeError, UsherError)):
            await house.running
        await house.store.close()

    virtually(main)
