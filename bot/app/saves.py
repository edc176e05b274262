"""What becomes of a save before its rules are in force: played over the stored messages, shown, and in doubt begun in shadow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import structlog

from bot.clock import Clock
from bot.domain.signals import EventState, PersonAct
from bot.engine.foretell import Foretold, foretell, together
from bot.ports import ControlStore
from bot.ruleset.model import Ruleset

log = structlog.get_logger("app")

LAST = 500
"""Messages of each event that a save is played over."""
WHO = "usher"
"""Who set a rule to shadow, in decisions and audit."""


class Saves:
    """One channel's saves. `states` gives the events that are followed; `ring` wakes the runner."""

    def __init__(
        self,
        channel: str,
        store: ControlStore,
        clock: Clock,
        states: Callable[[], Mapping[str, EventState]],
        ring: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._store = store
        self._clock = clock
        self._states = states
        self._ring = ring
        self.last = Foretold()
        """What the newest save changed."""
        self.in_shadow: tuple[str, ...] = ()
        """Rules that it began in shadow."""

    async def coming(self, before: Ruleset, after: Ruleset) -> None:
        """Called before `after` is in force. What goes wrong here must not keep a moderator's save from going live."""
        try:
            self.last = await self.foretell(before, after)
            self.in_shadow = self.last.too_much
            log.info("rules_foretold", channel=self._channel, what=self.last.text, in_shadow=list(self.in_shadow))
            await self._begin_in_shadow()
        except Exception:
            log.exception("rules_not_foretold", channel=self._channel)

    async def foretell(self, before: Ruleset, after: Ruleset) -> Foretold:
        """What `after` would change among the last messages of every event that is followed."""
        parts: list[Foretold] = []
        for event, state in self._states().items():
            rows = await self._store.messages(self._channel, event=event, limit=LAST)
            messages = [row.message for row in reversed(rows)]
            parts.append(await asyncio.to_thread(foretell, messages, before, after, state))
        return together(parts)

    async def _begin_in_shadow(self) -> None:
        for event in self._states() if self.in_shadow else ():
            await self._set(event, self.in_shadow, "shadow")

    async def confirm(self, rules: Sequence[str] = ()) -> tuple[str, ...]:
        """A moderator has looked: these rules (none named: all of the last save) act as their file says. Returns which."""
        wanted = tuple(rules) or self.in_shadow
        for event in self._states():
            await self._set(event, wanted, "")
        self.confirmed(wanted)
        return wanted

    def confirmed(self, rules: Sequence[str]) -> None:
        """They wait for nobody any more."""
        self.in_shadow = tuple(rule for rule in self.in_shadow if rule not in rules)

    async def _set(self, event: str, rules: Sequence[str], mode: str) -> None:
        for rule in rules:
            act = PersonAct(event, WHO, "set_rule", rule, {"mode": mode, "coming": True})
            await self._store.put_act(self._channel, act, self._clock.now())
        self._ring()
