"""What a message shows at a glance, and the least it must show for a condition to hold or nearly hold.

Most messages are short lines without links, numbers or marks. Rules that want such a thing need not be asked about them, and that
is most rules: a glance costs one microsecond, asking a rule several. A glance only rules out; it decides nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from bot.ruleset.links import may_link

CHAT, QA, LINKED, TELLING, UNUSUAL = 1, 2, 4, 8, 16
"""Its surface; it may hold a link; it may hold an address or a long number; it has characters outside ASCII."""
EVERY = CHAT | QA | LINKED | TELLING | UNUSUAL
LENGTHS = 4_000
"""Longer texts count as so long."""
_TELLS = re.compile(r"[0-9](?:[^0-9]{0,3}[0-9]){7}|[(\[]at[)\]]|@")


class Glance(NamedTuple):
    """Traits joined with `|`, and a length in code points. Of a condition: what it takes at least."""

    traits: int = 0
    length: int = 0


NOTHING = Glance()
"""Takes nothing: such a condition is always asked."""


def glance(text: str, surface: str) -> Glance:
    """A message's."""
    traits = QA if surface == "qa" else CHAT
    if not text.isascii():
        traits |= UNUSUAL
    if may_link(text):
        traits |= LINKED
    if may_tell(text):
        traits |= TELLING
    return Glance(traits, len(text))


def may_tell(text: str) -> bool:
    """Might there be an e-mail address, a telephone, card or account number in its first LENGTHS code points?"""
    return _TELLS.search(text, 0, LENGTHS) is not None


def all_of(parts: Iterable[Glance]) -> Glance:
    """What conditions take that must all hold."""
    traits = length = 0
    for part in parts:
        traits |= part.traits
        length = max(length, part.length)
    return Glance(traits, length)


def any_of(parts: Iterable[Glance]) -> Glance:
    """What conditions take of which one is enough."""
    every = list(parts)
    if not every:
        return NOTHING
    traits = EVERY
    for part in every:
        traits &= part.traits
    return Glance(traits, min(part.length for part in every))
