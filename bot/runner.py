"""Takes signals through the engine and saves what was decided: one transaction for each event's share of a batch.

Assumes to be the only runner of its channel. Sends nothing: the relay does, after what is saved here. A signal that makes the
engine raise is tried twice, then set aside with an error for people to see; the others flow on (reliability B5).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.domain.decisions import Decision
from bot.domain.errors import StoreFull
from bot.domain.history import Draft, History
from bot.domain.signals import Author, EventRead, EventState, MessageRead, PersonAct, Signal, Tick
from bot.engine import timers
from bot.engine.engagement import next_due
from bot.engine.situation import Situation, Step
from bot.engine.step import step
from bot.ports import Bell, Clock, InboxItem, RunnerStore
from bot.ruleset.model import Ruleset

log = structlog.get_logger("runner")

Told = Callable[[Signal, Step], None]
BATCH = 400
CHUNK = 50
"""Signals evaluated before others get a turn on the loop (a page of 100 with many rules stays under 50 ms)."""
TRIES = 2
FORGET_EVERY = 60.0
_REST = 1.0


@dataclass(slots=True)
class _Outcome:
    """What a batch of one event came to, before it is saved."""

    draft: Draft
    ruleset: Ruleset
    """One for the whole batch, whatever is reloaded meanwhile (reliability E9)."""
    done: list[int] = field(default_factory=list)
    steps: list[tuple[Signal, Step]] = field(default_factory=list)
    quarantined: list[tuple[int, str]] = field(default_factory=list)


class Runner:
    """One channel's judge. `rules` gives the rule set in force; `told` hears what was saved (the live view, the dashboard)."""

    def __init__(
        self,
        channel: str,
        store: RunnerStore,
        rules: Callable[[], Ruleset],
        bot: Author,
        clock: Clock,
        *,
        wake: Bell,
        outbox: Bell,
        shadow: bool = False,
        told: Told = lambda _signal, _step: None,
    ) -> None:
        self._channel = channel
        self._store = store
        self._rules = rules
        self._bot = bot
        self._clock = clock
        self._wake = wake
        self._outbox = outbox
        self._shadow = shadow
        self._told = told
        self._histories: dict[str, History] = {}
        self._events: dict[str, EventState] = {}
        self._turn = asyncio.Lock()
        self._stopping = False
        self._forgot_at = 0.0
        self.judged = 0
        self.quarantined = 0

    def know(self, states: Sequence[EventState]) -> None:
        """Events as the store has them, at the start."""
        self._events.update({state.event: state for state in states})

    @property
    def events(self) -> Sequence[str]:
        """Refs of the events known."""
        return tuple(self._events)

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping:
            try:
                await self._round()
            except StoreFull as error:
                log.warning("runner.store_full", error=str(error))
                await self._clock.sleep(_REST)

    async def stop(self) -> None:
        """Ends after the batch in hand."""
        self._stopping = True
        self._wake.set()
        async with self._turn:
            log.info("runner.stopped", judged=self.judged)

    async def tick(self, event: str) -> None:
        """The clock moved on: whatever is due in this event."""
        async with self._turn:
            history = await self._history(event)
            out = _Outcome(Draft(history), self._rules())
            self._evaluate(out, event, Tick(event), 0, self._clock.now())
            taken = out.steps[0][1]
            if taken.decisions or taken.entries or taken.cancelled or taken.changes or taken.fired:
                await self._save(event, history, out)

    async def next_due(self, event: str) -> float | None:
        """When something of this event is due next, for the alarm clock."""
        async with self._turn:
            history = await self._history(event)
        ruleset, state, now = self._rules(), self._state(event), self._clock.now()
        moments = [timers.next_due(history)]
        if ruleset.engagement is not None:
            moments.append(next_due(ruleset.engagement, history, state, now))
        return min((moment for moment in moments if moment is not None), default=None)

    async def _round(self) -> None:
        self._wake.clear()
        async with self._turn:
            items = await self._store.next_signals(self._channel, BATCH)
            for event in dict.fromkeys(item.event for item in items):
                await self._batch(event, [item for item in items if item.event == event])
        if not items:
            await self._rest()

    async def _rest(self) -> None:
        """Until the bell rings, or a moment: a bell can be missed by a crash, a signal must not."""
        try:
            async with asyncio.timeout(_REST):
                await self._wake.wait()
        except TimeoutError:
            self._forget()

    def _forget(self) -> None:
        now = self._clock.now()
        if now - self._forgot_at > FORGET_EVERY:
            self._forgot_at = now
            for history in self._histories.values():
                history.forget_before(now)

    async def _batch(self, event: str, items: Sequence[InboxItem]) -> None:
        history = await self._history(event)
        out = _Outcome(Draft(history), self._rules())
        for number, item in enumerate(items, 1):
            self._take(out, event, item)
            if number % CHUNK == 0:
                await asyncio.sleep(0)  # others get their turn
        await self._save(event, history, out)

    def _take(self, out: _Outcome, event: str, item: InboxItem) -> None:
        signal = item.signal
        now = max(item.at, signal.message.read) if isinstance(signal, MessageRead) else self._clock.now()
        try:
            self._evaluate(out, event, signal, item.seq, now)
        except Exception as error:  # whatever a rule or a signal does, the others must flow on
            log.exception("runner.signal_failed", event_ref=event, kind=signal.kind, attempts=item.attempts)
            if item.attempts >= TRIES:
                out.quarantined.append((item.seq, f"{type(error).__name__}: {error}"[:300]))
                self.quarantined += 1
                if isinstance(signal, MessageRead):
                    out.steps.append((signal, Step(decisions=(self._unjudged(signal, error, now),))))
        else:
            out.done.append(item.seq)

    def _evaluate(self, out: _Outcome, event: str, signal: Signal, seq: int, now: float) -> None:
        if isinstance(signal, EventRead):
            self._events[event] = signal.state
        act = seq if isinstance(signal, PersonAct) else 0
        situation = Situation(self._state(event), self._bot, self._shadow, act)
        taken = step(signal, out.ruleset, out.draft, situation, now)
        out.draft.apply(taken.changes)
        out.steps.append((signal, taken))

    def _unjudged(self, signal: MessageRead, error: Exception, now: float) -> Decision:
        message = signal.message
        note = f"could not be judged, a person should look: {type(error).__name__}"
        return Decision(
            f"{message.event}:{message.ref}:failed", message.event, message.ref, "none", now, self._rules().hash, note=note
        )

    async def _save(self, event: str, history: History, out: _Outcome) -> None:
        steps = [taken for _, taken in out.steps]
        fired = [pair for taken in steps for pair in taken.fired]
        while True:
            twice = await self._store.save_step(
                self._channel,
                event,
                done=out.done,
                decisions=[decision for taken in steps for decision in taken.decisions],
                entries=[entry for taken in steps for entry in taken.entries],
                cancelled=[key for taken in steps for key in taken.cancelled],
                history=out.draft.changes,
                fired=fired,
                quarantined=out.quarantined,
            )
            if not twice:
                break
            # The ledger knows more than our memory: what it fired has its entries already (their keys are known, so that adding
            # them again is ignored); the rest is saved.
            log.warning("runner.fired_before", event_ref=event, occurrences=list(twice))
            fired = [pair for pair in fired if f"{pair[0]}@{pair[1]}" not in set(twice)]
        history.apply(out.draft.changes)
        self._after(out)

    def _after(self, out: _Outcome) -> None:
        if any(taken.entries or taken.cancelled for _, taken in out.steps):
            self._outbox.set()
        for signal, taken in out.steps:
            self.judged += isinstance(signal, MessageRead)
            self._told(signal, taken)

    async def _history(self, event: str) -> History:
        if event not in self._histories:
            self._histories[event] = History(await self._store.load_history(self._channel, event))
        return self._histories[event]

    def _state(self, event: str) -> EventState:
        return self._events.get(event) or EventState(event)
