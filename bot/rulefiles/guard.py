"""Does a save look whole? Pure: compares what would go live with what is in force.

A file that was cut off in the middle may still be valid YAML (5 of 88 truncations, reliability E2). What can be known: it is
the beginning of what stood there before; its last line `# end` is missing; half of the items are gone. Such a save waits until
it is saved once more or confirmed. What is only a little strange has to stay unchanged for longer before it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.ruleset.model import Ruleset

END = "# end"
_ITEM = re.compile(r"^( *)- ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a save may not be whole. `hold` asks for a confirmation, else it only has to stay as it is for a while."""

    file: str
    text: str
    hold: bool


def doubts_about_texts(before: Mapping[str, str], after: Mapping[str, str]) -> list[Doubt]:
    """What is strange about the texts themselves."""
    return [doubt for name in sorted(before) for doubt in _about(name, before[name], after.get(name))]


def _about(name: str, before: str, after: str | None) -> Iterator[Doubt]:
    if after is None:
        yield Doubt(name, f"{name} is gone", hold=False)
        return
    if after == before:
        return
    if _ends_marked(before) and not _ends_marked(after):
        yield Doubt(name, f"the last line of {name}, '{END}', is missing: it looks cut off", hold=True)
    elif before.startswith(after):
        yield Doubt(name, f"{name} is only the beginning of what it was: it looks cut off", hold=_inside_an_item(before, after))
    elif before.endswith("\n") and not after.endswith("\n"):
        yield Doubt(name, f"{name} does not end with a line break any more", hold=False)


def _inside_an_item(before: str, after: str) -> bool:
    """Does the cut lie within a line or an item, where nobody ends a file on purpose? Between two items a person may have."""
    if not after.endswith("\n"):
        return True
    following = next((line for line in before[len(after) :].splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    items = [len(match[1]) for match in _ITEM.finditer(before)]
    item = _ITEM.match(following)
    if item is not None:
        return len(item[1]) > min(items)
    return following.startswith(" ")


def _ends_marked(text: str) -> bool:
    return text.rstrip().endswith(END)


def doubts_about_rules(before: Ruleset, after: Ruleset) -> list[Doubt]:
    """The shrink guard: half of the rules, or of the engagement items, are gone."""
    kinds = (("rules", len(before.rules), len(after.rules)), ("items", _items(before), _items(after)))
    return [
        Doubt("", f"{old - new} of {old} {kind} would be gone", hold=True) for kind, old, new in kinds if old and new * 2 <= old
    ]


def _items(ruleset: Ruleset) -> int:
    engagement = ruleset.engagement
    return 0 if engagement is None else len(engagement.started) + len(engagement.commands)
