"""Ordinary English words, most used first: what is one of them is no disguise of another word.

The list lies beside this file and is read once, as code is; order and choice are explained in docs/matching.md.
"""

from __future__ import annotations

import math
import pkgutil
import re
from functools import cache, lru_cache

LETTER_COST = 2.5
UNKNOWN_COST = 9.0
LONGEST = 16
"""Longest known word that a division into words considers."""
TERM_COST = 10.0
"""What a listed word costs in a division: that of a word of middling use."""
USUAL = 1_500
"""Rank up to which a word is so usual that a stretched spelling is read as it and not as a listed word."""


@cache
def ranks() -> dict[str, int]:
    """Every known word with its rank, from 0."""
    data = pkgutil.get_data(__package__, "known_words.txt") or b""
    return {word: rank for rank, word in enumerate(data.decode().split())}


@cache
def usual_by_squeezed() -> dict[str, tuple[str, ...]]:
    """Usual words of three or more letters, by what is left of them when every run of a letter becomes one."""
    found: dict[str, tuple[str, ...]] = {}
    for word, rank in ranks().items():
        if rank < USUAL and len(word) > 2:
            key = squeezed(word)
            found[key] = (*found.get(key, ()), word)
    return found


@cache
def by_length() -> dict[int, str]:
    """The more usual half of the words, one a line, by length: for masks such as `wh*re`."""
    lines: dict[int, list[str]] = {}
    for word, rank in ranks().items():
        if rank < 12_000:
            lines.setdefault(len(word), []).append(word)
    return {length: "\n".join(words) for length, words in lines.items()}


@lru_cache(maxsize=4_096)
def masked_rank(mask: str) -> int:
    """The best rank of a known word that fits a mask, in which `*` is one letter; a large number if none does."""
    pattern = "^" + mask.replace("*", "[a-z]") + "$"
    fitting = re.findall(pattern, by_length().get(len(mask), ""), re.MULTILINE)
    return min((ranks()[word] for word in fitting), default=1_000_000)


def is_word(piece: str) -> bool:
    """Is this a word of its own in running text? Of two letters only the usual ones are; of one none is."""
    rank = ranks().get(piece)
    return rank is not None and (len(piece) > 2 or (len(piece) == 2 and rank < 400))


_RUN = re.compile(r"(.)\1+")


def squeezed(word: str) -> str:
    """Every run of a character becomes one."""
    return _RUN.sub(r"\1", word)


def cost(word: str) -> float:
    """How unlikely this word is in a division of letters into words."""
    rank = ranks().get(word)
    if rank is None:
        return UNKNOWN_COST + LETTER_COST * len(word)
    return math.log(rank + 4) + 2.4
