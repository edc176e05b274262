"""What a file of this folder declares: the key, the type of its argument, and how a condition is made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.ruleset.building import Building
from bot.ruleset.facts import Condition


@dataclass(frozen=True, slots=True)
class Kind:
    """One key of `if:`. `argument` is any type that pydantic can check; `build` gets the checked value and never raises."""

    key: str
    argument: Any
    build: Callable[[Any, Building], Condition]
    says: str
    """One line for the editor's completion and the manual."""
