"""What would a save change? The same messages through two rule sets, each in a memory of its own. Pure.

The answer is shown with the save ("hides 14 more, 3 fewer, these authors"). Rules that would take away too much start in `shadow`
until a moderator confirms them (RULES.md "The life of a rule file").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.decisions import Decision
from bot.domain.history import History
from bot.domain.signals import EventState, Message, MessageRead, Tick
from bot.engine.people import trust_of
from bot.engine.plan import plan_of
from bot.engine.situation import Situation
from bot.engine.step import step
from bot.engine.timers import next_due
from bot.ruleset.model import Ruleset

TAKES = frozenset({"hide", "hold", "archive"})
LIMIT = 0.02
"""Of the messages looked at, so large a share more may be taken away without a question."""
LEAST = 3
"""So few more are never too many: in a chat of thirty lines one is three per cent."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """A message that the save would treat in another way."""

    message: Message
    before: str
    after: str
    rules: tuple[str, ...]
    """The rules that take it away now."""
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a save would change among the messages looked at."""

    looked_at: int = 0
    changes: tuple[Change, ...] = ()

    @property
    def more(self) -> tuple[Change, ...]:
        """Messages that would be taken away and were not before."""
        return tuple(one for one in self.changes if one.after in TAKES and one.before not in TAKES)

    @property
    def fewer(self) -> tuple[Change, ...]:
        """Messages that would stay now."""
        return tuple(one for one in self.changes if one.before in TAKES and one.after not in TAKES)

    @property
    def too_much(self) -> tuple[str, ...]:
        """The rules that would take away so much more that somebody should look first; those that take from trusted people too."""
        more = self.more
        if len(more) > max(LEAST, LIMIT * self.looked_at):
            return tuple(sorted({rule for one in more for rule in one.rules}))
        return tuple(sorted({rule for one in more if one.trusted for rule in one.rules}))

    @property
    def text(self) -> str:
        """For people, in a line."""
        more, fewer = self.more, self.fewer
        if not more and not fewer:
            return f"of the last {self.looked_at} messages none would be taken away or left otherwise"
        names = Counter(one.message.author.name or "?" for one in more)
        whose = f" ({', '.join(name for name, _ in names.most_common(5))})" if names else ""
        return f"of the last {self.looked_at} messages it takes away {len(more)} more{whose} and {len(fewer)} fewer"

    @property
    def json(self) -> dict[str, Any]:
        """For the control API: counts, rules, and the first messages of both kinds."""
        shown = [*self.more[:SHOWN], *self.fewer[:SHOWN]]
        return {
            "looked_at": self.looked_at,
            "more": len(self.more),
            "fewer": len(self.fewer),
            "text": self.text,
            "rules": dict(Counter(rule for one in self.more for rule in one.rules)),
            "messages": [
                {"ref": one.message.ref, "text": one.message.text[:200], "author": one.message.author.name}
                | {"before": one.before, "after": one.after, "rules": list(one.rules)}
                for one in shown
            ],
        }


def foretell(messages: Sequence[Message], before: Ruleset, after: Ruleset, state: EventState) -> Foretold:
    """Plays stored messages of one event (in the order in which they were read) through both rule sets."""
    was, now = _Course(before, state), _Course(after, state)
    changes = []
    for message in messages:
        old, _ = was.judge(message)
        new, trusted = now.judge(message)
        if old.outcome != new.outcome:
            rules = tuple(verdict.rule for verdict in new.verdicts if TAKES & {next(iter(effect)) for effect in verdict.effects})
            changes.append(Change(message, old.outcome, new.outcome, rules or new.rules, trusted))
    return Foretold(len(messages), tuple(changes))


def together(parts: Sequence[Foretold]) -> Foretold:
    """Several events as one."""
    return Foretold(sum(one.looked_at for one in parts), tuple(change for one in parts for change in one.changes))


@dataclass(slots=True)
class _Course:
    """One rule set on its way through the messages."""

    ruleset: Ruleset
    state: EventState
    history: History = field(default_factory=History)
    alarm: float | None = None

    def __post_init__(self) -> None:
        self.ruleset = replace(self.ruleset, engagement=None)

    def judge(self, message: Message) -> tuple[Decision, bool]:
        """The decision, and whether the author was trusted by then."""
        now = message.read or message.created or 0.0
        situation = Situation(self.state, poll_open=False)
        while (alarm := self.alarm) is not None and alarm <= now:
            self.history.apply(step(Tick(message.event), self.ruleset, self.history, situation, alarm).changes)
            self.alarm = next_due(self.history)
        record = self.history.get("author", message.author.key)
        trusted = trust_of(message, record, plan_of(self.ruleset).lists, now) == "trusted"
        done = step(MessageRead(message), self.ruleset, self.history, situation, now)
        self.history.apply(done.changes)
        if any(key[0] == "timer" for key in done.changes):
            self.alarm = next_due(self.history)
        return done.decisions[0], trusted
