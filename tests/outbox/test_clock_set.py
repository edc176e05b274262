"""The wall clock is set while acts are open: nothing is doubled, nothing waits for hours, nothing spins (D1, D2).

All of these were found by the simulation.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.actions import Entry
from tests.outbox.house import House, line, play, poll
from tests.outbox.platform import Faults, lost
from tests.outbox.virtual import VirtualClock
from tests.store.making import hide


def apart(house: House) -> None:
    """The platform keeps the right time; ours may be set."""
    house.platform.ours, house.platform.clock = house.clock, VirtualClock()


def test_a_clock_set_forward_before_a_crash_does_not_shorten_the_settle_time(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        apart(house)
        house.platform.script = [lost("late")]
        await house.ask(poll())
        await house.clock.sleep(0.5)
        house.clock.jumped = 3600.0
        await house.die()
        house.up()
        await house.clock.sleep(55)
        assert (await house.row("poll")).state == "unknown"
        await house.clock.sleep(10)
        assert (await house.row("poll")).state == "done"

    assert len(play(tmp_path, story, Faults(latency=(0.1, 0.1), late_by=50.0)).polls) == 1


@pytest.mark.parametrize("jump", [-30.0, -1800.0])
def test_what_was_sent_before_a_clock_was_set_back_is_found(tmp_path: Path, jump: float) -> None:
    async def story(house: House) -> None:
        apart(house)
        house.platform.script = [lost("reset")]
        await house.ask(line())
        await house.clock.sleep(40)
        house.clock.jumped = jump
        await house.clock.sleep(55)
        assert (await house.row("p")).state == "done"

    assert len(play(tmp_path, story).posts) == 1


@pytest.mark.parametrize("kind", [line, poll])
def test_what_was_sent_between_two_jumps_is_found(tmp_path: Path, kind: Callable[[], Entry]) -> None:
    """Set forward, sent, and set back by half of it: on the whole the clock has gone forward since the start."""

    async def story(house: House) -> None:
        apart(house)
        await house.clock.sleep(5)
        house.clock.jumped = 3600.0
        house.platform.script = [lost("reset")]
        await house.ask(kind())
        await house.clock.sleep(59.9)  # right before the platform is searched
        house.clock.jumped = 1800.0
        await house.clock.sleep(55)

    found = play(tmp_path, story)
    assert len(found.posts) + len(found.polls) == 1


def test_what_a_dead_start_sent_before_the_clock_was_set_back_is_found(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        apart(house)
        house.platform.script = [lost("reset")]
        await house.ask(poll())
        await house.clock.sleep(40)
        await house.die()
        house.clock.jumped = -30.0
        house.up()
        await house.clock.sleep(65)
        assert (await house.row("poll")).state == "done"

    assert len(play(tmp_path, story).polls) == 1


def test_a_second_try_that_is_due_at_once_waits_for_no_time(tmp_path: Path) -> None:
    """If the program ended before it was sent, and the clock was set back then, it would wait for the old time."""

    async def story(house: House) -> None:
        house.platform.script = [lost("lost")]
        await house.ask(hide("a"))
        await house.clock.sleep(10)
        row = await house.row("hide:a")
        assert (row.state, row.attempts, row.entry.not_before) == ("done", 2, 0.0)

    play(tmp_path, story)


def test_what_was_never_sent_does_not_wait_for_the_old_time(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        apart(house)
        house.platform.faults = Faults(listing_fails=1.0)
        await house.ask(poll())
        await house.clock.sleep(1)
        house.clock.jumped = -3600.0
        before = house.platform.looks
        await house.clock.sleep(10)
        assert house.platform.looks - before < 20
        house.platform.faults = Faults()
        await house.clock.sleep(65)
        assert (await house.row("poll")).state == "done"

    assert len(play(tmp_path, story).polls) == 1


def test_waiting_to_settle_costs_no_rounds(tmp_path: Path) -> None:
    """An entry whose wait is void because of the clock is looked at once, not a thousand times a second."""

    async def story(house: House) -> None:
        apart(house)
        house.platform.script = [lost("reset")]
        await house.ask(line())
        await house.clock.sleep(1)
        house.clock.jumped = -3600.0
        sent: list[str] = []
        settle = type(house.store).settle

        async def counted(store: object, channel: str, key: str, state: str, **more: object) -> None:
            sent.append(state)
            await settle(house.store, channel, key, state, **more)  # type: ignore[arg-type]  # handed through

        house.relay._sender.store = _Counting(house.store, counted)  # type: ignore[assignment]  # counts, and hands through
        await house.clock.sleep(30)
        assert len(sent) < 5

    play(tmp_path, story)


class _Counting:
    """A store that tells of each outcome."""

    def __init__(self, store: object, settle: object) -> None:
        self._store = store
        self._settle = settle

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def settle(self, channel: str, key: str, state: str, **more: object) -> None:
        await self._settle(self._store, channel, key, state, **more)  # type: ignore[operator]  # as above
