"""What the bot says, made safe: one line, no control characters, no mention of anybody, never too long (H6, H12, H13)."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from bot.domain.signals import EventState
from bot.ruleset.engagement import LONGEST_LINE
from bot.ruleset.engagement.placeholders import fill
from bot.ruleset.moments import zone_of

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def clip(text: str, most: int = LONGEST_LINE) -> str:
    """At most so many code points, the last one telling that something is missing."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def one_line(text: str) -> str:
    """Runs of space and line breaks become one space; control and format characters go (emoji keep their joiner)."""
    spaced = "".join(" " if char in "\n\r\t\u2028\u2029" else char for char in text)
    kept = "".join(char for char in spaced if char == "\u200d" or unicodedata.category(char) not in _INVISIBLE)
    return " ".join(kept.split())


def quoted(text: str, most: int = 80) -> str:
    """Something that an attendee wrote, fit to be repeated by the bot: no links, no mentions, short.

    >>> quoted("hi @everyone, see https://x.test/a")
    'hi ＠everyone, see [link]'
    """
    return clip(_LINK.sub("[link]", one_line(text)).replace("@", "＠"), most)


def line(template: str, event: EventState, now: float, **values: str) -> str:
    """A template filled in, ready to be posted."""
    clock = datetime.fromtimestamp(now, zone_of(event)).strftime("%H:%M")
    return clip(one_line(fill(template, {"event": quoted(event.title), "time": clock, **values})))


def short_name(name: str) -> str:
    """How a person is named where others read it.

    >>> short_name("ana maria  pereira")
    'Ana P.'
    """
    words = quoted(name, 60).split()
    if not words:
        return "Guest"
    first = words[0][:1].upper() + words[0][1:]
    return first if len(words) == 1 else f"{first} {words[-1][:1].upper()}."


def times(number: int, noun: str, plural: str = "") -> str:
    """`1 vote`, `2 votes`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
