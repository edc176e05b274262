"""The word lists that come along: bot/presets/*.txt, and the list of the package better-profanity as `profanity`.

Only better-profanity's list is used, never its matching (DESIGN, "Libraries"); it is read from the installed package.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from bot.ruleset.gather import entries_of


@lru_cache(maxsize=1)
def presets() -> Mapping[str, tuple[str, ...]]:
    """Name → entries. Read once: they change only with the program."""
    found: dict[str, tuple[str, ...]] = {}
    for source in _sources():
        name = "profanity" if source.name == "profanity_wordlist.txt" else source.name.removesuffix(".txt")
        texts = (entry.text for entry in entries_of(source.name, source.read_text("utf-8")))
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *texts)))
    return found


def _sources() -> list[Traversable]:
    sources = [files("better_profanity") / "profanity_wordlist.txt"]
    own = files("bot") / "presets"
    if own.is_dir():
        sources += sorted((entry for entry in own.iterdir() if entry.name.endswith(".txt")), key=lambda entry: entry.name)
    return [source for source in sources if source.is_file()]
