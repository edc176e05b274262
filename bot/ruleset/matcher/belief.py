"""Is a find a disguise, or an innocent text that happens to allow the reading?

The rules below are what separates `sh1t` from `A55`, `fu.ck` from `he'll`, `fuuck` from `good`; each came from innocent text it
would have hidden otherwise (docs/matching.md).
"""

from __future__ import annotations

import re

from bot.ruleset.matcher.known import is_word, ranks, usual_by_squeezed
from bot.ruleset.matcher.reader import Find
from bot.ruleset.matcher.units import DIGIT, REPEAT, SKIP, SOUND, SYMBOL, Units

_TRIPLE = re.compile(r"(.)\1\1")
_PIECE = re.compile(r"[^\W_]+")
_RUN = re.compile(r"(.)\1*")
_APOSTROPHES = "'’`´ʼ"
_ADDRESS = re.compile(r"://|^www\.|@[\w-]+\.\w")


def believed(find: Find, units: Units, stretch: str) -> bool:
    """All the rules that apply to how this find came about."""
    text = units.text(find.first, find.last)
    if find.how & (DIGIT | SYMBOL) and not _signs_believed(find, text, units):
        return False
    if find.how & REPEAT and not _repeats_believed(find.word, text):
        return False
    if find.how & SKIP and not _gaps_believed(find.word, text, stretch):
        return False
    return not (find.how & SOUND and len(find.word) < 4)


def _signs_believed(find: Find, text: str, units: Units) -> bool:
    """Digits and symbols for letters: enough true letters must be left, and punctuation at the rim stays punctuation."""
    kinds = units.kinds[find.first : find.last]
    letters, digits = kinds.count("l"), kinds.count("d")
    if not letters and (digits or not ({"@", "$"} & set(text)) or len(find.word) < 3):
        return False
    if len(find.word) <= 3 and digits and letters < 2:
        return False
    if text[-1] in "!([{<^%#|" or text[0] in "#^%" or (text[0] == "+" and (len(text) < 4 or find.first != 0)):
        return False
    return not (text[0] in "([{<|!" and text[1:] in ranks())


def _repeats_believed(word: str, text: str) -> bool:
    """A doubled letter in a short word is as often a typing mistake; a usual word stretched is that word."""
    if len(word) < 4 and not _TRIPLE.search(text):
        return False
    if not text.isalpha():
        return True
    rivals = usual_by_squeezed().get(_RUN.sub(r"\1", text), ())
    return not any(rival != word and _stretches(rival, text) for rival in rivals)


def _stretches(word: str, text: str) -> bool:
    """Is the text this word with letters repeated?"""
    ours = [len(run[0]) for run in _RUN.finditer(word)]
    theirs = [len(run[0]) for run in _RUN.finditer(text)]
    return len(ours) == len(theirs) and all(mine <= other for mine, other in zip(ours, theirs, strict=True))


def _gaps_believed(word: str, text: str, stretch: str) -> bool:
    """Separators inside a word: between single letters always, else not in addresses, contractions and pairs of words."""
    if len(word) < 3:
        return False
    pieces = _PIECE.findall(text)
    if all(len(set(piece)) == 1 for piece in pieces):
        return True
    if len(word) < 4 or _ADDRESS.search(stretch) or any(char in _APOSTROPHES for char in text):
        return False
    return not all(map(is_word, pieces))
