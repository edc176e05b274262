"""How much two questions are alike, from 0 to 1: to suggest duplicates to a person, never to merge by itself.

Two views, each a cosine, their mean counts: the letters in groups of three to five, for spelling mistakes and other languages;
and what the words mean, by their stems and the list of synonyms. Words that only hold a sentence together weigh little, and so
does what nearly every question of the event says ("the webinar"). The mean is bent so that 0.8 is where one pair of a hundred
unrelated questions lies.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.engine.engagement.synonyms import ASKING, GROUPS, IDLE

IDLE_LETTERS = 0.3
"""Letters of words that only hold a sentence together count so much."""
PRIOR = 5
"""So many imagined questions without the word: weights make sense from the first question on."""
KNEE = 0.21
"""The mean that one of a hundred unrelated pairs reaches."""
SUGGEST = 0.8
_WORD = re.compile(r"[^\W_]+")
_ASKING = frozenset(ASKING.split())
_IDLE = frozenset(IDLE.split())
_ENDINGS = ("ingly", "edly", "ings", "ing", "ies", "ied", "ness", "ments", "ment", "ers", "er", "ed", "es", "ly", "s")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its English endings; the same for all its forms, though not always a word.

    >>> stem("infected"), stem("infecting"), stem("studies")
    ('infect', 'infect', 'studi')
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            rest = word[: -len(ending)]
            if ending in ("ies", "ied"):
                return f"{rest}i"
            doubled = len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "ls"
            return _bare(rest[:-1] if doubled else rest)
    return _bare(word)


def _bare(word: str) -> str:
    if len(word) > 3 and word.endswith("e"):
        return word[:-1]
    return f"{word[:-1]}i" if len(word) > 3 and word.endswith("y") else word


def _concepts() -> dict[str, int]:
    found: dict[str, int] = {}
    for number, group in enumerate(GROUPS.strip().splitlines()):
        for word in group.split():
            found.setdefault(stem(word), number)
    return found


_CONCEPT_OF = _concepts()


@dataclass(frozen=True, slots=True)
class Views:
    """A question seen in two ways: name → how much of it there is, or, weighted, a vector of length 1."""

    letters: Mapping[str, float]
    meaning: Mapping[str, float]


@lru_cache(maxsize=4096)
def views(text: str) -> Views:
    """What a question is made of, before weights."""
    folded = unicodedata.normalize("NFKC", text[:1000]).casefold().replace("’", "").replace("'", "")
    letters: defaultdict[str, float] = defaultdict(float)
    meaning: defaultdict[str, float] = defaultdict(float)
    for word in _WORD.findall(folded):
        idle = word in _IDLE
        for piece in _pieces(f" {word} "):
            letters[piece] += IDLE_LETTERS if idle else 1.0
        if not idle and word not in _ASKING:
            base = stem(word)
            meaning[f"#{_CONCEPT_OF[base]}" if base in _CONCEPT_OF else base] += 1
    return Views(letters, meaning)


def _pieces(padded: str) -> Iterator[str]:
    for size in (3, 4, 5):
        for at in range(len(padded) - size + 1):
            yield padded[at : at + size]


class Frequencies:
    """In how many of an event's questions each feature stands."""

    __slots__ = ("_letters", "_meaning", "_questions")

    def __init__(self, texts: Iterable[str]) -> None:
        self._letters: Counter[str] = Counter()
        self._meaning: Counter[str] = Counter()
        self._questions = 0
        for text in texts:
            self._questions += 1
            seen = views(text)
            self._letters.update(seen.letters.keys())
            self._meaning.update(seen.meaning.keys())

    def weighted(self, text: str) -> Views:
        """A question as two vectors of length 1."""
        seen = views(text)
        return Views(self._vector(seen.letters, self._letters), self._vector(seen.meaning, self._meaning))

    def _vector(self, parts: Mapping[str, float], known: Counter[str]) -> dict[str, float]:
        """Rare features tell more; a feature that stands there often tells a little more."""
        total = self._questions + PRIOR
        raw = {
            name: (1.0 + math.log(amount) if amount >= 1 else amount) * math.log(total / (known[name] + 1))
            for name, amount in parts.items()
        }
        length = math.sqrt(sum(value * value for value in raw.values()))
        return {name: value / length for name, value in raw.items()} if length else {}


def likeness(one: Views, other: Views) -> float:
    """Of two weighted questions."""
    return bent(mean(one, other))


def mean(one: Views, other: Views) -> float:
    """Of both cosines."""
    return (_cosine(one.letters, other.letters) + _cosine(one.meaning, other.meaning)) / 2


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(value * other[name] for name, value in one.items() if name in other)


def bent(value: float) -> float:
    """Two straight lines from 0 over (KNEE, SUGGEST) to 1."""
    value = min(1.0, max(0.0, value))
    return value / KNEE * SUGGEST if value <= KNEE else SUGGEST + (value - KNEE) / (1 - KNEE) * (1 - SUGGEST)
