"""Folding: a text as its readers see it, with the way back to the original positions.

`off` leaves it; `basic` undoes case, NFKC forms, invisible characters, HTML entities and percent escapes; `strong` also
look-alikes, leet, repeats, separators between single letters, accents and marks. Everything is capped (views.py), so no text
takes long.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.ruleset.fold.decode import decoded, decoded_text
from bot.ruleset.fold.folded import Folded
from bot.ruleset.fold.views import CAP, basic_view, capped, plain, plain_text, source
from bot.ruleset.terms import Fold

__all__ = ["CAP", "Folded", "fold", "skeleton", "strong_text"]

_NO_WORD = re.compile(r"[\W_]+")


def fold(text: str, level: Fold) -> Folded:
    """The text folded to `level`; never longer than CAP."""
    if level == "off":
        return capped(text)
    return basic_view(text) if level == "basic" else decoded(plain(source(text)))


@lru_cache(maxsize=2_048)
def skeleton(text: str) -> str:
    """The strongly folded text for comparing near copies:

    words of letters and digits, one space between. Folding it again changes nothing.
    """
    folded = strong_text(text)
    while True:
        bare = " ".join(_NO_WORD.sub(" ", folded).split())
        again = strong_text(bare)
        if again == bare or len(again) >= len(folded):
            return bare
        folded = again


@lru_cache(maxsize=2_048)
def strong_text(text: str) -> str:
    """Just the text of `fold(text, "strong")`, several times as fast; remembered, because chat repeats itself."""
    return decoded_text(plain_text(text))
