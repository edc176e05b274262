"""Plays an event's stored past again: for the undo of many acts, and for a why that is asked hours later.

Assumes that only one runner judges the channel. Reading and playing leave the loop to others every few messages; what was played
for a preview is kept for a while, so that the undo after it has only the rest to catch up with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bot.domain.decisions import Decision
from bot.domain.history import History
from bot.domain.past import Moment
from bot.domain.signals import MessageRead
from bot.engine.asking import score_of
from bot.engine.retrace import Earlier, Retrace, earlier_undo
from bot.engine.scope import Scope
from bot.engine.situation import Situation
from bot.engine.why import Why, why
from bot.ports import RunnerStore
from bot.ruleset.model import Rule, Ruleset

OldRules = Callable[[str], Awaitable[Ruleset | None]]
"""The rule set that had this hash, from the stored revisions."""
RuleText = Callable[[str, Rule], Awaitable[str]]
"""A rule as it stood in the files of the revision with this hash."""
PAGE = 200
CHUNK = 25
"""Moments played before others get a turn on the loop."""
RULESETS_KEPT = 8


class Player(Protocol):
    """What moments are fed to."""

    at: int

    def feed(self, moments: Sequence[Moment]) -> None:
        """The next moments, in their order."""
        ...


class LookingBack:
    """One channel's past. `rules` gives the rule set in force; `old_rules` those of stored revisions."""

    def __init__(
        self,
        channel: str,
        store: RunnerStore,
        rules: Callable[[], Ruleset],
        old_rules: OldRules | None = None,
        rule_text: RuleText | None = None,
    ) -> None:
        self._channel = channel
        self._store = store
        self._rules = rules
        self._old_rules = old_rules
        self._rule_text = rule_text
        self._rulesets: dict[str, Ruleset] = {}
        self._prepared: dict[tuple[str, Scope], Retrace] = {}

    def saw(self, ruleset: Ruleset) -> None:
        """A rule set judges: it need not be read from its revision later."""
        if ruleset.hash not in self._rulesets:
            self._rulesets[ruleset.hash] = ruleset
            for old in list(self._rulesets)[:-RULESETS_KEPT]:
                del self._rulesets[old]

    def ruleset_of(self, sha: str) -> Ruleset:
        """The rule set with this hash; the one in force where it is no longer known."""
        return self._rulesets.get(sha) or self._rules()

    async def retrace(self, scope: Scope, live: History, situation: Situation) -> Retrace:
        """The event played again up to what is stored now. A prepared one only catches up."""
        event = situation.event.event
        retrace = self._prepared.pop((event, scope), None)
        self.forget()
        if retrace is None:
            retrace = Retrace.of(scope, live, situation, self.ruleset_of, await self._undone(event))
        await self.catch_up(event, retrace)
        return retrace

    async def _undone(self, event: str) -> list[Earlier]:
        undone = [earlier_undo(moment) for moment in await self._store.bulk_undos(self._channel, event)]
        return [one for one in undone if one is not None]

    async def catch_up(self, event: str, player: Player, until: int | None = None) -> None:
        """Feeds what is stored beyond where the player is; `until` is the first place it must not see."""
        while moments := await self._store.past(self._channel, event, player.at, PAGE):
            await self._know_rules(moments)
            wanted = [moment for moment in moments if until is None or moment.seq < until]
            for start in range(0, len(wanted), CHUNK):
                player.feed(wanted[start : start + CHUNK])
                await asyncio.sleep(0)  # others get their turn
            if len(wanted) < len(moments):
                return

    async def _know_rules(self, moments: Sequence[Moment]) -> None:
        for sha in {moment.decision.ruleset for moment in moments if moment.decision is not None} - self._rulesets.keys():
            found = await self._old_rules(sha) if self._old_rules is not None else None
            if found is not None:
                self.saw(found)

    async def why(self, decision: str, rule: str, live: History, situation: Situation) -> Why | None:
        """One rule's answer to the message of a decision, judged again on the memory of that moment.

        Of a decision that another service brought: as if its score had been known when the message was read.
        """
        event = situation.event.event
        place = await self._store.place_of(self._channel, decision)
        later = await self._stored(event, place)
        if later is not None and later.answer:
            place = await self._store.place_of(self._channel, str(later.answer["first"]))
        undone = [one for one in await self._undone(event) if one.seq < place]
        player = Retrace.of(Scope(), live, situation, self.ruleset_of, undone)
        await self.catch_up(event, player, until=place)
        found = [one for one in await self._store.past(self._channel, event, place - 1, 1) if one.decision is not None]
        moment = found[-1] if place and found else None
        if moment is None or moment.decision is None or not isinstance(moment.signal, MessageRead):
            return None
        ruleset, sha = self.ruleset_of(moment.decision.ruleset), moment.decision.ruleset
        known = ruleset.rule(rule)
        text = await self._rule_text(sha, known) if self._rule_text is not None and known is not None else ""
        if later is not None and later.answer:
            player.as_it_was.history.apply(score_of(later, moment.signal.message.text, moment.at))
        return why(
            moment.signal.message, rule, ruleset, player.as_it_was.history, player.situation_at(moment), moment.at, text=text
        )

    async def _stored(self, event: str, place: int) -> Decision | None:
        found = await self._store.past(self._channel, event, place - 1, 1) if place else ()
        return found[-1].decision if found else None

    def prepare(self, event: str, retrace: Retrace) -> None:
        """Keeps what was played for a preview."""
        self._prepared = {(event, retrace.scope): retrace}

    def forget(self) -> None:
        """What was prepared holds memory, and another undo makes it wrong."""
        self._prepared = {}
