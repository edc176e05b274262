"""What would have been without some acts of the rules: the event is played again twice, as it was and without them.

Undo by rule, author or time takes back the difference between the two courses, and only that: so it also takes back what followed
from an act (a mute that a strike led to, what the mute hid, a label that another rule asked for), shows nothing that another rule
hides as well, and leaves alone what people decided in between. Until the first act that is to be taken back there is one course.

Feed it the moments of one event in their order. What the play does not reproduce (texts were forgotten, a rule set is no longer
known) is found out by comparing with the stored decisions: such acts are taken back one by one by their own lists (undo.py). Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.actions import Entry
from bot.domain.decisions import Decision
from bot.domain.history import History, Key, Remembered
from bot.domain.past import Moment
from bot.domain.signals import EntrySettled, EventRead, Message, MessageRead, PersonAct, Signal, Tick
from bot.engine.course import Course, is_played, outside, polls_open_at
from bot.engine.scope import Scope, is_rule, scope_of
from bot.engine.situation import Situation, Step
from bot.engine.step import step
from bot.ruleset.model import Ruleset

RulesetOf = Callable[[str], Ruleset]
"""The rule set with this hash, or the nearest one that is known."""
FORGET_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that came out otherwise. `wanted` is None where there would have been none."""

    made: Decision
    wanted: Decision | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A bulk undo of the past: its act, and its place in the order of judging. Acts before it are out in both courses."""

    seq: int
    scope: Scope


@dataclass(slots=True)
class Retrace:
    """`as_it_was` and, from the first act to be taken back on, `without`."""

    scope: Scope
    situation: Situation
    ruleset_of: RulesetOf
    earlier: Sequence[Earlier] = ()
    polls: Sequence[Mapping[str, Any]] = ()
    as_it_was: Course = field(default_factory=lambda: Course(History()))
    without: Course | None = None
    at: int = 0
    """`seq` of the last moment that was fed."""
    played: int = 0
    acts: dict[str, Moment] = field(default_factory=dict)
    """Decisions of the rules that the scope covers, by id."""
    strays: dict[str, Decision] = field(default_factory=dict)
    """Those of them that the play did not reproduce."""
    unlike: set[str] = field(default_factory=set)
    """Messages about which the play came to another decision than the one that is stored."""
    differences: dict[str, Difference] = field(default_factory=dict)
    only_was: dict[str, Entry] = field(default_factory=dict)
    """Entries that only the course as it was brought, by key."""
    only_without: dict[str, Entry] = field(default_factory=dict)
    _pardons: dict[str, list[tuple[Key, Remembered]]] = field(default_factory=dict)
    _rulesets: dict[str, Ruleset] = field(default_factory=dict)
    _asked: dict[str, Message] = field(default_factory=dict)
    """Messages about which a service was asked, by ref."""

    @classmethod
    def of(
        cls, scope: Scope, live: History, situation: Situation, ruleset_of: RulesetOf, earlier: Sequence[Earlier] = ()
    ) -> Retrace:
        """Ready for the first moment. `live` is the event's history now: what is in it that no play brings is taken from it."""
        polls = [item.value for _, item in live.of_kind("poll")]
        start = Course(History(outside(dict(live.of_kind("signup")))))
        retrace = cls(scope, situation, ruleset_of, tuple(earlier), polls, start)
        for key, item in live.of_kind("pardon"):
            retrace._pardons.setdefault(str(item.value["by"]), []).append((key, item))
        return retrace

    def feed(self, moments: Sequence[Moment]) -> None:
        """The next moments, in their order."""
        for moment in moments:
            self.at = max(self.at, moment.seq)
            self._feed(moment)
            self.played += 1
            if self.played % FORGET_EVERY == 0:
                for course in self._courses():
                    course.history.forget_before(moment.at)

    def _courses(self) -> list[Course]:
        return [self.as_it_was] if self.without is None else [self.as_it_was, self.without]

    def _feed(self, moment: Moment) -> None:
        signal = moment.signal
        if isinstance(signal, EventRead):
            self.situation = replace(self.situation, event=signal.state)
        ruleset = self._ruleset(moment)
        self.ring(moment.at, ruleset)
        self._note_act(moment)
        if signal is None or not is_played(moment):
            self._note_stray(moment, None)
            self._pardon(moment)
            return
        situation = self.situation_at(moment)
        fitted = self.as_it_was.refit(signal)
        was = step(fitted, ruleset, self.as_it_was.history, situation, moment.at)
        if self.without is None and self._is_concerned(moment, was):
            self.without = self.as_it_was.fork()
        self.as_it_was.take(fitted, was)
        self._note_asked(moment, was)
        self._note_stray(moment, was)
        if self.without is None:
            return
        fitted = self.without.refit(signal)
        left_out = replace(situation, without=(*situation.without, self.scope))
        self._compare(was, self.without.play(fitted, ruleset, left_out, moment.at), signal)

    def situation_at(self, moment: Moment) -> Situation:
        """The event and its polls at that moment."""
        out = tuple(one.scope for one in self.earlier if moment.seq < one.seq)
        open_then = polls_open_at(self.polls, moment.at)
        return replace(self.situation, act=moment.act, poll_open=open_then, without=out)

    def _ruleset(self, moment: Moment) -> Ruleset:
        name = moment.decision.ruleset if moment.decision is not None else ""
        if name not in self._rulesets:
            self._rulesets[name] = replace(self.ruleset_of(name), engagement=None)
        return self._rulesets[name]

    def ring(self, until: float, ruleset: Ruleset) -> None:
        """Time passes. What fired in the course as it was is among the moments; what only the other one waits for fires here."""
        if self.without is not None:
            wanted = list(self.without.ring(until, ruleset, replace(self.situation, without=()), self.as_it_was))
            self._compare(Step(), _joined(wanted), None)

    def _note_asked(self, moment: Moment, was: Step) -> None:
        if isinstance(moment.signal, MessageRead) and ("open", moment.signal.message.ref) in was.changes:
            self._asked[moment.signal.message.ref] = moment.signal.message

    def message_of(self, moment: Moment) -> Message | None:
        """The message that a moment is about: it was read then, or a service answered about it."""
        if isinstance(moment.signal, MessageRead):
            return moment.signal.message
        return self._asked.get(str(moment.decision.answer.get("of"))) if moment.decision is not None else None

    # ── what the scope covers ──

    def _note_act(self, moment: Moment) -> None:
        if self._covered(moment, moment.decision):
            self.acts[moment.decision.id] = moment  # type: ignore[union-attr]  # covered means that there is one

    def _covered(self, moment: Moment, decision: Decision | None) -> bool:
        """Did a rule that the scope is about act in it? An earlier undo may have taken it back already."""
        if decision is None or decision.who != "rules":
            return False
        author = self._author(moment, decision)
        out = [one.scope for one in self.earlier if moment.seq < one.seq]
        rules = [verdict.rule for verdict in decision.verdicts if verdict.effects and is_rule(verdict.rule)]
        return any(
            self.scope.covers(rule, author, decision.at) and not any(one.covers(rule, author, decision.at) for one in out)
            for rule in rules
        )

    def _author(self, moment: Moment, decision: Decision) -> str:
        message = self.message_of(moment)
        if message is not None:
            return message.author.known_key
        return str(decision.facts.get("author", ""))

    def _is_concerned(self, moment: Moment, was: Step) -> bool:
        """Does the scope leave something out here? Then the courses part."""
        if not isinstance(moment.signal, MessageRead | EntrySettled) or not was.decisions:
            return False
        decision = was.decisions[0]
        author = self._author(moment, decision)
        fired = (*decision.verdicts, *decision.suggested, *decision.shadow)
        return any(self.scope.covers(verdict.rule, author, moment.at) for verdict in fired)

    # ── what came out otherwise ──

    def _note_stray(self, moment: Moment, was: Step | None) -> None:
        stored = moment.decision
        if stored is None or stored.who != "rules":
            return
        found = was.decisions[0] if was is not None and was.decisions else None
        if found is not None and (found.outcome, found.rules) == (stored.outcome, stored.rules):
            return
        if not any(moment.seq < one.seq for one in self.earlier):
            self.unlike.add(stored.ref)
        if stored.id in self.acts and (found is None or not self._covered(moment, found)):
            self.strays[stored.id] = stored

    def _pardon(self, moment: Moment) -> None:
        """At the place of an earlier undo: what it pardoned from then on."""
        found = self._pardons.get(f"act-{moment.act}" if moment.act else "", ())
        for course in self._courses() if found else ():
            course.history.apply({**dict(found), ("pardons",): Remembered(True)})

    def _compare(self, was: Step, wanted: Step, signal: Signal | None) -> None:
        made, instead = {one.key: one for one in was.entries}, {one.key: one for one in wanted.entries}
        self.only_was.update({key: entry for key, entry in made.items() if key not in instead})
        self.only_without.update({key: entry for key, entry in instead.items() if key not in made})
        for key in was.cancelled:
            self.only_was.pop(key, None)
        for key in wanted.cancelled:
            self.only_without.pop(key, None)
        if isinstance(signal, MessageRead | Tick | EntrySettled):
            self._compare_decisions(was.decisions, wanted.decisions)

    def _compare_decisions(self, was: Sequence[Decision], wanted: Sequence[Decision]) -> None:
        instead = {decision.id: decision for decision in wanted}
        for decision in was:
            other = instead.get(decision.id)
            if other is None or _effect(other) != _effect(decision):
                self.differences[decision.id] = Difference(decision, other)


def earlier_undo(moment: Moment) -> Earlier | None:
    """A bulk undo among the moments of the past."""
    signal = moment.signal
    if isinstance(signal, PersonAct) and signal.verb == "undo_all":
        return Earlier(moment.seq, scope_of(signal.data))
    return None


def _effect(decision: Decision) -> tuple[Any, ...]:
    return (decision.outcome, decision.rules, decision.facts.get("changed", []))


def _joined(steps: Sequence[Step]) -> Step:
    return Step(
        decisions=tuple(decision for each in steps for decision in each.decisions),
        entries=tuple(entry for each in steps for entry in each.entries),
        cancelled=tuple(key for each in steps for key in each.cancelled),
    )
