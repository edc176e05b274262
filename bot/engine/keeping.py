"""What people showed again, as examples for the rules that were wrong: a line to paste under the rule's `tests: keep:`.

A rule whose file holds the example can never go live again in a form that hides the text (gate.py). Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.domain.decisions import Decision
from bot.domain.signals import Message
from bot.engine.memory import copy_key
from bot.ruleset.model import Ruleset

LONGEST = 300
MOST = 100


@dataclass(frozen=True, slots=True)
class KeepExample:
    """One text that a rule took away and a person gave back."""

    rule: str
    text: str
    ref: str
    who: str
    at: float
    file: str
    line: int
    """Where the rule stands."""

    @property
    def yaml(self) -> str:
        """To be put into the rule. A JSON string is a YAML string as well."""
        return f"tests:\n  keep: [{json.dumps(self.text, ensure_ascii=False)}]"

    @property
    def json(self) -> dict[str, Any]:
        """For programs."""
        return {name: getattr(self, name) for name in ("rule", "text", "ref", "who", "at", "file", "line", "yaml")}


def keep_examples(rows: Iterable[tuple[Decision, Message | None]], ruleset: Ruleset) -> list[KeepExample]:
    """From decisions with their messages (any; those of people count), newest first. What a rule's tests hold already, copies, and
    rules that are gone are left out."""
    found: list[KeepExample] = []
    known = {(rule.id, copy_key(text)) for rule in ruleset.rules for text in rule.tests.expected.get("keep", ())}
    for decision, message in rows:
        if message is None or not message.text.strip():
            continue
        for name in decision.facts.get("reversed", ()):
            rule, key = ruleset.rule(name), (name, copy_key(message.text))
            if rule is None or key in known or len(found) >= MOST:
                continue
            known.add(key)
            text = message.text[:LONGEST]
            found.append(KeepExample(name, text, message.ref, decision.who, decision.at, rule.file, rule.line))
    return found
