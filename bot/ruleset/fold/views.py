"""From a text to its views: capped, basic, plain.

Whatever the text holds, work is bounded: what is looked at is capped before it is normalised and again after, because one code
point can become eighteen (reliability.md H2, H4). Long texts are squeezed first, so that padding with marks or invisible
characters hides nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from bot.ruleset.fold.characters import ASCII_PLAIN, BASIC, PLAIN
from bot.ruleset.fold.escapes import unescaped
from bot.ruleset.fold.folded import Folded, unfolded

CAP = 2_000
"""Most code points that are looked at, before and after normalisation."""
_LOOK_AT = 20_000
"""Of a longer text, so much is searched for CAP code points worth reading."""
MARKS = 4
"""Longest run of marks or invisible characters that is kept of a long text."""

KEPT = 16
"""Texts whose views are remembered: several conditions ask for the views of one text, one after the other."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def capped(text: str) -> Folded:
    """At most CAP code points of the text, no lone surrogates."""
    if len(text) <= CAP:
        return unfolded(text if text.isascii() else _SURROGATE.sub("\ufffd", text))
    return _squeezed(_SURROGATE.sub("\ufffd", text[:_LOOK_AT]))


@lru_cache(maxsize=8)
def _squeezed(text: str) -> Folded:
    """Runs of more than MARKS characters that are hardly seen are cut; then the cap."""
    kept: list[int] = []
    run = 0
    for at, char in enumerate(text):
        run = run + 1 if not char.isalnum() and (char.isspace() or not PLAIN[ord(char)]) else 0
        if run <= MARKS:
            kept.append(at)
            if len(kept) == CAP:
                break
    return Folded("".join(text[at] for at in kept), kept, [at + 1 for at in kept])


@lru_cache(maxsize=KEPT)
def source(text: str) -> Folded:
    """The text as all views begin: capped, escapes undone."""
    return unescaped(capped(text))


def plain(folded: Folded) -> Folded:
    """The plain view, cut to CAP."""
    return folded.then(((PLAIN[ord(char)], at, at + 1) for at, char in enumerate(folded.text)), CAP).cut(CAP)


def plain_text(text: str) -> str:
    """Just the text of `plain(unescaped(capped(text)))`, faster."""
    if len(text) > CAP or "%" in text or "&" in text:
        return source(text).text.translate(PLAIN)[:CAP]
    if text.isascii():
        flat = text.encode().translate(ASCII_PLAIN).decode()
        return flat.replace("\x1e", "") if "\x1e" in flat else flat
    return _SURROGATE.sub("\ufffd", text).translate(PLAIN)[:CAP]


@lru_cache(maxsize=KEPT)
def basic_view(text: str) -> Folded:
    """The basic view of a text."""
    return basic(source(text))


def basic(folded: Folded) -> Folded:
    """The basic view, cut to CAP: NFKC, small letters, nothing unseen."""
    return folded.then(_basic_pieces(folded.text), CAP).cut(CAP)


def _basic_pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """NFKC works on a letter with its marks, so those stay together."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _joins(text[at]):
            form = unicodedata.normalize("NFKC", text[start:at])
            yield form.translate(BASIC), start, at
            start = at


def _joins(char: str) -> bool:
    """Can this character merge with the one before it?"""
    return unicodedata.combining(char) != 0 or "\u1160" <= char <= "\u11ff"


def basic_text(text: str) -> str:
    """Just the text of `basic(unescaped(capped(text)))`, faster for ASCII."""
    if len(text) > CAP or "%" in text or "&" in text or not text.isascii():
        began = source(text).text
        return began.translate(BASIC)[:CAP] if unicodedata.is_normalized("NFKC", began) else basic_view(text).text
    return text.translate(BASIC)
