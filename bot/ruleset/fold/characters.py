"""What one character is in the plain view: lower-case, without accents, in the ordinary alphabet where its Unicode name says so.

The plain view keeps symbols, digits and other scripts, so that later readings can still tell `$` from `s`. Characters nobody sees
become nothing, every kind of space becomes a space. Tables fill themselves: a character is worked out once (about 4 µs).
"""

from __future__ import annotations

import re
import unicodedata

from bot.ruleset.fold.lookalikes import TURNED

TABLE_LIMIT = 65_536
"""Most characters a table remembers, so that hostile text cannot fill the memory."""

_NAMED = re.compile(
    r"(?:LATIN (?:SMALL|CAPITAL) LETTER|LATIN LETTER SMALL CAPITAL|LATIN LETTER|LATIN SUBSCRIPT SMALL LETTER"
    r"|MODIFIER LETTER (?:SMALL|CAPITAL)|NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER|CIRCLED ITALIC LATIN CAPITAL LETTER"
    r"|TORTOISE SHELL BRACKETED LATIN CAPITAL LETTER|CROSSED NEGATIVE SQUARED LATIN CAPITAL LETTER|COPTIC CAPITAL LETTER)"
    r" (?:(?:DOTLESS|SCRIPT|INSULAR|LONG|BARRED|BLACKLETTER|VOLAPUK|SMALL CAPITAL) )?([A-Z]{1,2})(?: WITH .*)?"
)
_UNSEEN = {
    "\u115f",
    "\u1160",
    "\u17b4",
    "\u17b5",
    "\u3164",
    "\uffa0",
    "\u2800",
    "\u034f",
    "\u061c",
}
"""Letters and symbols drawn as nothing, which Unicode files under other categories."""

Table = dict[int, str]


def unseen(char: str) -> bool:
    """Is nothing drawn for this character? Line ends and tabs count as seen: they part words."""
    if char in "\t\n\r\x0b\x0c\x85":
        return False
    return char in _UNSEEN or unicodedata.category(char) in ("Cf", "Cc", "Cs", "Cn", "Co")


def plain_of(char: str) -> str:
    """The plain form of one character: "" for marks and what is not seen, " " for spaces, else usually one character."""
    category = unicodedata.category(char)
    if category[0] == "Z" or char in "\t\n\r\x0b\x0c\x85":
        return " "
    if category in ("Mn", "Me") or unseen(char):
        return ""
    if char in TURNED:
        return char
    named = _NAMED.fullmatch(unicodedata.name(char, ""))
    if named:
        return named[1].lower()
    return _bare(char)


def _bare(char: str) -> str:
    """NFKC, small letters, accents off; of `⒜` only the letter."""
    form = unicodedata.normalize("NFKC", char).casefold()
    parts = [part for part in unicodedata.normalize("NFD", form) if unicodedata.category(part) not in ("Mn", "Me")]
    bare = unicodedata.normalize("NFC", "".join(parts))
    if len(bare) == 3 and bare[0] == "(" and bare[2] == ")":
        return bare[1]
    return " ".join(bare.split()) if " " in bare else bare


def basic_of(char: str) -> str:
    """The basic form of one character that is already in NFKC: small letters, nothing unseen."""
    if unicodedata.category(char)[0] == "Z" or char in "\t\n\r\x0b\x0c\x85":
        return " "
    return "" if unseen(char) or char == "\ufe0f" else char.casefold()


class PlainTable(Table):
    """For str.translate: to the plain view."""

    def __missing__(self, code: int) -> str:
        form = plain_of(chr(code))
        if len(self) < TABLE_LIMIT:
            self[code] = form
        return form


class BasicTable(Table):
    """For str.translate: from NFKC to the basic view."""

    def __missing__(self, code: int) -> str:
        form = basic_of(chr(code))
        if len(self) < TABLE_LIMIT:
            self[code] = form
        return form


PLAIN = PlainTable()
BASIC = BasicTable()
ASCII_PLAIN = bytes(ord(plain_of(chr(code)) or "\x1e") for code in range(128)) + bytes(128)
"""The plain view of ASCII text as a bytes table;

a control character becomes \\x1e, which str.replace takes out where one stands.
"""
