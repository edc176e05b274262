"""How much two questions are alike, from 0 to 1: to suggest duplicates to a person, never to merge by itself.

Four views, each a cosine: the letters in groups of three to five, for spelling mistakes and other languages; what the words mean,
by their stems and the list of synonyms; which words stand near each other; and, where nearly all words are known to the table of
senses, the direction in which they point together. Words that only hold a sentence together weigh little, and so does what nearly
every question of the event says ("the webinar"). The mean is bent so that 0.8 is where one of a hundred unrelated pairs lies.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.engine.engagement.senses import sense
from bot.engine.engagement.stems import stem
from bot.engine.engagement.synonyms import ASKING, GROUPS, IDLE, LIGHT

LESS = 0.3
"""Letters of words that only hold a sentence together, and everything of light words, count so much."""
OWN_STEM = 0.6
"""Beside the group of synonyms that a word belongs to, its own stem counts so much."""
PAIRS, SENSES = 0.3, 3.0
"""Weights of nearness and sense in the mean; letters and meaning have 1 each."""
SURE = 12
"""The share of known words to this power is how much the sense is trusted: with one unknown word of ten, a quarter."""
SENSE_FROM = 0.5
"""Senses that point together no more than this have nothing in common: half of all unrelated pairs do that much."""
NEAR = 3
PRIOR = 2
"""So many imagined questions without the word: weights make sense from the first question on."""
KNEE = 0.135
"""The mean that one of a hundred unrelated pairs reaches."""
SUGGEST = 0.8
_WORD = re.compile(r"[^\W_]+")
_ASKING, _IDLE, _LIGHT = (frozenset(words.split()) for words in (ASKING, IDLE, LIGHT))


def _concepts() -> dict[str, int]:
    found: dict[str, int] = {}
    for number, group in enumerate(GROUPS.strip().splitlines()):
        for word in group.split():
            found.setdefault(stem(word), number)
    return found


_CONCEPT_OF = _concepts()


def words_of(text: str) -> list[str]:
    """Its words, in small letters, without apostrophes."""
    return _WORD.findall(unicodedata.normalize("NFKC", text[:1000]).casefold().replace("’", "").replace("'", ""))


@dataclass(frozen=True, slots=True)
class Views:
    """A question: name → how much of it there is, or, weighted, vectors of length 1. `known` is the share of known words."""

    letters: Mapping[str, float]
    meaning: Mapping[str, float]
    pairs: Mapping[str, float]
    direction: tuple[float, ...]
    known: float


@lru_cache(maxsize=4096)
def views(text: str) -> Views:
    """What a question is made of, before weights."""
    words = words_of(text)
    letters: defaultdict[str, float] = defaultdict(float)
    meaning: defaultdict[str, float] = defaultdict(float)
    for word in words:
        weight = LESS if word in _IDLE or word in _LIGHT else 1.0
        for piece in _pieces(f" {word} "):
            letters[piece] += weight
        if word not in _IDLE and word not in _ASKING:
            _mean(meaning, stem(word), LESS if word in _LIGHT else 1.0)
    direction, known = sense([(stem(word), word in _IDLE) for word in dict.fromkeys(words)])
    return Views(letters, meaning, _neighbours([word for word in words if word not in _IDLE]), direction, known)


def _mean(meaning: defaultdict[str, float], base: str, weight: float) -> None:
    if base in _CONCEPT_OF:
        meaning[base] += OWN_STEM * weight
        meaning[f"#{_CONCEPT_OF[base]}"] += weight
    else:
        meaning[base] += 2 * OWN_STEM * weight


def _neighbours(words: list[str]) -> dict[str, float]:
    """Pairs of words at most NEAR apart, whichever comes first."""
    names = [f"#{_CONCEPT_OF[base]}" if (base := stem(word)) in _CONCEPT_OF else base for word in words]
    found: defaultdict[str, float] = defaultdict(float)
    for at, one in enumerate(names):
        for other in names[at + 1 : at + 1 + NEAR]:
            found["&".join(sorted((one, other)))] += 1.0
    return found


def _pieces(padded: str) -> Iterator[str]:
    for size in (3, 4, 5):
        for at in range(len(padded) - size + 1):
            yield padded[at : at + size]


class Frequencies:
    """In how many of an event's questions each feature stands."""

    __slots__ = ("_letters", "_meaning", "_pairs", "_questions")

    def __init__(self, texts: Iterable[str]) -> None:
        self._letters: Counter[str] = Counter()
        self._meaning: Counter[str] = Counter()
        self._pairs: Counter[str] = Counter()
        self._questions = 0
        for text in texts:
            self._questions += 1
            seen = views(text)
            self._letters.update(seen.letters.keys())
            self._meaning.update(seen.meaning.keys())
            self._pairs.update(seen.pairs.keys())

    def weighted(self, text: str) -> Views:
        """A question as vectors of length 1."""
        seen = views(text)
        letters, meaning = self._vector(seen.letters, self._letters), self._vector(seen.meaning, self._meaning)
        return Views(letters, meaning, self._vector(seen.pairs, self._pairs), seen.direction, seen.known)

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
    """Of all views; the sense only as far as it is sure."""
    sure = SENSES * min(one.known, other.known) ** SURE
    found = _cosine(one.letters, other.letters) + _cosine(one.meaning, other.meaning) + PAIRS * _cosine(one.pairs, other.pairs)
    if sure > 0.001:
        same = sum(a * b for a, b in zip(one.direction, other.direction, strict=True))
        found += sure * max(0.0, same - SENSE_FROM) / (1 - SENSE_FROM)
    return found / (2 + PAIRS + sure)


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(value * other[name] for name, value in one.items() if name in other)


def bent(value: float) -> float:
    """Two straight lines from 0 over (KNEE, SUGGEST) to 1."""
    value = min(1.0, max(0.0, value))
    return value / KNEE * SUGGEST if value <= KNEE else SUGGEST + (value - KNEE) / (1 - KNEE) * (1 - SUGGEST)
