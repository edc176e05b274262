"""Calls whose outcome nobody knows: sent again, looked for, adopted, made once more, or left to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain.actions import CreatePoll
from bot.domain.errors import BadAnswer
from tests.outbox.house import QUICK, House, line, play, poll
from tests.outbox.platform import Faults, Platform, lost
from tests.outbox.virtual import EPOCH, VirtualClock, virtually
from tests.store.making import all_signals, hide


@pytest.mark.parametrize("how", ["lost", "reset", "late"])
def test_unclear_hide_is_simply_sent_again(tmp_path: Path, how: str) -> None:
    async def story(house: House) -> None:
        house.platform.script = [lost(how), lost(how)]
        await house.ask(hide("a"))
        await house.clock.sleep(30)
        row = await house.row("hide:a")
        assert (row.state, row.attempts) == ("done", 3)
        assert house.relay.stats.unclear == 2

    assert play(tmp_path, story).statuses == {"a": "hidden"}


@pytest.mark.parametrize("what", [line(), poll()], ids=["post", "poll"])
@pytest.mark.parametrize("how", ["reset", "late"])
def test_applied_without_an_answer_is_adopted(tmp_path: Path, what: Any, how: str) -> None:
    async def story(house: House) -> None:
        house.platform.script = [lost(how)]
        await house.ask(what)
        await house.clock.sleep(50)
        assert (await house.row(what.key)).state == "unknown"
        await house.clock.sleep(15)
        row = await house.row(what.key)
        assert (row.state, row.remote, row.attempts) == ("done", "r1", 1)
        assert house.relay.stats.adopted == 1

    assert play(tmp_path, story).doubled() == []


def test_lost_poll_is_made_a_second_time_after_the_settle_time(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.script = [lost()]
        await house.ask(poll())
        await house.clock.sleep(65)
        row = await house.row("poll")
        assert (row.state, row.attempts) == ("done", 2)

    platform = play(tmp_path, story)
    assert len(platform.polls) == 1
    assert platform.polls[0].at >= EPOCH + 60


def test_poll_lost_twice_is_left_to_a_person(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.script = [lost(), lost()]
        await house.ask(poll())
        await house.clock.sleep(200)
        row = await house.row("poll")
        assert (row.state, row.attempts) == ("parked", 2)
        assert "look at the platform" in row.error
        assert [signal.state for signal in await all_signals(house.store)] == ["parked"]

    assert play(tmp_path, story).polls == []


def test_lost_line_is_not_said_a_minute_later(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.script = [lost()]
        await house.ask(line())
        await house.clock.sleep(200)
        assert (await house.row("p")).state == "parked"

    assert play(tmp_path, story).posts == []


def test_lost_line_is_said_again_while_it_is_fresh(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.script = [lost()]
        await house.ask(line())
        await house.clock.sleep(12)
        assert (await house.row("p")).state == "done"

    assert len(play(tmp_path, story, settle=8.0).posts) == 1


def test_unclear_line_does_not_silence_the_others(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.script = [lost()]
        await house.ask(line("p1", "one"))
        await house.clock.sleep(1)
        await house.ask(line("p2", "two"), line("p3", "one"))
        await house.clock.sleep(5)
        assert [(await house.row(key)).state for key in ("p1", "p2", "p3")] == ["unknown", "done", "pending"]

    play(tmp_path, story)


def test_poll_that_was_there_before_is_not_taken_for_ours(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.ask(poll("run1"))
        await house.clock.sleep(2)
        house.platform.script = [lost()]
        await house.ask(poll("run2"))
        await house.clock.sleep(65)
        first, second = await house.row("run1"), await house.row("run2")
        assert (first.remote, second.baseline, second.attempts) == ("r1", ("r1",), 2)
        assert second.remote == "r2"

    play(tmp_path, story)


def test_nothing_is_sent_when_the_polls_cannot_be_listed_first(tmp_path: Path) -> None:
    class Blind(Platform):
        blind = True

        async def look_for(self, *args: Any) -> Any:
            if self.blind:
                raise BadAnswer("no list")
            return await super().look_for(*args)

    async def main() -> None:
        platform = Blind(VirtualClock())
        house = House(tmp_path / "usher.db", platform).up()
        await house.ask(poll())
        await house.clock.sleep(20)
        assert ((await house.row("poll")).state, platform.polls) == ("pending", [])
        platform.blind = False
        await house.clock.sleep(10)
        assert len(platform.polls) == 1
        await house.down()

    virtually(main)


def test_failed_search_changes_nothing(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.script = [lost("reset")]
        await house.ask(line())
        await house.clock.sleep(50)
        house.platform.faults = Faults(listing_fails=1.0)
        await house.clock.sleep(60)
        assert (await house.row("p")).state == "unknown"
        house.platform.faults = QUICK
        await house.clock.sleep(60)
        assert (await house.row("p")).state == "done"

    assert play(tmp_path, story).doubled() == []


def test_twin_that_comes_after_the_settle_time_is_noticed(tmp_path: Path) -> None:
    """The one case that no client can prevent: it is at least told."""

    async def story(house: House) -> None:
        house.platform.script = [lost()]
        await house.ask(poll())
        await house.clock.sleep(62)
        house.platform._apply("ev1", CreatePoll("Which?", ("a", "b")))
        await house.clock.sleep(65)
        assert house.relay.stats.twins == 1

    play(tmp_path, story)


# ── the clock is set while an outcome is open (reliability D1, D2) ────────────────────────────────────────────────────


@pytest.mark.parametrize("jump", [3_600.0, 30 * 86_400.0, -30.0, -86_400.0])
@pytest.mark.parametrize("how", ["lost", "reset", "late"])
def test_clock_that_jumps_neither_doubles_nor_stalls(tmp_path: Path, jump: float, how: str) -> None:
    async def story(house: House) -> None:
        house.platform.ours, house.platform.clock = house.clock, VirtualClock()
        house.platform.script = [lost(how), lost()]
        await house.ask(poll(), hide("a"))
        await house.clock.sleep(1)
        house.clock.jumped = jump
        await house.clock.sleep(20)
        assert ((await house.row("poll")).state, (await house.row("hide:a")).state) == ("unknown", "done")
        await house.clock.sleep(50)
        assert (await house.row("poll")).state == "done"

    platform = play(tmp_path, story)
    assert len(platform.polls) == 1


def test_settle_time_begun_before_a_restart_and_a_jump_back_ends(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.ours, house.platform.clock = house.clock, VirtualClock()
        house.platform.script = [lost("reset")]
        await house.ask(poll())
        await house.clock.sleep(5)
        await house.die()
        house.clock.jumped = -86_400.0
        house.up()
        await house.clock.sleep(65)
        assert (await house.row("poll")).state == "done"

    assert len(play(tmp_path, story).polls) == 1


def test_what_nobody_can_tell_is_left_to_a_person(tmp_path: Path) -> None:
    """A platform that has no way to say what became of a call: it is neither repeated nor taken for done."""

    async def story(house: House) -> None:
        house.platform.script = [lost("late")]
        house.platform.tells = False
        await house.ask(line())
        await house.clock.sleep(200)
        row = await house.row(line().key)
        assert (row.state, row.attempts) == ("parked", 1)
        assert "cannot be found out" in row.error

    play(tmp_path, story)
