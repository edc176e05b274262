"""external: a known word of the rule language that this version does not answer.

It is refused with a clear text instead of "unknown key", so that nobody looks for a typing mistake.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from bot.ruleset.building import Building
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import Condition
from bot.ruleset.logic import Never


def _refuse(key: str, why: str, _argument: Any, building: Building) -> Condition:
    building.report(f"'{key}' is not available: {why}", "remove this condition, or switch the rule off with enabled: false", key)
    return Never()


def _kind(key: str, why: str) -> Kind:
    return Kind(key, Any, partial(_refuse, key, why), f"not available: {why}")


KINDS = (_kind("external", "asking another service is not part of this version"),)
