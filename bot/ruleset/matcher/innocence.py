"""Is a plain find part of an innocent word in disguise? `c1ass` is class, `hell-o` is hello:

their `ass` and `hell` are not meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, product

from bot.ruleset.fold.lookalikes import DIGITS, SYMBOLS
from bot.ruleset.matcher.known import is_word, ranks

_MOST_SPELLINGS = 32
_APOSTROPHES = frozenset("'’`´ʼ")
_PIECE = re.compile(r"[^\W\d_]+")


def hides_innocent(view: str, start: int, end: int) -> bool:
    """Does the word stand within a known word that digits, symbols or separators cut into pieces?"""
    if _clear(view, start - 1, start - 2) and _clear(view, end, end + 1):
        return False
    first, last = start, end
    while first > 0 and view[first - 1] != " " and start - first < 24:
        first -= 1
    while last < len(view) and view[last] != " " and last - end < 24:
        last += 1
    stretch = view[first:last]
    word = view[start:end]
    return any(spelling in ranks() and spelling != word for spelling in spellings(stretch)) or _joined(stretch, word)


def _clear(view: str, beside: int, beyond: int) -> bool:
    """Is there nothing but space, or punctuation that nothing follows?"""
    if not 0 <= beside < len(view) or view[beside] == " ":
        return True
    return not 0 <= beyond < len(view) or view[beyond] == " "


@lru_cache(maxsize=4_096)
def spellings(stretch: str) -> Sequence[str]:
    """What a stretch spells when its digits and symbols are letters; none if it has no digit or symbol that could be one."""
    core = stretch.strip(".,!?:;\"'()[]{}<>…")
    if core.isalpha() or not any(char.isalpha() for char in core):
        return ()
    choices = [DIGITS.get(char) or SYMBOLS.get(char) or (char if char.isalpha() else "") for char in core]
    if not all(choices):
        return ()
    return tuple("".join(letters) for letters in islice(product(*choices), _MOST_SPELLINGS))


def _joined(stretch: str, word: str) -> bool:
    """`cl-ass`: the pieces make a known word, and one of them is none by itself."""
    if any(char in _APOSTROPHES for char in stretch):
        return False
    pieces = _PIECE.findall(stretch)
    whole = "".join(pieces)
    others = [piece for piece in pieces if piece != word]
    return whole in ranks() and whole != word and not all(map(is_word, others))
