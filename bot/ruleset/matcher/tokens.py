"""A view's words in a row with one space between: the form in which words and phrases are looked for, and the way back.

` heck off ` stands in ` oh heck off you ` exactly where the phrase stands in the text between edges, whatever separated its words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from bot.ruleset.fold.characters import Table

_WORD = re.compile("[^ ]+")
FILL = "\x1f"
"""Stands for letters that a reading did not cover; no word has it."""


class SpacedTable(Table):
    """For str.translate: what is no letter (and no digit, unless digits are kept) becomes a space."""

    def __init__(self, *, digits: bool) -> None:
        super().__init__()
        self._digits = digits
        for code in range(128):
            self.__missing__(code)

    def __missing__(self, code: int) -> str:
        char = chr(code)
        keep = char.isalpha() or (self._digits and char.isalnum())
        form = char if keep else " "
        if len(self) < 65_536:
            self[code] = form
        return form

    def ascii(self) -> bytes:
        """The same for ASCII bytes."""
        return bytes(ord(self[code]) for code in range(128)) + b" " * 128


LETTERS_ONLY = SpacedTable(digits=False)
WITH_DIGITS = SpacedTable(digits=True)
_LETTERS_ONLY_ASCII = LETTERS_ONLY.ascii()
_WITH_DIGITS_ASCII = WITH_DIGITS.ascii()


def spaced(view: str, *, digits: bool) -> str:
    """The view with spaces for all that is no letter (or digit); as long as the view."""
    if view.isascii():
        return view.encode().translate(_WITH_DIGITS_ASCII if digits else _LETTERS_ONLY_ASCII).decode()
    return view.translate(WITH_DIGITS if digits else LETTERS_ONLY)


def padded(view: str, *, digits: bool) -> str:
    """The words of a view with one space between, before and after."""
    return f" {' '.join(spaced(view, digits=digits).split())} "


@dataclass(frozen=True, slots=True)
class Token:
    """A word and where it stands in the view; `true` if its letters are the view's own, one for one."""

    text: str
    start: int
    end: int
    true: bool = True


class Tokens:
    """Words with their places, in order."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        self.tokens = list(tokens)
        self._offsets: list[int] = []
        at = 1
        for token in self.tokens:
            self._offsets.append(at)
            at += len(token.text) + 1
        self.padded = f" {' '.join(token.text for token in self.tokens)} "

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The span in the view of a stretch of `padded`; outer spaces are left out."""
        first, inside = self._place(start + (self.padded[start] == " "))
        last, beyond = self._place(end - 1 - (self.padded[end - 1] == " "))
        head = self.tokens[first]
        tail = self.tokens[last]
        begin = head.start + inside if head.true else head.start
        finish = tail.start + beyond + 1 if tail.true else tail.end
        return begin, finish

    def _place(self, at: int) -> tuple[int, int]:
        index = max(0, bisect_right(self._offsets, at) - 1)
        return index, at - self._offsets[index]


def words_of(view: str, *, digits: bool) -> list[Token]:
    """The words of a view with their places."""
    return [Token(word[0], word.start(), word.end()) for word in _WORD.finditer(spaced(view, digits=digits))]
