"""The fixed placeholders of the bot's lines. They are put in by replacement, never by str.format (reliability H12). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
EVENT = frozenset({"event", "time"})
RESULTS = EVENT | {"question", "winner", "votes", "voters", "percent", "results", "poll"}
ANSWER = EVENT | {"author"}


def unknown(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Placeholders of the text that nobody will ever fill in."""
    return tuple(name for name in _PLACEHOLDER.findall(text) if name not in known)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Each `{name}` that has a value becomes it, in one pass: what was put in is not looked at again.

    >>> fill("{winner} of {votes}", {"winner": "{votes}", "votes": "3"})
    '{votes} of 3'
    """
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
