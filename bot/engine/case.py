"""One decision in the making: the message, and a list of everything it changes, so that it can be taken back exactly. Pure.

`changed` holds small lists whose first part is the kind; undo.py reads them:
["status", ref, surface, wanted, before, entry key] · ["hidden", author] · ["strike", author, strike] · ["forgive", author, strikes]
· ["label", author, name] · ["unlabel", author, name] · ["count", name, time, n] · ["mute" | "slow", author, record before]
· ["lock", what, entry key] · ["longer", what, until before, until] · ["raid", record before] · ["hold", ref]
· ["once", rule, scope] · ["acted", rule, time before, cooldown] · ["acts", rule, time] · ["said", entry key, what in words]
· ["verdict", ref] · ["swept", ref] · ["released", ref, hold, its timer].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.domain.decisions import Verdict
from bot.domain.signals import Message, Surface
from bot.engine.work import Work

WANTED = {
    ("chat", "hide"): "hidden",
    ("chat", "archive"): "hidden",
    ("chat", "hold"): "hidden",
    ("chat", "show"): "public",
    ("chat", "approve"): "public",
    ("qa", "hide"): "archived",
    ("qa", "archive"): "archived",
    ("qa", "show"): "approved",
    ("qa", "approve"): "approved",
}
"""(surface, effect) → status. A held question stays as it is."""


@dataclass(slots=True)
class Case:
    """What effects work on."""

    work: Work
    id: str
    ref: str
    surface: Surface
    author: str
    """Key of the author; empty when nobody knows who wrote."""
    name: str
    status: str
    """Of the message, as the platform has it; or will have it, where a person wanted it shown."""
    gone: bool = False
    """Deleted, or hidden before we saw it: nothing is sent for it."""
    changed: list[list[Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    steps: list[Verdict] = field(default_factory=list)
    """Steps of the escalation that a strike has reached."""

    @classmethod
    def of(cls, work: Work, message: Message, decision: str) -> Case:
        """For a message that is being judged."""
        author = message.author
        status = _status(work, message)
        hidden = message.deleted or status == "hidden"
        return cls(work, decision, message.ref, message.surface, author.known_key, author.name, status, hidden)

    def cause(self, verdict: Verdict) -> str:
        """Who wanted it."""
        return f"rule:{verdict.rule}"

    def values(self, verdict: Verdict) -> dict[str, str]:
        """For templates."""
        return {
            "author": self.name or "somebody",
            "match": verdict.matches[0].text if verdict.matches else "",
            "rule": verdict.rule,
            "reason": (verdict.reason or verdict.rule).replace("_", " "),
            "event": self.work.situation.event.title,
        }


def _status(work: Work, message: Message) -> str:
    """As the platform has it, or will have it: an edit may be read before our call for a person who wants it shown arrives."""
    said = work.draft.get("verdict", message.ref)
    shown = said is not None and said["verdict"] in ("show", "approve")
    return WANTED[message.surface, said["verdict"]] if shown else message.status


Effects = dict[str, Callable[[Case, Verdict, dict[str, Any]], None]]
"""Name of an effect → what carries it out, given the effect's settings."""


def named(value: dict[str, Any]) -> str:
    """What an effect is about: a label, a counter, a stream."""
    return str(value.get("name") or value.get("id") or value.get("stream") or value.get("") or "")
