"""Rule sets and events for tests of the engine: values only, no doubles."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.decisions import Decision
from bot.domain.history import History
from bot.domain.signals import Author, EventState, Message, MessageRead, PersonAct, Signal, StatusChanged, Tick, Verb
from bot.engine.situation import Situation, Step
from bot.engine.step import step
from bot.ruleset.facts import NO, Facts, Finding
from bot.ruleset.matcher import Matcher
from bot.ruleset.model import Effect, People, Rule, Ruleset
from bot.ruleset.terms import Term

START = 1_700_000_000.0
LIVE = EventState("ev1", title="Launch", status="live", phase="on_air", chat=True, qa=True, live_since=START)


@dataclass(frozen=True)
class Holds:
    """The text holds one of these terms, by number."""

    terms: frozenset[int]

    def check(self, facts: Facts) -> Finding:
        spans = tuple(span for term in sorted(self.terms) for span in facts.scan.spans(term))
        return Finding(True, spans, "a listed word") if spans else NO


@dataclass(frozen=True)
class Always:
    """Holds for every message."""

    near: str = ""

    def check(self, facts: Facts) -> Finding:
        return Finding(False, near=self.near) if self.near else Finding(True, note="always")


@dataclass(frozen=True)
class Raises:
    """A condition with a bug."""

    def check(self, facts: Facts) -> Finding:
        raise ZeroDivisionError("a bug")


class Rules:
    """Builds a rule set word by word."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings
        self.terms: list[Term] = []
        self.rules: list[Rule] = []

    def word(self, rule_id: str, *words: str, do: list[Effect] | None = None, **more: Any) -> Rules:
        """A rule that fires on these words, by default with a hide."""
        wanted = [Term("word", word) for word in words]
        self.terms += [term for term in wanted if term not in self.terms]
        numbers = frozenset(self.terms.index(term) for term in wanted)
        effects = tuple(do if do is not None else [{"hide": True}])
        self.rules.append(Rule(rule_id, Holds(numbers), effects, terms=numbers, needs_terms=True, **more))
        return self

    def rule(self, rule_id: str, condition: Any, do: list[Effect], **more: Any) -> Rules:
        """A rule with a condition of its own."""
        self.rules.append(Rule(rule_id, condition, tuple(do), **more))
        return self

    def done(self, name: str = "set1") -> Ruleset:
        """The rule set."""
        return Ruleset(name, tuple(self.rules), Matcher(self.terms), **self.settings)


@dataclass
class World:
    """One event with its history: sends signals through `step` and keeps what came of it."""

    ruleset: Ruleset
    now: float = START
    event: EventState = LIVE
    shadow: bool = False
    bot: Author = Author("Usher", "usher@example.test")  # noqa: RUF009 - Author is frozen
    history: History = field(default_factory=History)
    steps: list[Step] = field(default_factory=list)
    acts: int = 0
    posted: int = 0

    def send(self, signal: Signal, *, act: int = 0, **situation: Any) -> Step:
        """One step; the history takes its changes over."""
        known = Situation(self.event, bot=self.bot, shadow=self.shadow, act=act, **situation)
        done = step(signal, self.ruleset, self.history, known, self.now)
        self.history.apply(done.changes)
        self.steps.append(done)
        return done

    def message(self, text: str, by: str = "ann", **more: Any) -> Message:
        """A message with a ref of its own."""
        self.posted += 1
        author = more.pop("author", Author(by.title(), f"{by}@example.test"))
        known = {"ref": f"m{self.posted}", "surface": "chat", "status": "public", **more}
        if known["surface"] == "qa" and "status" not in more:
            known["status"] = "new"
        return Message("ev1", text=text, author=author, read=self.now, **known)

    def say(self, text: str, by: str = "ann", *, after: float = 1.0, **more: Any) -> Decision:
        """Somebody writes; the decision about it."""
        self.now += after
        done = self.send(MessageRead(self.message(text, by, **more)))
        assert len(done.decisions) == 1
        return done.decisions[0]

    def person(self, verb: Verb, target: str, **data: Any) -> Step:
        """A moderator presses something."""
        self.acts += 1
        self.now += 1.0
        return self.send(PersonAct("ev1", "mo", verb, target, data), act=self.acts)

    def on_platform(self, ref: str, before: str, status: str, surface: Any = "chat", text: str = "") -> Step:
        """A person changes a status on the platform itself."""
        self.now += 1.0
        return self.send(StatusChanged("ev1", ref, surface, status, before, text))

    def tick(self, after: float = 1.0) -> Step:
        """Time passes."""
        self.now += after
        return self.send(Tick("ev1"))

    @property
    def last(self) -> Step:
        """The newest step."""
        return self.steps[-1]


def strike(n: int = 1, seconds: float = 3600.0) -> Effect:
    """An effect."""
    return {"strike": {"n": n, "for": seconds}}


def hold(seconds: float | None = None, then: str | None = None) -> Effect:
    """An effect."""
    return {"hold": {"for": seconds, "then": then}}


HIDE: Effect = {"hide": True}
TEAM = People(team=("*@team.example.test",), trusted=("speaker@example.test",))

__all__ = ["HIDE", "LIVE", "START", "TEAM", "Always", "Holds", "Raises", "Rules", "World", "hold", "replace", "strike"]
