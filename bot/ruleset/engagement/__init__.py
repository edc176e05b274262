"""The engagement half of the rule language (RULES.md section 2): models of its sections, and `build` over several files.

Reading YAML and finding line and column is parse.py's business; what happens with these values is the engine's.
"""

from __future__ import annotations

from bot.ruleset.engagement.build import Engagement, Finding, build
from bot.ruleset.engagement.items import Call, Do, Item, Post, Started, Switches
from bot.ruleset.engagement.sections import (
    LONGEST_LINE,
    Announcement,
    Capture,
    Close,
    Command,
    Cue,
    EngagementSections,
    Poll,
    Qa,
    Quiz,
    QuizQuestion,
    Reports,
    Speech,
)
from bot.ruleset.engagement.triggers import Predicate, Trigger, When

__all__ = [
    "LONGEST_LINE",
    "Announcement",
    "Call",
    "Capture",
    "Close",
    "Command",
    "Cue",
    "Do",
    "Engagement",
    "EngagementSections",
    "Finding",
    "Item",
    "Poll",
    "Post",
    "Predicate",
    "Qa",
    "Quiz",
    "QuizQuestion",
    "Reports",
    "Speech",
    "Started",
    "Switches",
    "Trigger",
    "When",
    "build",
]
