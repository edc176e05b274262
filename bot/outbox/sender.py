"""One entry's way: claim, call, outcome; or, when an outcome is open, look first (reliability 3.3).

Assumes that the store's claim is the only permission to send, and that nothing else settles what is claimed here. A restart misses
nothing that is kept in memory here, except how long a failing performer is left alone and the last look for a late twin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.domain.actions import CreatePoll
from bot.domain.errors import CannotTell, NoRight, NotSent, PlatformError, StoreFull, Throttled, Unclear
from bot.outbox.retry import PROBE, Next, after_error, after_looking, backoff, wait_asked
from bot.outbox.stats import Health, RelayStats
from bot.ports import Applied, Bell, Clock, OutboxRow, OutboxStore, Performs

_log = structlog.get_logger("outbox")

_SKEW = 5.0
"""Seconds that a search starts before our first try: the platform's clock is not ours."""
_CLOCK_SET = 3600.0
"""Seconds more where an earlier start tried first: nobody can tell how far the clock was set back since. Our other posts and polls
are known by their refs, so a search that begins too early finds no wrong ones."""
_FAILURES_BORNE = 3
"""Failures in a row before everything for the same performer waits a little."""
_LONGEST_HOLD = 5.0
"""Seconds of that wait at most: a platform that comes back is used at once."""

Heard = Callable[[OutboxRow, str, str], None]
"""An entry, the state in which it ended, and the error."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """Something that was sent twice because the first one seemed lost: at `due` the platform is searched once more."""

    row: OutboxRow
    remote: str
    due: float


@dataclass(slots=True)
class Sender:
    """Does entries, one call of `send` each. `draw` gives random numbers in [0, 1)."""

    channel: str
    settle: float
    store: OutboxStore
    performers: Mapping[str, Performs]
    clock: Clock
    told: Bell
    """Rung when an outcome became a signal."""
    draw: Callable[[], float]
    heard: Heard = lambda _row, _state, _error: None
    """Told how an entry ended, once that is stored."""
    stats: RelayStats = field(default_factory=RelayStats)
    due: float = float("inf")
    """When the next entry that waits for its time should be looked at, as far as this start knows."""
    stopping: bool = False
    began: float = 0.0
    """When this start took the channel over, on the monotonic clock: what an earlier one had sent may be applied until
    `settle` after it."""
    took_over: float = 0.0
    """The same on the wall clock."""
    suspects: list[Suspect] = field(default_factory=list)
    _unclear: dict[str, float] = field(default_factory=dict)
    """When an outcome became unclear, on the monotonic clock: no jump of the wall clock shortens the settle time (D1)."""
    _tried: dict[str, float] = field(default_factory=dict)
    """When this start tried first what may have to be searched for, on the monotonic clock."""
    _health: dict[int, Health] = field(default_factory=dict)

    async def send(self, row: OutboxRow) -> None:
        """Brings one waiting or unknown entry one step on."""
        performer = self.performers.get(row.entry.action.kind)
        if performer is None:
            await self._settle(row, Next("failed", error=f"nothing here can do '{row.entry.action.kind}'; see the configuration"))
        elif row.state == "unknown":
            await self._resolve(row, performer)
        else:
            await self._try(row, performer)

    def health(self, row: OutboxRow) -> Health:
        """Of the performer that this entry needs."""
        return self._health.setdefault(id(self.performers.get(row.entry.action.kind)), Health())

    async def _try(self, row: OutboxRow, performer: Performs) -> None:
        baseline = await self._baseline(row, performer)
        if baseline is None or self.stopping or not await self.store.claim(self.channel, row.entry.key, self.clock.now(), baseline):
            return
        self.stats.retried += row.attempts > 0
        if row.attempts == 0 and row.entry.action.repeat == "after_looking":
            self._tried[row.entry.key] = self.clock.monotonic()
        try:
            applied = await performer.perform(row.entry.event, row.entry.action)
        except PlatformError as error:
            await self._failed(row, error)
        except Exception as error:
            _log.exception("performer_raised", entry=row.entry.key)
            await self._failed(row, Unclear(f"{type(error).__name__}: {error}"))
        else:
            self._went_well(row)
            await self._settle(row, Next("done", remote=applied.remote), _result(applied))
            if row.attempts > 0 and row.entry.action.repeat == "after_looking" and applied.remote:
                self.suspects.append(Suspect(row, applied.remote, self.clock.now() + self.settle))

    async def _baseline(self, row: OutboxRow, performer: Performs) -> Sequence[str] | None:
        """What equals a poll before its first try; None if it could not be listed, and then nothing is sent."""
        if row.attempts > 0 or not isinstance(row.entry.action, CreatePoll):
            return row.baseline
        try:
            return await performer.look_for(row.entry.event, row.entry.action, 0.0, ())
        except PlatformError as error:
            self._note(row, error)
            told = error if isinstance(error, Throttled | NoRight) else NotSent(f"looking before sending failed: {error}")
            await self._settle(row, after_error(told, row, attempts=2, settle=self.settle, draw=self.draw()))
            return None

    async def _failed(self, row: OutboxRow, error: PlatformError) -> None:
        self._note(row, error)
        self.stats.unclear += isinstance(error, Unclear)
        what = after_error(error, row, attempts=row.attempts + 1, settle=self.settle, draw=self.draw())
        if what.state == "unknown":
            self._unclear[row.entry.key] = self.clock.monotonic()
        await self._settle(row, what)

    async def _resolve(self, row: OutboxRow, performer: Performs) -> None:
        """T6: an open outcome, by what the kind of action allows."""
        match row.entry.action.repeat:
            case "freely":
                await self._settle(row, Next("pending", error=row.error))
                await self._try(replace(row, state="pending"), performer)
            case "after_looking" if (left := self._to_settle(row)) > 0:
                await self._settle(row, Next("unknown", left, row.error))
            case "after_looking":
                await self._look(row, performer)
            case _:
                await self._settle(row, Next("failed", error=f"{row.error}; it may have arrived, and is not repeated"))

    def _to_settle(self, row: OutboxRow) -> float:
        """Seconds until the platform may be searched. When an earlier start sent it only the wall clock could tell, and that may
        have been set since (D1): the whole time is waited again."""
        unclear = self._unclear.get(row.entry.key, self.began)
        return unclear + self.settle - self.clock.monotonic()

    async def _look(self, row: OutboxRow, performer: Performs) -> None:
        try:
            found = await performer.look_for(row.entry.event, row.entry.action, self._since(row), row.baseline)
        except CannotTell as error:
            await self._settle(row, Next("parked", error=f"{row.error}; {error}".removeprefix("; ")))
            return
        except PlatformError as error:
            self._note(row, error)
            await self._settle(row, Next("unknown", 1.0 + backoff(row.attempts + 2, self.draw()), f"looking failed: {error}"))
            return
        self._went_well(row)
        what = after_looking(row, found, self.clock.now())
        self.stats.adopted += what.state == "done"
        self.stats.late += what.state == "done" and row.attempts > 1
        self._count_twins(row, what.twins)
        await self._settle(row, what, {"twins": list(what.twins)} if what.twins else {})

    def _since(self, row: OutboxRow) -> float:
        """From when on the platform is searched, by our clock as it is now: it may have been set since the first try (D2)."""
        now, running = self.clock.now(), self.clock.monotonic()
        if row.entry.key in self._tried:
            return now - (running - self._tried[row.entry.key]) - _SKEW
        set_back = max(0.0, self.took_over - now + running - self.began)
        return min(row.first_sent or row.entry.created, now) - set_back - _SKEW - _CLOCK_SET

    async def look_for_twin(self, suspect: Suspect) -> None:
        """Did the first one, given up as lost, come late after all?"""
        row = suspect.row
        since = self._since(row)
        performer = self.performers[row.entry.action.kind]
        try:
            found = await performer.look_for(row.entry.event, row.entry.action, since, (*row.baseline, suspect.remote))
        except PlatformError as error:
            self._note(row, error)
            self.suspects.append(replace(suspect, due=self.clock.now() + PROBE))
            return
        self._count_twins(row, found)

    def free_at(self) -> float:
        """When the next held performer may be used again, on the monotonic clock."""
        now = self.clock.monotonic()
        return min((health.until for health in self._health.values() if health.until > now), default=float("inf"))

    def _count_twins(self, row: OutboxRow, twins: Sequence[str]) -> None:
        if twins:
            self.stats.twins += len(twins)
            _log.error("twin_found", entry=row.entry.key, refs=list(twins), hint="remove the extra one; raise settle")

    async def _settle(self, row: OutboxRow, what: Next, result: Mapping[str, object] | None = None) -> None:
        """Stores an outcome; while the disk is full it is tried again, because the outcome is known only here."""
        while True:
            at = self.clock.now()
            # What is due at once has no time: no clock that is set back later makes it wait for one (D2).
            wait = (at + what.delay if what.delay > 0 else 0.0) if what.state in {"pending", "unknown"} else None
            try:
                await self.store.settle(
                    self.channel,
                    row.entry.key,
                    what.state,
                    at=at,
                    remote=what.remote,
                    result=result,
                    error=what.error,
                    not_before=wait,
                )
                break
            except StoreFull as error:
                self.stats.last_error, self.stats.last_error_at = str(error), at
                if self.stopping:
                    return
                await self.clock.sleep(1.0)
        self._count(row, what, wait)

    def _count(self, row: OutboxRow, what: Next, wait: float | None) -> None:
        if wait is not None:
            self.due = min(self.due, wait)
            return
        self._unclear.pop(row.entry.key, None)
        self._tried.pop(row.entry.key, None)
        try:
            self.heard(row, what.state, what.error)
        except Exception:  # somebody who looks on must not stop the sending
            _log.exception("outbox.listener_failed")
        self.stats.done += what.state == "done"
        self.stats.failed += what.state != "done"
        if what.state != "done":
            _log.warning("entry_ended", entry=row.entry.key, state=what.state, error=what.error)
        self.told.set()

    def _note(self, row: OutboxRow, error: PlatformError) -> None:
        """Leaves a failing performer alone for a while."""
        health = self.health(row)
        health.failures += 1
        hold = 0.0
        if isinstance(error, NoRight):
            health.barred, hold = True, PROBE
            self.stats.stopped = f"the platform refuses our token ({error}); acting stops, one try a minute"
            _log.error("acting_stopped", channel=self.channel, error=str(error))
        elif isinstance(error, Throttled):
            hold = wait_asked(error, 0, 0.0)
        elif health.failures > _FAILURES_BORNE:
            hold = backoff(health.failures - _FAILURES_BORNE, self.draw(), _LONGEST_HOLD)
        health.until = max(health.until, self.clock.monotonic() + hold)
        self.stats.last_error, self.stats.last_error_at = f"{type(error).__name__}: {error}", self.clock.now()

    def _went_well(self, row: OutboxRow) -> None:
        health = self.health(row)
        if health.barred:
            _log.info("acting_again", channel=self.channel)
            self.stats.stopped = ""
        health.failures, health.barred = 0, False


def _result(applied: Applied) -> dict[str, object]:
    return dict(applied.result) if applied.changed else {"changed": False, **applied.result}
