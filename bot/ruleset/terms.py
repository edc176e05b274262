"""One thing to look for in a text. All terms of all rules are compiled into one matcher (matcher.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TermKind = Literal["word", "contains", "starts_with", "ends_with", "exact", "exact_text", "wildcard", "regex", "allowed"]
"""`allowed` is a word that rescues: never read into a mask, or `f*ck` would be as good as the harmless word that fits it too."""
Fold = Literal["off", "basic", "strong"]


@dataclass(frozen=True, slots=True)
class Term:
    """A pattern as the moderator wrote it. Equal terms of several rules are matched once."""

    kind: TermKind
    text: str
    fold: Fold = "strong"


class TermError(ValueError):
    """A term that cannot be compiled; `hint` says what to write instead."""

    def __init__(self, term: Term, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.term = term
        self.hint = hint
