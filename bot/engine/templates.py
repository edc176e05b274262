"""The texts the bot posts: `{author} {match} {rule} {reason} {event}` filled in, everything else left as it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST = 500
WARNING = "{author}, please mind the rules of this chat ({reason})."
_PLACE = re.compile(r"\{(author|match|rule|reason|event)\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fills the places once; what is put in is not looked at again.

    >>> fill("Hello {author}", {"author": "{rule}"})
    'Hello {rule}'
    """
    return _PLACE.sub(lambda place: values.get(place[1], ""), template)[:LONGEST]
