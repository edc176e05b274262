"""Rule text in, findings and problems out: what the tests of the rule language are written with. Values only, no doubles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.history import Draft, History
from bot.domain.signals import Author, EventState, Message, Surface, Trust
from bot.ruleset.facts import Facts, Finding
from bot.ruleset.logic import windows_of
from bot.ruleset.model import Rule, Ruleset
from bot.ruleset.parse import Parsed, parse
from bot.ruleset.windows import merge, record

NOW = 1_700_000_000.0
ANN = Author("Ann", "ann@example.test")
LIVE = EventState("ev", status="live", phase="on_air", chat=True, qa=True, starts=NOW - 600, ends=NOW + 3600, live_since=NOW - 300)
PRESETS = {"profanity": ("heck", "darn")}


def parse_one(text: str, lists: Mapping[str, str] | None = None, **more: Any) -> Parsed:
    """One rule file called a.yaml."""
    return parse({"a.yaml": text}, lists or {}, PRESETS, **more)


def rules_of(text: str, lists: Mapping[str, str] | None = None, **more: Any) -> Ruleset:
    """A rule set that has to be sound."""
    parsed = parse_one(text, lists, **more)
    assert parsed.ruleset is not None, "\n".join(problem.render() for problem in parsed.problems)
    return parsed.ruleset


def if_text(condition: str, before: str = "") -> str:
    """A rule file with one rule."""
    return f"{before}\nrules:\n  - id: r\n    if: {condition}\n    do: hide\n"


def problems_of(condition: str, before: str = "") -> list[str]:
    """Texts and hints of all problems of one condition."""
    return [f"{problem.text} | {problem.hint}" for problem in parse_one(if_text(condition, before)).problems]


class Asked:
    """One condition, asked about one message after another; what it wants to be remembered is remembered."""

    def __init__(self, condition: str, before: str = "", lists: Mapping[str, str] | None = None) -> None:
        self.ruleset = rules_of(if_text(condition, before), lists)
        self.rule: Rule = self.ruleset.rules[0]
        self.history = History()
        self.count = 0

    def say(self, text: str, at: float = 0.0, by: Author = ANN, surface: Surface = "chat", **facts: Any) -> Finding:
        """Asks, and remembers the message."""
        self.count += 1
        message = Message("ev", f"m{self.count}", surface, text, by)
        asked = Facts(message, facts.pop("event", LIVE), NOW + at, self.history, self.ruleset.matcher.scan(text), **facts)
        finding = self.rule.condition.check(asked)
        draft = Draft(self.history)
        for key, value, until in record(asked, merge(windows_of(self.rule.condition))):
            draft.put(key, value, until)
        self.history.apply(draft.changes)
        return finding


def ask(condition: str, text: str, before: str = "", **facts: Any) -> Finding:
    """Asks a condition about one message."""
    return Asked(condition, before).say(text, **facts)


def holds(condition: str, texts: Sequence[str], **facts: Any) -> list[bool]:
    """Asks about several messages, each alone."""
    return [ask(condition, text, **facts).holds for text in texts]


def trusted(level: Trust) -> dict[str, Any]:
    """Facts of somebody on this step."""
    return {"trust": level}
