"""Rule files on disk: read, watched, checked, and put in force only when they are whole. The last good rules stay until then."""

from __future__ import annotations

from bot.rulefiles.folder import Gate, RuleFolder
from bot.rulefiles.mirror import FanOut, RevisionShelf, RuleMirror
from bot.rulefiles.presets import presets
from bot.rulefiles.reading import Loaded, Snapshot, load, parse_texts, read_folder

__all__ = [
    "FanOut",
    "Gate",
    "Loaded",
    "RevisionShelf",
    "RuleFolder",
    "RuleMirror",
    "Snapshot",
    "load",
    "parse_texts",
    "presets",
    "read_folder",
]
