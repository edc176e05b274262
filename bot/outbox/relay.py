"""Takes what waits in the outbox to the platform: the best first, a bounded number at once, nothing that is paused.

Wakes by a bell and at least once a second. Assumes to be the only relay of its channel (the store's epoch holds even if it is not).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.config import Channel
from bot.domain.actions import AskService, SetMessageStatus
from bot.domain.errors import StoreBroken, StoreError, Superseded
from bot.outbox.order import in_order, lane_of, startable
from bot.outbox.sender import Heard, Sender
from bot.outbox.stats import RelayStats
from bot.ports import Bell, Clock, OutboxRow, OutboxStore, Performs

_log = structlog.get_logger("outbox")

AT_ONCE = 16
"""Entries on their way at most."""
STATUS_AT_ONCE = 8
"""Of those, status changes at most."""
ASKED_AT_ONCE = 6
"""Of those, questions to other services at most: a slow one must not keep hides waiting."""
_TICK = 1.0
_SHORTEST_REST = 0.01
_SHORTEST_LOOK = 0.05
"""Seconds between two looks into a long backlog; longer when looking itself takes long."""
_WINDOW = 64


@dataclass(frozen=True, slots=True)
class Flight:
    """An entry on its way."""

    row: OutboxRow
    task: asyncio.Task[None]


class Relay:
    """One channel's way out. `performers` by kind of action.

    `wake` is rung by whoever adds entries; `told` is rung here when outcomes became signals; `heard` is told how entries ended.
    """

    def __init__(
        self,
        channel: Channel,
        store: OutboxStore,
        performers: Mapping[str, Performs],
        clock: Clock,
        *,
        wake: Bell,
        told: Bell,
        draw: Callable[[], float],
        heard: Heard = lambda _row, _state, _error: None,
    ) -> None:
        self._channel = channel.name
        self._store = store
        self._clock = clock
        self._wake = wake
        self._sender = Sender(channel.name, channel.settle, store, performers, clock, told, draw, heard)
        self._flights: dict[str, Flight] = {}
        self._checks: set[asyncio.Task[None]] = set()
        self._window: list[OutboxRow] = []
        self._stale = False
        self._hold_until = 0.0
        self._look_at = 0.0
        self._stopping = False
        self._fatal: BaseException | None = None

    @property
    def stats(self) -> RelayStats:
        """Counts for status and metrics."""
        self._sender.stats.in_flight = len(self._flights)
        return self._sender.stats

    async def run(self) -> None:
        """Until `stop`. Raises StoreBroken or Superseded: then this process must not act any more."""
        try:
            await self._begin()
            while not self._stopping:
                await self._round()
                await self._rest()
        finally:
            if not self._stopping:
                await _cancel({flight.task for flight in self._flights.values()} | self._checks)

    async def stop(self, grace: float = 10.0) -> None:
        """Claims nothing more; what is on its way may finish for `grace` seconds, the rest is looked up after a restart."""
        self._stopping = self._sender.stopping = True
        self._wake.set()
        tasks = {flight.task for flight in self._flights.values()}
        _, late = await asyncio.wait(tasks, timeout=grace) if tasks else (set(), set())
        await _cancel(late | self._checks)

    async def quiesce(self, event: str = "", what: str = "all", within: float = 20.0) -> bool:
        """After a pause was stored: waits until nothing of its scope is on its way. False if a call did not end in time.

        What starts later is refused by its claim, so only what is on its way now matters.
        """
        tasks = {flight.task for flight in self._flights.values() if _covers(event, what, flight.row)}
        if not tasks:
            return True
        _, late = await asyncio.wait(tasks, timeout=within)
        return not late

    async def _begin(self) -> None:
        while not self._stopping:
            try:
                await self._store.begin(self._channel, self._clock.now())
                self._sender.began, self._sender.took_over = self._clock.monotonic(), self._clock.now()
            except (StoreBroken, Superseded):
                raise
            except StoreError as error:
                self._report(error)
                await self._clock.sleep(_TICK)
            else:
                return

    async def _round(self) -> None:
        self._raise_fatal()
        self._wake.clear()
        try:
            await self._look()
        except (StoreBroken, Superseded):
            raise
        except StoreError as error:
            self._report(error)
            return
        if not self._stopping and self._clock.monotonic() >= self._hold_until:
            self._start()
            self._check_suspects()

    async def _look(self) -> None:
        """Fills the window anew, unless that was done a moment ago and something is left in it."""
        began = self._clock.monotonic()
        self._stale = bool(self._window) and began < self._look_at
        if self._stale:
            return
        now = self._clock.now()
        self._sender.due = float("inf")
        rows = await self._store.waiting(self._channel, now, _WINDOW)
        self._window = [row for row in in_order(rows, now) if row.entry.key not in self._flights]
        self.stats.backlog = len(rows)
        took = self._clock.monotonic() - began
        self._look_at = self._clock.monotonic() + max(_SHORTEST_LOOK, 5 * took)

    def _start(self) -> None:
        busy = {lane_of(flight.row) for flight in self._flights.values()}
        status = sum(isinstance(flight.row.entry.action, SetMessageStatus) for flight in self._flights.values())
        willing = [row for row in self._window if row.entry.key not in self._flights]
        asked = sum(isinstance(flight.row.entry.action, AskService) for flight in self._flights.values())
        free = (AT_ONCE - len(self._flights), STATUS_AT_ONCE - status, ASKED_AT_ONCE - asked)
        for row in startable(willing, busy, *free):
            if self._may_start(row):
                self._window.remove(row)
                task = asyncio.get_running_loop().create_task(self._fly(row))
                self._flights[row.entry.key] = Flight(row, task)

    def _may_start(self, row: OutboxRow) -> bool:
        health = self._sender.health(row)
        if self._clock.monotonic() < health.until:
            return False
        return not (health.barred and any(self._sender.health(flight.row) is health for flight in self._flights.values()))

    def _check_suspects(self) -> None:
        now = self._clock.now()
        for suspect in [one for one in self._sender.suspects if one.due <= now]:
            self._sender.suspects.remove(suspect)
            task = asyncio.get_running_loop().create_task(self._sender.look_for_twin(suspect))
            self._checks.add(task)
            task.add_done_callback(self._checks.discard)

    async def _fly(self, row: OutboxRow) -> None:
        try:
            await self._sender.send(row)
        except (StoreBroken, Superseded) as error:
            self._fatal = error
        except StoreError as error:
            self._report(error)
        except Exception as error:
            self._fatal = error
        finally:
            self._flights.pop(row.entry.key, None)
            self._wake.set()

    async def _rest(self) -> None:
        """Until the bell, the next thing that is due, or the tick."""
        mono = self._clock.monotonic()
        seconds = min(_TICK, self._sender.due - self._clock.now(), self._sender.free_at() - mono)
        if self._stale:
            seconds = min(seconds, self._look_at - mono)
        await self._clock.rest(max(_SHORTEST_REST, seconds), self._wake)

    def _report(self, error: StoreError) -> None:
        stats = self._sender.stats
        stats.last_error, stats.last_error_at = str(error), self._clock.now()
        self._hold_until = self._clock.monotonic() + _TICK
        _log.warning("store_refused", channel=self._channel, error=str(error))

    def _raise_fatal(self) -> None:
        if self._fatal is not None:
            raise self._fatal


async def _cancel(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _covers(event: str, what: str, row: OutboxRow) -> bool:
    """Writing a report sends nothing; a pause need not wait for it."""
    return event in {"", row.entry.event} and what in {"all", row.entry.what} and row.entry.action.kind != "write_report"
