"""Folding: a text as its readers see it, with the way back to the original positions.

`off` leaves it; `basic` undoes case, NFKC forms, invisible characters, HTML entities and percent escapes; `strong` also
look-alikes, leet, repeats, separators between single letters, accents and marks. Everything is capped (views.py), so no text
takes long.
"""

from __future__ import annotations

from bot.ruleset.fold.decode import decoded
from bot.ruleset.fold.escapes import unescaped
from bot.ruleset.fold.folded import Folded
from bot.ruleset.fold.views import CAP, basic, capped, plain
from bot.ruleset.terms import Fold

__all__ = ["CAP", "Folded", "fold", "skeleton"]


def fold(text: str, level: Fold) -> Folded:
    """The text folded to `level`; never longer than CAP."""
    source = capped(text)
    if level == "off":
        return source
    if level == "basic":
        return basic(unescaped(source))
    return decoded(plain(unescaped(source)))


def skeleton(text: str) -> str:
    """The strongly folded text for comparing near copies:

    words of letters and digits, one space between. Folding it again changes nothing.
    """
    folded = fold(text, "strong").text
    while True:
        bare = " ".join("".join(char if char.isalnum() else " " for char in folded).split())
        again = fold(bare, "strong").text
        if again == bare or len(again) >= len(folded):
            return bare
        folded = again
