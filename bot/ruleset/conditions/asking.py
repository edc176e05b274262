"""question, qa_duplicate: is this a question, and has it been asked before?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.ruleset.building import Building
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.conditions.similar import alike
from bot.ruleset.facts import NO, YES, Condition, Facts, Finding
from bot.ruleset.links import without
from bot.ruleset.questions import is_question
from bot.ruleset.shorthand import Short
from bot.ruleset.values import Percent, RuleModel
from bot.ruleset.views import links_of, skeleton_of, text_of
from bot.ruleset.windows import Window


class Duplicate(RuleModel):
    """How like an earlier question it has to be."""

    like: Percent = 0.85


@dataclass(frozen=True, slots=True)
class Question:
    """It reads like a question; a question mark inside a link does not count."""

    wanted: bool

    def check(self, facts: Facts) -> Finding:
        """Looks at the text without its links."""
        asks = facts.view("question", lambda: is_question(_without_links(facts)))
        if asks is not self.wanted:
            return NO
        return Finding(True, note="a question") if asks else YES


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """An earlier question of this event says nearly the same."""

    like: float

    @property
    def remembers(self) -> tuple[Window, ...]:
        """All questions of the event."""
        return (Window("questions", 0.0, 0),)

    def check(self, facts: Facts) -> Finding:
        """Compares with all earlier questions but itself."""
        others = [entry for entry in facts.history.get("questions") or () if entry[0] != facts.message.ref]
        skeleton = skeleton_of(facts)
        if not skeleton or not others:
            return NO
        found = alike(skeleton, [entry[1] for entry in others], self.like)
        return Finding(True, note=f"asked before ({others[found[0]][0]})") if found else NO


def _without_links(facts: Facts) -> str:
    text = without(facts.message.text, [link for link in links_of(facts) if link.sure])
    return text if len(text) != len(facts.message.text) else text_of(facts)


def _question(argument: bool, _building: Building) -> Condition:
    return Question(argument)


def _qa_duplicate(argument: Duplicate, _building: Building) -> Condition:
    return AskedBefore(argument.like)


KINDS = (
    Kind("question", bool, _question, "true: it reads like a question"),
    Kind(
        "qa_duplicate",
        Annotated[Duplicate, Short("like", bare=True)],
        _qa_duplicate,
        "asked before in this event's Q&A (0.85 alike)",
    ),
)
