"""Which acts of the rules a bulk undo is about: of a rule, on an author, since a moment; several together must all hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.ids import author_key

NOT_RULES = ("mute", "slow")
"""Names that stand in verdicts without being rules."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`author` is an author's key; `since` seconds since 1970. With nothing set it covers nothing."""

    rule: str = ""
    author: str = ""
    since: float | None = None

    @property
    def is_empty(self) -> bool:
        """It names nothing, which must never mean everything."""
        return not (self.rule or self.author or self.since is not None)

    @property
    def words(self) -> str:
        """For people."""
        parts = [f"of rule {self.rule}" if self.rule else "", f"on {self.author.partition(':')[2]}" if self.author else ""]
        parts.append("" if self.since is None else "since that moment")
        return " ".join(["all acts", *filter(None, parts)])

    def covers(self, rule: str, author: str, at: float) -> bool:
        """Is what this rule does to this author at this moment to be taken back?"""
        if self.is_empty or (self.rule and rule != self.rule):
            return False
        if self.author and author != self.author:
            return False
        return self.since is None or at >= self.since


def is_rule(name: str) -> bool:
    """Is it a rule's id, and not a mute, a slow mode or a person's verdict?"""
    return name not in NOT_RULES and not name.startswith(("person:", "platform", "escalate:"))


def scope_of(data: Mapping[str, Any]) -> Scope:
    """From an act's data: {"rule": …, "author": a key, an e-mail or a name, "since": seconds}."""
    author = str(data.get("author") or "").strip()
    if author and not author.startswith(("email:", "name:")):
        author = author_key("", author) if "@" in author else author_key(author, "")
    since = data.get("since")
    return Scope(str(data.get("rule") or ""), author, None if since is None else float(since))
