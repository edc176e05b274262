"""The lease ends before the database lets others take over, whichever clock tells."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.app.lease import MARGIN, Lease, permitted
from bot.domain.actions import Action, PostMessage
from bot.domain.errors import NotSent
from bot.ports import Applied
from tests.app.hands import TwoClocks


def test_nothing_is_done_before_the_first_renewal() -> None:
    assert not Lease(TwoClocks(), 5.0).holds()


def test_counted_from_the_question_not_from_the_answer() -> None:
    clock = TwoClocks()
    lease = Lease(clock, 5.0)
    asked = lease.asks()
    clock.passed(2.0)
    lease.renewed(asked)
    clock.passed(5.0 - MARGIN - 2.0 - 0.01)
    assert lease.holds()
    clock.passed(0.02)
    assert not lease.holds()


@pytest.mark.parametrize(("wall", "mono"), [(10.0, 0.0), (0.0, 10.0)], ids=["machine slept", "wall clock stands"])
def test_one_clock_is_enough_to_end_it(wall: float, mono: float) -> None:
    clock = TwoClocks()
    lease = Lease(clock, 5.0)
    lease.renewed(lease.asks())
    clock.wall += wall
    clock.mono += mono
    assert not lease.holds()


def test_given_up() -> None:
    lease = Lease(TwoClocks(), 5.0)
    lease.renewed(lease.asks())
    lease.end()
    assert not lease.holds()


async def test_performers_do_nothing_without_it() -> None:
    done: list[str] = []

    class Performer:
        async def perform(self, event: str, action: Action) -> Applied:
            done.append(event)
            return Applied()

        async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
            return ["found"]

    one = Performer()
    allowed = [True]
    found = permitted({"a": one, "b": one}, lambda: allowed[0])
    assert found["a"] is found["b"]
    await found["a"].perform("ev", PostMessage("x"))
    allowed[0] = False
    with pytest.raises(NotSent, match="lease"):
        await found["a"].perform("ev", PostMessage("x"))
    assert await found["a"].look_for("ev", PostMessage("x"), 0.0, ()) == ["found"]
    assert done == ["ev"]
