"""All conditions of `if:` in one table. A new one is a new file here and one more line below (docs/add-a-condition.md)."""

from __future__ import annotations

from bot.ruleset.conditions import (
    asking,
    authors,
    counts,
    external,
    happening,
    learned,
    linked,
    personal,
    rates,
    scored,
    scripts,
    shares,
    similar,
    wording,
)
from bot.ruleset.conditions.kind import Kind

_MODULES = (
    happening,
    wording,
    linked,
    counts,
    shares,
    scripts,
    personal,
    authors,
    asking,
    rates,
    similar,
    scored,
    learned,
    external,
)
"""In the order in which the keys of one mapping are asked: what is cheap first."""

TABLE: dict[str, Kind] = {kind.key: kind for module in _MODULES for kind in module.KINDS}

__all__ = ["TABLE", "Kind"]
