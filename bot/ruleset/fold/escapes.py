"""HTML entities and percent escapes, as people paste them to hide a word: `&#102;uck`, `f%75ck`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from bot.ruleset.fold.folded import Folded

_ESCAPE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|(?:%[0-9a-fA-F]{2})+")


def unescaped(folded: Folded) -> Folded:
    """The text with every escape replaced by what it stands for."""
    if "%" not in folded.text and "&" not in folded.text:
        return folded
    found = list(_ESCAPE.finditer(folded.text))
    return folded.then(_pieces(folded.text, found)) if found else folded


def _pieces(text: str, found: list[re.Match[str]]) -> Iterator[tuple[str, int, int]]:
    at = 0
    for escape in found:
        yield from ((text[place], place, place + 1) for place in range(at, escape.start()))
        yield _meaning(escape[0]), escape.start(), escape.end()
        at = escape.end()
    yield from ((text[place], place, place + 1) for place in range(at, len(text)))


def _meaning(escape: str) -> str:
    meant = html.unescape(escape) if escape[0] == "&" else unquote(escape, errors="replace")
    return escape if "\ufffd" in meant else meant
