"""The outbox as a state machine: whatever people, rules, the relay and crashes do in any order, the store's promises hold."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.signals import EntrySettled
from bot.ports import OutboxRow, Pause
from bot.store import Store
from bot.store.part import FINAL
from tests.outbox.virtual import InlineDatabase
from tests.store.making import CHANNEL, HandClock, all_signals, hide, post, step

T = TypeVar("T")
NUMBERS = st.integers(0, 5)
SCOPES = st.sampled_from([("", "all"), ("", "moderation"), ("", "engagement"), ("ev1", "all"), ("another", "all")])


class Outbox(RuleBasedStateMachine):
    """Model: the rows as they were after the last step, and the pauses in force."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.clock = HandClock()
        self.paused: dict[tuple[str, str], float | None] = {}
        self.before: dict[str, OutboxRow] = {}
        self.told: Counter[str] = Counter()
        self.asked: set[str] = set()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def start(self) -> None:
        async def opened() -> Store:
            return Store(InlineDatabase(Path(self.folder.name) / "usher.db"), self.clock)

        self.store = self.do(opened())
        self.do(self.store.begin(CHANNEL, self.clock.now()))

    def rows(self) -> dict[str, OutboxRow]:
        return {row.entry.key: row for row in self.do(self.store.outbox(CHANNEL, limit=1000))}

    def stopped(self, row: OutboxRow) -> bool:
        now = self.clock.now()
        return any(
            event in {"", row.entry.event} and what in {"all", row.entry.what} and (until is None or until > now)
            for (event, what), until in self.paused.items()
        )

    @rule(n=NUMBERS, kind=st.sampled_from(["hide", "show", "post"]), life=st.none() | st.integers(1, 50))
    def ask(self, n: int, kind: str, life: int | None) -> None:
        expires = None if life is None else self.clock.time + life
        key = f"{kind}:{n}"
        status = "hidden" if kind == "hide" else "public"
        one = post(key, expires=expires) if kind == "post" else hide(f"m{n}", key=key, status=status, expires=expires)
        self.do(step(self.store, entries=[one]))
        self.asked.add(key)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def claim(self, data: st.DataObject) -> None:
        row = self.rows()[data.draw(st.sampled_from(sorted(self.asked)))]
        now = self.clock.now()
        due = row.entry.not_before <= now and (row.entry.expires is None or row.entry.expires > now)
        allowed = row.state == "pending" and due and not self.stopped(row)
        assert self.do(self.store.claim(CHANNEL, row.entry.key, now)) is allowed
        after = self.rows()[row.entry.key]
        assert (after.state, after.attempts) == (("sending", row.attempts + 1) if allowed else (row.state, row.attempts))

    @precondition(lambda self: self.asked)
    @rule(
        data=st.data(),
        state=st.sampled_from(["done", "pending", "unknown", "gone", "failed", "parked"]),
        wait=st.none() | st.integers(0, 20),
    )
    def settle(self, data: st.DataObject, state: str, wait: int | None) -> None:
        on_its_way = [key for key, row in self.rows().items() if row.state in {"sending", "unknown"}]
        if not on_its_way:
            return
        key = data.draw(st.sampled_from(sorted(on_its_way)))
        not_before = None if wait is None else self.clock.time + wait
        self.do(self.store.settle(CHANNEL, key, state, at=self.clock.now(), not_before=not_before))
        assert self.rows()[key].state in {state, "cancelled"}

    @rule(scope=SCOPES, life=st.none() | st.integers(1, 30))
    def pause(self, scope: tuple[str, str], life: int | None) -> None:
        until = None if life is None else self.clock.time + life
        self.do(self.store.pause(Pause(CHANNEL, *scope, until, "anna", self.clock.now())))
        self.paused[scope] = until

    @rule(event=st.sampled_from(["", "ev1", "another"]), waiting=st.sampled_from(["run", "drop"]))
    def resume(self, event: str, waiting: str) -> None:
        ended = {scope: until for scope, until in self.paused.items() if event in {"", scope[0]}}
        rest, self.paused = {scope: until for scope, until in self.paused.items() if scope not in ended}, ended
        dropped = (
            {key for key, row in self.rows().items() if row.state == "pending" and self.stopped(row)}
            if waiting == "drop"
            else set()
        )
        self.paused = rest
        assert self.do(self.store.resume(CHANNEL, event, waiting, "anna", self.clock.now())) == len(dropped)
        assert all(self.rows()[key].state == "cancelled" for key in dropped)

    @rule(seconds=st.integers(1, 40))
    def time_passes(self, seconds: int) -> None:
        self.clock.time += seconds
        self.do(self.store.expire(CHANNEL, self.clock.now()))
        assert not [row for row in self.rows().values() if row.state == "pending" and (row.entry.expires or 9e9) <= self.clock.time]

    @rule()
    def restart(self) -> None:
        open_before = {key for key, row in self.rows().items() if row.state == "sending"}
        self.do(self.store.begin(CHANNEL, self.clock.now()))
        assert {key for key, row in self.rows().items() if row.state == "sending"} == set()
        assert all(self.rows()[key].state == "unknown" for key in open_before)

    @rule(n=NUMBERS)
    def take_back(self, n: int) -> None:
        self.do(step(self.store, cancelled=[f"hide:{n}", f"post:{n}"]))

    @invariant()
    def what_has_ended_stays_ended(self) -> None:
        if not hasattr(self, "store"):
            return
        now = self.rows()
        for key, row in self.before.items():
            assert row.state not in FINAL or now[key].state == row.state
            assert now[key].attempts >= row.attempts
        self.before = now

    @invariant()
    def only_the_newest_wish_for_a_message_waits(self) -> None:
        if not hasattr(self, "store"):
            return
        waits = Counter(f"m{key[-1]}" for key, row in self.rows().items() if row.state == "pending" and not key.startswith("post"))
        assert not [ref for ref, count in waits.items() if count > 1]

    @invariant()
    def every_end_is_told_once(self) -> None:
        if not hasattr(self, "store"):
            return
        self.told.update(signal.key for signal in self.do(all_signals(self.store)) if isinstance(signal, EntrySettled))
        quiet = {key for key, row in self.rows().items() if row.state == "done" and not key.startswith("post")}
        ended = {key for key, row in self.rows().items() if row.state in FINAL}
        assert self.told == Counter(ended - quiet)

    @invariant()
    def nothing_paused_is_offered(self) -> None:
        if not hasattr(self, "store"):
            return
        offered = self.do(self.store.waiting(CHANNEL, self.clock.now(), 100))
        assert not [row for row in offered if self.stopped(row)]

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.do(self.store.close())
        self.loop.close()
        self.folder.cleanup()


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
