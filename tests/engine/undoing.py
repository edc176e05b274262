"""Random rule files and streams for the tests of undo, and a world that keeps a log as the store does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from bot.domain.actions import SetEvent, SetMessageStatus
from bot.domain.decisions import Decision
from bot.domain.past import Moment
from bot.domain.signals import MessageRead, PersonAct, Signal, StatusChanged, Tick
from bot.engine.retrace import Retrace, earlier_undo
from bot.engine.scope import Scope, scope_of
from bot.engine.situation import Situation, Step
from bot.engine.undo_all import undo_step
from bot.ruleset.model import Ruleset
from bot.ruleset.parse import parse
from tests.engine.making import World

CONDITIONS = (
    "{ word: heck }",
    "{ word: [darn, coin] }",
    "{ contains: link }",
    "{ word: heck, none: [ { word: coin } ] }",
    "{ author: { strikes: '>= 1' }, word: hello }",
    "{ author: { strikes: '>= 2' } }",
    "{ author: { label: seen } }",
    "{ author: { label: warned }, surface: qa }",
    "{ author: { messages: '< 3' }, contains: link }",
    "{ author: { hidden_share: '> 0.3' }, word: darn }",
    "{ counter: { heat: '>= 2 in 1m' } }",
    "{ counter: { calm: '>= 1 in 1m' }, word: hello }",
    "{ rate: { by: author, over: '2 in 10s' } }",
    "{ rate: { by: text, over: '2 in 20s' } }",
    "{ similar_to_own: { like: 0.9, last: 1m, times: 2 } }",
    "{ similar_to_others: { like: 0.85, last: 1m, authors: 2 } }",
    "{ surface: qa, length: '3..300', author: { strikes: 0 } }",
    "{ raid: true, word: [hello, coin] }",
    "{ score: { heat: '>= 2' } }",
    "{ caps: { share: 60%, min_length: 4 } }",
)
EFFECTS = (
    "hide",
    "archive",
    "approve",
    "flag",
    "{ hold: { for: 5s, then: hide } }",
    "{ hold: { for: 20s, then: approve } }",
    "{ hold: {} }",
    "{ strike: { n: 1, for: 30s } }",
    "{ strike: { n: 2, for: 5m } }",
    "{ label: seen }",
    "{ label: warned }",
    "{ unlabel: seen }",
    "{ count: heat }",
    "{ count: calm }",
    "{ score: { name: heat, n: 1 } }",
    "{ mute: 10s }",
    "{ mute: event }",
    "{ slow: 6s }",
    "{ lock: { what: chat, for: 6s } }",
    "{ raid_mode: { for: 8s } }",
    "{ sweep: { last: 20s } }",
    "{ warn: true }",
    "{ reply: 'no, {author}' }",
    "forgive",
)
MODIFIERS = (
    "",
    "",
    "",
    "",
    "stop: true",
    "once: author",
    "once: event",
    "cooldown: 5s",
    "priority: 2",
    "limit: { acts: 2 in 1m, then: suggest }",
)
LADDERS = (
    "",
    "escalate: { strikes: { 2: [ { warn: true } ], 3: [ { mute: 15s } ] } }",
    "escalate: { strikes: { 1: [ { label: warned } ], 2: [ { mute: event } ] } }",
    "escalate: { strikes: { 2: [ { count: heat } ], 4: [ { slow: 5s } ] } }",
)
WORDS = ("heck", "darn", "coin", "link.test", "hello", "HELLO HECK", "fine day")


@dataclass(frozen=True)
class RuleFile:
    """A random rule file whose rules can be left out."""

    rules: tuple[str, ...]
    ladder: str

    def read(self, without: str = "") -> Ruleset:
        """Parsed; `without` names a rule that is left out."""
        kept = [rule for rule in self.rules if f"id: {without}," not in rule]
        text = "\n".join([*(["rules:"] if kept else []), *(f"  - {rule}" for rule in kept), self.ladder]) + "\n"
        parsed = parse({"rules.yaml": text}, {}, {})
        assert parsed.ruleset is not None, [problem.text for problem in parsed.problems]
        return replace(parsed.ruleset, engagement=None)


@st.composite
def rule_files(draw: st.DrawFn, most: int = 4) -> RuleFile:
    """Two to `most` rules r0, r1, … over all kinds of conditions and effects."""
    rules = []
    for number in range(draw(st.integers(2, most))):
        condition = draw(st.sampled_from(CONDITIONS))
        possible = [effect for effect in EFFECTS if effect != "archive" or "surface: qa" in condition]
        effects = draw(st.lists(st.sampled_from(possible), min_size=1, max_size=3, unique_by=_kind))
        more = draw(st.sampled_from(MODIFIERS))
        rules.append(f"{{ id: r{number}, if: {condition}, do: [ {', '.join(effects)} ]{', ' + more if more else ''} }}")
    return RuleFile(tuple(rules), draw(st.sampled_from(LADDERS)))


def _kind(effect: str) -> str:
    kind = effect.strip("{ ").split(":")[0].strip()
    return "hide" if kind in ("archive", "approve", "hold") else kind


LIMIT_WINDOW = 60.0
"""Of the limit in MODIFIERS."""
AUTHORS = ("ann", "bo", "cy")
LINES = st.tuples(
    st.just("say"),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    st.sampled_from(AUTHORS),
    st.sampled_from(("chat", "chat", "qa")),
)
ACTS = st.tuples(st.sampled_from(("hide", "show", "release", "undo")), st.integers(1, 12))
ON_PLATFORM = st.tuples(st.just("platform"), st.integers(1, 12), st.booleans())
PASSES = st.tuples(st.just("pass"), st.sampled_from((1.0, 6.0, 25.0)))
STREAMS = st.lists(st.one_of(LINES, LINES, LINES, LINES, ACTS, ON_PLATFORM, PASSES), min_size=4, max_size=24)


@dataclass
class Logged(World):
    """A world that keeps its past as the store does, and shows what the audience would see."""

    left_out: tuple[Scope, ...] = ()
    """Acts of the rules that do not take place here."""
    past: list[Moment] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    surfaces: dict[str, Any] = field(default_factory=dict)
    chat_on: bool = True
    newest: dict[str, Decision] = field(default_factory=dict)
    made: dict[str, Decision] = field(default_factory=dict)

    def send(self, signal: Signal, *, act: int = 0, **situation: Any) -> Step:
        done = super().send(signal, act=act, without=self.left_out, **situation)
        self.keep(signal, done, act)
        return done

    def keep(self, signal: Signal, done: Step, act: int) -> None:
        """What the store keeps of a step, and what the platform does with it."""
        if isinstance(signal, MessageRead):
            self.shown[signal.message.ref] = signal.message.status
            self.surfaces[signal.message.ref] = signal.message.surface
        elif isinstance(signal, StatusChanged):
            self.shown[signal.ref] = signal.status
        for entry in done.entries:
            if isinstance(entry.action, SetMessageStatus):
                self.shown[entry.action.ref] = entry.action.status
            elif isinstance(entry.action, SetEvent):
                self.chat_on = bool(entry.action.changes.get("chat", self.chat_on))
        for decision in done.decisions:
            self.newest[decision.ref] = self.made[decision.id] = decision
        first = done.decisions[0] if done.decisions else None
        if first is not None or not isinstance(signal, Tick):
            self.past.append(Moment(len(self.past) + 1, self.now, signal, first, act))  # type: ignore[arg-type]  # no others here

    def play(self, stream: list[Any]) -> None:
        """The lines, acts and pauses of a stream."""
        for kind, *what in stream:
            if kind == "say":
                self.say(what[0], what[1], surface=what[2])
            elif kind == "pass":
                self.pass_time(what[0])
            elif f"m{what[0]}" not in self.shown:
                self.now += 1.0
            elif kind == "platform":
                self.changed_by_hand(f"m{what[0]}", taken_away=what[1])
            else:
                self.act(kind, f"m{what[0]}")

    def pass_time(self, seconds: float) -> None:
        """A tick each second, as in the daemon."""
        for _ in range(int(seconds)):
            self.tick(1.0)

    def changed_by_hand(self, ref: str, *, taken_away: bool) -> None:
        """Somebody sets a message's status on the platform, whatever it was before: in both worlds people do the same."""
        surface = self.surfaces[ref]
        status = {("chat", True): "hidden", ("chat", False): "public", ("qa", True): "archived", ("qa", False): "approved"}[
            surface, taken_away
        ]
        self.on_platform(ref, self.shown[ref], status, surface)

    def act(self, verb: Any, ref: str) -> None:
        """What control sends for a click on a message or on its newest decision."""
        newest = self.newest.get(ref)
        data: dict[str, Any] = {
            "surface": self.surfaces[ref],
            "status": self.shown[ref],
            "facts": dict(newest.facts) if newest else {},
        }
        if verb == "undo":
            first = next(one for one in self.made.values() if one.ref == ref)
            self.person("undo", first.id, **{**data, "facts": first.facts, "ref": ref})
        else:
            self.person(verb, ref, **data)

    def undo_all(self, **scope: Any) -> Step:
        """A bulk undo, fed from the log as the runner feeds it from the store."""
        self.acts += 1
        self.now += 1.0
        signal = PersonAct("ev1", "mo", "undo_all", "", scope)
        situation = Situation(self.event, bot=self.bot, shadow=self.shadow, act=self.acts)
        earlier = [one for moment in self.past if (one := earlier_undo(moment)) is not None]
        retrace = Retrace.of(scope_of(scope), self.history, situation, lambda _hash: self.ruleset, earlier)
        retrace.feed(self.past)
        done = undo_step(signal, retrace, self.ruleset, self.history, situation, self.now)
        self.history.apply(done.changes)
        self.steps.append(done)
        self.keep(signal, done, self.acts)
        return done


def lasting(world: World, *ignored: str) -> Mapping[str, Any]:
    """What is remembered, as JSON, without what an undo says of itself and without what is past its time inside a value."""
    world.history.forget_before(world.now)
    kept = {key: _fresh(key[0], item.value, world.now) for key, item in world.history.items() if key[0] not in ignored}
    return {" ".join(key): json.loads(json.dumps(value)) for key, value in sorted(kept.items()) if value != []}


def _fresh(kind: str, value: Any, now: float) -> Any:
    if kind == "strikes":
        return [strike for strike in value if strike[0] > now]
    return [moment for moment in value if now - moment < LIMIT_WINDOW] if kind == "acts" else value


__all__ = ["STREAMS", "Logged", "RuleFile", "lasting", "rule_files"]
