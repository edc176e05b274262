"""Views of one message that several conditions share; each is worked out once, on first use. Pure."""

from __future__ import annotations

from bot.ruleset.facts import Facts
from bot.ruleset.fold import skeleton
from bot.ruleset.links import Link, find_links

CAP = 4_000
"""Conditions that count characters look at so many of them: enough for every chat line, and an upper limit for the work."""
COMPARED = 400
"""So many code points of a text are compared with others, and remembered for that."""


def text_of(facts: Facts) -> str:
    """The text as conditions count it: trimmed, at most CAP code points."""
    return facts.view("text", facts.message.text[:CAP].strip)


def skeleton_of(facts: Facts) -> str:
    """The text as it is compared with others: its beginning, which is what copies have in common."""
    return facts.view("skeleton", lambda: skeleton(facts.message.text[:COMPARED]))


def links_of(facts: Facts) -> tuple[Link, ...]:
    """All links, doubtful ones (`main.py`) included."""
    return facts.view("links", lambda: find_links(facts.message.text))


def hosts_of(facts: Facts) -> frozenset[str]:
    """Hosts that are surely linked to."""
    return frozenset(link.host for link in links_of(facts) if link.sure)
