"""The relay against a platform in memory, in virtual time: when and in which order it sends, refusals, a full disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain.actions import SendAlert, SetEvent, SetMessageStatus, WriteReport
from bot.domain.errors import NoRight, NotSent, Refused, Throttled
from bot.domain.signals import EntrySettled
from bot.outbox.relay import STATUS_AT_ONCE
from bot.ports import Applied
from tests.outbox.house import QUICK, House, line, play, poll
from tests.outbox.platform import Faults, Platform, gone, lost
from tests.outbox.virtual import EPOCH, InlineDatabase, VirtualClock, virtually
from tests.store.making import CHANNEL, all_signals, entry, hide, post


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
