"""Takes signals through the engine and saves what was decided, each event's share of a batch whole or not at all.

Assumes to be the only runner of its channel. Sends nothing: the relay does, after what is saved here. A signal that makes the
engine raise is tried once more, alone, then set aside with an error for people to see; the others flow on (reliability B5). While
the store cannot be written, what was judged is kept and saved later, so that nobody's attempts are counted for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import structlog

from bot.clock import heard
from bot.domain.decisions import Decision
from bot.domain.errors import StoreError, StoreFull
from bot.domain.history import Changes, Draft, History, Remembered
from bot.domain.signals import Author, EventRead, EventState, MessageRead, Overload, PersonAct, Signal, Tick
from bot.engine import timers
from bot.engine.engagement import next_due
from bot.engine.offers import waiting
from bot.engine.retrace import Retrace
from bot.engine.scope import scope_of
from bot.engine.situation import Situation, Step
from bot.engine.step import step
from bot.engine.undo_all import undo_step
from bot.engine.undo_plan import UndoPlan, plan_undo
from bot.engine.why import Why
from bot.ports import Bell, Clock, InboxItem, RunnerStore
from bot.ruleset.model import Ruleset
from bot.runner.batch import Outcome, Unsaved, Watched
from bot.runner.looking_back import LookingBack, OldRules, RuleText
from bot.runner.shares import TRIES, Parts, awaits, is_bulk_undo, side_by_side

log = structlog.get_logger("runner")

Told = Callable[[Signal, Step], None]
BATCH = 500
"""Signals judged and saved together where so many wait: an index page that many rows touch is written once. Mostly few wait."""
MANY, GATHER = 50, 0.03
"""After so many, though not all that fit, so many seconds are waited: what comes in a flood is saved in fewer transactions."""
CHUNK = 25
"""Signals evaluated before others get a turn on the loop: under 50 ms even with many rules."""
DEATHS = 6
"""Tried so often without an outcome: it ended the process each time, and is not evaluated again."""
QUIET = 10.0
"""Seconds for which ticks that bring nothing are not stored: hundreds of events would each cost a commit a second."""
FORGET_EVERY = 60.0
UNUSED = 3600.0
"""Seconds after which the memory of an event that nothing happens in is left to the store."""
LEDGER = 8 * 86400.0
AGREE = 3
"""So often a batch is judged again because the ledger knew more."""
_REST = 1.0


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
        old_rules: OldRules | None = None,
        rule_text: RuleText | None = None,
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
        self._back = LookingBack(channel, store, rules, old_rules, rule_text)
        self._histories: dict[str, History] = {}
        self._unsaved: dict[str, Unsaved] = {}
        self._moved: dict[str, float] = {}
        """When a signal of an event came last."""
        self._events: dict[str, EventState] = {}
        self._audiences: dict[str, Watched] = {}
        self._turn = asyncio.Lock()
        self._stopping = False
        self._forgot_at = 0.0
        self.judged = 0
        self.quarantined = 0
        self.error = ""
        """Why nothing can be saved at the moment; empty when it can."""

    def know(self, states: Sequence[EventState]) -> None:
        """Events as the store has them, at the start."""
        self._events.update({state.event: state for state in states})
        self._moved.update(dict.fromkeys(self._events, self._clock.monotonic()))

    @property
    def events(self) -> Sequence[str]:
        """Refs of the events that time must be told to: not those that were over long ago."""
        now, today = self._clock.monotonic(), self._clock.now()
        return tuple(ref for ref, state in self._events.items() if now - self._moved[ref] < UNUSED or awaits(state, today))

    def watched(self, event: str, *, viewers: int | None = None, signups: int | None = None, stream: str | None = None) -> None:
        """How many watch and have signed up, and whether the livestream is online or offline; None: not read this time.

        The next tick, within a second, sees it.
        """
        known = self._audiences.get(event) or Watched()
        self._audiences[event] = Watched(
            known.viewers if viewers is None else viewers,
            known.signups if signups is None else signups,
            known.stream if stream is None else stream,
        )

    async def run(self) -> None:
        """Until `stop`. Raises StoreBroken or Superseded when there is no going on."""
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
            await self._whole(self._batches({event: ()}, Tick(event)))

    @asynccontextmanager
    async def standing_still(self) -> AsyncIterator[None]:
        """Nothing is judged meanwhile, and memory is read from the store again afterwards: somebody alters it there."""
        async with self._turn:
            for event, kept in list(self._unsaved.items()):
                if kept.changes:
                    await self._patiently(event, Outcome(Draft(History()), self._rules()), kept.changes, ledger=True)
                del self._unsaved[event]
            try:
                yield
            finally:
                self._histories.clear()
                self._back.forget()

    async def overloaded(self, event: str, waiting: int, seconds: float) -> None:
        """More waits to be hidden there than can be cleared soon."""
        async with self._turn:
            await self._whole(self._batches({event: ()}, Overload(event, waiting, seconds)))

    async def next_due(self, event: str) -> float | None:
        """When something of this event is due next, for the alarm clock."""
        async with self._turn:
            history = await self.memory(event)
        ruleset, state, now = self._rules(), self._state(event), self._clock.now()
        moments = [timers.next_due(history)]
        if ruleset.engagement is not None:
            moments.append(next_due(ruleset.engagement, history, state, now))
        return min((moment for moment in moments if moment is not None), default=None)

    async def plan_undo(self, event: str, data: Mapping[str, Any]) -> UndoPlan:
        """What `undo_all` with this data would come to. Judging goes on while the past is played again."""
        situation = self.situation(event)
        history = await self.memory(event)
        retrace = await self._back.retrace(scope_of(data), history, situation)
        async with self._turn:
            await self._back.catch_up(event, retrace)
            self._back.prepare(event, retrace)
            return plan_undo(retrace, self._rules(), history, self._clock.now())

    async def offers(self, event: str, rule: str = "") -> list[dict[str, Any]]:
        """What rules in `suggest` (or tripped ones) have waiting for a person, oldest first."""
        async with self._turn:
            return [offer.json for offer in waiting(await self.memory(event), rule)]

    async def why(self, event: str, decision: str, rule: str) -> Why | None:
        """Why a rule acted on a message or did not, on the memory of that moment; None if the message is no longer known."""
        situation = self.situation(event)
        return await self._back.why(decision, rule, await self.memory(event), situation)

    async def _round(self) -> None:
        self._wake.clear()
        async with self._turn:
            items = await self._store.next_signals(self._channel, BATCH)
            for parts in side_by_side(items):
                await self._whole(self._batches(parts))
        self._forget()
        if not items:
            await heard(self._wake, _REST)  # a bell can be missed by a crash, a signal must not
        elif MANY <= len(items) < BATCH:
            await self._clock.sleep(GATHER)

    def _forget(self) -> None:
        now = self._clock.monotonic()
        if now - self._forgot_at < FORGET_EVERY:
            return
        self._forgot_at, awake = now, set(self.events)
        self._back.forget()
        for event, history in list(self._histories.items()):
            history.forget_before(self._clock.now())
            if event not in awake:
                del self._histories[event]
                self._unsaved.pop(event, None)
                self._audiences.pop(event, None)

    async def _whole(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs to its end even if we are cancelled: memory must not miss what the store has saved."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait({task})
            if not task.cancelled() and task.exception() is not None:
                log.exception("runner.failed_at_the_end", exc_info=task.exception())
            raise

    async def _batches(self, parts: Parts, moved: Tick | Overload | None = None) -> None:
        """Judges one event after the other, then saves all at the same time: the store makes one transaction of them."""
        judged = [(event, items, await self._judged(event, items, moved)) for event, items in parts.items()]
        saves = (self._saved(event, items, out, moved) for event, items, out in judged)
        for failed in await asyncio.gather(*saves, return_exceptions=True):
            if failed is not None:
                raise failed

    async def _judged(self, event: str, items: Sequence[InboxItem], moved: Tick | Overload | None) -> Outcome:
        history = await self.memory(event)
        if items:
            self._moved[event] = self._clock.monotonic()
        out = Outcome(Draft(history), self._rules())
        self._back.saw(out.ruleset)
        await self._fill(out, event, items, moved)
        return out

    async def _saved(self, event: str, items: Sequence[InboxItem], out: Outcome, moved: Tick | Overload | None) -> None:
        """Judged once more as often as the ledger knew more than memory."""
        history = await self.memory(event)
        for _ in range(AGREE):
            if await self._save(event, history, out):
                return
            out = await self._judged(event, items, moved)
        # Entries' keys are derived from their cause: what the ledger has was asked for already, and asking again is ignored.
        log.error("runner.ledger_disagrees", event_ref=event)
        await self._save(event, history, out, ledger=False)

    async def _fill(self, out: Outcome, event: str, items: Sequence[InboxItem], moved: Tick | Overload | None) -> None:
        if moved is not None:
            self._evaluate(out, event, moved, 0, self._clock.now())
        for number, item in enumerate(items, 1):
            undo = await self._retraced(event, item.signal)
            self._take(out, event, item, undo)
            if number % CHUNK == 0:
                await asyncio.sleep(0)  # others get their turn

    async def _retraced(self, event: str, signal: Signal) -> Retrace | None:
        """For a bulk undo, the event played again up to here."""
        if not is_bulk_undo(signal):
            return None
        situation = self.situation(event)
        try:
            return await self._back.retrace(scope_of(signal.data), await self.memory(event), situation)
        except StoreError:
            raise
        except Exception:  # the act then says that it was not done; the others must flow on
            log.exception("runner.undo_failed", event_ref=event)
            return None

    def _take(self, out: Outcome, event: str, item: InboxItem, undo: Retrace | None = None) -> None:
        signal = item.signal
        now = max(item.at, signal.message.read) if isinstance(signal, MessageRead) else self._clock.now()
        if item.attempts > DEATHS:
            self._set_aside(out, item, f"tried {item.attempts} times without an outcome", now)
            return
        try:
            self._evaluate(out, event, signal, item.seq, now, undo)
        except Exception as error:  # whatever a rule or a signal does, the others must flow on
            log.exception("runner.signal_failed", event_ref=event, kind=signal.kind, attempts=item.attempts)
            if item.attempts >= TRIES:
                self._set_aside(out, item, f"{type(error).__name__}: {error}"[:300], now)
        else:
            out.done.append(item.seq)

    def _set_aside(self, out: Outcome, item: InboxItem, problem: str, now: float) -> None:
        """Kept with its problem; a message gets a decision all the same, for people to see."""
        out.quarantined.append((item.seq, problem))
        if isinstance(item.signal, MessageRead):
            message = item.signal.message
            note = f"could not be judged, a person should look: {problem}"
            ident = f"{message.event}:{message.ref}:failed"
            failed = Decision(ident, message.event, message.ref, "none", now, out.ruleset.hash, note=note)
            out.steps.append((item.signal, Step(decisions=(failed,))))

    def _evaluate(self, out: Outcome, event: str, signal: Signal, seq: int, now: float, undo: Retrace | None = None) -> None:
        if isinstance(signal, EventRead):
            self._events[event] = signal.state
            self._moved.setdefault(event, self._clock.monotonic())
            signal = replace(signal, state=self._planned(signal.state))
        act = seq if isinstance(signal, PersonAct) else 0
        situation = self.situation(event, act)
        if undo is not None and isinstance(signal, PersonAct):
            taken = undo_step(signal, undo, out.ruleset, out.draft, situation, now)
        else:
            taken = step(signal, out.ruleset, out.draft, situation, now)
        out.draft.apply(taken.changes)
        out.steps.append((signal, taken))

    async def _save(self, event: str, history: History, out: Outcome, *, ledger: bool = True) -> bool:
        """One transaction, then memory. False: the ledger knew some of what fired; nothing was saved, but memory knows it now."""
        kept = self._unsaved.setdefault(event, Unsaved(self._clock.monotonic()))
        if out.is_quiet and self._clock.monotonic() - kept.since < QUIET:
            kept.changes.update(out.draft.changes)
            history.apply(out.draft.changes)
            return True
        twice = await self._patiently(event, out, {**kept.changes, **out.draft.changes}, ledger=ledger)
        if twice:
            log.warning("runner.fired_before", event_ref=event, occurrences=list(twice))
            now = self._clock.now()
            pairs = {f"{item}@{occurrence}": (item, occurrence) for _, each in out.steps for item, occurrence in each.fired}
            history.apply({("fired", *pairs[told]): Remembered({"at": now}, now + LEDGER) for told in twice if told in pairs})
            return False
        self._unsaved[event] = Unsaved(self._clock.monotonic())
        history.apply(out.draft.changes)
        self._after(out)
        return True

    async def _patiently(self, event: str, out: Outcome, changes: Changes, *, ledger: bool) -> Sequence[str]:
        """Saves; while the store is full it waits and tries again, for what was judged must not be judged twice."""
        steps = [taken for _, taken in out.steps]
        while True:
            try:
                twice = await self._store.save_step(
                    self._channel,
                    event,
                    done=out.done,
                    decisions=[decision for taken in steps for decision in taken.decisions],
                    entries=[entry for taken in steps for entry in taken.entries],
                    cancelled=[key for taken in steps for key in taken.cancelled],
                    history=changes,
                    fired=[pair for taken in steps for pair in taken.fired] if ledger else [],
                    quarantined=out.quarantined,
                )
            except StoreFull as error:
                self.error = f"what was judged cannot be saved: {error}"
                log.warning("runner.store_full", event_ref=event, error=str(error))
                if self._stopping:
                    raise
                await self._clock.sleep(_REST)
            else:
                self.error = ""
                return twice

    def _after(self, out: Outcome) -> None:
        self.quarantined += len(out.quarantined)
        if any(taken.entries or taken.cancelled for _, taken in out.steps):
            self._outbox.set()
        for signal, taken in out.steps:
            self.judged += isinstance(signal, MessageRead)
            try:
                self._told(signal, taken)
            except Exception:  # somebody who looks on must not stop the judging
                log.exception("runner.listener_failed")

    async def memory(self, event: str) -> History:
        """What is remembered of an event; only the runner changes it."""
        if event not in self._histories:
            loaded = await self._store.load_history(self._channel, event)
            self._histories.setdefault(event, History(loaded))  # others may have loaded it meanwhile, and gone on from there
        return self._histories[event]

    def _state(self, event: str) -> EventState:
        return self._planned(self._events.get(event) or EventState(event))

    def _planned(self, state: EventState) -> EventState:
        engagement = self._rules().engagement
        return state if engagement is None else engagement.planned(state)

    def situation(self, event: str, act: int = 0) -> Situation:
        """What the engine would be told of an event now."""
        seen = self._audiences.get(event) or Watched()
        state = self._state(event)
        return Situation(state, self._bot, self._shadow, act, seen.signups, seen.viewers, seen.stream)
