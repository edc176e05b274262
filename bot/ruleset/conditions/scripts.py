"""script: which scripts is it written in, and are they mixed inside a word (as look-alikes do)?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from bot.ruleset.building import Building, did_you_mean
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, Condition, Facts, Finding, Span
from bot.ruleset.shorthand import OneOrMore, Short
from bot.ruleset.values import RuleModel
from bot.ruleset.views import CAP

_WORD = re.compile(r"[^\W\d_]+")
_names = """arabic armenian bengali cherokee cjk cyrillic devanagari ethiopic georgian greek gujarati gurmukhi hangul hebrew
hiragana kannada katakana khmer lao latin malayalam mongolian myanmar sinhala tamil telugu thai tibetan"""
SCRIPTS = frozenset(_names.split())
_TOGETHER = ({"cjk", "hiragana", "katakana"}, {"cjk", "hangul"}, {"cjk", "latin"}, {"hiragana", "katakana", "cjk", "latin"})
"""Scripts that share words in honest writing."""

Names = Annotated[list[str], OneOrMore({"enum": ["mixed", *sorted(SCRIPTS)]})]
OnlyNames = Annotated[list[str], OneOrMore({"enum": sorted(SCRIPTS)})]


class Script(RuleModel):
    """Letters of these scripts (`any`), or of others than these (`not_in`)."""

    any: Names | None = None
    not_in: OnlyNames | None = None


@dataclass(frozen=True, slots=True)
class Scripts:
    """Some word mixes scripts, is written in one of these, or in another than those."""

    mixed: bool
    wanted: frozenset[str]
    outside: frozenset[str]

    def check(self, facts: Facts) -> Finding:
        """Looks at each word."""
        text = facts.message.text[:CAP]
        if text.isascii() and "latin" not in self.wanted and (not self.outside or "latin" in self.outside):
            return NO
        found: list[Span] = []
        seen: set[str] = set()
        for match in _WORD.finditer(text):
            scripts = {script_of(char) for char in match[0]} - {""}
            if self._strange(scripts):
                found.append(match.span())
                seen |= scripts
        return Finding(True, tuple(found), f"script {' and '.join(sorted(seen))}") if found else NO

    def _strange(self, scripts: set[str]) -> bool:
        if self.mixed and len(scripts) > 1 and not any(scripts <= set(group) for group in _TOGETHER):
            return True
        return bool(scripts & self.wanted) or bool(self.outside and scripts - self.outside)


@lru_cache(maxsize=8192)
def script_of(char: str) -> str:
    """The script of a letter by its Unicode name; "" for letters that belong to all."""
    if char.isascii():
        return "latin" if char.isalpha() else ""
    first = unicodedata.name(char, "").split(" ")[0].lower()
    return first if first in SCRIPTS else ("latin" if first in ("fullwidth", "modifier") else "")


def _script(argument: Script, building: Building) -> Condition:
    names = [*(argument.any or ()), *(argument.not_in or ())]
    for name in names:
        if name not in SCRIPTS and name != "mixed":
            building.report(f"'{name}' is no script", did_you_mean(name, SCRIPTS | {"mixed"}), "script")
    if not names:
        building.report("an empty script: says nothing", "write for instance script: mixed", "script")
    wanted = frozenset(argument.any or ())
    return Scripts("mixed" in wanted, wanted - {"mixed"}, frozenset(argument.not_in or ()))


KINDS = (Kind("script", Annotated[Script, Short("any"), Field()], _script, "mixed (inside a word), or scripts by name"),)
