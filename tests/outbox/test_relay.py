"""The relay against a platform in memory, in virtual time: order, outcomes, pauses, refusals, stopping."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actions import CreatePoll, SendAlert, SetEvent, SetMessageStatus, SetPoll, WriteReport
from bot.domain.errors import BadAnswer, NoRight, NotSent, Refused, Superseded, Throttled, UsherError
from bot.domain.signals import EntrySettled
from bot.outbox.relay import STATUS_AT_ONCE
from bot.ports import Applied, Pause
from tests.outbox.house import House
from tests.outbox.platform import Faults, Platform, gone, lost
from tests.outbox.virtual import EPOCH, InlineDatabase, VirtualClock, open_inline, virtually
from tests.store.making import CHANNEL, all_signals, entry, hide, post

Story = Callable[[House], Coroutine[Any, Any, None]]
SLOW = Faults(latency=(2.0, 2.0))
QUICK = Faults(latency=(0.1, 0.1))


def play(path: Path, story: Story, faults: Faults = QUICK, **more: Any) -> Platform:
    """Runs a story in virtual time; gives the platform as it is then."""

    async def main() -> Platform:
        house = House(path / "usher.db", Platform(VirtualClock(), faults=faults), **more).up()
        await story(house)
        await house.down()
        return house.platform

    return virtually(main)


def poll(key: str = "poll") -> Any:
    return entry(key, CreatePoll("Which?", ("a", "b")), what="engagement", created=EPOCH)


def line(key: str = "p", text: str = "welcome", **more: Any) -> Any:
    return post(key, text, created=EPOCH, **more)


def test_entry_is_sent_as_soon_as_the_bell_rings(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.clock.sleep(10.5)
        await house.ask(hide("a"))
        await house.clock.sleep(0.2)
        assert (await house.row("hide:a")).state == "done"

    platform = play(tmp_path, story)
    assert platform.statuses == {"a": "hidden"}
    assert platform.calls[0][0] == pytest.approx(EPOCH + 10.55, abs=0.011)


def test_entry_is_sent_within_a_tick_without_a_bell(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.clock.sleep(5)
        await house.ask(hide("a"))
        house.wake.clear()
        await house.clock.sleep(1.3)

    assert play(tmp_path, story).statuses == {"a": "hidden"}


def test_best_is_sent_first_and_never_too_many_at_once(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        mild = [hide(f"m{n}", created=EPOCH + n / 100) for n in range(40)]
        await house.ask(*mild, hide("worst", severity=5, priority=1, created=EPOCH), hide("undo", priority=0, created=EPOCH))
        await house.clock.sleep(5)
        assert await house.open_rows() == 0

    platform = play(tmp_path, story)
    refs = [action.ref for _, action in platform.calls if isinstance(action, SetMessageStatus)]
    assert set(refs[:8]) == {"undo", "worst", "m39", "m38", "m37", "m36", "m35", "m34"}
    assert set(refs[-2:]) == {"m0", "m1"}
    assert platform.busiest["set_message_status"] == STATUS_AT_ONCE


def test_new_severe_message_passes_a_long_backlog(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.ask(*[hide(f"m{n}", created=EPOCH) for n in range(300)])
        await house.clock.sleep(1)
        await house.ask(hide("worst", severity=5, priority=1, created=house.clock.now()))
        await house.clock.sleep(0.3)
        assert (await house.row("hide:worst")).state == "done"
        assert await house.open_rows() > 150

    play(tmp_path, story)


def test_posts_of_an_event_go_one_by_one_in_their_order(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.ask(*[post(f"p{n}", f"line {n}", created=EPOCH + n) for n in range(6)], post("x", "other", event="ev2"))
        await house.clock.sleep(3)

    platform = play(tmp_path, story)
    assert [made.what for made in platform.posts if made.what.startswith("ev1")] == [f"ev1|line {n}" for n in range(6)]
    assert platform.busiest["post_message"] == 2


def test_switches_keep_their_order_through_failures(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.script = [lost(), NotSent("x"), None]
        await house.ask(entry("lock", SetEvent({"chat": False})), entry("unlock", SetEvent({"chat": True}), priority=0))
        await house.clock.sleep(60)
        assert await house.open_rows() == 0

    platform = play(tmp_path, story)
    assert [action.changes["chat"] for _, action in platform.calls if isinstance(action, SetEvent)] == [False, True]


def test_outcome_is_a_signal_with_the_ref(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.ask(poll())
        await house.told.wait()
        assert await all_signals(house.store) == [EntrySettled("ev1", "poll", "done", {"remote": "r1"})]

    play(tmp_path, story)


def test_answer_that_nothing_changed_is_done_and_remembered_for_the_next_read(tmp_path: Path) -> None:
    class Unmoved(Platform):
        async def perform(self, event: str, action: Any) -> Any:
            return Applied(changed=False)

    async def main() -> None:
        house = House(tmp_path / "usher.db", Unmoved(VirtualClock())).up()
        await house.ask(hide("a"))
        await house.clock.sleep(1)
        assert (await house.row("hide:a")).state == "done"
        (changed,) = house.store.db._connection.execute("SELECT changed FROM outbox").fetchone()  # type: ignore[attr-defined]  # inline
        assert changed == 0
        await house.down()

    virtually(main)


# ── unclear outcomes ──────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_message_that_is_gone_is_not_tried_again(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.script = [gone(), Refused("bad status", status=422)]
        await house.ask(hide("a", created=EPOCH, priority=1), hide("b", created=EPOCH, priority=2))
        await house.clock.sleep(100)
        assert [(await house.row(key)).state for key in ("hide:a", "hide:b")] == ["gone", "failed"]

    assert play(tmp_path, story).calls == []


def test_unreachable_platform_is_asked_seldom_and_used_at_once_when_back(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.faults = Faults(not_sent=1.0)
        await house.ask(*[hide(f"m{n}") for n in range(200)])
        await house.clock.sleep(60)
        rows = await house.store.outbox(CHANNEL, limit=1000)
        assert sum(row.attempts for row in rows) < 300
        house.platform.faults = QUICK
        await house.clock.sleep(90)
        assert await house.open_rows() == 0

    assert len(play(tmp_path, story).statuses) == 200


def test_throttled_waits_for_everything(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.script = [Throttled("slow down", retry_after=7.0)]
        await house.ask(hide("a"))
        await house.clock.sleep(1)
        await house.ask(hide("b"))
        await house.clock.sleep(5)
        assert house.platform.calls == []
        await house.clock.sleep(5)
        assert await house.open_rows() == 0

    play(tmp_path, story)


def test_refused_token_stops_acting_but_for_one_try_a_minute(tmp_path: Path) -> None:
    tries = 0

    class Revoked(Platform):
        revoked = True

        async def perform(self, event: str, action: Any) -> Any:
            nonlocal tries
            tries += 1
            if self.revoked:
                raise NoRight("token revoked", status=401)
            return await super().perform(event, action)

    async def main() -> None:
        platform = Revoked(VirtualClock())
        house = House(tmp_path / "usher.db", platform).up()
        await house.ask(*[hide(f"m{n}") for n in range(50)])
        await house.clock.sleep(2)
        at_first = tries
        await house.clock.sleep(600)
        assert at_first <= STATUS_AT_ONCE
        assert 8 <= tries - at_first <= 11
        assert "one try a minute" in house.relay.stats.stopped
        platform.revoked = False
        await house.clock.sleep(1500)
        assert (await house.open_rows(), house.relay.stats.stopped) == (0, "")
        await house.down()

    virtually(main)


def test_refused_webhook_does_not_stop_the_platform(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.ask(entry("alert", SendAlert("x")), hide("a"))
        await house.clock.sleep(2)
        assert [(await house.row(key)).state for key in ("alert", "hide:a")] == ["pending", "done"]

    class Forbidden(Platform):
        async def perform(self, event: str, action: Any) -> Any:
            raise NoRight("forbidden", status=403)

    play(tmp_path, story, others={"send_alert": Forbidden(VirtualClock())})


def test_kind_that_nobody_performs_fails_clearly(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.ask(entry("r", WriteReport()))
        await house.clock.sleep(1)
        row = await house.row("r")
        assert row.state == "failed"
        assert "nothing here can do 'write_report'" in row.error

    play(tmp_path, story)


def test_bug_in_a_performer_is_an_unclear_outcome(tmp_path: Path) -> None:
    class Buggy(Platform):
        async def perform(self, event: str, action: Any) -> Any:
            raise KeyError("oops")

    async def story(house: House) -> None:
        await house.ask(entry("alert", SendAlert("x")))
        await house.clock.sleep(1)
        row = await house.row("alert")
        assert row.state == "failed"
        assert "KeyError" in row.error

    play(tmp_path, story, others={"send_alert": Buggy(VirtualClock())})


def test_entry_past_its_time_expires(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.platform.faults = Faults(not_sent=1.0)
        await house.ask(line(expires=EPOCH + 20))
        await house.clock.sleep(25)
        assert (await house.row("p")).state == "expired"

    assert play(tmp_path, story).posts == []


# ── full disk ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_full_disk_stops_acting_and_room_resumes_it(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.ask(*[hide(f"m{n}") for n in range(20)])
        disk(house).full(True)
        await house.clock.sleep(60)
        assert house.platform.calls == []
        assert "free disk space" in house.relay.stats.last_error
        assert disk(house).refused < 60 * STATUS_AT_ONCE + 50
        disk(house).full(False)
        await house.clock.sleep(5)
        assert await house.open_rows() == 0

    assert len(play(tmp_path, story).statuses) == 20


def test_outcome_met_by_a_full_disk_is_kept_until_there_is_room(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.ask(line())
        await house.clock.sleep(0.05)
        disk(house).full(True)
        await house.clock.sleep(60)
        disk(house).full(False)
        await house.clock.sleep(5)
        row = await house.row("p")
        assert (row.state, row.attempts) == ("done", 1)

    assert len(play(tmp_path, story).posts) == 1


def disk(house: House) -> InlineDatabase:
    assert isinstance(house.store.db, InlineDatabase)
    return house.store.db


# ── pause, stop, restart ──────────────────────────────────────────────────────────────────────────────────────────────


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
