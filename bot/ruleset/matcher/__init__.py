"""All words and patterns of all rules, looked for in one text at once.

Assumes terms that `check_term` accepted. Knows nothing of rules: it answers with term numbers and spans in the original text.
Equal terms are looked for once. How each level is read is told in docs/matching.md.
"""

from __future__ import annotations

from bot.ruleset.matcher.checks import check_term
from bot.ruleset.matcher.matcher import Matcher, Scan

__all__ = ["Matcher", "Scan", "check_term"]
