"""The usual reading of a plain view: look-alikes, leet, repeats and separated letters undone without knowing what is looked for.

The matcher reads disguises with the listed words in mind and so tells more; this one reading serves expressions and the
comparison of near copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.ruleset.fold.folded import Folded
from bot.ruleset.fold.lookalikes import DIGITS, LOOKS, SYMBOLS, TURNED

_LETTER: dict[int, str] = {}
for _letter, _chars in LOOKS.items():
    for _char in _chars:
        _LETTER.setdefault(ord(_char), _letter)
_LETTER |= {ord(char): letters[0] for char, letters in TURNED.items()}
_LEET = str.maketrans({sign: letters[0] for sign, letters in (DIGITS | SYMBOLS).items() if len(sign) == 1})
_TOUCHED = re.compile(r"[a-z][0-9@$!|+€£¥¢]+(?=[a-z])|[0-9@$]+[a-z]|[a-z][0-9@$]+")
_SINGLES = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,4}[^\W_](?![^\W_])){2,}")
_WORD = re.compile(r"(?<!\S)[^\s0-9@$!|+€£¥¢]*+[0-9@$!|+€£¥¢]\S*")
"""A word with something that can stand for a letter."""
_REPEAT = re.compile(r"([^\W\d_])\1{2,}")


def decoded(plain: Folded) -> Folded:
    """The usual reading."""
    text = plain.text
    looked = plain if text.isascii() else plain.then((_LETTER.get(ord(char), char), at, at + 1) for at, char in enumerate(text))
    joined = _joined(looked)
    return _short(_leet(joined))


def decoded_text(plain: str) -> str:
    """Just the text of `decoded`, several times as fast."""
    text = plain if plain.isascii() else plain.translate(_LETTER)
    text = _SINGLES.sub(_join, text)
    if _TOUCHED.search(text):
        text = _WORD.sub(_read_leet, text)
    return _REPEAT.sub(r"\1", text)


def _join(row: re.Match[str]) -> str:
    return "".join(filter(str.isalnum, row[0])) if any(map(str.isalpha, row[0])) else row[0]


def _read_leet(word: re.Match[str]) -> str:
    return word[0].translate(_LEET) if _TOUCHED.search(word[0]) else word[0]


def _joined(folded: Folded) -> Folded:
    """`f.u_c k` becomes one word; rows of digits alone stay as they are."""
    rows = [row for row in _SINGLES.finditer(folded.text) if any(map(str.isalpha, row[0]))]
    gaps = {at for row in rows for at in range(row.start(), row.end()) if not folded.text[at].isalnum()}
    return _without(folded, gaps) if gaps else folded


def _leet(folded: Folded) -> Folded:
    """Digits and symbols that touch letters become letters."""
    if not _TOUCHED.search(folded.text):
        return folded
    return folded.then(_leet_pieces(folded.text))


def _leet_pieces(text: str) -> Iterator[tuple[str, int, int]]:
    for word in re.finditer(r"\S+|\s+", text):
        new = word[0].translate(_LEET) if _TOUCHED.search(word[0]) else word[0]
        yield from ((char, word.start() + at, word.start() + at + 1) for at, char in enumerate(new))


def _short(folded: Folded) -> Folded:
    """Of a letter that stands three times and more, one stays."""
    cut = {at for run in _REPEAT.finditer(folded.text) for at in range(run.start() + 1, run.end())}
    return _without(folded, cut) if cut else folded


def _without(folded: Folded, places: set[int]) -> Folded:
    return folded.then((char, at, at + 1) for at, char in enumerate(folded.text) if at not in places)
